#include "net/picture_headers.h"

#include <array>
#include <cstdio>

namespace freshframe {

std::string timestamp_header(UnixTime captured) {
  const auto microseconds = captured.time_since_epoch().count();
  std::array<char, 32> text{};
  std::snprintf(text.data(), text.size(), "%lld.%06lld",
                static_cast<long long>(microseconds / 1'000'000),
                static_cast<long long>(microseconds % 1'000'000));
  return text.data();
}

}  // namespace freshframe
