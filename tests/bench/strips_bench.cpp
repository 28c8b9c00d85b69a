// How soon a frame is encoded when several threads work on it, against bare libjpeg-turbo on one,
// which is given the same picture as ready planes.

#include <libyuv/convert.h>
#include <turbojpeg.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdio>
#include <functional>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "base/helper_threads.h"
#include "capture/pattern_frames.h"
#include "encode/jpeg_encoder.h"

#include "measure.h"

namespace {

using namespace freshframe;

constexpr int kQualityPercent = 80;
constexpr double kAimForAThread = 0.85;

constexpr int kWidth = 1920;
constexpr int kHeight = 1080;
constexpr std::size_t kLumaBytes = std::size_t{kWidth} * kHeight;

/// The test pattern in two layouts.
struct Picture1080p {
  Picture1080p() {
    const auto samples = [&](std::size_t plane) {
      return reinterpret_cast<const std::uint8_t*>(nv12.planes()[plane].bytes.data());
    };
    const auto stride = [&](std::size_t plane) {
      return static_cast<int>(nv12.planes()[plane].stride_bytes);
    };
    std::uint8_t* y = planar.data();
    libyuv::NV12ToI420(samples(0), stride(0), samples(1), stride(1), y, kWidth, y + kLumaBytes,
                       kWidth / 2, y + kLumaBytes * 5 / 4, kWidth / 2, kWidth, kHeight);
  }

  Frame yuv420() const {
    FrameInfo info = nv12.info();
    info.format = PixelFormat::kYuv420;
    const std::span bytes = std::as_bytes(std::span(planar));
    return {info,
            std::array{Plane{bytes.first(kLumaBytes), kWidth},
                       Plane{bytes.subspan(kLumaBytes, kLumaBytes / 4), kWidth / 2},
                       Plane{bytes.subspan(kLumaBytes * 5 / 4), kWidth / 2}},
            nullptr};
  }

