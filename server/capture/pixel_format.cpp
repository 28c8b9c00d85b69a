#include "capture/pixel_format.h"

namespace freshframe {

std::string_view to_string(PixelFormat format) {
  switch (format) {
    case PixelFormat::kMjpeg:
      return "mjpeg";
    case PixelFormat::kNv12:
      return "nv12";
    case PixelFormat::kNv21:
      return "nv21";
    case PixelFormat::kYuv420:
      return "yuv420";
    case PixelFormat::kYuyv:
      return "yuyv";
    case PixelFormat::kUyvy:
      return "uyvy";
    case PixelFormat::kRgb24:
      return "rgb24";
    case PixelFormat::kBgr24:
      return "bgr24";
    case PixelFormat::kRgbx32:
      return "rgbx32";
    case PixelFormat::kBgrx32:
      return "bgrx32";
    case PixelFormat::kGrey8:
      return "grey8";
  }
  return "unknown";
}

}  // namespace freshframe
