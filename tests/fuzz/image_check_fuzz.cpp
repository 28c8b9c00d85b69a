#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "message/base64.h"
#include "publish/image_check.h"

#include "check.h"

namespace {

using freshframe::CheckedImage;
using freshframe::ImageCheck;
using freshframe::ImageRefusal;

void check_refusal(const ImageRefusal& refusal) {
  check(!refusal.reason.empty() && refusal.reason.size() <= freshframe::kReasonBytesMost);
  check(std::all_of(refusal.reason.begin(), refusal.reason.end(),
                    [](char letter) { return letter >= ' ' && letter < 0x7f; }));
}

/// What is taken is a whole image that is taken again as it is, without a byte added or left out.
void check_image(const CheckedImage& image) {
  check(image.width_px > 0 && image.width_px <= freshframe::kImageSideMost);
  check(image.height_px > 0 && image.height_px <= freshframe::kImageSideMost);
  check(std::int64_t{image.width_px} * image.height_px <= freshframe::kImagePixelsMost);
  ImageCheck again;
  const auto result = again.check_file(image.bytes, {.size = {}, .mime = image.mime});
  check(result.has_value() && result->mime == image.mime);
  check(result->bytes.data() == image.bytes.data() && result->bytes.size() == image.bytes.size());
  check(result->width_px == image.width_px && result->height_px == image.height_px);
}

void check_result(const ImageCheck::Result& result) {
  if (result) {
    check_image(*result);
  } else {
    check_refusal(result.error());
  }
}

}  // namespace

// What a publisher sends, taken for a file, for text, and as Base64, which makes no difference to
// whether it is an image. The first two bytes are the size that it states.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 2) {
    return 0;
  }
  freshframe::StatedImage stated;
  if (data[0] != 0) {
    stated.size = freshframe::Size{data[0], data[1]};
  }
  const auto bytes = std::as_bytes(std::span(data, size)).subspan(2);
  const std::string_view text(reinterpret_cast<const char*>(bytes.data()), bytes.size());

  ImageCheck images;
  check_result(images.check_text(text, stated));
  const auto file = images.check_file(bytes, stated);
  check_result(file);

  std::string base64(freshframe::base64_size(bytes.size()), '?');
  freshframe::base64_encode(bytes, base64.data());
  ImageCheck others;
  const auto decoded = others.check_text(base64, stated);
  check_result(decoded);
  check(decoded.has_value() == file.has_value());
  if (file) {
    check(std::equal(file->bytes.begin(), file->bytes.end(), decoded->bytes.begin(),
                     decoded->bytes.end()));
  }
  return 0;
}
