#pragma once

#include "capture/nv12_image.h"
#include "capture/size.h"

namespace freshframe {

/// Paints hills at dawn in full-range YUV, the same picture for the same size: smooth where an
/// encoder has it easy, and with the grain and the fine structure that make a camera's picture hard
/// to compress. `margin_px` is added to the width, for a view of `size` to move in.
Nv12Image paint_landscape(Size size, int margin_px);

}  // namespace freshframe
