#include "publish/image_teacher.h"

#include <algorithm>
#include <optional>
#include <string>
#include <vector>

#include "publish/ascii_text.h"
#include "publish/damaged_file.h"
#include "publish/image_type.h"
#include "publish/other_format.h"
#include "publish/plain_numbers.h"
#include "publish/printed_text.h"
#include "publish/raw_pixels.h"

namespace freshframe {

namespace {

using namespace std::string_view_literals;
using Code = ProtocolError::Code;

/// What is looked at.
enum class Place {
  kFile,     // what a way for bytes brought
  kText,     // what a way for text brought, which should be Base64
  kDecoded,  // what that Base64 holds
};

constexpr std::string_view kEncodeFirst = "encode first, e.g. ok, buf = cv2.imencode('.jpg', img)";

std::string joined(std::initializer_list<std::string_view> parts) {
  std::string sentence;
  for (const std::string_view part : parts) {
    sentence += part;
  }
  return sentence;
}

// How the result of cv2.imencode is sent in the way that was taken.
std::string_view what_to_send(Place place) {
  return place == Place::kFile ? "buf.tobytes()"sv : "base64.b64encode(buf).decode('ascii')"sv;
}

ImageRefusal nothing() {
  return {Code::kNoImage,
          "there is nothing in it: send a JPEG or PNG file; see whether reading the picture, or "
          "encoding it, had failed"};
}

ImageRefusal raw_pixels(const RawPixels& pixels, std::size_t size_bytes) {
  const std::string beginning =
      joined({"this is ", byte_count(size_bytes), ", which fits raw ",
              std::to_string(pixels.size.width_px), "x", std::to_string(pixels.size.height_px), " ",
              pixels.number, pixels.channels, " pixels, not an image file: "});
  switch (pixels.kind) {
    case RawPixels::Kind::kBytes:
    case RawPixels::Kind::kTwoBytes:
      break;
    case RawPixels::Kind::kYuv420:
      return {Code::kRawPixels,
              beginning +
                  "make BGR of them with cv2.cvtColor, then encode, e.g. ok, buf = "
                  "cv2.imencode('.jpg', img)"};
    case RawPixels::Kind::kUnitFloats:
      return {Code::kRawPixels,
              beginning +
                  "encode first, e.g. ok, buf = cv2.imencode('.jpg', (img * 255).astype('uint8'))"};
    case RawPixels::Kind::kFloats:
      return {Code::kRawPixels,
              beginning + "encode first, e.g. ok, buf = cv2.imencode('.jpg', img.astype('uint8'))"};
  }
  return {Code::kRawPixels, beginning + std::string(kEncodeFirst)};
}

ImageRefusal other_format(const OtherFormat& format) {
  const std::string beginning =
      joined({"this is ", format.name, ", and a JPEG or PNG file belongs here: "});
  switch (format.kind) {
    case OtherFormat::Kind::kImage:
      return {Code::kOtherFormat, beginning +
                                      "encode it anew, e.g. with cv2.imencode('.jpg', img) "
                                      "or Pillow's im.save(buf, 'JPEG')"};
    case OtherFormat::Kind::kFilm:
      return {Code::kOtherFormat, beginning +
                                      "send single pictures, e.g. cv2.imencode('.jpg', img) "
                                      "of each, or what ffmpeg -f mpjpeg makes"};
    case OtherFormat::Kind::kArray:
      return {Code::kOtherFormat,
              beginning + "encode the array that is in it, e.g. cv2.imencode('.jpg', img)"};
    case OtherFormat::Kind::kArchive:
      return {Code::kOtherFormat, beginning + "unpack it and send the image file that is in it"};
    case OtherFormat::Kind::kDocument:
      break;
  }
  return {Code::kOtherFormat, beginning +
                                  "draw it to pixels first, or, if it is an error page, "
                                  "see why the picture could not be fetched"};
}

/// What programs print in place of what they should have sent.
std::optional<ImageRefusal> explain_printed(std::string_view text, Place place) {
  const std::string_view send = what_to_send(place);
  if (is_printed_array(text)) {
    return ImageRefusal{Code::kArrayText,
                        joined({"this is an array of pixels printed as text, not an image file: ",
                                kEncodeFirst, ", then send ", send})};
  }
  if (is_printed_bytes(text)) {
    if (place == Place::kDecoded) {
      return ImageRefusal{
          Code::kTooMuchBase64,
          joined({"this is Base64 of b'...', Python's way to print bytes: encode the "
                  "file's own bytes, and once, e.g. ",
                  send})};
    }
    const std::string_view advice = place == Place::kFile
                                        ? "send the bytes themselves and no str() of them, e.g. "sv
                                        : "make text of Base64 with .decode(), e.g. "sv;
    return ImageRefusal{Code::kPythonRepr,
                        joined({"this is b'...', Python's way to print bytes: ", advice, send})};
  }
  if (is_scripts_object(text)) {
    return ImageRefusal{
        Code::kNoImage,
        joined({"this is JavaScript's name for an object, not its content: send ",
                place == Place::kFile ? "the blob itself, or its arrayBuffer()"sv
                                      : "for example canvas.toDataURL('image/jpeg')"sv})};
  }
  if (is_printed_object(text)) {
    return ImageRefusal{
        Code::kPythonRepr,
        joined({"this is Python's name for an object, not its content: send the "
                "bytes in it, e.g. ",
                place == Place::kFile ? "buf.getvalue() of a BytesIO"sv
                                      : "base64.b64encode(buf.getvalue()).decode('ascii')"sv})};
  }
  if (is_printed_nothing(text)) {
    return ImageRefusal{Code::kNoImage,
                        "this is a program's word for nothing: see whether reading the picture, or "
                        "encoding it, had failed"};
  }
  if (is_printed_hex(text)) {
    return ImageRefusal{place == Place::kFile ? Code::kNoImage : Code::kNotBase64,
                        joined({"this is text of hexadecimal digits: instead of .hex() send ",
                                place == Place::kFile ? "the bytes themselves"sv : send})};
  }
  if (is_name_of_file(text)) {
    return ImageRefusal{
        place == Place::kText ? Code::kNotBase64 : Code::kNoImage,
        joined({"this is the name or the address of a file: send what is in it, e.g. "
                "of open(name, 'rb').read()",
                place == Place::kFile ? ""sv : ", as Base64"sv})};
  }
  return std::nullopt;
}

bool has_letter_between(std::string_view text, char first, char last) {
  return std::any_of(text.begin(), text.end(),
                     [&](char letter) { return letter >= first && letter <= last; });
}

/// Text that is Base64 from end to end, and no picture without contrast whose bytes are letters.
bool is_base64_text(std::string_view text) {
  constexpr std::size_t kLettersLeast = 24;
  const std::string_view letters = trimmed(text);
  if (letters.size() < kLettersLeast) {
    return false;
  }
  std::vector<std::byte> decoded(base64_decoded_size_most(letters.size()));
  const auto size = base64_decode(letters, decoded.data());
  if (!size) {
    return false;
  }
  const char first = letters.front();
  if (letters.find_first_not_of(first) == std::string_view::npos) {
    // Of a black or a white picture. Other letters are themselves a grey one.
    return first == 'A' || first == '/';
  }
  // Neighbouring pixels are not now of the one and now of the other; and what they decode to is
  // noise.
  return (has_letter_between(letters, 'A', 'Z') && has_letter_between(letters, 'a', 'z')) ||
         look_like_pixels(std::span(decoded).first(*size));
}

/// As above, of a JPEG or PNG file, and perhaps cut short, in quotation marks or otherwise spoiled.
bool is_base64_of_image(std::string_view text) {
  constexpr std::size_t kLooked = 24;
  std::string_view letters = trimmed(text).substr(0, kLooked);
  if (letters.starts_with('"') || letters.starts_with('\'')) {
    letters.remove_prefix(1);
  }
  std::vector<std::byte> decoded(base64_decoded_size_most(letters.size()));
  const auto size = base64_decode(letters, decoded.data());
  return size && *size > 2 && type_of_file(std::span(decoded).first(*size)) != ImageType::kOther;
}

std::optional<ImageRefusal> explain_base64(std::string_view text, Place place) {
  const bool is_uri = split_data_uri(text).has_value();
  if (!is_uri && !is_base64_of_image(text) && !is_base64_text(text)) {
    return std::nullopt;
  }
  if (place == Place::kFile) {
    return ImageRefusal{Code::kTooMuchBase64,
                        joined({is_uri ? "this is a data URI"sv : "this is Base64 text"sv,
                                " where the file's bytes belong: send those, e.g. with curl -T "
                                "picture.jpg or --data-binary @picture.jpg"})};
  }
  return ImageRefusal{
      Code::kTooMuchBase64,
      joined({is_uri ? "this is Base64 of a data URI"sv : "this is Base64 of Base64"sv,
              ": encode the file's bytes, and once, e.g. ", what_to_send(place)})};
}

/// What else than a file people put into the body of a request.
std::optional<ImageRefusal> explain_wrapped(std::string_view text) {
  constexpr std::size_t kLooked = 512;
  const std::string_view beginning = text.substr(0, kLooked);
  if (beginning.starts_with("--") &&
      beginning.find("Content-Disposition") != std::string_view::npos) {
    return ImageRefusal{Code::kNoImage,
                        "this is a form, as curl -F and a page's upload make it: send the file's "
                        "bytes alone, e.g. with curl -T picture.jpg"};
  }
  const std::string_view json = trimmed(beginning);
  if (json.size() > 2 && json.front() == '{' && is_text(json) &&
      trimmed(json.substr(1)).starts_with('"')) {
    return ImageRefusal{
        Code::kNoImage,
        "this is JSON, and an image file belongs here: send the file's bytes alone"};
  }
  return std::nullopt;
}

ImageRefusal unknown(std::span<const std::byte> bytes) {
  const std::string first = first_as_hex(bytes, 4);
  if (is_text(as_text(bytes))) {
    return {Code::kNoImage, joined({"this is text of ", byte_count(bytes.size()),
                                    ", not an image file: send a JPEG or PNG file, e.g. what "
                                    "cv2.imencode('.jpg', img) makes"})};
  }
  if (look_like_pixels(bytes)) {
    return {Code::kRawPixels,
            joined({"this begins with ", first,
                    ", not as a JPEG (ff d8 ff) or a PNG (89 50 4e 47) does, and looks like raw "
                    "pixels: ",
                    kEncodeFirst})};
  }
  return {Code::kNoImage, joined({"this begins with ", first,
                                  ", a JPEG with ff d8 ff and a PNG with 89 50 4e 47: send one of "
                                  "these, e.g. what cv2.imencode('.jpg', img) makes"})};
}

ImageRefusal explain_bytes(std::span<const std::byte> bytes, const StatedImage& stated,
                           Place place) {
  if (bytes.empty() || trimmed(as_text(bytes)).empty()) {
    return nothing();
  }
  if (const auto format = recognise_format(bytes)) {
    return other_format(*format);
  }
  const std::string_view text = as_text(bytes);
  if (auto refusal = explain_printed(text, place)) {
    return *std::move(refusal);
  }
  if (auto refusal = explain_wrapped(text)) {
    return *std::move(refusal);
  }
  if (const auto type = type_of_file_in_utf8(bytes)) {
    return {Code::kBrokenImage,
            joined({"this was a ", name_of(*type),
                    ", and was destroyed when its bytes were taken for text: read and send it as "
                    "bytes, e.g. open(name, 'rb')"})};
  }
  // What the publisher said of the array is better than what may be by chance, and an array whose
  // bytes are all letters is less probable than Base64, which is as long as some other array.
  const auto stated_pixels =
      stated.size ? fit_pixels(bytes, *stated.size) : std::optional<RawPixels>();
  if (stated_pixels) {
    return raw_pixels(*stated_pixels, bytes.size());
  }
  if (auto refusal = explain_base64(text, place)) {
    return *std::move(refusal);
  }
  if (const auto pixels = fit_common_pixels(bytes)) {
    return raw_pixels(*pixels, bytes.size());
  }
  if (const auto format = guess_format(bytes)) {
    return other_format(*format);
  }
  if (const auto later = find_later_image(bytes)) {
    return {Code::kNoImage,
            joined({"a ", name_of(later->type), " begins at byte ", grouped(later->offset),
                    " of this: send it without what is in front of it"})};
  }
  return unknown(bytes);
}

std::string_view why_foreign(std::string_view base64, const Base64Flaw& flaw) {
  constexpr std::string_view kUsual =
      "send base64.b64encode(buf).decode('ascii'), e.g. of ok, buf = cv2.imencode('.jpg', img)";
  if (split_data_uri(base64)) {
    return "the data URI's head is there twice";
  }
  if (begins_but_for_case(base64, "image/") && flaw.byte == ';') {
    return "data: is missing at the beginning of the data URI";
  }
  switch (flaw.byte) {
    case '%':
      return "undo the URL's percent-encoding first";
    case '\\':
      return "line breaks or slashes were escaped twice";
    case '"':
    case '\'':
      return "leave out the quotation marks";
    case '{':
      return flaw.offset == 0 ? "this is JSON inside of JSON: send the Base64 alone" : kUsual;
    default:
      break;
  }
  return flaw.byte >= 0x80 ? "these are bytes sent as text: send base64.b64encode(buf)"
                             ".decode('ascii')"
                           : kUsual;
}

}  // namespace

ImageRefusal explain_file(std::span<const std::byte> bytes, const StatedImage& stated) {
  return explain_bytes(bytes, stated, Place::kFile);
}

ImageRefusal explain_text(std::string_view text, std::string_view base64, const Base64Flaw& flaw) {
  const auto bytes = std::as_bytes(std::span(base64));
  if (const auto format = recognise_format(bytes)) {
    return other_format(*format);
  }
  if (auto refusal = explain_printed(base64, Place::kText)) {
    return *std::move(refusal);
  }
  const std::string offset =
      grouped(flaw.offset + static_cast<std::size_t>(base64.data() - text.data()));
  switch (flaw.kind) {
    case Base64Flaw::Kind::kForeignLetter:
      break;
    case Base64Flaw::Kind::kLoneLetter:
      return {Code::kNotBase64, joined({"one letter of Base64 is left over at offset ", offset,
                                        ", and a byte needs two: the text was cut short, send all "
                                        "of it"})};
    case Base64Flaw::Kind::kPaddingInside:
      return {Code::kNotBase64, joined({"Base64 goes on at offset ", offset,
                                        " behind its padding: encode the whole file at once, not "
                                        "its parts one by one"})};
  }
  return {Code::kNotBase64,
          joined({"data has ", as_letter(flaw.byte), " at offset ", offset,
                  ", which is no letter of Base64: ", why_foreign(base64, flaw)})};
}

ImageRefusal explain_plain_uri(const DataUri& uri) {
  if (const auto format = recognise_format(std::as_bytes(std::span(uri.content)))) {
    return other_format(*format);
  }
  if (equal_but_for_case(uri.type, "image/svg+xml")) {
    return other_format({"an SVG drawing", OtherFormat::Kind::kDocument});
  }
  return {Code::kWrongType,
          "this data URI is not of Base64: write data:image/jpeg;base64, and behind the comma the "
          "JPEG file as Base64, or that Base64 alone"};
}

ImageRefusal explain_decoded(std::string_view base64, std::span<const std::byte> decoded,
                             const StatedImage& stated) {
  // Words and digits are letters of Base64 too.
  if (auto refusal = explain_printed(base64, Place::kText)) {
    return *std::move(refusal);
  }
  return explain_bytes(decoded, stated, Place::kDecoded);
}

}  // namespace freshframe
