#pragma once

#include "message/picture.h"
#include "message/wire_form.h"

namespace freshframe {

/// One more picture of the same bytes, which it shares. Thread-safe.
Picture same_picture(const Picture& picture);

/// `picture` in the forms that it has, whose bytes it shares, and in `form`, which is made of
/// whichever there is; there is at least one. What that costs where none of the others is the image
/// itself: Base64 is decoded, and what is deflated is inflated before. Thread-safe.
PicturePtr with_form(const Picture& picture, WireForm form);

}  // namespace freshframe
