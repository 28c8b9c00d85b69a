#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "base/result.h"
#include "capture/camera_control.h"
#include "capture/libcamera_source.h"
#include "capture/pattern_source.h"
#include "encode/orientation.h"

namespace freshframe {

/// A camera whose frames a program sends.
struct PublishRequest {
  friend bool operator==(const PublishRequest&, const PublishRequest&) = default;
};

/// One camera to serve: its name for viewers, and where its frames come from.
struct CameraSpec {
  /// 1 to 64 letters, digits, '-', '_' or '.', the first a letter or digit, so that it needs no
  /// escaping in a URL or in JSON and is never a path's "." or "..".
  std::string name;
  std::variant<LibcameraRequest, PatternRequest, PublishRequest> source;
  /// What its controls begin with. The file only: a SPEC has none.
  ControlValues controls = {};
  /// The file only as well.
  Orientation orientation = {};
  /// Whether it runs without viewers; empty: as Options::always_on has it. The file only.
  std::optional<bool> always_on = {};
  friend bool operator==(const CameraSpec&, const CameraSpec&) = default;
};

/// Reads `[NAME=]libcamera[:ID or index][,WxH[@FPS]][,format]` or
/// `[NAME=]pattern[:WxH[@FPS]][,format]` or `[NAME=]publish`. Without a name it is empty, and the
/// caller numbers the cameras. An ID may hold anything but a comma; the first '=' ends a name only
/// when the text does not begin with a source. Fails with a sentence that names the wrong part and
/// what is allowed there.
Result<CameraSpec> parse_camera_spec(std::string_view text);

}  // namespace freshframe
