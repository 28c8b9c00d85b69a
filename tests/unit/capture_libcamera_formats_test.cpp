#include <gtest/gtest.h>

#include <cstdint>
#include <string>
#include <vector>

#include "capture/libcamera_formats.h"

namespace freshframe {
namespace {

/// A format by its code, as the kernel's drm_fourcc.h has it, and not by a constant of libcamera's:
/// what is tested is that we understood the constants.
libcamera::PixelFormat drm(const char (&code)[5]) {
  std::uint32_t fourcc = 0;
  for (int i = 3; i >= 0; --i) {
    fourcc = fourcc << 8 | static_cast<unsigned char>(code[i]);
  }
  return libcamera::PixelFormat(fourcc);
}

struct Row {
  libcamera::PixelFormat theirs;
  PixelFormat ours;
};

// drm_fourcc.h describes a pixel as one little-endian number, its highest bits first: the order of
// bytes in memory is the reverse. Behind each code is what the header says.
const Row kTable[] = {
    {drm("RG24"), PixelFormat::kBgr24},   // RGB888, [23:0] R:G:B
    {drm("BG24"), PixelFormat::kRgb24},   // BGR888, [23:0] B:G:R
    {drm("XR24"), PixelFormat::kBgrx32},  // XRGB8888, [31:0] x:R:G:B
    {drm("AR24"), PixelFormat::kBgrx32},  // ARGB8888, [31:0] A:R:G:B
    {drm("XB24"), PixelFormat::kRgbx32},  // XBGR8888, [31:0] x:B:G:R
    {drm("AB24"), PixelFormat::kRgbx32},  // ABGR8888, [31:0] A:B:G:R
    {drm("YU12"), PixelFormat::kYuv420},  // YUV420, 3 planes: Y, Cb, Cr
    {drm("NV12"), PixelFormat::kNv12},    // plane 1 is [15:0] Cr:Cb, so U first
    {drm("NV21"), PixelFormat::kNv21},    // plane 1 is [15:0] Cb:Cr, so V first
    {drm("YUYV"), PixelFormat::kYuyv},    // [31:0] Cr0:Y1:Cb0:Y0
    {drm("UYVY"), PixelFormat::kUyvy},    // [31:0] Y1:Cr0:Y0:Cb0
    {drm("R8  "), PixelFormat::kGrey8},   // [7:0] R
    {drm("MJPG"), PixelFormat::kMjpeg},   // libcamera's own: V4L2's code
};

TEST(LibcameraFormatsTest, EachFormatIsReadAsTheKernelDescribesIt) {
  for (const Row& row : kTable) {
    EXPECT_EQ(from_libcamera(row.theirs), row.ours) << row.theirs.toString();
    EXPECT_EQ(to_libcamera(row.ours, {row.theirs}), row.theirs) << row.theirs.toString();
  }
}

// Formats that look like one of ours and are not.
TEST(LibcameraFormatsTest, WhatWeCannotReadIsNotTakenForWhatWeCan) {
  for (const auto& theirs :
       {drm("RX24"), drm("BX24"), drm("RA24"), drm("BA24"), drm("YV12"), drm("YVYU"), drm("VYUY"),
        drm("NV16"), drm("YU16"), drm("R10 "), drm("R16 "), drm("RG16")}) {
    EXPECT_EQ(from_libcamera(theirs), std::nullopt) << theirs.toString();
  }
}

TEST(LibcameraFormatsTest, OnlyWhatIsOfferedIsAskedFor) {
  EXPECT_EQ(to_libcamera(PixelFormat::kRgbx32, {drm("XR24"), drm("AB24")}), drm("AB24"));
  EXPECT_EQ(to_libcamera(PixelFormat::kRgb24, {drm("RG24")}), std::nullopt);
  EXPECT_EQ(to_libcamera(PixelFormat::kMjpeg, {}), std::nullopt);
}

}  // namespace
}  // namespace freshframe
