#include "message/client_message.h"

#include <limits>
#include <string>
#include <utility>

#include "message/json_reading.h"
#include "message/read_control_changes.h"

namespace freshframe {

namespace {

using Code = ProtocolError::Code;
using Json = nlohmann::json;

constexpr double kMaxFps = 1000;

std::string camera_of(const Json& message) {
  const Json* const camera = find_member(message, "camera");
  if (camera == nullptr || !camera->is_string()) {
    throw RefusedMessage{Code::kBadShape, "\"camera\" must be a camera's name, a string"};
  }
  return camera->get<std::string>();
}

std::optional<double> max_fps_of(const Json& message) {
  const Json* const max_fps = find_member(message, "max_fps");
  if (max_fps == nullptr) {
    return std::nullopt;
  }
  const double value = max_fps->is_number() ? max_fps->get<double>() : -1;
  if (!(value >= 0 && value <= kMaxFps)) {
    throw RefusedMessage{Code::kBadShape, "\"max_fps\" must be a number from 0 (paused) to 1000"};
  }
  return value;
}

std::uint64_t sequence_of(const Json& message) {
  const Json* const sequence = find_member(message, "sequence");
  if (sequence == nullptr || !sequence->is_number_unsigned()) {
    throw RefusedMessage{Code::kBadShape,
                         "\"sequence\" must be a frame's, a whole number from 0 up"};
  }
  return sequence->get<std::uint64_t>();
}

std::int64_t client_time_of(const Json& message) {
  constexpr std::uint64_t kMost = std::numeric_limits<std::int64_t>::max();
  const Json* const time = find_member(message, "client_time_us");
  if (time == nullptr || !time->is_number_integer() ||
      (time->is_number_unsigned() && time->get<std::uint64_t>() > kMost)) {
    throw RefusedMessage{Code::kBadShape,
                         "\"client_time_us\" must be your time in whole microseconds"};
  }
  return time->get<std::int64_t>();
}

/// False where there is no such member.
bool yes_or_no(const Json& message, const char* member) {
  const Json* const answer = find_member(message, member);
  if (answer != nullptr && !answer->is_boolean()) {
    throw RefusedMessage{Code::kBadShape, '"' + std::string(member) + "\" must be true or false"};
  }
  return answer != nullptr && answer->get<bool>();
}

ControlChanges values_of(const Json& message) {
  const Json* const values = find_member(message, "values");
  if (values == nullptr || !values->is_object()) {
    throw RefusedMessage{Code::kBadShape,
                         "\"values\" must be an object with a value for each control to be set"};
  }
  return read_control_changes(*values);
}

std::string type_of(const Json& message) {
  const Json* const type = find_member(message, "type");
  if (type == nullptr || !type->is_string()) {
    throw RefusedMessage{Code::kBadShape, "\"type\" must say what the message is, a string"};
  }
  return type->get<std::string>();
}

ClientMessage read(const Json& message, ClientMessage read) {
  if (read.type == "ack") {
    read.body = AckMessage{camera_of(message), sequence_of(message)};
  } else if (read.type == "ping") {
    read.body = PingMessage{client_time_of(message)};
  } else if (read.type == "get-controls") {
    read.body = GetControlsMessage{camera_of(message)};
  } else if (read.type == "set-controls") {
    read.body = SetControlsMessage{camera_of(message), values_of(message)};
  } else if (read.type == "publish") {
    read.body = PublishMessage{camera_of(message), yes_or_no(message, "takeover")};
  } else if (read.type == "frame") {
    read.body = PublishedFrameMessage{};
  } else if (read.type == "subscribe") {
    read.body = SubscribeMessage{camera_of(message), max_fps_of(message),
                                 yes_or_no(message, "last_picture")};
  } else if (read.type == "unsubscribe") {
    read.body = UnsubscribeMessage{camera_of(message)};
  } else {
    throw RefusedMessage{Code::kUnknownType,
                         "\"type\" must be subscribe, unsubscribe, ack, ping, get-controls, "
                         "set-controls, publish or frame"};
  }
  return read;
}

/// The type is echoed only when it is one that is known: an answer does not carry a peer's text.
std::string echoed_type(const std::string& type) {
  for (const char* known : {"subscribe", "unsubscribe", "ack", "ping", "get-controls",
                            "set-controls", "publish", "frame"}) {
    if (type == known) {
      return type;
    }
  }
  return {};
}

}  // namespace

std::string_view to_string(ProtocolError::Code code) {
  switch (code) {
    case Code::kTooLarge:
      return "too-large";
    case Code::kNotText:
      return "not-text";
    case Code::kNotJson:
      return "not-json";
    case Code::kTooDeep:
      return "too-deep";
    case Code::kBadShape:
      return "bad-shape";
    case Code::kUnknownType:
      return "unknown-type";
    case Code::kUnknownCamera:
      return "unknown-camera";
    case Code::kNotSubscribed:
      return "not-subscribed";
    case Code::kTooManySubscriptions:
      return "too-many-subscriptions";
    case Code::kTooManyChanges:
      return "too-many-changes";
    case Code::kNotAllowed:
      return "not-allowed";
    case Code::kNotPublishable:
      return "not-publishable";
    case Code::kTaken:
      return "taken";
    case Code::kTakenOver:
      return "taken-over";
    case Code::kAlreadyPublishing:
      return "already-publishing";
    case Code::kNotPublishing:
      return "not-publishing";
    case Code::kRawPixels:
      return "raw-pixels";
    case Code::kArrayText:
      return "array-text";
    case Code::kPythonRepr:
      return "python-repr";
    case Code::kTooMuchBase64:
      return "too-much-base64";
    case Code::kNotBase64:
      return "not-base64";
    case Code::kTruncatedImage:
      return "truncated-image";
    case Code::kBrokenImage:
      return "broken-image";
    case Code::kOtherFormat:
      return "other-format";
    case Code::kWrongType:
      return "wrong-type";
    case Code::kNoImage:
      return "no-image";
    case Code::kImageTooLarge:
      return "image-too-large";
  }
  return "bad-shape";
}

boost::system::result<ClientMessage, ProtocolError> parse_client_message(std::string_view text) {
  ClientMessage message;
  try {
    const Json parsed = parse_json_object(text);
    message.type = type_of(parsed);
    message.id_json = id_of(parsed);
    return read(parsed, message);
  } catch (const RefusedMessage& refused) {
    return ProtocolError{refused.code, refused.reason, echoed_type(message.type),
                         std::move(message.id_json)};
  }
}

}  // namespace freshframe
