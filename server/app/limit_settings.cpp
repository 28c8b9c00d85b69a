#include "app/limit_settings.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <string>
#include <type_traits>

#include "publish/publish_limits.h"

namespace freshframe {
namespace {

// More than a process may have open files as a rule.
constexpr double kMostConnections = 100'000;
constexpr double kMostRate = 10'000;
constexpr double kMostSeconds = 3600;
constexpr double kMillisecondsPerSecond = 1000;

template <auto Member>
void keep_whole(double value, Limits& limits) {
  limits.*Member = static_cast<std::remove_reference_t<decltype(limits.*Member)>>(value);
}

template <auto Member>
double get_whole(const Limits& limits) {
  return static_cast<double>(limits.*Member);
}

void keep_header_time(double seconds, Limits& limits) {
  limits.header_time = std::chrono::milliseconds(std::llround(seconds * kMillisecondsPerSecond));
}

double get_header_time(const Limits& limits) {
  return static_cast<double>(limits.header_time.count()) / kMillisecondsPerSecond;
}

template <auto Member>
constexpr LimitSetting whole(std::string_view key, std::string_view what, double least,
                             double most) {
  return {key, what, least, most, keep_whole<Member>, get_whole<Member>};
}

bool is_time(const LimitSetting& setting) {
  return setting.key.ends_with("_time_s");
}

std::string shown(double bound) {
  return std::to_string(std::llround(bound));
}

}  // namespace

std::span<const LimitSetting> limit_settings() {
  static constexpr std::array kSettings = {
      whole<&Limits::connections>("connections", "a number of connections", 1, kMostConnections),
      whole<&Limits::viewers>("viewers", "a number of viewers", 1, kMostConnections),
      whole<&Limits::connections_per_address>("connections_per_address", "a number of connections",
                                              1, kMostConnections),
      whole<&Limits::new_connections_per_second>("new_connections_per_address_per_s",
                                                 "a number of connections a second", 1, kMostRate),
      whole<&Limits::messages_per_second>("messages_per_s", "a number of messages a second", 1,
                                          kMostRate),
      whole<&Limits::pings_per_second>("pings_per_s", "a number of pings a second", 1, kMostRate),
      whole<&Limits::message_bytes>("message_bytes", "a size in bytes", 256, 65'536),
      whole<&Limits::header_bytes>("header_bytes", "a size in bytes", 1024, 65'536),
      whole<&Limits::target_bytes>("target_bytes", "a size in bytes", 256, 65'536),
      whole<&Limits::headers>("headers", "a number of headers", 20, 1000),
      LimitSetting{"header_time_s", "a time in seconds", 1, kMostSeconds, keep_header_time,
                   get_header_time},
      whole<&Limits::published_bytes>("published_bytes", "a size in bytes", 65'536,
                                      double{kMostPublishedBytes}),
  };
  return kSettings;
}

Result<void> set_limit(const LimitSetting& setting, const GivenValue& value, Limits& limits) {
  const double number = value.number.value_or(setting.least - 1);
  if (!(number >= setting.least && number <= setting.most) ||
      (!is_time(setting) && number != std::trunc(number))) {
    return refusal(value, setting.what,
                   (is_time(setting) ? "numbers from " : "whole numbers from ") +
                       shown(setting.least) + " to " + shown(setting.most));
  }
  setting.keep(number, limits);
  return {};
}

const LimitSetting* find_limit_setting(std::string_view key) {
  const auto settings = limit_settings();
  const auto found = std::find_if(settings.begin(), settings.end(),
                                  [&](const LimitSetting& setting) { return setting.key == key; });
  return found == settings.end() ? nullptr : &*found;
}

}  // namespace freshframe
