#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include <boost/system/result.hpp>

#include "capture/control_check.h"

namespace freshframe {

/// What a client may say: proto/README.md, "From the viewer", and proto/publishing.md.
struct SubscribeMessage {
  std::string camera;
  /// Absent: every frame. 0: none, for now.
  std::optional<double> max_fps;
  /// Also the last picture of a camera that gives none now, marked as the past.
  bool wants_last_picture = false;
};
struct UnsubscribeMessage {
  std::string camera;
};
struct AckMessage {
  std::string camera;
  std::uint64_t sequence = 0;
};
struct PingMessage {
  std::int64_t client_time_us = 0;
};

struct GetControlsMessage {
  std::string camera;
};
struct SetControlsMessage {
  std::string camera;
  ControlChanges values;
};

struct PublishMessage {
  std::string camera;
  bool takes_over = false;
};
/// A frame of a publisher's. What it holds is read elsewhere: publish/frame_reader.h.
struct PublishedFrameMessage {};

struct ClientMessage {
  std::variant<SubscribeMessage, UnsubscribeMessage, AckMessage, PingMessage, GetControlsMessage,
               SetControlsMessage, PublishMessage, PublishedFrameMessage>
      body;
  /// The message's type as it came, for an answer.
  std::string type;
  /// The request's id as JSON, to be echoed; empty when it had none.
  std::string id_json;
};

/// Why a viewer's message was refused; what an error message says.
struct ProtocolError {
  enum class Code {
    kTooLarge,
    kNotText,
    kNotJson,
    kTooDeep,
    kBadShape,
    kUnknownType,
    kUnknownCamera,
    kNotSubscribed,
    kTooManySubscriptions,
    kTooManyChanges,
    kNotAllowed,
    // To a publisher's claim.
    kNotPublishable,
    kTaken,
    kTakenOver,
    kAlreadyPublishing,
    // To a publisher's frame.
    kNotPublishing,
    kRawPixels,
    kArrayText,
    kPythonRepr,
    kTooMuchBase64,
    kNotBase64,
    kTruncatedImage,
    kBrokenImage,
    kOtherFormat,
    kWrongType,
    kNoImage,
    kImageTooLarge,
  };
  Code code = Code::kBadShape;
  /// A sentence that says what to send instead.
  std::string reason;
  /// The type of the message it answers; empty when that could not be read.
  std::string request;
  std::string id_json;
};

/// The protocol's name of a code: "not-json", "bad-shape", ...
std::string_view to_string(ProtocolError::Code code);

/// Reads one message of a viewer. Members that are not known are ignored.
/// Thread-safe.
boost::system::result<ClientMessage, ProtocolError> parse_client_message(std::string_view text);

}  // namespace freshframe
