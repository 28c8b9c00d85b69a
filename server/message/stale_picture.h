#pragma once

#include "message/picture.h"

namespace freshframe {

/// `picture` marked as the past, so that each frame message of it tells by `stale_us` how old it is
/// as it is sent. It shares the bytes of `picture`. Thread-safe.
PicturePtr make_stale_picture(const Picture& picture);

}  // namespace freshframe
