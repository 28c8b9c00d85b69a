#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace freshframe {

/// Which of the cameras with these ids `which` means: that with this id, that at this place from 0,
/// or the first when it is empty. An id goes before a place, for an id may be a number.
/// Thread-safe.
std::optional<std::size_t> look_up_camera(std::string_view which,
                                          const std::vector<std::string>& ids);

}  // namespace freshframe
