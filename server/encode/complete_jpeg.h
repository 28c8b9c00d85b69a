#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "encode/jpeg_marker_walk.h"

namespace freshframe {

/// The JPEG image at the beginning of `bytes`, of which walk_jpeg_markers() found `layout`, as it
/// may be shown by itself: without what follows its end marker, and with the standard Huffman
/// tables that cameras leave out. An image that lacks none is not copied, the result lies in
/// `bytes`; else it lies in `completed`, whose content is replaced.
std::span<const std::byte> complete_jpeg(std::span<const std::byte> bytes, const JpegLayout& layout,
                                         std::vector<std::byte>& completed);

}  // namespace freshframe
