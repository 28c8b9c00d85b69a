#include <gtest/gtest.h>

#include <algorithm>
#include <cstring>
#include <ostream>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include "message/base64.h"
#include "publish/image_check.h"

#include "jpeg_bytes.h"
#include "pixel_arrays.h"
#include "png_bytes.h"

namespace freshframe {
namespace {

using namespace std::string_literals;
using Code = ProtocolError::Code;

std::string base64(std::span<const std::byte> bytes) {
  std::string text(base64_size(bytes.size()), '?');
  base64_encode(bytes, text.data());
  return text;
}

std::string base64(std::string_view text) {
  return base64(std::as_bytes(std::span(text)));
}

std::string as_string(std::span<const std::byte> bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

/// Larger than the hand-made ones elsewhere: as long as a real one's Base64 is worth a look.
std::string jpeg() {
  return as_string(start_of_image() + segment(0xfe, Bytes(300, std::byte{0x41})) +
                   quantisation_table(0) + grey_frame() + huffman_table(0x00) +
                   huffman_table(0x10) + grey_scan() + picture_data() + end_of_image());
}

std::string png() {
  return as_string(png_image());
}

std::string hexadecimal(std::string_view bytes, std::string_view before = "",
                        std::string_view between = "") {
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string text;
  for (const char each : bytes) {
    const auto byte = static_cast<unsigned char>(each);
    text += text.empty() ? "" : between;
    text += before;
    text += kDigits[byte >> 4U];
    text += kDigits[byte & 15U];
  }
  return text;
}

enum class Way {
  kFile,
  kText,
};

ImageCheck::Result checked(Way way, std::string_view content, const StatedImage& stated = {}) {
  static ImageCheck check;
  return way == Way::kFile ? check.check_file(std::as_bytes(std::span(content)), stated)
                           : check.check_text(content, stated);
}

/// What every sentence is, whatever it says.
void expect_good_sentence(const std::string& reason) {
  EXPECT_LE(reason.size(), kReasonBytesMost) << reason;
  EXPECT_GE(reason.size(), 20u) << reason;
  EXPECT_TRUE(std::all_of(reason.begin(), reason.end(), [](char letter) {
    return letter >= ' ' && letter < 0x7f;
  })) << reason;
  EXPECT_FALSE(reason.ends_with('.')) << reason;
}

void expect_refusal(Way way, std::string_view content, Code code, std::string_view part,
                    const StatedImage& stated = {}) {
  const auto result = checked(way, content, stated);
  ASSERT_TRUE(result.has_error());
  expect_good_sentence(result.error().reason);
  EXPECT_EQ(to_string(result.error().code), to_string(code)) << result.error().reason;
  EXPECT_NE(result.error().reason.find(part), std::string::npos)
      << "not \"" << part << "\" in \"" << result.error().reason << '"';
}

/// In both ways: as bytes, and as Base64 of them.
void expect_both(std::string_view content, Code code, std::string_view part,
                 const StatedImage& stated = {}) {
  expect_refusal(Way::kFile, content, code, part, stated);
  expect_refusal(Way::kText, base64(content), code, part, stated);
  expect_refusal(Way::kText, "data:image/jpeg;base64," + base64(content), code, part, stated);
}

// Issue 5, in its own words: base64.b64encode(img) of a 160x120 array, which begins AAIAAAIA.
TEST(ImageTeacherTest, RawPixelsOfTheIssueAreExplainedInItsWords) {
  std::string dark(57600, '\0');
  for (std::size_t i = 1; i < dark.size(); i += 3) {
    dark[i] = 2;
  }
  ASSERT_TRUE(base64(dark).starts_with("AAIAAAIA"));
  for (const Way way : {Way::kFile, Way::kText}) {
    const auto result = checked(way, way == Way::kFile ? dark : base64(dark));
    ASSERT_TRUE(result.has_error());
    EXPECT_EQ(result.error().code, Code::kRawPixels);
    EXPECT_EQ(result.error().reason,
              "this is 57,600 bytes, which fits raw 160x120 BGR pixels, not an image file: encode "
              "first, e.g. ok, buf = cv2.imencode('.jpg', img)");
  }
}

TEST(ImageTeacherTest, RawPixelsOfAStatedSizeAreExplained) {
  const StatedImage stated{.size = Size{123, 77}, .mime = {}};
  expect_both(as_string(picture_pixels(123, 77, 3)), Code::kRawPixels, "raw 123x77 BGR pixels",
              stated);
  expect_both(as_string(picture_pixels(123, 77, 4)), Code::kRawPixels, "raw 123x77 BGRA pixels",
              stated);
  expect_both(as_string(picture_pixels(123, 77, 1)), Code::kRawPixels, "raw 123x77 grey pixels",
              stated);
}

TEST(ImageTeacherTest, WithoutAContrastAStatedSizeGoesBeforeBase64) {
  // All letters of Base64, and as many as of a 160x120 array.
  const std::string grey(76800, 'A');
  expect_refusal(Way::kFile, grey, Code::kTooMuchBase64, "Base64 text");
  expect_refusal(Way::kFile, grey, Code::kRawPixels, "raw 320x240 grey pixels",
                 {.size = Size{320, 240}, .mime = {}});
}

TEST(ImageTeacherTest, APictureWhoseBytesAreAllLettersIsNoBase64) {
  std::mt19937 random(5);
  std::string wall(57600, '\0');
  for (char& byte : wall) {
    byte = static_cast<char>('j' + static_cast<int>(random() % 9));
  }
  expect_both(wall, Code::kRawPixels, "raw 160x120 BGR pixels");
  expect_both(std::string(57600, 'r'), Code::kRawPixels, "raw 160x120 BGR pixels");
}

TEST(ImageTeacherTest, FloatsAreToldToBecomeBytes) {
  expect_both(as_string(float_pixels<float>(160, 120, 3, 1.0F / 255)), Code::kRawPixels,
              "raw 160x120 float32 BGR pixels, not an image file: encode first, e.g. ok, buf = "
              "cv2.imencode('.jpg', (img * 255).astype('uint8'))");
  expect_both(as_string(float_pixels<float>(160, 120, 3, 1)), Code::kRawPixels,
              "cv2.imencode('.jpg', img.astype('uint8'))");
}

TEST(ImageTeacherTest, PixelsOfAnUnknownSizeGetAHint) {
  expect_both(as_string(picture_pixels(123, 77, 3)), Code::kRawPixels,
              "looks like raw pixels: encode first, e.g. ok, buf = cv2.imencode('.jpg', img)");
}

TEST(ImageTeacherTest, WhatIsNotRecognisedIsToldHowImagesBegin) {
  std::mt19937 random(11);
  std::string noise(5000, '\0');
  for (char& byte : noise) {
    byte = static_cast<char>(random() & 255);
  }
  noise.replace(0, 4, "\x12\xab\xff\x01"s);
  expect_both(noise, Code::kNoImage,
              "this begins with 12 ab ff 01, a JPEG with ff d8 ff and a PNG with 89 50 4e 47");
  expect_both("\xff"s, Code::kNoImage, "this begins with ff, a JPEG");
  expect_both("hello, world, how are you today"s, Code::kNoImage, "this is text of 31 bytes");
}

TEST(ImageTeacherTest, NothingIsNoImage) {
  expect_both("", Code::kNoImage, "there is nothing in it");
  expect_both(" \r\n", Code::kNoImage, "there is nothing in it");
  expect_refusal(Way::kText, " \n", Code::kNoImage, "there is nothing in it");
  expect_refusal(Way::kText, "====", Code::kNoImage, "there is nothing in it");
  for (const std::string_view word : {"None", "null", "undefined", "False"}) {
    expect_refusal(Way::kFile, word, Code::kNoImage, "word for nothing");
    expect_refusal(Way::kText, word, Code::kNoImage, "word for nothing");
  }
}

TEST(ImageTeacherTest, TruncatedImagesAreToldWhatCameAndWhatIsMissing) {
  const std::string whole = jpeg();
  for (std::size_t size = 2; size < whole.size(); ++size) {
    expect_refusal(Way::kFile, whole.substr(0, size), Code::kTruncatedImage,
                   "this JPEG is cut short: " + std::to_string(size) + " bytes came, and ");
  }
  for (std::size_t size = 2; size < png().size(); ++size) {
    expect_refusal(Way::kText, base64(png().substr(0, size)), Code::kTruncatedImage,
                   "this PNG is cut short: " + std::to_string(size) + " bytes came, and ");
  }
  expect_refusal(Way::kFile, whole.substr(0, whole.size() - 2), Code::kTruncatedImage,
                 "the image ends inside its picture data; send the whole file, up to ff d9");
}

TEST(ImageTeacherTest, BrokenImagesAreToldWhatAndWhere) {
  expect_both(as_string(start_of_image() + segment(0xc3, Bytes(6))), Code::kBrokenImage,
              "it has a marker that baseline and progressive images do not have");
  expect_both(as_string(start_of_image() + bytes_of({0xff, 0xd9})), Code::kBrokenImage,
              "this JPEG cannot be shown: it has no picture");
  expect_both(as_string(png_signature() + png_header(7) + png_end()), Code::kBrokenImage,
              "a bit depth that cannot be, found at byte 8");
  std::string changed = png();
  changed[45] = static_cast<char>(changed[45] ^ 1);
  expect_both(changed, Code::kBrokenImage, "this PNG cannot be shown: a chunk's checksum is wrong");
}

TEST(ImageTeacherTest, AFileThatWentThroughATextIsToldSo) {
  expect_both("\x89PNG\n\x1a\n"s + png().substr(8), Code::kBrokenImage, "was taken for text");
  expect_both("\xc3\xbf\xc3\x98\xc3\xbf\xc3\xa0"s, Code::kBrokenImage, "this was a JPEG");
  expect_both("\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd"s, Code::kBrokenImage,
              "this was a JPEG");
  expect_both("\xc2\x89PNG\r\n\x1a\n"s, Code::kBrokenImage, "this was a PNG");
  expect_both("\xef\xbf\xbdPNG\r\n\x1a\n"s, Code::kBrokenImage, "this was a PNG");
  expect_refusal(Way::kText, "\xc3\xbf\xc3\x98\xc3\xbf\xc3\xa0", Code::kNotBase64,
                 "data has \\xc3 at offset 0, which is no letter of Base64: these are bytes sent "
                 "as text");
}

TEST(ImageTeacherTest, AnImageBehindSomethingElseIsFound) {
  expect_both("\0\0\1\x2c"s + jpeg(), Code::kNoImage, "a JPEG begins at byte 4 of this");
  expect_both(std::string(1000, '\1') + png(), Code::kNoImage, "a PNG begins at byte 1,000");
}

struct Format {
  std::string beginning;
  std::string_view name;
};

std::ostream& operator<<(std::ostream& stream, const Format& format) {
  return stream << format.name;
}

class OtherFormatTest : public testing::TestWithParam<Format> {};

TEST_P(OtherFormatTest, IsNamedWhateverFollows) {
  std::mt19937 random(3);
  std::string content = GetParam().beginning;
  expect_both(content, Code::kOtherFormat, GetParam().name);
  while (content.size() < 3000) {
    content += static_cast<char>(random() & 255);
  }
  expect_both(content, Code::kOtherFormat, GetParam().name);
}

// As OpenCV, Pillow, ffmpeg and others begin them.
INSTANTIATE_TEST_SUITE_P(
    EachFormat, OtherFormatTest,
    testing::Values(
        Format{"BM\x36\xe1\0\0\0\0\0\0\x36\0\0\0\x28\0\0\0\xa0\0\0\0\x88\xff\xff\xff"s,
               "a BMP image"},
        Format{"BM\x36\xe1\0\0\0\0\0\0\x8a\0\0\0\x7c\0\0\0"s, "a BMP image"},
        Format{"GIF89a\xa0\0\x78\0"s, "a GIF image"}, Format{"GIF87a\xa0\0\x78\0"s, "a GIF image"},
        Format{"RIFF\x24\1\0\0WEBPVP8 "s, "a WebP image"},
        Format{"RIFF\x24\1\0\0AVI LIST"s, "an AVI film"},
        Format{"II*\0\x08\0\0\0"s, "a TIFF image"}, Format{"MM\0*\0\0\0\x08"s, "a TIFF image"},
        Format{"II+\0\x08\0\0\0"s, "a TIFF image"},
        Format{"\0\0\0\x18"s + "ftypheic\0\0\0\0mif1heic"s, "a HEIC image"},
        Format{"\0\0\0\x1c"s + "ftypheix\0\0\0\0mif1heix"s, "a HEIC image"},
        Format{"\0\0\0\x18"s + "ftypmif1\0\0\0\0mif1heic"s, "a HEIC image"},
        Format{"\0\0\0\x18"s + "ftypmif1\0\0\0\0mif1avif"s, "an AVIF image"},
        Format{"\0\0\0\x1c"s + "ftypavif\0\0\0\0avifmif1"s, "an AVIF image"},
        Format{"\0\0\0\x18"s + "ftypcrx \0\0\0\1crx isom"s, "a CR3 raw image"},
        Format{"\0\0\0\x20"s + "ftypisom\0\0\2\0isomiso2avc1mp41"s, "an MP4 film"},
        Format{"\0\0\0\x14"s + "ftypqt  \0\0\2\0qt  "s, "a QuickTime film"},
        Format{"\0\0\0\x0cjP  \r\n\x87\n"s, "a JPEG 2000 image"},
        Format{"\xff\x4f\xff\x51\0\x2f"s, "a JPEG 2000 image"},
        Format{"\0\0\0\x0cJXL \r\n\x87\n"s, "a JPEG XL image"},
        Format{"\xff\x0a\xfa\x7f\x01"s, "a JPEG XL image"}, Format{"P6\n160 120\n255\n"s, "PPM"},
        Format{"P5 160 120 255 "s, "PGM"}, Format{"P5\n# made by a camera\n"s, "PGM"},
        Format{"8BPS\0\1"s, "a Photoshop image"}, Format{"qoif\0\0\0\xa0"s, "a QOI image"},
        Format{"\x76\x2f\x31\x01\x02\0\0\0"s, "an OpenEXR image"},
        Format{"#?RADIANCE\n"s, "a Radiance image"},
        Format{"\x59\xa6\x6a\x95\0\0"s, "a Sun raster image"},
        Format{"PF\n160 120\n"s, "a PFM image"},
        Format{"\x93NUMPY\1\0\x76\0{'descr': '|u1'"s, "a NumPy .npy file"},
        Format{"%PDF-1.7\n"s, "a PDF document"}, Format{"PK\3\4\x14\0\0\0"s, "a zip archive"},
        Format{"\x1f\x8b\x08\0\0\0\0\0"s, "a gzip archive"},
        Format{"\x28\xb5\x2f\xfd\x04"s, "a zstd archive"},
        Format{"7z\xbc\xaf\x27\x1c\0\4"s, "a 7z archive"},
        Format{"\x1a\x45\xdf\xa3\x93\x42"s, "a Matroska or WebM film"},
        Format{"OggS\0\2"s, "an Ogg film"}, Format{"FLV\1\5"s, "an FLV film"},
        Format{"\0\0\0\1\x67\x42\xc0\x1f"s, "an H.264 or H.265 stream"},
        Format{"\0\0\1\x65\x88"s, "an H.264 or H.265 stream"},
        Format{"\0\0\0\1\x40\1\x0c\1"s, "an H.264 or H.265 stream"},
        Format{"<!DOCTYPE html><html><body>404"s, "an HTML page"},
        Format{"\n <html lang=en>"s, "an HTML page"},
        Format{"<svg xmlns='http://www.w3.org/2000/svg'>"s, "an SVG drawing"},
        Format{"\xef\xbb\xbf<?xml version='1.0'?>\n<svg width='9'>"s, "an SVG drawing"},
        Format{"<?xml version='1.0'?>\n<Error>"s, "XML text"}));

TEST(ImageTeacherTest, FormatsThatPixelsBeginLikeTooAreNamedWhenNoSizeFits) {
  expect_both("\0\0\1\0\1\0\x10\x10\0\0\1\0\x20\0\x04\0\0\0\x16\0\0\0\1\2\3\4"s, Code::kOtherFormat,
              "an ICO image");
  expect_both("\x80\4\x95\x2e\xe1\0\0\0\0\0\0\x8c."s, Code::kOtherFormat, "a Python pickle");
  std::string film = "\0\0\0\1\x67\x42"s + std::string(5000, '\7');
  expect_both(film, Code::kOtherFormat, "an H.264 or H.265 stream");
  film.resize(57600);
  expect_both(film, Code::kRawPixels, "raw 160x120 BGR pixels");
}

// As NumPy prints them, in the middle of a line or with "..." where it leaves something out.
TEST(ImageTeacherTest, PrintedArraysAreExplained) {
  std::string long_list = "[";
  for (int i = 0; i < 200; ++i) {
    long_list += std::to_string(i) + ", ";
  }
  for (const std::string& array :
       {"[[[ 12  13  14]\n  [ 12  13  14]\n  [ 13  14  15]"s, "[[[0 2 0]\n  [0 2 0]\n  ...\n"s,
        "array([[[ 12,  13,  14],\n        [ 12,  13,  14],\n        ...,\n"s,
        "array([255, 216, 255], dtype=uint8)"s, "[[0.1 0.2]\n [1.e-3 nan]]"s,
        "array([[[0.00000000e+00, 7.84313725e-03"s, "[[ True False]\n [False  True]]"s,
        "[[255,216,255],[0,1,2]]"s, "[255,216,255,224,0,16]"s, "[...]"s, long_list,
        "255,216,255,224,0,16,74,70"s, "255 216 255 224"s, "tensor([[[0.1, 0.2]]], device='"s,
        "Uint8Array(3) [ 255, 216, 255 ]"s, "{\"0\":255,\"1\":216,\"2\":255}"s,
        "{\"type\":\"Buffer\",\"data\":[255,216,255]}"s}) {
    expect_refusal(Way::kText, array, Code::kArrayText,
                   "printed as text, not an image file: encode first, e.g. ok, buf = "
                   "cv2.imencode('.jpg', img), then send base64.b64encode(buf).decode('ascii')");
    expect_refusal(Way::kFile, array, Code::kArrayText, "then send buf.tobytes()");
    expect_refusal(Way::kText, base64(array), Code::kArrayText, "printed as text");
    expect_refusal(Way::kText, "data:image/jpeg;base64," + array, Code::kArrayText,
                   "printed as text");
  }
}

TEST(ImageTeacherTest, PrintedBytesAreExplained) {
  const std::string letters = base64(jpeg());
  for (const std::string& printed :
       {"b'" + letters + "'", "b\"" + letters + "\"", "bytearray(b'" + letters + "')",
        "b'\\xff\\xd8\\xff\\xe0\\x00\\x10JFIF'"s, "bytearray(b'\\xff\\xd8')"s,
        " b'data:image/jpeg;base64," + letters + "'"}) {
    expect_refusal(Way::kText, printed, Code::kPythonRepr,
                   "this is b'...', Python's way to print bytes: make text of Base64 with "
                   ".decode(), e.g. base64.b64encode(buf).decode('ascii')");
    expect_refusal(Way::kText, "data:image/jpeg;base64," + printed, Code::kPythonRepr, ".decode()");
    expect_refusal(Way::kFile, printed, Code::kPythonRepr, "send the bytes themselves");
    expect_refusal(Way::kText, base64(printed), Code::kTooMuchBase64, "this is Base64 of b'...'");
  }
  for (const std::string_view object :
       {"<memory at 0x7f2c1c0>", "<_io.BytesIO object at 0x7f8>",
        "<PIL.Image.Image image mode=RGB size=9x9 at 0x7F2>", "<built-in method tobytes of x>"}) {
    expect_refusal(Way::kText, object, Code::kPythonRepr, "Python's name for an object");
    expect_refusal(Way::kFile, object, Code::kPythonRepr, "buf.getvalue()");
  }
  expect_refusal(Way::kText, "[object Blob]", Code::kNoImage, "canvas.toDataURL");
  expect_refusal(Way::kText, "<Buffer ff d8 ff e0 00 10>", Code::kNoImage, "JavaScript's name");
  expect_refusal(Way::kFile, "[object ArrayBuffer]", Code::kNoImage, "arrayBuffer()");
}

TEST(ImageTeacherTest, Base64OfBase64IsExplained) {
  const std::string raw = base64(picture_pixels(160, 120, 3));
  for (const std::string& once : {base64(jpeg()), base64(png()), raw, base64(jpeg()).substr(0, 99),
                                  '"' + base64(jpeg()) + '"'}) {
    expect_refusal(Way::kText, base64(once), Code::kTooMuchBase64,
                   "this is Base64 of Base64: encode the file's bytes, and once");
    expect_refusal(Way::kFile, once, Code::kTooMuchBase64,
                   "this is Base64 text where the file's bytes belong: send those, e.g. with curl "
                   "-T picture.jpg or --data-binary @picture.jpg");
  }
  const std::string uri = "data:image/jpeg;base64," + base64(jpeg());
  expect_refusal(Way::kText, base64(uri), Code::kTooMuchBase64, "this is Base64 of a data URI");
  expect_refusal(Way::kFile, uri, Code::kTooMuchBase64, "this is a data URI where");
}

TEST(ImageTeacherTest, WhatIsNoBase64IsToldWhereAndWhy) {
  const std::string letters = base64(jpeg());
  const std::string spoiled = letters.substr(0, 50) + "!" + letters.substr(50);
  const std::string uri = "data:image/jpeg;base64,";
  const auto expect = [](const std::string& text, std::string_view part) {
    expect_refusal(Way::kText, text, Code::kNotBase64, part);
  };
  expect(spoiled, "data has '!' at offset 50, which is no letter of Base64: send");
  expect(uri + spoiled, "data has '!' at offset 73");
  expect("abc\x07", "data has \\x07 at offset 3");
  expect(letters.substr(0, 401),
         "one letter of Base64 is left over at offset 400, and a byte needs two");
  expect("/9j/4A==" + letters, "Base64 goes on at offset 8 behind its padding");
  expect(uri + uri + letters, "the data URI's head is there twice");
  expect("image/jpeg;base64," + letters, "data: is missing");
  expect("%2F9j%2F4AAQ", "percent-encoding");
  expect('"' + letters + '"', "quotation marks");
  expect(letters.substr(0, 76) + "\\n" + letters.substr(76), "escaped twice");
  expect("{\"data\":\"/9j/\"}", "JSON inside of JSON");
  for (const std::string_view name :
       {"picture.jpg", "/home/pi/Picture.PNG", "http://camera/now", "blob:http://a/1-2"}) {
    expect(std::string(name), "name or the address of a file");
    expect_refusal(Way::kFile, name, Code::kNoImage, "name or the address of a file");
  }
}

TEST(ImageTeacherTest, HexadecimalTextIsNamed) {
  const std::string pixels = as_string(picture_pixels(16, 12, 3));
  for (const std::string& digits :
       {hexadecimal(jpeg()), hexadecimal(png()), "0x" + hexadecimal(jpeg()),
        hexadecimal(jpeg(), "\\x"), hexadecimal(jpeg(), "", ":"), hexadecimal(jpeg(), "", " "),
        hexadecimal(jpeg(), "0x", ", "), "FFD8FFE000104A4649460001"s, hexadecimal(pixels)}) {
    expect_refusal(Way::kText, digits, Code::kNotBase64,
                   "this is text of hexadecimal digits: instead of .hex() send "
                   "base64.b64encode(buf).decode('ascii')");
    expect_refusal(Way::kFile, digits, Code::kNoImage, "send the bytes themselves");
  }
}

TEST(ImageTeacherTest, DataUrisThatAreNoneOfBase64AreExplained) {
  for (const std::string& uri : {"data:image/jpeg," + base64(jpeg()), "data:image/jpeg;base64"s,
                                 "data:"s, "data:image/jpeg;base64;" + base64(jpeg()), "data:,"s,
                                 "data:text/plain,hello"s, "data:image/jpeg;charset=utf-8,/9j/"s}) {
    expect_refusal(Way::kText, uri, Code::kWrongType,
                   "this data URI is not of Base64: write data:image/jpeg;base64, and behind");
  }
  expect_refusal(Way::kText, "data:image/svg+xml,%3Csvg", Code::kOtherFormat, "an SVG drawing");
  expect_refusal(Way::kText, "data:image/svg+xml;utf8,<svg>", Code::kOtherFormat, "an SVG drawing");
}

TEST(ImageTeacherTest, DataUrisOfAnotherTypeAreExplained) {
  for (const std::string_view type :
       {"image/png", "image/webp", "text/plain", "application/octet-stream", ""}) {
    expect_refusal(Way::kText, "data:" + std::string(type) + ";base64," + base64(jpeg()),
                   Code::kWrongType,
                   "the data URI says another type than the file has, which is a JPEG: write "
                   "data:image/jpeg;base64,");
  }
  expect_refusal(Way::kText, "data:image/jpg;base64," + base64(png()), Code::kWrongType,
                 "which is a PNG: write data:image/png;base64,");
  // What it is, is the better thing to say.
  expect_refusal(Way::kText, "data:image/webp;base64," + base64("RIFF\x24\1\0\0WEBPVP8 "s),
                 Code::kOtherFormat, "a WebP image");
}

TEST(ImageTeacherTest, WhatAnImageWasPackedIntoIsNamed) {
  expect_refusal(Way::kFile, "--b\r\nContent-Disposition: form-data; name=\"f\"\r\n\r\n" + jpeg(),
                 Code::kNoImage, "this is a form");
  expect_refusal(Way::kFile, "{\"type\":\"frame\",\"data\":\"/9j/4AAQ\"}", Code::kNoImage,
                 "this is JSON, and an image file belongs here");
}

TEST(ImageTeacherTest, NoSentenceRepeatsWhatWasSent) {
  const std::string secret = "sesame-open";
  for (const std::string& content :
       {secret, "data:" + secret + ";base64," + base64(jpeg()), "data:" + secret + "," + secret,
        "b'" + secret + "'", "<" + secret + " at 0x1>", "http://" + secret, secret + ".jpg",
        "[object " + secret + "]", base64(secret), '"' + secret, "{\"" + secret + "\":1}"}) {
    for (const Way way : {Way::kFile, Way::kText}) {
      const auto result = checked(way, content, {.size = {}, .mime = secret});
      ASSERT_TRUE(result.has_error());
      expect_good_sentence(result.error().reason);
      EXPECT_EQ(result.error().reason.find("sesame"), std::string::npos) << result.error().reason;
    }
  }
  const auto result = checked(Way::kFile, jpeg(), {.size = {}, .mime = secret});
  ASSERT_TRUE(result.has_error());
  EXPECT_EQ(result.error().reason.find("sesame"), std::string::npos);
}

// Every flaw of the two walks, in a sentence around it.
TEST(ImageTeacherTest, EverySentenceIsShort) {
  const StatedImage large{.size = Size{65535, 65535}, .mime = "image/png"};
  std::mt19937 random(2026);
  for (const std::string& whole : {jpeg(), png(), as_string(colour_image())}) {
    for (std::size_t place = 0; place < whole.size(); ++place) {
      std::string changed = whole;
      changed[place] = static_cast<char>(random() & 255);
      for (const Way way : {Way::kFile, Way::kText}) {
        const auto result = checked(way, way == Way::kFile ? changed : base64(changed), large);
        if (!result) {
          expect_good_sentence(result.error().reason);
        }
      }
    }
  }
}

TEST(ImageTeacherTest, ASizeThatNobodyCanHaveIsNoMatter) {
  for (const Size size :
       {Size{0, 0}, Size{-160, -120}, Size{2147483647, 2147483647}, Size{65536, 1}, Size{1, 0}}) {
    expect_both("\1\2\3\4"s, Code::kNoImage, "this begins with 01 02 03 04",
                {.size = size, .mime = {}});
  }
}

}  // namespace
}  // namespace freshframe
