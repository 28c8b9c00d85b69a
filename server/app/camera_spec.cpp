#include "app/camera_spec.h"

#include <utility>

#include "app/camera_settings.h"
#include "app/given_value.h"

namespace freshframe {
namespace {

/// Cuts `text` before the first of `ends`, and returns the part before it.
std::string_view take_until(std::string_view& text, std::string_view ends) {
  const std::string_view part = text.substr(0, text.find_first_of(ends));
  text.remove_prefix(part.size());
  return part;
}

/// Takes one of `marks` off the front of `text`, if it is there.
bool take_mark(std::string_view& text, char mark) {
  const bool found = text.starts_with(mark);
  text.remove_prefix(found ? 1 : 0);
  return found;
}

bool begins_with_a_source(std::string_view text) {
  return camera_from_source(given_as_text(take_until(text, ":,"))).has_value();
}

Failure wrong(std::string reason) {
  return {Failure::Kind::kMisconfigured, std::move(reason)};
}

Result<void> read_device(std::string_view text, CameraSpec& camera) {
  std::string_view rest = text;
  if (parse_size(take_until(rest, "@"))) {
    return wrong("a size stands after a comma: libcamera," + std::string(text));
  }
  return set_camera_device(given_as_text(text), camera);
}

Result<void> read_size_and_rate(std::string_view text, CameraSpec& camera) {
  const std::string_view size = take_until(text, "@");
  if (auto set = set_camera_size(given_as_text(size), camera); !set) {
    return set;
  }
  return take_mark(text, '@') ? set_camera_frame_rate(given_as_text(text), camera) : Result<void>{};
}

}  // namespace

Result<CameraSpec> parse_camera_spec(std::string_view text) {
  std::string_view rest = text;
  std::string_view name;
  const bool is_named = !begins_with_a_source(text) && text.find('=') != std::string_view::npos;
  if (is_named) {
    name = take_until(rest, "=");
    take_mark(rest, '=');
  }
  Result<CameraSpec> camera = camera_from_source(given_as_text(take_until(rest, ":,")));
  if (!camera) {
    return camera;
  }
  if (is_named) {
    if (const auto set = set_camera_name(given_as_text(name), *camera); !set) {
      return set.error();
    }
  }

  const bool is_libcamera = std::holds_alternative<LibcameraRequest>(camera->source);
  if (is_libcamera && take_mark(rest, ':')) {
    if (const auto set = read_device(take_until(rest, ","), *camera); !set) {
      return set.error();
    }
  }

  bool has_size = false;
  bool has_format = false;
  while (take_mark(rest, ':') || take_mark(rest, ',')) {
    const std::string_view part = take_until(rest, ",");
    const bool is_size = !part.empty() && part.front() >= '0' && part.front() <= '9';
    if (std::exchange(is_size ? has_size : has_format, true)) {
      return wrong(in_quotes(part) + " is a second " + (is_size ? "size" : "format") +
                   "; allowed: one");
    }
    const auto set = is_size ? read_size_and_rate(part, *camera)
                             : set_camera_format(given_as_text(part), *camera);
    if (!set) {
      return set.error();
    }
  }
  return camera;
}

}  // namespace freshframe
