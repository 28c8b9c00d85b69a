#include "publish/image_teacher.h"

#include <string>

#include "publish/plain_numbers.h"

namespace freshframe {

namespace {

using Code = ProtocolError::Code;

ImageRefusal no_image(std::span<const std::byte> bytes) {
  if (bytes.empty()) {
    return {Code::kNoImage, "there is nothing in it: send a JPEG or PNG file"};
  }
  return {Code::kNoImage, "this begins with " + first_as_hex(bytes, 4) +
                              ", a JPEG begins with ff d8 ff and a PNG with 89 50 4e 47: send an "
                              "image file, e.g. of cv2.imencode('.jpg', img)"};
}

}  // namespace

ImageRefusal explain_file(std::span<const std::byte> bytes, const StatedImage& /*stated*/) {
  return no_image(bytes);
}

ImageRefusal explain_text(std::string_view text, std::string_view base64, const Base64Flaw& flaw) {
  const auto offset = flaw.offset + static_cast<std::size_t>(base64.data() - text.data());
  return {Code::kNotBase64, "data has " + as_letter(flaw.byte) + " at offset " + grouped(offset) +
                                ", which is not Base64"};
}

ImageRefusal explain_decoded(std::string_view /*base64*/, std::span<const std::byte> decoded,
                             const StatedImage& /*stated*/) {
  return no_image(decoded);
}

}  // namespace freshframe
