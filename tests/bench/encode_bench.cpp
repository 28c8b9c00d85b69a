// Our encoder against bare libjpeg-turbo, which is given the same picture as ready planes; and the
// other things that happen to a frame before it is a message.

#include <libyuv/convert.h>
#include <libyuv/convert_from.h>
#include <turbojpeg.h>

#include <array>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <string>

#include "capture/pattern_frames.h"
#include "encode/jpeg_encoder.h"
#include "encode/jpeg_marker_walk.h"

#include "measure.h"
#include "test_frames.h"

namespace {

using namespace freshframe;
using bench::k720p;

constexpr int kQualityPercent = 80;
constexpr double kEncodeAim = 1.05;

constexpr int kWidth = k720p.width_px;
constexpr int kHeight = k720p.height_px;
constexpr std::size_t kLumaBytes = std::size_t{kWidth} * kHeight;

/// One picture in several layouts, without padding.
struct Picture720p {
  Picture720p() {
    const Frame nv12_frame = bench::pattern_frame(PixelFormat::kNv12, 1);
    const auto samples = [&](std::size_t plane) {
      return reinterpret_cast<const std::uint8_t*>(nv12_frame.planes()[plane].bytes.data());
    };
    const auto stride = [&](std::size_t plane) {
      return static_cast<int>(nv12_frame.planes()[plane].stride_bytes);
    };
    libyuv::NV12ToI420(samples(0), stride(0), samples(1), stride(1), y(), kWidth, u(), kWidth / 2,
                       v(), kWidth / 2, kWidth, kHeight);
    libyuv::I420ToNV12(y(), kWidth, u(), kWidth / 2, v(), kWidth / 2, nv12.data(), kWidth,
                       nv12.data() + kLumaBytes, kWidth, kWidth, kHeight);
    libyuv::I420ToYUY2(y(), kWidth, u(), kWidth / 2, v(), kWidth / 2, yuyv.data(), 2 * kWidth,
                       kWidth, kHeight);
  }

  std::uint8_t* y() { return yuv420.data(); }
  std::uint8_t* u() { return yuv420.data() + kLumaBytes; }
  std::uint8_t* v() { return yuv420.data() + kLumaBytes * 5 / 4; }

  Frame frame(PixelFormat format, YuvRange range) const {
    FrameInfo info;
    info.width_px = kWidth;
    info.height_px = kHeight;
    info.format = format;
    info.range = range;
    const std::span planar = std::as_bytes(std::span(yuv420));
    const std::span packed = std::as_bytes(std::span(yuyv));
    const std::span half_planar = std::as_bytes(std::span(nv12));
    switch (format) {
      case PixelFormat::kYuv420:
        return {info,
                std::array{Plane{planar.first(kLumaBytes), kWidth},
                           Plane{planar.subspan(kLumaBytes, kLumaBytes / 4), kWidth / 2},
                           Plane{planar.subspan(kLumaBytes * 5 / 4), kWidth / 2}},
                nullptr};
      case PixelFormat::kYuyv:
        return {info, std::array{Plane{packed, 2 * kWidth}}, nullptr};
      default:
        return {info,
                std::array{Plane{half_planar.first(kLumaBytes), kWidth},
                           Plane{half_planar.subspan(kLumaBytes), kWidth}},
                nullptr};
    }
  }

  std::vector<std::uint8_t> yuv420 = std::vector<std::uint8_t>(kLumaBytes * 3 / 2);
  std::vector<std::uint8_t> nv12 = std::vector<std::uint8_t>(kLumaBytes * 3 / 2);
  std::vector<std::uint8_t> yuyv = std::vector<std::uint8_t>(kLumaBytes * 2);
};

/// libjpeg-turbo with nothing around it.
class BareTurbo {
 public:
  BareTurbo() : output_(tjBufSize(kWidth, kHeight, TJSAMP_420)) {}
  ~BareTurbo() { tjDestroy(handle_); }
  BareTurbo(const BareTurbo&) = delete;
  BareTurbo& operator=(const BareTurbo&) = delete;

  std::span<const std::byte> encode(Picture720p& picture) {
    std::array<const unsigned char*, 3> planes{picture.y(), picture.u(), picture.v()};
    const std::array<int, 3> strides{kWidth, kWidth / 2, kWidth / 2};
    unsigned char* output = output_.data();
    unsigned long size = output_.size();
    tjCompressFromYUVPlanes(handle_, planes.data(), kWidth, strides.data(), kHeight, TJSAMP_420,
                            &output, &size, kQualityPercent, TJFLAG_NOREALLOC);
    return std::as_bytes(std::span(output, size));
  }

 private:
  tjhandle handle_ = tjInitCompress();
  std::vector<unsigned char> output_;
};

/// Our encoder with a frame for it.
struct OurEncoding {
  OurEncoding(const char* name_given, const Picture720p& picture, PixelFormat format,
              YuvRange range = YuvRange::kFull)
      : name(name_given),
        frame(picture.frame(format, range)),
        encoder(make_jpeg_encoder(format, kQualityPercent)) {}

  std::span<const std::byte> encode() const { return *encoder->encode(frame); }

