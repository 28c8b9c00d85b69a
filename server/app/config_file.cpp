#include "app/config_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstddef>
#include <memory>
#include <optional>
#include <set>
#include <span>
#include <stdexcept>
#include <system_error>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

#include <nlohmann/json.hpp>

#include "app/camera_settings.h"
#include "app/camera_spec.h"
#include "app/given_value.h"
#include "app/limit_settings.h"
#include "app/list_settings.h"
#include "app/near_miss.h"
#include "app/settings.h"
#include "base/unique_fd.h"
#include "capture/control_check.h"
#include "capture/pattern_controls.h"
#include "message/control_json.h"

namespace freshframe {
namespace {

using nlohmann::json;
using Path = json::json_pointer;

constexpr std::size_t kLongestFileBytes = std::size_t{1} << 20;
constexpr std::size_t kLongestShownBytes = 80;
// The deepest that the schema knows is 4: the file, its cameras, one of them, its controls.
constexpr int kDeepestNesting = 8;
constexpr std::string_view kSchemaKey = "$schema";
constexpr std::string_view kCamerasKey = "cameras";
constexpr std::string_view kControlsKey = "controls";
constexpr std::string_view kLimitsKey = "limits";
constexpr std::string_view kSourceKey = "source";
constexpr std::string_view kTlsKey = "tls";

/// A mistake in the file. Thrown and caught in this file only; `what()` is the whole line.
struct Mistake : std::runtime_error {
  using std::runtime_error::runtime_error;
  Mistake(const Path& path, const std::string& reason)
      : Mistake(path.to_string() + ": " + reason) {}
};

template <class T>
T or_mistake(const Path& path, Result<T> result) {
  if (!result) {
    throw Mistake(path, result.error().reason);
  }
  if constexpr (!std::is_void_v<T>) {
    return *std::move(result);
  }
}

/// "line 3, column 9: syntax error while ...". Counted here: nlohmann 3.11 loses the column when a
/// number ends with its line.
std::string message_with_place(std::string_view text, const json::parse_error& error) {
  const std::string_view before = text.substr(0, error.byte == 0 ? 0 : error.byte - 1);
  const auto line = 1 + std::count(before.begin(), before.end(), '\n');
  const std::size_t line_begin = before.rfind('\n') + 1;
  const std::string_view message = error.what();
  return "line " + std::to_string(line) + ", column " +
         std::to_string(before.size() - line_begin + 1) +
         std::string(message.substr(message.find(": ")));
}

/// Parses, and refuses what nlohmann lets pass: a key that is there twice (the last would win), and
/// nesting without end.
json parse_json(std::string_view text) {
  std::vector<std::set<std::string>> keys_of_open_objects;
  const auto check = [&](int depth, json::parse_event_t event, const json& value) {
    if (depth > kDeepestNesting) {
      throw Mistake("the file is nested too deep; allowed: " + std::to_string(kDeepestNesting) +
                    " levels");
    }
    if (event == json::parse_event_t::object_start) {
      keys_of_open_objects.emplace_back();
    } else if (event == json::parse_event_t::object_end) {
      keys_of_open_objects.pop_back();
    } else if (event == json::parse_event_t::key &&
               !keys_of_open_objects.back().insert(value.get<std::string>()).second) {
      throw Mistake("the key " + in_quotes(value.get<std::string>()) +
                    " is there twice in one object; allowed: once");
    }
    return true;
  };
  try {
    return json::parse(text, check, true, true);
  } catch (const json::parse_error& error) {
    throw Mistake(message_with_place(text, error));
  } catch (const json::out_of_range&) {
    throw Mistake("a number in the file is too large; allowed: what fits 64-bit floating point");
  }
}

GivenValue given_in_file(const json& value) {
  if (value.is_string()) {
    const std::string& text = value.get_ref<const std::string&>();
    return {in_quotes(text), std::nullopt, text};
  }
  if (value.is_number()) {
    return {value.dump(), value.get<double>(), std::nullopt};
  }
  if (value.is_boolean()) {
    return {value.dump(), std::nullopt, std::nullopt, value.get<bool>()};
  }
  // What an object or a list holds does not matter to somebody who expected a number.
  return {value.is_object()  ? "an object"
          : value.is_array() ? "a list"
                             : value.dump(),
          std::nullopt, std::nullopt};
}

[[noreturn]] void refuse_key(const Path& parent, const std::string& key,
                             std::span<const std::string_view> known) {
  throw Mistake(parent / key.substr(0, kLongestShownBytes),
                "there is no such option; " + suggestion(key, known));
}

void refuse_unknown_camera_keys(const Path& path, const json& object) {
  std::vector<std::string_view> known{kSourceKey};
  for (const CameraSetting& setting : camera_settings()) {
    known.push_back(setting.key);
  }
  known.push_back(kControlsKey);
  for (const auto& [key, value] : object.items()) {
    if (std::find(known.begin(), known.end(), key) == known.end()) {
      refuse_key(path, key, known);
    }
  }
}

ControlValue read_control(const Path& path, const json& value) {
  if (auto given = control_value_of(value)) {
    return *std::move(given);
  }
  throw Mistake(path, refusal(given_in_file(value), "a control's value",
                              "true, false, a number, a menu's entry as text, or an area as "
                              "[left, top, width, height]")
                          .reason);
}

void read_controls(const Path& path, const json& object, CameraSpec& camera) {
  if (std::holds_alternative<PublishRequest>(camera.source)) {
    throw Mistake(path, "the source publish has no controls; leave it out");
  }
  if (!object.is_object()) {
    throw Mistake(path, refusal(given_in_file(object), "controls", "an object in { }").reason);
  }
  for (const auto& [name, value] : object.items()) {
    camera.controls[name] = read_control(path / name.substr(0, kLongestShownBytes), value);
  }
  // What a camera has is known when it is there; what the pattern has is known now.
  if (const auto* const pattern = std::get_if<PatternRequest>(&camera.source)) {
    const ControlChanges changes(camera.controls.begin(), camera.controls.end());
    if (const auto checked = check_controls(changes, controls_of_pattern(*pattern)); !checked) {
      throw Mistake(path, reason_of(checked.error()));
    }
  }
}

CameraSpec read_camera_object(const Path& path, const json& object) {
  refuse_unknown_camera_keys(path, object);
  const auto source = object.find(kSourceKey);
  if (source == object.end()) {
    throw Mistake(path, "\"source\" is missing; allowed: libcamera, pattern, publish");
  }
  CameraSpec camera =
      or_mistake(path / std::string(kSourceKey), camera_from_source(given_in_file(*source)));
  for (const CameraSetting& setting : camera_settings()) {
    if (const auto value = object.find(setting.key); value != object.end()) {
      or_mistake(path / std::string(setting.key), setting.set(given_in_file(*value), camera));
    }
  }
  if (const auto controls = object.find(kControlsKey); controls != object.end()) {
    read_controls(path / std::string(kControlsKey), *controls, camera);
  }
  return camera;
}

CameraSpec read_camera(const Path& path, const json& value) {
  if (value.is_string()) {
    return or_mistake(path, parse_camera_spec(value.get_ref<const std::string&>()));
  }
  if (value.is_object()) {
    return read_camera_object(path, value);
  }
  throw Mistake(path, refusal(given_in_file(value), "a camera",
                              "a SPEC in quotes, or an object with \"source\"")
                          .reason);
}

void read_cameras(const Path& path, const json& list, Options& options) {
  if (!list.is_array()) {
    throw Mistake(path, refusal(given_in_file(list), "a list of cameras", "a list in [ ]").reason);
  }
  std::vector<CameraSpec> cameras;
  for (const json& value : list) {
    cameras.push_back(read_camera(path / cameras.size(), value));
  }
  or_mistake(path, set_cameras(std::move(cameras), options));
}

void read_tls(const Path& path, const json& object, Options& options) {
  if (!object.is_object()) {
    throw Mistake(path, refusal(given_in_file(object), "an object",
                                "\"certificate\" and \"key\", or \"self_signed\": true")
                            .reason);
  }
  for (const auto& [key, value] : object.items()) {
    if (key == "self_signed" && value.is_boolean()) {
      options.tls.is_self_signed = value.get<bool>();
    } else if (key == "self_signed") {
      throw Mistake(path / key, refusal(given_in_file(value), "a choice", "true, false").reason);
    } else if (key != "certificate" && key != "key") {
      constexpr std::array<std::string_view, 3> kKnown = {"certificate", "key", "self_signed"};
      refuse_key(path, key, kKnown);
    } else if (!value.is_string() || value.get_ref<const std::string&>().empty()) {
      throw Mistake(path / key, refusal(given_in_file(value), "a file", "a path as text").reason);
    } else {
      (key == "key" ? options.tls.key : options.tls.certificate) = value.get<std::string>();
    }
  }
  or_mistake(path, check_tls(options.tls));
}

void read_limits(const Path& path, const json& object, Limits& limits) {
  if (!object.is_object()) {
    throw Mistake(path, refusal(given_in_file(object), "limits", "an object in { }").reason);
  }
  for (const auto& [key, value] : object.items()) {
    const LimitSetting* const setting = find_limit_setting(key);
    if (setting == nullptr) {
      std::vector<std::string_view> known;
      for (const LimitSetting& each : limit_settings()) {
        known.push_back(each.key);
      }
      refuse_key(path, key, known);
    }
    or_mistake(path / key, set_limit(*setting, given_in_file(value), limits));
  }
}

void read_list(const Path& path, const ListSetting& setting, const json& list, Options& options) {
  if (!list.is_array()) {
    throw Mistake(path, refusal(given_in_file(list), "a list", "a list in [ ]").reason);
  }
  (options.*setting.values).clear();
  std::size_t place = 0;
  for (const json& value : list) {
    or_mistake(path / place++, add_to_list(setting, given_in_file(value), options));
  }
}

void read_key(const std::string& key, const json& value, Options& options) {
  const Path path = Path{} / key;
  if (key == kTlsKey) {
    return read_tls(path, value, options);
  }
  if (key == kCamerasKey) {
    return read_cameras(path, value, options);
  }
  if (key == kSchemaKey) {
    if (!value.is_string()) {
      throw Mistake(path, refusal(given_in_file(value), "a schema", "its address as text").reason);
    }
    return;
  }
  if (key == kLimitsKey) {
    return read_limits(path, value, options.limits);
  }
  std::vector<std::string_view> known{kCamerasKey, kLimitsKey};
  for (const ListSetting& setting : list_settings()) {
    if (key == setting.key) {
      return read_list(path, setting, value, options);
    }
    known.push_back(setting.key);
  }
  for (const Setting& setting : settings()) {
    if (setting.key.empty()) {
      continue;
    }
    if (key == setting.key) {
      return or_mistake(path, setting.set(given_in_file(value), options));
    }
    if (setting.key == key + "_file") {
      throw Mistake(path, "a token is not written here, where people copy it from; allowed: " +
                              std::string(setting.key) + " with the name of a file that holds it");
    }
    known.push_back(setting.key);
  }
  known.push_back(kTlsKey);
  refuse_key(Path{}, key, known);
}

std::string read_whole_file(const std::string& path) {
  // Without O_NONBLOCK a pipe would be waited for until somebody writes to it, at the start and at
  // each SIGHUP.
  const UniqueFd file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY));
  if (!file) {
    throw Mistake("cannot open: " + std::generic_category().message(errno));
  }
  struct stat status {};
  if (::fstat(file.get(), &status) != 0) {
    throw Mistake("cannot read: " + std::generic_category().message(errno));
  }
  if (!S_ISREG(status.st_mode)) {
    throw Mistake(
        "it is a folder, a pipe or a device; name a regular file, which can be read again on "
        "SIGHUP");
  }
  std::string text(kLongestFileBytes + 1, '\0');
  std::size_t size = 0;
  while (size < text.size()) {
    const ssize_t got = ::read(file.get(), text.data() + size, text.size() - size);
    if (got < 0 && errno == EINTR) {
      continue;
    }
    if (got < 0) {
      throw Mistake("cannot read: " + std::generic_category().message(errno));
    }
    if (got == 0) {
      break;
    }
    size += static_cast<std::size_t>(got);
  }
  text.resize(size);
  return text;
}

}  // namespace

Result<Options> parse_config(std::string_view text, const Options& defaults) {
  try {
    if (text.size() > kLongestFileBytes) {
      throw Mistake("the file is too large; allowed: up to 1 MiB");
    }
    const json file = parse_json(text);
    if (!file.is_object()) {
      throw Mistake(refusal(given_in_file(file), "a configuration", "an object in { }").reason);
    }
    Options options = defaults;
    for (const auto& [key, value] : file.items()) {
      read_key(key, value, options);
    }
    return options;
  } catch (const Mistake& mistake) {
    return Failure{Failure::Kind::kMisconfigured, mistake.what()};
  }
}

Result<Options> read_config_file(const std::string& path, const Options& defaults) {
  std::string reason;
  try {
    Result<Options> options = parse_config(read_whole_file(path), defaults);
    if (options) {
      return options;
    }
    reason = options.error().reason;
  } catch (const Mistake& mistake) {
    reason = mistake.what();
  }
  return Failure{Failure::Kind::kMisconfigured, path + ": " + reason};
}

}  // namespace freshframe
