#pragma once

#include <optional>
#include <string_view>

#include "capture/size.h"

namespace freshframe {

/// What a publisher says of an image beside the image itself. None of it is relied on.
struct StatedImage {
  /// Of the array before it was encoded.
  std::optional<Size> size;
  /// Empty when nothing is said.
  std::string_view mime;
};

}  // namespace freshframe
