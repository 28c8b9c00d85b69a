#include "encode/png_chunk_walk.h"

#include <zlib.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <optional>

namespace freshframe {

namespace {

// Section 5.2.
constexpr std::array<unsigned, 8> kSignature = {0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n'};

// "PNG four-byte unsigned integers are limited to the range 0 to 2^31-1", section 7.1.
constexpr std::uint32_t kGreatestInteger = 0x7fffffff;

constexpr std::size_t kNameSize = 4;
constexpr std::size_t kLengthSize = 4;
constexpr std::size_t kChecksumSize = 4;

constexpr std::uint32_t name(const char (&letters)[kNameSize + 1]) {
  std::uint32_t value = 0;
  for (std::size_t i = 0; i < kNameSize; ++i) {
    value = value << 8U | static_cast<unsigned char>(letters[i]);
  }
  return value;
}

constexpr std::uint32_t kHeader = name("IHDR");
constexpr std::uint32_t kPalette = name("PLTE");
constexpr std::uint32_t kPictureData = name("IDAT");
constexpr std::uint32_t kEnd = name("IEND");

// Table 11.1.
constexpr unsigned kGrey = 0;
constexpr unsigned kTrueColour = 2;
constexpr unsigned kIndexed = 3;
constexpr unsigned kGreyAlpha = 4;
constexpr unsigned kTrueColourAlpha = 6;

// A chunk's content.
using Chunk = std::span<const std::byte>;

unsigned byte_at(std::span<const std::byte> bytes, std::size_t offset) {
  return std::to_integer<unsigned>(bytes[offset]);
}

std::uint32_t integer_at(std::span<const std::byte> bytes, std::size_t offset) {
  return byte_at(bytes, offset) << 24U | byte_at(bytes, offset + 1) << 16U |
         byte_at(bytes, offset + 2) << 8U | byte_at(bytes, offset + 3);
}

bool is_letter(unsigned byte) {
  return (byte >= 'A' && byte <= 'Z') || (byte >= 'a' && byte <= 'z');
}

// Without its lower-case first letter a chunk must be understood to show the image, section 5.4.
bool is_critical(std::uint32_t chunk_name) {
  return (chunk_name >> 24U & 0x20U) == 0;
}

bool is_depth_of(unsigned colour_type, unsigned depth) {
  switch (colour_type) {
    case kGrey:
      return depth == 1 || depth == 2 || depth == 4 || depth == 8 || depth == 16;
    case kIndexed:
      return depth == 1 || depth == 2 || depth == 4 || depth == 8;
    case kTrueColour:
    case kGreyAlpha:
    case kTrueColourAlpha:
      return depth == 8 || depth == 16;
    default:
      return false;
  }
}

class Walk {
 public:
  explicit Walk(std::span<const std::byte> bytes) : bytes_(bytes) {}

  boost::system::result<PngLayout, PngFlaw> run() {
    if (read_signature()) {
      while (!at_end_ && read_chunk()) {
      }
    }
    if (flaw_) {
      return *flaw_;
    }
    return layout_;
  }

 private:
  bool read_signature() {
    for (; position_ < kSignature.size(); ++position_) {
      if (position_ == bytes_.size()) {
        return truncated("the image ends in its signature");
      }
      if (byte_at(bytes_, position_) != kSignature[position_]) {
        return foreign("it does not begin as a PNG image");
      }
    }
    return true;
  }

  bool read_chunk() {
    const std::span<const std::byte> left = bytes_.subspan(position_);
    if (left.size() < kLengthSize) {
      return truncated("the image ends in a chunk's length");
    }
    const std::size_t length = integer_at(left, 0);
    if (length > kGreatestInteger) {
      return foreign("a chunk's length is too large");
    }
    for (std::size_t i = kLengthSize; i < kLengthSize + kNameSize; ++i) {
      if (i == left.size()) {
        return truncated("the image ends in a chunk's name");
      }
      if (!is_letter(byte_at(left, i))) {
        return foreign("a chunk's name has a byte that is no letter");
      }
    }
    const std::uint32_t chunk_name = integer_at(left, kLengthSize);
    if (chunk_count_ == 0 && (chunk_name != kHeader || length != 13)) {
      return foreign("its first chunk is not a header");
    }
    const std::size_t size = kLengthSize + kNameSize + length + kChecksumSize;
    if (left.size() < size) {
      return truncated(chunk_name == kPictureData ? "the image ends inside its picture data"
                                                  : "the image ends inside a chunk");
    }
    const std::span<const std::byte> checked = left.subspan(kLengthSize, kNameSize + length);
    if (checksum_of(checked) != integer_at(left, size - kChecksumSize)) {
      return foreign("a chunk's checksum is wrong");
    }
    if (!read_content(chunk_name, checked.subspan(kNameSize))) {
      return false;
    }
    ++chunk_count_;
    last_name_ = chunk_name;
    position_ += size;
    if (at_end_) {
      layout_.size_bytes = position_;
    }
    return true;
  }

  static std::uint32_t checksum_of(std::span<const std::byte> bytes) {
    // No chunk is longer than an unsigned can say.
    return static_cast<std::uint32_t>(
        crc32(0, reinterpret_cast<const Bytef*>(bytes.data()), static_cast<uInt>(bytes.size())));
  }

  bool read_content(std::uint32_t chunk_name, Chunk chunk) {
    switch (chunk_name) {
      case kHeader:
        return read_header(chunk);
      case kPalette:
        return read_palette(chunk);
      case kPictureData:
        return read_picture_data(chunk);
      case kEnd:
        return read_end(chunk);
      default:
        return !is_critical(chunk_name) || foreign("it has a chunk that nothing can show");
    }
  }

  bool read_header(Chunk chunk) {
    if (chunk_count_ != 0) {
      return foreign("it has two headers");
    }
    const std::uint32_t width_px = integer_at(chunk, 0);
    const std::uint32_t height_px = integer_at(chunk, 4);
    if (width_px == 0 || height_px == 0) {
      return foreign("its width or height is 0");
    }
    if (width_px > kGreatestInteger || height_px > kGreatestInteger) {
      return foreign("its width or height is too large");
    }
    depth_ = byte_at(chunk, 8);
    colour_type_ = byte_at(chunk, 9);
    if (!is_depth_of(colour_type_, depth_)) {
      return foreign("its header has a colour type or a bit depth that cannot be");
    }
    if (byte_at(chunk, 10) != 0 || byte_at(chunk, 11) != 0) {
      return foreign("it is compressed or filtered in an unknown way");
    }
    if (byte_at(chunk, 12) > 1) {
      return foreign("it is interlaced in an unknown way");
    }
    layout_.width_px = static_cast<int>(width_px);
    layout_.height_px = static_cast<int>(height_px);
    return true;
  }

  bool read_palette(Chunk chunk) {
    if (has_palette_) {
      return foreign("it has two palettes");
    }
    if (has_picture_data_) {
      return foreign("its palette comes behind the picture data");
    }
    if (colour_type_ == kGrey || colour_type_ == kGreyAlpha) {
      return foreign("it is grey and has a palette");
    }
    const std::size_t most = colour_type_ == kIndexed ? std::size_t{1} << depth_ : 256;
    if (chunk.empty() || chunk.size() % 3 != 0 || chunk.size() / 3 > most) {
      return foreign("its palette has the wrong length");
    }
    has_palette_ = true;
    return true;
  }

  bool read_picture_data(Chunk chunk) {
    if (colour_type_ == kIndexed && !has_palette_) {
      return foreign("its palette is missing");
    }
    if (has_picture_data_ && last_name_ != kPictureData) {
      return foreign("its picture data is interrupted");
    }
    has_picture_data_ = true;
    picture_data_is_empty_ = picture_data_is_empty_ && chunk.empty();
    return true;
  }

  bool read_end(Chunk chunk) {
    if (!chunk.empty()) {
      return foreign("its last chunk is not empty");
    }
    if (picture_data_is_empty_) {
      return foreign("it has no picture data");
    }
    at_end_ = true;
    return true;
  }

  bool truncated(std::string_view what) {
    flaw_ = PngFlaw{PngFlaw::Kind::kTruncated, what, bytes_.size()};
    return false;
  }

  // The offset is where the chunk begins.
  bool foreign(std::string_view what) {
    flaw_ = PngFlaw{PngFlaw::Kind::kForeign, what, position_};
    return false;
  }

  std::span<const std::byte> bytes_;
  std::size_t position_ = 0;
  PngLayout layout_;
  std::optional<PngFlaw> flaw_;

  std::size_t chunk_count_ = 0;
  std::uint32_t last_name_ = 0;
  unsigned colour_type_ = 0;
  unsigned depth_ = 0;
  bool has_palette_ = false;
  bool has_picture_data_ = false;
  bool picture_data_is_empty_ = true;
  bool at_end_ = false;
};

}  // namespace

boost::system::result<PngLayout, PngFlaw> walk_png_chunks(std::span<const std::byte> bytes) {
  return Walk(bytes).run();
}

}  // namespace freshframe
