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

namespace freshframe {
namespace {

// Each camera has threads and buffers of its own.
constexpr std::size_t kMostCameras = 64;
constexpr double kLongestIdleGraceSeconds = 3600;
constexpr double kMillisecondsPerSecond = 1000;

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
      Setting{"--idle-grace", "idle_grace_s", "SECONDS",
              "How long a camera runs on after its last viewer left.", set_idle_grace,
              show_idle_grace},
      Setting{"--log-level", "log_level", "LEVEL",
              "How much is logged, on stderr: trace, debug, info,\nwarning, error or off.",
              set_log_level, show_log_level},
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
