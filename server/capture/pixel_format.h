#pragma once

#include <string_view>

namespace freshframe {

/// How the picture's samples lie in memory. Names give the order of the bytes in memory, first
/// byte first, which is V4L2's order and the reverse of DRM's (libcamera's RGB888 is kBgr24).
enum class PixelFormat {
  kMjpeg,   // one complete JPEG image, one plane
  kNv12,    // Y plane; plane of interleaved U,V at half width and half height
  kNv21,    // as kNv12 with V before U
  kYuv420,  // Y, U, V planes; U and V at half width and half height
  kYuyv,    // packed 4:2:2: Y0 U Y1 V
  kUyvy,    // packed 4:2:2: U Y0 V Y1
  kRgb24,
  kBgr24,
  kRgbx32,
  kBgrx32,
  kGrey8,
};

/// The lower-case name that options, logs and the protocol use: "mjpeg", "nv12", "yuv420", ...
std::string_view to_string(PixelFormat format);

/// How luma and chroma codes of a YUV format map to brightness. JPEG is always full range; most
/// webcams deliver limited range (16..235), as ITU-R BT.601 has it.
enum class YuvRange { kFull, kLimited };

}  // namespace freshframe
