#include "app/settings.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <chrono>
#include <cmath>
#include <cstdint>
#include <optional>
#include <system_error>
#include <unordered_set>
#include <utility>

#include <boost/asio/ip/address.hpp>
#include <boost/system/error_code.hpp>

#include "app/limit_settings.h"

namespace freshframe {
namespace {

// Each camera has threads and buffers of its own.
constexpr std::size_t kMostCameras = 64;
constexpr int kMostEncodeThreads = 64;
constexpr double kLongestIdleGraceSeconds = 3600;
constexpr double kMillisecondsPerSecond = 1000;

Result<void> set_truth(const GivenValue& value, bool& truth) {
  if (!value.truth) {
    return refusal(value, "a yes or a no", "true, false");
  }
  truth = *value.truth;
  return {};
}

std::string show_truth(bool truth) {
  return truth ? "true" : "false";
}

std::optional<std::uint16_t> parse_port(std::string_view text) {
  const char* const end = text.data() + text.size();
  std::uint16_t port = 0;
  const auto [rest, error] = std::from_chars(text.data(), end, port);
  if (error != std::errc{} || rest != end) {
    return std::nullopt;
  }
  return port;
}

Result<void> set_listen(const GivenValue& value, Options& options) {
  const std::string text = value.text.value_or("");
  const std::size_t colon = text.rfind(':');
  const std::string host = text.substr(0, colon);
  if (colon == std::string::npos || host.empty()) {
    return refusal(value, "an address and a port",
                   "IP:PORT, such as 127.0.0.1:8080 for this machine only, 0.0.0.0:8080 or "
                   "[::]:8080 for every network");
  }
  const std::optional<std::uint16_t> port = parse_port(std::string_view(text).substr(colon + 1));
  if (!port) {
    return refusal(value, "an address and a port",
                   "a port from 0 to 65535, where 0 lets the system choose");
  }
  const bool has_brackets = host.front() == '[' && host.back() == ']';
  const std::string bare = has_brackets ? host.substr(1, host.size() - 2) : host;
  boost::system::error_code error;
  const auto address =
      boost::asio::ip::make_address(bare == "localhost" ? "127.0.0.1" : bare, error);
  if (error || address.is_v6() != has_brackets) {
    return refusal(value, "an address and a port",
                   "an IP address or localhost before the port, IPv6 in brackets; names are not "
                   "looked up");
  }
  options.listen_address = address.to_string();
  options.listen_port = *port;
  return {};
}

std::string show_listen(const Options& options) {
  const bool is_v6 = options.listen_address.find(':') != std::string::npos;
  return (is_v6 ? "[" + options.listen_address + "]" : options.listen_address) + ":" +
         std::to_string(options.listen_port);
}

Result<void> set_quality(const GivenValue& value, Options& options) {
  const double quality = value.number.value_or(0);
  if (!(quality >= 1 && quality <= 100) || quality != std::trunc(quality)) {
    return refusal(value, "a JPEG quality", "whole numbers from 1 to 100");
  }
  options.quality_percent = static_cast<int>(quality);
  return {};
}

std::string show_quality(const Options& options) {
  return std::to_string(options.quality_percent);
}

Result<void> set_encode_threads(const GivenValue& value, Options& options) {
  const double threads = value.number.value_or(-1);
  if (!(threads >= 0 && threads <= kMostEncodeThreads) || threads != std::trunc(threads)) {
    return refusal(value, "a number of threads",
                   "whole numbers from 0 to 64, where 0 lets Freshframe choose");
  }
  options.encode_threads = static_cast<int>(threads);
  return {};
}

std::string show_encode_threads(const Options& options) {
  return std::to_string(options.encode_threads);
}

struct NamedEncoder {
  std::string_view name;
  EncoderChoice choice;
};
constexpr std::array kEncoders = {NamedEncoder{"auto", EncoderChoice::kAuto},
                                  NamedEncoder{"hardware", EncoderChoice::kHardware},
                                  NamedEncoder{"software", EncoderChoice::kSoftware}};

Result<void> set_encoder(const GivenValue& value, Options& options) {
  for (const NamedEncoder& encoder : kEncoders) {
    if (value.text == encoder.name) {
      options.encoder = encoder.choice;
      return {};
    }
  }
  return refusal(value, "a JPEG encoder", "auto, hardware, software");
}

std::string show_encoder(const Options& options) {
  for (const NamedEncoder& encoder : kEncoders) {
    if (options.encoder == encoder.choice) {
      return std::string(encoder.name);
    }
  }
  return {};
}

Result<void> set_idle_grace(const GivenValue& value, Options& options) {
  const double seconds = value.number.value_or(-1);
  if (!(seconds >= 0 && seconds <= kLongestIdleGraceSeconds)) {
    return refusal(value, "a time in seconds", "numbers from 0 to 3600");
  }
  options.idle_grace = std::chrono::milliseconds(std::llround(seconds * kMillisecondsPerSecond));
  return {};
}

std::string show_idle_grace(const Options& options) {
  std::string seconds = std::to_string(options.idle_grace.count() / 1000);
  const auto fraction = options.idle_grace.count() % 1000;
  return fraction == 0 ? seconds : seconds + "." + std::to_string(1000 + fraction).substr(1);
}

Result<void> set_always_on(const GivenValue& value, Options& options) {
  return set_truth(value, options.always_on);
}

std::string show_always_on(const Options& options) {
  return show_truth(options.always_on);
}

Result<void> set_log_level(const GivenValue& value, Options& options) {
  constexpr std::array<std::string_view, 6> kLevels = {"trace",   "debug", "info",
                                                       "warning", "error", "off"};
  const auto level = std::find(kLevels.begin(), kLevels.end(), value.text.value_or(""));
  if (level == kLevels.end()) {
    return refusal(value, "a log level", "trace, debug, info, warning, error, off");
  }
  options.log_level = *level;
  return {};
}

std::string show_log_level(const Options& options) {
  return options.log_level;
}

struct NamedLogFormat {
  std::string_view name;
  LogFormat format;
};
constexpr std::array kLogFormats = {
    NamedLogFormat{"auto", LogFormat::kAuto}, NamedLogFormat{"text", LogFormat::kText},
    NamedLogFormat{"json", LogFormat::kJson}, NamedLogFormat{"journald", LogFormat::kJournald}};

Result<void> set_log_format(const GivenValue& value, Options& options) {
  for (const NamedLogFormat& each : kLogFormats) {
    if (value.text == each.name) {
      options.log_format = each.format;
      return {};
    }
  }
  return refusal(value, "a format of the log", "auto, text, json, journald");
}

std::string show_log_format(const Options& options) {
  for (const NamedLogFormat& each : kLogFormats) {
    if (options.log_format == each.format) {
      return std::string(each.name);
    }
  }
  return {};
}

constexpr std::string_view kNone = "none";
constexpr std::string_view kDefault = "default";

/// Takes the name of a file or folder; `word` stands for none of one's own. A name is not shown,
/// for it may be a token in the wrong place.
Result<void> set_path(const GivenValue& value, std::string_view what, std::string_view word,
                      std::string& path) {
  // A NUL would end the name early.
  const std::string text = value.text.value_or("");
  if (text.empty() || text.find('\0') != std::string::npos) {
    return Failure{Failure::Kind::kMisconfigured, "what is given is not the name of a " +
                                                      std::string(what) + "; allowed: a name, or " +
                                                      std::string(word)};
  }
  path = text == word ? std::string() : text;
  return {};
}

std::string show_path(const std::string& path, std::string_view word) {
  return path.empty() ? std::string(word) : path;
}

template <std::string Options::*File>
Result<void> set_token_file(const GivenValue& value, Options& options) {
  return set_path(value, "file", kNone, options.*File);
}

template <std::string Options::*File>
std::string show_token_file(const Options& options) {
  return show_path(options.*File, kNone);
}

Result<void> set_state_directory(const GivenValue& value, Options& options) {
  return set_path(value, "folder", kDefault, options.state_directory);
}

std::string show_state_directory(const Options& options) {
  return show_path(options.state_directory, kDefault);
}

Result<void> set_insecure_no_auth(const GivenValue& value, Options& options) {
  return set_truth(value, options.insecure_no_auth);
}

std::string show_insecure_no_auth(const Options& options) {
  return show_truth(options.insecure_no_auth);
}

Result<void> set_max_viewers(const GivenValue& value, Options& options) {
  return set_limit(*find_limit_setting("viewers"), value, options.limits);
}

std::string show_max_viewers(const Options& options) {
  return std::to_string(options.limits.viewers);
}

Result<void> set_max_connections(const GivenValue& value, Options& options) {
  return set_limit(*find_limit_setting("connections"), value, options.limits);
}

std::string show_max_connections(const Options& options) {
  return std::to_string(options.limits.connections);
}

}  // namespace

std::span<const Setting> settings() {
  static constexpr std::array kSettings = {
      Setting{"--listen", "listen", "IP:PORT",
              "Where to serve: 0.0.0.0:8080 or [::]:8080 for every\nnetwork; port 0 lets the "
              "system choose. Without\neffect where systemd passed sockets to serve.",
              set_listen, show_listen},
      Setting{
          "--quality", "quality", "PERCENT",
          "JPEG quality of pictures encoded here. An MJPEG\ncamera's are passed on as they are.",
          set_quality, show_quality},
      Setting{
          "--encode-threads", "encode_threads", "COUNT",
          "How many threads may encode one large frame at the\nsame time; 0 for as many as there "
          "are cores, up to 4.",
          set_encode_threads, show_encode_threads},
      Setting{"--encoder", "encoder", "KIND",
              "Who encodes raw pictures: auto is hardware where\nthere is some; hardware does not "
              "start without;\nsoftware is libjpeg-turbo. What hardware fails\nat is done in "
              "software.",
              set_encoder, show_encoder},
      Setting{"--idle-grace", "idle_grace_s", "SECONDS",
              "How long a camera runs on after its last viewer left.", set_idle_grace,
              show_idle_grace},
      Setting{
          "--always-on", "always_on", "",
          "Cameras run without viewers, too, so that the first\none has a live picture at once. "
          "The file may say it\nof each camera.",
          set_always_on, show_always_on},
      Setting{"--log-level", "log_level", "LEVEL",
              "How much is logged, on stderr: trace, debug, info,\nwarning, error or off.",
              set_log_level, show_log_level},
      Setting{"--log-format", "log_format", "FORMAT",
              "How a line is written: text for people; json, one\nobject a line; journald, with "
              "its priority in front;\nauto is journald where the log goes there, else text.",
              set_log_format, show_log_format},
      Setting{"--view-token-file", "view_token_file", "FILE",
              "A file with the token that watching needs; with\nseveral, each on a line.",
              set_token_file<&Options::view_token_file>,
              show_token_file<&Options::view_token_file>},
      Setting{"--publish-token-file", "publish_token_file", "FILE",
              "The same for publishing to cameras.", set_token_file<&Options::publish_token_file>,
              show_token_file<&Options::publish_token_file>},
      Setting{"--admin-token-file", "admin_token_file", "FILE",
              "The same for changing how the server works. It may\nwatch and publish as well.",
              set_token_file<&Options::admin_token_file>,
              show_token_file<&Options::admin_token_file>},
      Setting{"--state-directory", "state_directory", "DIR",
              "Where a view token is kept that the server makes:\n$STATE_DIRECTORY, "
              "$XDG_STATE_HOME/freshframe or\n~/.local/state/freshframe.",
              set_state_directory, show_state_directory},
      Setting{
          "--insecure-no-auth", "insecure_no_auth", "",
          "Lets anybody who reaches the port watch, and without\nany token do all else as well.",
          set_insecure_no_auth, show_insecure_no_auth},
      Setting{"--max-viewers", "", "COUNT",
              "How many may watch at once: sessions and MJPEG streams.", set_max_viewers,
              show_max_viewers},
      Setting{"--max-connections", "", "COUNT",
              "How many connections may be open at once, viewers\nincluded. The file has more "
              "limits.",
              set_max_connections, show_max_connections},
  };
  return kSettings;
}

Result<void> set_cameras(std::vector<CameraSpec> cameras, Options& options) {
  if (cameras.size() > kMostCameras) {
    return Failure{Failure::Kind::kMisconfigured, std::to_string(cameras.size()) +
                                                      " cameras are too many; allowed: up to " +
                                                      std::to_string(kMostCameras)};
  }
  std::unordered_set<std::string> names;
  for (const CameraSpec& camera : cameras) {
    if (!camera.name.empty() && !names.insert(camera.name).second) {
      return Failure{Failure::Kind::kMisconfigured,
                     "two cameras are named \"" + camera.name + "\"; give each a name of its own"};
    }
  }
  std::size_t number = 0;
  for (CameraSpec& camera : cameras) {
    while (camera.name.empty()) {
      std::string name = "cam" + std::to_string(number++);
      if (names.insert(name).second) {
        camera.name = std::move(name);
      }
    }
  }
  options.cameras = std::move(cameras);
  return {};
}

}  // namespace freshframe
