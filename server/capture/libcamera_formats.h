#pragma once

#include <optional>
#include <vector>

#include <libcamera/pixel_format.h>
#include <libcamera/stream.h>

#include "capture/format_choice.h"
#include "capture/pixel_format.h"

namespace freshframe {

/// Our name for libcamera's format, if Freshframe can use it.
std::optional<PixelFormat> from_libcamera(const libcamera::PixelFormat& format);

/// The first of libcamera's names for `format` that is among `offered`.
std::optional<libcamera::PixelFormat> to_libcamera(
    PixelFormat format, const std::vector<libcamera::PixelFormat>& offered);

/// Those of a stream's formats that Freshframe can use, each once.
std::vector<FormatOffer> usable_offers(const libcamera::StreamFormats& formats);

/// The sizes a stream lists for one format.
std::vector<Size> listed_sizes(const libcamera::StreamFormats& formats,
                               const libcamera::PixelFormat& format);

}  // namespace freshframe
