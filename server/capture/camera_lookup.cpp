#include "capture/camera_lookup.h"

#include <algorithm>
#include <charconv>
#include <system_error>

namespace freshframe {

std::optional<std::size_t> look_up_camera(std::string_view which,
                                          const std::vector<std::string>& ids) {
  const auto same_id = std::find(ids.begin(), ids.end(), which);
  if (same_id != ids.end()) {
    return static_cast<std::size_t>(same_id - ids.begin());
  }
  std::size_t place = 0;
  const char* const end = which.data() + which.size();
  const auto [rest, error] = std::from_chars(which.data(), end, place);
  const bool is_place = which.empty() || (error == std::errc{} && rest == end);
  return is_place && place < ids.size() ? std::optional(place) : std::nullopt;
}

}  // namespace freshframe