  std::string name;
  Frame frame;
  std::unique_ptr<JpegEncoder> encoder;
};

void must_be_the_same_image(const OurEncoding& ours, std::span<const std::byte> bare) {
  const std::span<const std::byte> image = ours.encode();
  if (image.size() != bare.size() || std::memcmp(image.data(), bare.data(), bare.size()) != 0) {
    std::fprintf(stderr, "%s: our image differs from libjpeg-turbo's, so the times would mislead\n",
                 ours.name.c_str());
    std::exit(1);
  }
}

/// Returns what one bare encode takes, in microseconds.
double compare_encoders(const bench::Effort& effort) {
  Picture720p picture;
  BareTurbo bare;
  const std::array same_image{
      OurEncoding("yuv420", picture, PixelFormat::kYuv420),
      OurEncoding("nv12", picture, PixelFormat::kNv12),
      OurEncoding("yuyv", picture, PixelFormat::kYuyv),
  };
  // Stretched to full range first, so not the same image as the bare encoder's.
  const std::array stretched{
      OurEncoding("yuv420, limited range", picture, PixelFormat::kYuv420, YuvRange::kLimited),
      OurEncoding("nv12, limited range", picture, PixelFormat::kNv12, YuvRange::kLimited),
      OurEncoding("yuyv, limited range", picture, PixelFormat::kYuyv, YuvRange::kLimited),
  };
  std::vector<bench::Candidate> candidates;
  candidates.push_back(
      {"bare libjpeg-turbo, ready planes", [&] { bench::keep(bare.encode(picture)); }});
  const auto add = [&](const OurEncoding& ours) {
    candidates.push_back({ours.name, [&ours] { bench::keep(ours.encode()); }});
  };
  for (const OurEncoding& ours : same_image) {
    must_be_the_same_image(ours, bare.encode(picture));
    add(ours);
  }
  for (const OurEncoding& ours : stretched) {
    add(ours);
  }

  std::printf(
      "%dx%d, 4:2:0, quality %d, %.1f KB; where the range is full, the image is the same to the "
      "byte\n\n",
      kWidth, kHeight, kQualityPercent, static_cast<double>(bare.encode(picture).size()) / 1e3);
  const std::vector<bench::Timing> timings = bench::measure(candidates, effort);
  std::printf("%-36s %10s %8s\n", "", "us", "x bare");
  for (const bench::Timing& timing : timings) {
    std::printf("%-36s %10.0f %8.3f\n", timing.name.c_str(), timing.microseconds,
                timing.ratio_to[0]);
  }
  std::printf("\nencode: yuv420 %.3f x bare libjpeg-turbo; %s\n", timings[1].ratio_to[0],
              bench::against_aim(timings[1].ratio_to[0], kEncodeAim).c_str());
  std::printf(
      "encode: nv12 %.3f, yuyv %.3f x bare libjpeg-turbo on ready planes; no aim is set\n\n",
      timings[2].ratio_to[0], timings[3].ratio_to[0]);
  std::printf(
      "figure: encoding 720p YUV420 against bare libjpeg-turbo, the images byte-equal "
      "| %.2f x (%.1f ms) | %.2f x\n",
      timings[1].ratio_to[0], timings[1].microseconds / 1e3, kEncodeAim);
  return timings[0].microseconds;
}

std::size_t count_markers_and_stuffing(std::span<const std::byte> bytes) {
  std::size_t count = 0;
  const auto* at = reinterpret_cast<const char*>(bytes.data());
  const char* const end = at + bytes.size();
  while ((at = static_cast<const char*>(
              std::memchr(at, 0xff, static_cast<std::size_t>(end - at)))) != nullptr) {
    ++count;
    if (++at == end) {
      break;
    }
  }
  return count;
}

void compare_the_rest(const bench::Effort& effort, double bare_encode_microseconds) {
  const Frame mjpeg = bench::pattern_frame(PixelFormat::kMjpeg, 1);
  const std::span<const std::byte> jpeg = mjpeg.planes()[0].bytes;
  const std::unique_ptr<JpegEncoder> pass_through =
      make_jpeg_encoder(PixelFormat::kMjpeg, kQualityPercent);
  std::uint64_t sequence = 0;
  const std::vector<bench::Timing> timings = bench::measure(
      {
          {"memchr for FF", [&] { bench::keep(count_markers_and_stuffing(jpeg)); }},
          {"marker walk", [&] { bench::keep(walk_jpeg_markers(jpeg)); }},
          {"pass-through encoder", [&] { bench::keep(pass_through->encode(mjpeg)); }},
          {"pattern source, mjpeg",
           [&] { bench::keep(bench::pattern_frame(PixelFormat::kMjpeg, ++sequence)); }},
          {"pattern source, nv12",
           [&] { bench::keep(bench::pattern_frame(PixelFormat::kNv12, ++sequence)); }},
      },
      effort);
  std::printf("a JPEG image of %.1f KB passed through, and what the test pattern costs\n\n",
              static_cast<double>(jpeg.size()) / 1e3);
  std::printf("%-36s %10s %10s %15s\n", "", "us", "x memchr", "% of an encode");
  for (const bench::Timing& timing : timings) {
    std::printf("%-36s %10.1f %10.2f %15.1f\n", timing.name.c_str(), timing.microseconds,
                timing.ratio_to[0], 100 * timing.microseconds / bare_encode_microseconds);
  }
  std::printf("\nencode: pass-through %.2f x looking for FF with memchr; no aim is set\n",
              timings[2].ratio_to[0]);
  std::printf("figure: passing a %.0f KB MJPEG frame through | %.1f us |\n",
              static_cast<double>(jpeg.size()) / 1e3, timings[2].microseconds);
}

}  // namespace

int main(int argc, char** argv) {
  const bench::Effort effort = bench::effort_from(argc, argv);
  const double bare_encode_microseconds = compare_encoders(effort);
  compare_the_rest(effort, bare_encode_microseconds);
}
