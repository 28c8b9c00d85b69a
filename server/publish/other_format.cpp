#include "publish/other_format.h"

#include <algorithm>
#include <array>
#include <cstdint>

#include "publish/ascii_text.h"

namespace freshframe {

namespace {

using namespace std::string_view_literals;
using Kind = OtherFormat::Kind;

constexpr OtherFormat kJpeg2000 = {"a JPEG 2000 image", Kind::kImage};
constexpr OtherFormat kJpegXl = {"a JPEG XL image", Kind::kImage};
constexpr OtherFormat kTiff = {"a TIFF image", Kind::kImage};
constexpr OtherFormat kHeic = {"a HEIC image", Kind::kImage};
constexpr OtherFormat kAvif = {"an AVIF image", Kind::kImage};
constexpr OtherFormat kWebp = {"a WebP image", Kind::kImage};
constexpr OtherFormat kSvg = {"an SVG drawing", Kind::kDocument};
constexpr OtherFormat kMp4 = {"an MP4 film", Kind::kFilm};

struct Signature {
  std::string_view bytes;
  OtherFormat format;
};

constexpr std::array kSignatures = {
    Signature{"GIF87a"sv, {"a GIF image", Kind::kImage}},
    Signature{"GIF89a"sv, {"a GIF image", Kind::kImage}},
    Signature{"II*\0"sv, kTiff},
    Signature{"MM\0*"sv, kTiff},
    Signature{"II+\0"sv, kTiff},
    Signature{"MM\0+"sv, kTiff},
    Signature{"\0\0\0\x0cjP  \r\n\x87\n"sv, kJpeg2000},
    Signature{"\xff\x4f\xff\x51"sv, kJpeg2000},
    Signature{"\0\0\0\x0cJXL \r\n\x87\n"sv, kJpegXl},
    Signature{"8BPS"sv, {"a Photoshop image", Kind::kImage}},
    Signature{"qoif"sv, {"a QOI image", Kind::kImage}},
    Signature{"\x76\x2f\x31\x01"sv, {"an OpenEXR image", Kind::kImage}},
    Signature{"\x59\xa6\x6a\x95"sv, {"a Sun raster image", Kind::kImage}},
    Signature{"PF\n"sv, {"a PFM image", Kind::kImage}},
    Signature{"#?RADIANCE"sv, {"a Radiance image", Kind::kImage}},
    Signature{"\x8aMNG\r\n"sv, {"an MNG film", Kind::kFilm}},
    Signature{"\x93NUMPY"sv, {"a NumPy .npy file", Kind::kArray}},
    Signature{"%PDF-"sv, {"a PDF document", Kind::kDocument}},
    Signature{"PK\x03\x04"sv, {"a zip archive", Kind::kArchive}},
    Signature{"\x1f\x8b\x08"sv, {"a gzip archive", Kind::kArchive}},
    Signature{"7z\xbc\xaf\x27\x1c"sv, {"a 7z archive", Kind::kArchive}},
    Signature{"\x28\xb5\x2f\xfd"sv, {"a zstd archive", Kind::kArchive}},
    Signature{"\x1a\x45\xdf\xa3"sv, {"a Matroska or WebM film", Kind::kFilm}},
    Signature{"OggS"sv, {"an Ogg film", Kind::kFilm}},
    Signature{"FLV\x01"sv, {"an FLV film", Kind::kFilm}},
};

std::string_view part(std::string_view text, std::size_t offset, std::size_t size) {
  return offset < text.size() ? text.substr(offset, size) : std::string_view();
}

std::uint32_t little_endian(std::string_view text, std::size_t offset, std::size_t size) {
  std::uint32_t value = 0;
  for (std::size_t i = size; i > 0; --i) {
    value = value << 8U | static_cast<unsigned char>(text[offset + i - 1]);
  }
  return value;
}

// ISO/IEC 14496-12, 4.3: the file's own brand first, then those that it also is.
std::optional<OtherFormat> format_of_brands(std::string_view text) {
  if (part(text, 4, 4) != "ftyp") {
    return std::nullopt;
  }
  constexpr std::size_t kLooked = 64;
  const std::string_view own = part(text, 8, 4);
  bool is_heic = own == "mif1" || own == "msf1";
  for (std::size_t at = 8; at + 4 <= std::min(text.size(), kLooked); at += 4) {
    const std::string_view brand = text.substr(at, 4);
    if (brand == "avif" || brand == "avis") {
      return kAvif;
    }
    is_heic = is_heic || (at == 8 && (brand.starts_with("hei") || brand.starts_with("hev")));
  }
  if (is_heic) {
    return kHeic;
  }
  if (own == "crx ") {
    return OtherFormat{"a CR3 raw image", Kind::kImage};
  }
  return own == "qt  " ? OtherFormat{"a QuickTime film", Kind::kFilm} : kMp4;
}

std::optional<OtherFormat> format_of_riff(std::string_view text) {
  if (!text.starts_with("RIFF")) {
    return std::nullopt;
  }
  const std::string_view form = part(text, 8, 4);
  if (form == "WEBP") {
    return kWebp;
  }
  if (form == "AVI ") {
    return OtherFormat{"an AVI film", Kind::kFilm};
  }
  return std::nullopt;
}

// P1 to P6, then white space, then the width; a comment may come between.
bool is_netpbm(std::string_view text) {
  if (text.size() < 4 || text[0] != 'P' || text[1] < '1' || text[1] > '7') {
    return false;
  }
  const bool is_digit_or_comment = (text[3] >= '0' && text[3] <= '9') || text[3] == '#';
  return (text[2] == '\n' || text[2] == ' ' || text[2] == '\r') &&
         (is_digit_or_comment || text.substr(3).starts_with("WIDTH"));
}

std::optional<OtherFormat> format_of_markup(std::string_view text) {
  constexpr std::size_t kLooked = 1024;
  constexpr std::string_view kByteOrderMark = "\xef\xbb\xbf";
  if (text.starts_with(kByteOrderMark)) {
    text.remove_prefix(kByteOrderMark.size());
  }
  const std::string_view beginning = trimmed(text.substr(0, kLooked));
  if (begins_but_for_case(beginning, "<svg")) {
    return kSvg;
  }
  if (begins_but_for_case(beginning, "<?xml") || beginning.starts_with("<!--") ||
      begins_but_for_case(beginning, "<!doctype svg")) {
    return beginning.find("<svg") != std::string_view::npos
               ? kSvg
               : OtherFormat{"XML text", Kind::kDocument};
  }
  for (const std::string_view html : {"<!doctype html"sv, "<html"sv, "<head"sv, "<body"sv}) {
    if (begins_but_for_case(beginning, html)) {
      return OtherFormat{"an HTML page", Kind::kDocument};
    }
  }
  return std::nullopt;
}

bool is_bmp(std::string_view text) {
  if (!text.starts_with("BM") || text.size() < 18) {
    return false;
  }
  // The sizes that the second header has had.
  constexpr std::array<std::uint32_t, 7> kHeaderSizes = {12, 40, 52, 56, 64, 108, 124};
  return std::find(kHeaderSizes.begin(), kHeaderSizes.end(), little_endian(text, 14, 4)) !=
         kHeaderSizes.end();
}

bool is_icon(std::string_view text) {
  constexpr std::size_t kEntriesAt = 6;
  constexpr std::size_t kEntrySize = 16;
  constexpr std::uint32_t kEntriesMost = 64;
  if ((!text.starts_with("\0\0\1\0"sv) && !text.starts_with("\0\0\2\0"sv)) ||
      text.size() < kEntriesAt + kEntrySize) {
    return false;
  }
  const std::uint32_t entries = little_endian(text, 4, 2);
  const std::uint32_t first_image = little_endian(text, kEntriesAt + 12, 4);
  return entries >= 1 && entries <= kEntriesMost && text[kEntriesAt + 3] == 0 &&
         first_image >= kEntriesAt + kEntrySize * entries && first_image < text.size();
}

// ITU-T H.264 and H.265, annex B: a start code, then a unit of a kind that begins a picture.
bool is_video_stream(std::string_view text) {
  if (text.starts_with("\0\0\0\1"sv)) {
    text.remove_prefix(4);
  } else if (text.starts_with("\0\0\1"sv)) {
    text.remove_prefix(3);
  } else {
    return false;
  }
  constexpr std::string_view kFirstBytes =
      "\x06\x09\x21\x25\x27\x40\x41\x42\x45\x46\x47\x61\x65\x67";
  return !text.empty() && kFirstBytes.find(text.front()) != std::string_view::npos;
}

}  // namespace

std::optional<OtherFormat> recognise_format(std::span<const std::byte> bytes) {
  const std::string_view text = as_text(bytes);
  for (const Signature& signature : kSignatures) {
    if (text.starts_with(signature.bytes)) {
      return signature.format;
    }
  }
  if (const auto format = format_of_brands(text)) {
    return format;
  }
  if (const auto format = format_of_riff(text)) {
    return format;
  }
  if (is_bmp(text)) {
    return OtherFormat{"a BMP image", Kind::kImage};
  }
  if (is_netpbm(text)) {
    return OtherFormat{"a PPM or PGM image", Kind::kImage};
  }
  return format_of_markup(text);
}

std::optional<OtherFormat> guess_format(std::span<const std::byte> bytes) {
  const std::string_view text = as_text(bytes);
  if (is_icon(text)) {
    return OtherFormat{"an ICO image", Kind::kImage};
  }
  if (is_video_stream(text)) {
    return OtherFormat{"an H.264 or H.265 stream", Kind::kFilm};
  }
  if (text.starts_with("\xff\x0a"sv)) {
    return kJpegXl;
  }
  // Protocols 2 to 5; a frame, a class or an array follows.
  if (text.size() > 2 && text[0] == '\x80' && text[1] >= 2 && text[1] <= 5 && text.back() == '.') {
    return OtherFormat{"a Python pickle", Kind::kArray};
  }
  return std::nullopt;
}

}  // namespace freshframe
