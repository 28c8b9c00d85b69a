#include "message/picture_forms.h"

#include <cassert>
#include <cstddef>
#include <memory>
#include <span>
#include <string_view>
#include <vector>

#include "message/base64_decode.h"
#include "message/bytes.h"
#include "message/frame_message.h"
#include "message/inflate_message.h"

namespace freshframe {

namespace {

/// The image whose Base64 this is, our own, up to the quotation mark behind it.
std::vector<std::byte> decoded(std::string_view letters) {
  letters = letters.substr(0, letters.find('"'));
  std::vector<std::byte> image(base64_decoded_size_most(letters.size()));
  const auto size = base64_decode(letters, image.data());
  assert(size);
  image.resize(size ? *size : 0);
  return image;
}

std::vector<std::byte> image_of(const Picture& picture) {
  if (picture.has(WireForm::kBinary)) {
    const auto bytes = std::as_bytes(std::span(picture.image.data(), picture.image.size()));
    return {bytes.begin(), bytes.end()};
  }
  if (picture.has(WireForm::kJson)) {
    constexpr std::string_view kBeforeLetters = R"(,"data":")";
    return decoded(picture.json_data.view().substr(kBeforeLetters.size()));
  }
  // A letter takes 6 bits at least.
  const std::size_t most = 2 * picture.deflated_data.size();
  const auto text = inflate_message(picture.deflated_data.view(), most, most);
  assert(text);
  return text ? decoded(*text) : std::vector<std::byte>();
}

}  // namespace

Picture same_picture(const Picture& picture) {
  return {.sequence = picture.sequence,
          .captured = picture.captured,
          .width_px = picture.width_px,
          .height_px = picture.height_px,
          .mime = picture.mime,
          .is_stale = picture.is_stale,
          .head = picture.head.shared(),
          .json_data = picture.json_data.shared(),
          .image = picture.image.shared(),
          .deflated_data = picture.deflated_data.shared()};
}

PicturePtr with_form(const Picture& picture, WireForm form) {
  auto same = std::make_shared<Picture>(same_picture(picture));
  if (!same->has(form)) {
    add_form(*same, form, image_of(picture));
  }
  return same;
}  // NOLINT(clang-analyzer-cplusplus.NewDeleteLeaks): version 14 loses sight of the owner.

}  // namespace freshframe