  PatternFrames frames{{kWidth, kHeight}, PixelFormat::kNv12};
  Frame nv12 = frames.make(1, UnixTime(std::chrono::seconds(1'700'000'000))).value();
  std::vector<std::uint8_t> planar = std::vector<std::uint8_t>(kLumaBytes * 3 / 2);
};

/// libjpeg-turbo with nothing around it.
class BareTurbo {
 public:
  BareTurbo() : output_(tjBufSize(kWidth, kHeight, TJSAMP_420)) {}
  ~BareTurbo() { tjDestroy(handle_); }
  BareTurbo(const BareTurbo&) = delete;
  BareTurbo& operator=(const BareTurbo&) = delete;

  std::span<const std::byte> encode(const Picture1080p& picture) {
    const std::uint8_t* y = picture.planar.data();
    std::array<const unsigned char*, 3> planes{y, y + kLumaBytes, y + kLumaBytes * 5 / 4};
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

std::vector<std::uint8_t> decoded(std::span<const std::byte> jpeg) {
  const std::unique_ptr<void, int (*)(void*)> decoder(tjInitDecompress(), tjDestroy);
  std::vector<std::uint8_t> rgb(3 * kLumaBytes);
  if (tjDecompress2(decoder.get(), reinterpret_cast<const unsigned char*>(jpeg.data()), jpeg.size(),
                    rgb.data(), kWidth, 0, kHeight, TJPF_RGB, TJFLAG_STOPONWARNING) != 0) {
    rgb.clear();
  }
  return rgb;
}

/// What is timed by the clock on the wall.
struct Contender {
  std::string name;
  std::function<void()> encode;
  std::vector<double> milliseconds = {};

  double best() const { return *std::min_element(milliseconds.begin(), milliseconds.end()); }
  double median() const {
    std::vector<double> sorted = milliseconds;
    std::sort(sorted.begin(), sorted.end());
    return sorted[sorted.size() / 2];
  }
};

/// In turns. The best time is the one in which no other program wanted a core.
void take_turns(std::vector<Contender>& contenders, int rounds) {
  using Clock = std::chrono::steady_clock;
  for (Contender& contender : contenders) {
    contender.encode();  // first runs are slow: caches, lazy allocation, threads
  }
  for (int round = 0; round < rounds; ++round) {
    for (Contender& contender : contenders) {
      const Clock::time_point began = Clock::now();
      contender.encode();
      contender.milliseconds.push_back(
          std::chrono::duration<double, std::milli>(Clock::now() - began).count());
    }
  }
}

/// One bare encoder for each of `count` threads, all with the whole picture: what the cores give
/// when nothing is shared but memory.
class BareSideBySide {
 public:
  explicit BareSideBySide(std::size_t count) : helpers_(count - 1, "bare"), encoders_(count) {}

  void encode(const Picture1080p& picture) {
    helpers_.run(encoders_.size(),
                 [&](std::size_t i) { bench::keep(encoders_[i].encode(picture)); });
  }

 private:
  HelperThreads helpers_;
  std::vector<BareTurbo> encoders_;
};

}  // namespace

int main(int argc, char** argv) {
  const bool smoke = bench::effort_from(argc, argv).rounds == 1;
  const std::size_t cores = std::max(1U, std::thread::hardware_concurrency());

  const Picture1080p picture;
  BareTurbo bare;
  BareSideBySide side_by_side(cores);
  const Frame yuv420 = picture.yuv420();
  const std::vector<std::uint8_t> expected = decoded(bare.encode(picture));

  std::vector<Contender> contenders;
  contenders.push_back({"bare libjpeg-turbo", [&] { bench::keep(bare.encode(picture)); }});
  contenders.push_back({std::to_string(cores) + " frames by bare, side by side",
                        [&] { side_by_side.encode(picture); }});
  bool all_pictures_are_equal = true;
  const auto add = [&](const char* name, const Frame& frame, std::size_t threads) {
    const std::shared_ptr<JpegEncoder> encoder =
        make_jpeg_encoder(frame.info().format, kQualityPercent, static_cast<int>(threads));
    if (decoded(*encoder->encode(frame)) != expected) {
      std::fprintf(stderr, "%s on %zu threads decodes to another picture\n", name, threads);
      all_pictures_are_equal = false;
    }
    contenders.push_back({std::string(name) + ", threads: " + std::to_string(threads),
                          [&frame, encoder] { bench::keep(*encoder->encode(frame)); }});
  };
  for (std::size_t threads = 1; threads <= cores; ++threads) {
    add("yuv420", yuv420, threads);
  }
  for (std::size_t threads = 1; threads <= cores; ++threads) {
    add("nv12", picture.nv12, threads);
  }
  if (!all_pictures_are_equal) {
    return 1;  // the times would mislead
  }
  take_turns(contenders, smoke ? 2 : 600);

  const double bare_ms = contenders[0].best();
  const double limit = static_cast<double>(cores) * bare_ms / contenders[1].best();
  std::printf("%dx%d, 4:2:0, quality %d; all decode to the same picture; time on the wall\n\n",
              kWidth, kHeight, kQualityPercent);
  std::printf("%-36s %10s %10s %12s\n", "", "best, ms", "median", "bare / best");
  for (const Contender& contender : contenders) {
    std::printf("%-36s %10.2f %10.2f %12.2f\n", contender.name.c_str(), contender.best(),
                contender.median(), bare_ms / contender.best());
  }
  const Contender& ours = contenders[1 + cores];
  const double speed_up = bare_ms / ours.best();
  std::printf("\nthe machine's limit, %zu encoders side by side: %.2f x one; ours is %.2f of it\n",
              cores, limit, speed_up / limit);
  std::printf("encode: 1080p on %zu threads %.2f x as fast as bare libjpeg-turbo; %s\n\n", cores,
              speed_up,
              bench::at_least(speed_up, kAimForAThread * static_cast<double>(cores)).c_str());
  std::printf(
      "figure: encoding 1080p YUV420 on %zu threads, how often as fast as bare libjpeg-turbo on "
      "one "
      "| %.2f x (%.1f ms), of %.2f x by independent encoders | %.2f x\n",
      cores, speed_up, ours.best(), limit, kAimForAThread * static_cast<double>(cores));
}
