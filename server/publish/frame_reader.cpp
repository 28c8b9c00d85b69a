#include "publish/frame_reader.h"

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <span>
#include <utility>

#include <nlohmann/json.hpp>

#include "base/utf8.h"
#include "message/inflate_message.h"
#include "message/json_reading.h"
#include "publish/frame_text.h"
#include "publish/publish_limits.h"

namespace freshframe {

namespace {

using Json = nlohmann::json;
using Code = ProtocolError::Code;

constexpr std::int64_t kMostMicroseconds = (std::int64_t{1} << 53) - 1;  // proto/README.md

/// What a publisher says of a frame beside the picture.
struct FrameHead {
  FrameInfo info;
  std::optional<UnixTime> captured;
  std::optional<Size> size;
  std::string mime;

  StatedImage stated() const { return {size, mime}; }
};

std::optional<std::int64_t> whole_number(const Json& head, const char* name, std::int64_t most) {
  const Json* const member = find_member(head, name);
  if (member == nullptr || member->is_null()) {
    return std::nullopt;
  }
  if (!member->is_number_unsigned() ||
      member->get<std::uint64_t>() > static_cast<std::uint64_t>(most)) {
    throw RefusedMessage{Code::kBadShape, std::string("\"") + name +
                                              "\" must be a whole number from 0 to " +
                                              std::to_string(most) + ", or left out"};
  }
  return member->get<std::int64_t>();
}

std::optional<float> number(const Json& head, const char* name) {
  const Json* const member = find_member(head, name);
  if (member == nullptr || member->is_null()) {
    return std::nullopt;
  }
  constexpr double kMost = std::numeric_limits<float>::max();
  const double value = member->is_number() ? member->get<double>() : -1;
  if (!(value >= 0 && value <= kMost)) {
    throw RefusedMessage{Code::kBadShape,
                         std::string("\"") + name + "\" must be a number from 0 up, or left out"};
  }
  return static_cast<float>(value);
}

std::string text_or_nothing(const Json& head, const char* name) {
  const Json* const member = find_member(head, name);
  if (member == nullptr || member->is_null()) {
    return {};
  }
  if (!member->is_string()) {
    throw RefusedMessage{Code::kBadShape,
                         std::string("\"") + name + "\" must be a string, or left out"};
  }
  return member->get<std::string>();
}

FrameHead read_head(const Json& head, const std::string& camera) {
  const std::string type = text_or_nothing(head, "type");
  if (!type.empty() && type != "frame") {
    throw RefusedMessage{Code::kUnknownType,
                         "what is larger than 4096 bytes, or binary, can only be a frame: its "
                         "\"type\" must be frame"};
  }
  const std::string named = text_or_nothing(head, "camera");
  if (!named.empty() && named != camera) {
    throw RefusedMessage{Code::kNotPublishing, "this connection publishes to the camera " + camera +
                                                   "; leave \"camera\" out or name that one"};
  }
  FrameHead read;
  if (const auto time = whole_number(head, "captured_us", kMostMicroseconds)) {
    read.captured = UnixTime{std::chrono::microseconds{*time}};
  }
  if (const auto time = whole_number(head, "exposure_us", kMostMicroseconds)) {
    read.info.exposure_time = std::chrono::microseconds{*time};
  }
  read.info.analogue_gain = number(head, "analogue_gain");
  read.info.lens_position_dioptres = number(head, "lens_position_dioptres");
  constexpr std::int64_t kMostPixels = 1'000'000;
  const auto width = whole_number(head, "width", kMostPixels);
  const auto height = whole_number(head, "height", kMostPixels);
  if (width && height) {
    read.size = Size{static_cast<int>(*width), static_cast<int>(*height)};
  }
  read.mime = text_or_nothing(head, "mime");
  return read;
}

/// Without a time of its own it is the one that came beside it, or that of its arrival.
FrameInfo completed(const FrameHead& head, const CheckedImage& image,
                    const Submission& submission) {
  FrameInfo info = head.info;
  info.captured = head.captured.value_or(submission.captured.value_or(submission.arrived));
  info.width_px = image.width_px;
  info.height_px = image.height_px;
  return info;
}

CheckedImage accepted(boost::system::result<CheckedImage, ImageRefusal> checked) {
  if (!checked) {
    throw RefusedMessage{checked.error().code, checked.error().reason};
  }
  return *checked;
}

bool begins_with_an_image(std::string_view message) {
  return message.starts_with("\xff\xd8") || message.starts_with("\x89PNG");
}

}  // namespace

boost::system::result<PublishedFrame, ProtocolError> FrameReader::read(
    const Submission& submission) {
  id_json_.clear();
  try {
    return read_or_throw(submission);
  } catch (const RefusedMessage& refused) {
    return ProtocolError{refused.code, refused.reason, "frame", id_json_};
  }
}

PublishedFrame FrameReader::read_or_throw(const Submission& submission) {
  std::string_view content = submission.bytes;
  if (submission.is_deflated) {
    auto inflated = inflate_message(content, kMostPublishedBytes, kMostPublishedBytes);
    if (!inflated) {
      throw inflated.error() == InflateError::kCorrupt
          ? RefusedMessage{Code::kNotJson, "the message is compressed, and cannot be inflated"}
          : RefusedMessage{Code::kImageTooLarge, "a frame may have at most 8 MiB, inflated too"};
    }
    inflated_ = std::move(*inflated);
    content = inflated_;
    if (submission.form == Submission::Form::kText && !is_utf8(content)) {
      throw RefusedMessage{Code::kNotJson, "a message must be one JSON object in UTF-8"};
    }
  }
  switch (submission.form) {
    case Submission::Form::kText:
      return read_text(content, submission);
    case Submission::Form::kBinary:
      return read_binary(content, submission);
    case Submission::Form::kFile:
      break;
  }
  const CheckedImage image = accepted(check_.check_file(std::as_bytes(std::span(content)), {}));
  return {completed({}, image, submission), image};
}

PublishedFrame FrameReader::read_text(std::string_view text, const Submission& submission) {
  const FrameText parts = split_frame_text(text);
  if (parts.head.size() > kMostHeadBytes) {
    throw RefusedMessage{Code::kBadShape,
                         "a frame is a JSON object whose picture is in \"data\", a string; the "
                         "rest of it may have 4096 bytes"};
  }
  const Json members = parse_json_object(parts.head);
  id_json_ = id_of(members);
  const FrameHead head = read_head(members, camera_);
  if (!parts.data) {
    throw RefusedMessage{Code::kBadShape, "\"data\" must be the image file as Base64, a string"};
  }
  std::string_view data = *parts.data;
  if (data.find('\\') != std::string_view::npos) {
    const Json unescaped = Json::parse("\"" + std::string(data) + "\"", nullptr, false);
    if (!unescaped.is_string()) {
      throw RefusedMessage{Code::kNotJson, "a message must be one JSON object in UTF-8"};
    }
    unescaped_ = unescaped.get<std::string>();
    data = unescaped_;
  }
  const CheckedImage image = accepted(check_.check_text(data, head.stated()));
  return {completed(head, image, submission), image};
}

PublishedFrame FrameReader::read_binary(std::string_view message, const Submission& submission) {
  constexpr std::size_t kLengthBytes = 4;
  std::uint32_t head_size = 0;
  for (const char byte : message.substr(0, kLengthBytes)) {
    head_size = head_size << 8 | static_cast<std::uint8_t>(byte);
  }
  // An image file would be a head of gigabytes. What is neither is checked as a file, which says
  // best what it is.
  const std::string_view rest = message.substr(std::min(kLengthBytes, message.size()));
  if (begins_with_an_image(message) || head_size > rest.size() || !rest.starts_with('{')) {
    const CheckedImage image = accepted(check_.check_file(std::as_bytes(std::span(message)), {}));
    return {completed({}, image, submission), image};
  }
  if (head_size > kMostHeadBytes) {
    throw RefusedMessage{Code::kBadShape, "a binary frame's head may have 4096 bytes"};
  }
  const Json members = parse_json_object(rest.substr(0, head_size));
  id_json_ = id_of(members);
  const FrameHead head = read_head(members, camera_);
  const auto file = std::as_bytes(std::span(rest.substr(head_size)));
  const CheckedImage image = accepted(check_.check_file(file, head.stated()));
  return {completed(head, image, submission), image};
}

}  // namespace freshframe
