#include "publish/image_check.h"

#include <optional>
#include <string>
#include <utility>

#include "encode/complete_jpeg.h"
#include "encode/jpeg_marker_walk.h"
#include "encode/png_chunk_walk.h"
#include "message/base64_decode.h"
#include "publish/data_uri.h"
#include "publish/image_teacher.h"
#include "publish/image_type.h"
#include "publish/plain_numbers.h"

namespace freshframe {

namespace {

using Code = ProtocolError::Code;

// How to write a file anew that a browser shows.
constexpr std::string_view kSaveAnew = "save it anew, e.g. im.convert('RGB').save(buf, 'JPEG')";

ImageRefusal cut_short(ImageType type, std::string_view what, std::size_t size_bytes) {
  const std::string_view last = type == ImageType::kJpeg ? "ff d9" : "its IEND chunk";
  return {Code::kTruncatedImage, "this " + std::string(name_of(type)) + " is cut short: " +
                                     byte_count(size_bytes) + " came, and " + std::string(what) +
                                     "; send the whole file, up to " + std::string(last)};
}

ImageRefusal broken(ImageType type, std::string_view what, std::size_t offset) {
  return {Code::kBrokenImage, "this " + std::string(name_of(type)) +
                                  " cannot be shown: " + std::string(what) + ", found at byte " +
                                  grouped(offset) + "; " + std::string(kSaveAnew)};
}

std::optional<ImageRefusal> too_large(int width_px, int height_px) {
  if (width_px <= kImageSideMost && height_px <= kImageSideMost &&
      std::int64_t{width_px} * height_px <= kImagePixelsMost) {
    return std::nullopt;
  }
  return ImageRefusal{Code::kImageTooLarge,
                      "this image has " + std::to_string(width_px) + "x" +
                          std::to_string(height_px) + " pixels, and at most " +
                          grouped(std::size_t{kImageSideMost}) + " each way and " +
                          grouped(std::size_t{kImagePixelsMost}) +
                          " in all are taken: make it smaller, e.g. with cv2.resize"};
}

ImageCheck::Result check_jpeg(std::span<const std::byte> bytes, std::vector<std::byte>& completed) {
  const auto layout = walk_jpeg_markers(bytes);
  if (!layout) {
    const JpegFlaw& flaw = layout.error();
    return flaw.kind == JpegFlaw::Kind::kTruncated
               ? cut_short(ImageType::kJpeg, flaw.what, bytes.size())
               : broken(ImageType::kJpeg, flaw.what, flaw.offset);
  }
  if (auto refusal = too_large(layout->width_px, layout->height_px)) {
    return *std::move(refusal);
  }
  return CheckedImage{complete_jpeg(bytes, *layout, completed), mime_of(ImageType::kJpeg),
                      layout->width_px, layout->height_px};
}

ImageCheck::Result check_png(std::span<const std::byte> bytes) {
  const auto layout = walk_png_chunks(bytes);
  if (!layout) {
    const PngFlaw& flaw = layout.error();
    // Its signature is made to show this: W3C PNG, section 5.2.
    constexpr std::size_t kSignatureSize = 8;
    if (flaw.kind == PngFlaw::Kind::kForeign && flaw.offset < kSignatureSize) {
      return ImageRefusal{Code::kBrokenImage,
                          "this PNG was taken for text on its way, which changed its bytes: send "
                          "it as bytes, e.g. open(name, 'rb') or curl --data-binary"};
    }
    return flaw.kind == PngFlaw::Kind::kTruncated
               ? cut_short(ImageType::kPng, flaw.what, bytes.size())
               : broken(ImageType::kPng, flaw.what, flaw.offset);
  }
  if (auto refusal = too_large(layout->width_px, layout->height_px)) {
    return *std::move(refusal);
  }
  return CheckedImage{bytes.first(layout->size_bytes), mime_of(ImageType::kPng), layout->width_px,
                      layout->height_px};
}

/// Nothing for bytes that begin as neither JPEG nor PNG.
std::optional<ImageCheck::Result> check_image(std::span<const std::byte> bytes,
                                              const StatedImage& stated,
                                              std::vector<std::byte>& completed) {
  const ImageType type = type_of_file(bytes);
  if (type == ImageType::kOther) {
    return std::nullopt;
  }
  ImageCheck::Result result =
      type == ImageType::kJpeg ? check_jpeg(bytes, completed) : check_png(bytes);
  if (result && !stated.mime.empty() && type_of_mime(stated.mime) != type) {
    return ImageRefusal{Code::kWrongType, "mime says another type than the file has, which is a " +
                                              std::string(name_of(type)) + ": say " +
                                              std::string(mime_of(type)) + ", or leave mime out"};
  }
  return result;
}

}  // namespace

ImageCheck::Result ImageCheck::check_file(std::span<const std::byte> bytes,
                                          const StatedImage& stated) {
  if (auto result = check_image(bytes, stated, completed_)) {
    return *std::move(result);
  }
  return explain_file(bytes, stated);
}

ImageCheck::Result ImageCheck::check_text(std::string_view data, const StatedImage& stated) {
  const std::optional<DataUri> uri = split_data_uri(data);
  if (uri && !(uri->is_base64 && uri->has_comma)) {
    return explain_plain_uri(*uri);
  }
  const std::string_view base64 = uri ? uri->content : data;
  // Only ever made larger: what a smaller text leaves behind it is not looked at.
  if (decoded_.size() < base64_decoded_size_most(base64.size())) {
    decoded_.resize(base64_decoded_size_most(base64.size()));
  }
  const auto size = base64_decode(base64, decoded_.data());
  if (!size) {
    return explain_text(data, base64, size.error());
  }
  const std::span<const std::byte> bytes = std::span(decoded_).first(*size);
  auto result = check_image(bytes, stated, completed_);
  if (!result) {
    return explain_decoded(base64, bytes, stated);
  }
  const ImageType type = type_of_file(bytes);
  if (*result && uri && type_of_mime(uri->type) != type) {
    return ImageRefusal{Code::kWrongType,
                        "the data URI says another type than the file has, which is a " +
                            std::string(name_of(type)) + ": write data:" +
                            std::string(mime_of(type)) + ";base64, or the Base64 alone"};
  }
  return *std::move(result);
}

}  // namespace freshframe
