#pragma once

#include "base/unix_time.h"
#include "message/picture.h"
#include "message/wire_form.h"

namespace freshframe {

/// `picture` in `form`, marked as the past: its head tells by `stale_us` how old it is at `now`.
/// The image is the same, taken from whichever form `picture` has; it has at least one.
/// Thread-safe.
PicturePtr make_stale_picture(const Picture& picture, WireForm form, UnixTime now);

}  // namespace freshframe
