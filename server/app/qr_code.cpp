#include "app/qr_code.h"

#include <qrencode.h>

#include <memory>
#include <string_view>

namespace freshframe {

namespace {

constexpr int kQuietZone = 4;
constexpr std::string_view kBlackOnWhite = "\x1b[30;47m";
constexpr std::string_view kOwnColours = "\x1b[0m";

bool is_dark(const QRcode& code, int x, int y) {
  const bool is_inside = x >= 0 && y >= 0 && x < code.width && y < code.width;
  return is_inside && (code.data[y * code.width + x] & 1) != 0;
}

std::string_view half_blocks(bool is_upper_dark, bool is_lower_dark) {
  if (is_upper_dark) {
    return is_lower_dark ? "█" : "▀";
  }
  return is_lower_dark ? "▄" : " ";
}

}  // namespace

std::string qr_code_for_terminal(const std::string& text) {
  const std::unique_ptr<QRcode, void (*)(QRcode*)> code(
      QRcode_encodeString8bit(text.c_str(), 0, QR_ECLEVEL_L), &QRcode_free);
  if (!code) {
    return {};
  }
  const int end = code->width + kQuietZone;
  std::string lines;
  for (int y = -kQuietZone; y < end; y += 2) {
    lines += kBlackOnWhite;
    for (int x = -kQuietZone; x < end; ++x) {
      lines += half_blocks(is_dark(*code, x, y), is_dark(*code, x, y + 1));
    }
    lines.append(kOwnColours).append("\n");
  }
  return lines;
}

}  // namespace freshframe
