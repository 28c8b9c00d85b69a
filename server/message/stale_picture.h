#pragma once

#include "message/picture.h"
#include "message/wire_form.h"

namespace freshframe {

/// `picture` marked as the past, so that each frame message of it tells by `stale_us` how old it is
/// as it is sent. It has the forms that `picture` has, whose bytes it shares, and `form`: where
/// that is lacking it is made of whichever there is; there is at least one. Thread-safe.
PicturePtr make_stale_picture(const Picture& picture, WireForm form);

}  // namespace freshframe
