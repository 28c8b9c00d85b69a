// Tries the hardware encoder on a device that is there: tests/camera's kernel module vjpegenc,
// whose pictures are the means of blocks of 8x8 samples. Not run with the unit tests but by
// tests/camera/encoder_checks.py, which loads the module in one shape after the other.

#include <fcntl.h>
#include <gtest/gtest.h>
#include <linux/udmabuf.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <cmath>
#include <cstdlib>
#include <fstream>
#include <optional>
#include <string>
#include <vector>

#include "encode/hardware_first_encoder.h"
#include "encode/turbo_encoder.h"
#include "encode/v4l2_device_search.h"

#include "jpeg_test_support.h"
#include "raw_picture.h"

namespace freshframe {
namespace {

constexpr std::array kFormats = {PixelFormat::kNv12, PixelFormat::kYuv420, PixelFormat::kYuyv};
constexpr int kBlockPx = 8;

std::string parameter_path(const std::string& name) {
  return "/sys/module/vjpegenc/parameters/" + name;
}

std::string parameter(const std::string& name) {
  std::string value;
  std::ifstream(parameter_path(name)) >> value;
  return value;
}

void set_parameter(const std::string& name, const std::string& value) {
  std::ofstream file(parameter_path(name));
  file << value << std::flush;
  ASSERT_TRUE(file.good()) << name;
}

/// Memory as a camera's driver has it, shared by a descriptor.
class Dmabuf {
 public:
  explicit Dmabuf(std::size_t bytes) {
    const auto page = static_cast<std::size_t>(sysconf(_SC_PAGESIZE));
    size_ = (bytes + page - 1) / page * page;
    memory_fd_ = memfd_create("frame", MFD_ALLOW_SEALING);
    const int driver = open("/dev/udmabuf", O_RDWR | O_CLOEXEC);
    if (ftruncate(memory_fd_, static_cast<off_t>(size_)) == 0 &&
        fcntl(memory_fd_, F_ADD_SEALS, F_SEAL_SHRINK) == 0) {
      udmabuf_create request{};
      request.memfd = static_cast<std::uint32_t>(memory_fd_);
      request.size = size_;
      fd_ = ioctl(driver, UDMABUF_CREATE, &request);
    }
    close(driver);
    void* const address = mmap(nullptr, size_, PROT_READ | PROT_WRITE, MAP_SHARED, memory_fd_, 0);
    bytes_ = {static_cast<std::byte*>(address), size_};
  }
  Dmabuf(const Dmabuf&) = delete;
  Dmabuf& operator=(const Dmabuf&) = delete;
  ~Dmabuf() {
    munmap(bytes_.data(), size_);
    close(fd_);
    close(memory_fd_);
  }

  int fd() const { return fd_; }
  std::span<std::byte> bytes() const { return bytes_; }

 private:
  int memory_fd_ = -1;
  int fd_ = -1;
  std::size_t size_ = 0;
  std::span<std::byte> bytes_;
};

/// The means of the blocks of each channel, left to right and top to bottom; whole blocks only.
std::vector<double> block_means(const RgbPicture& picture) {
  std::vector<double> means;
  for (int top = 0; top + kBlockPx <= picture.height_px; top += kBlockPx) {
    for (int left = 0; left + kBlockPx <= picture.width_px; left += kBlockPx) {
      std::array<double, 3> sums{};
      for (int y = top; y < top + kBlockPx; ++y) {
        for (int x = left; x < left + kBlockPx; ++x) {
          for (std::size_t channel = 0; channel < 3; ++channel) {
            sums[channel] += picture.samples[picture.offset(x, y) + channel];
          }
        }
      }
      for (const double sum : sums) {
        means.push_back(sum / (kBlockPx * kBlockPx));
      }
    }
  }
  return means;
}

/// By how much the block means of two pictures differ, at the median and at most.
std::pair<double, double> difference(const RgbPicture& one, const RgbPicture& other) {
  const std::vector<double> a = block_means(one);
  const std::vector<double> b = block_means(other);
  EXPECT_EQ(a.size(), b.size());
  std::vector<double> differences;
  for (std::size_t i = 0; i < std::min(a.size(), b.size()); ++i) {
    differences.push_back(std::abs(a[i] - b[i]));
  }
  std::sort(differences.begin(), differences.end());
  return {differences[differences.size() / 2], differences.back()};
}

class V4l2DeviceCheck : public testing::Test {
 protected:
  ~V4l2DeviceCheck() override {
    encoder_.reset();
    set_parameter("hang", "0");
    set_parameter("fail_every", "0");
    set_parameter("delay_ms", "0");
  }

  void SetUp() override {
    const auto found = find_v4l2_encoder(system_v4l2_calls());
    ASSERT_TRUE(found) << found.error().reason;
    name_ = found->name();
  }

  void start(PixelFormat format, int quality = 100) {
    encoder_ =
        std::make_unique<HardwareFirstEncoder>(system_v4l2_calls(), format, quality, true,
                                               std::make_unique<TurboEncoder>(format, quality));
  }

  /// Encodes and compares with `original`, of which a block holds the mean only: chroma's blocks
  /// are twice as wide, hence the greatest difference that is allowed.
  void encode(const Frame& frame, const RgbPicture& original) {
    const auto jpeg = encoder_->encode(frame);
    ASSERT_TRUE(jpeg.has_value()) << to_string(jpeg.error());
    const auto [median, most] = difference(decode_rgb(*jpeg), original);
    EXPECT_LT(median, 2);
    EXPECT_LT(most, 40);
  }
  void expect_hardware() {
    EXPECT_EQ(encoder_->report().name, name_) << encoder_->report().reason;
    EXPECT_EQ(encoder_->report().hardware_failures, 0U) << encoder_->report().last_hardware_failure;
  }

  std::string name_;
  std::unique_ptr<HardwareFirstEncoder> encoder_;
};

struct SizeAndPadding {
  int width_px;
  int height_px;
  std::size_t padding_bytes;
};

TEST_F(V4l2DeviceCheck, PicturesAreThoseOfTheFrames) {
  const bool can_crop = parameter("crop") == "Y";
  for (const auto& [width_px, height_px, padding] :
       {SizeAndPadding{640, 480, 0}, SizeAndPadding{640, 480, 64}, SizeAndPadding{128, 1080, 0},
        SizeAndPadding{202, 154, 6}, SizeAndPadding{203, 155, 0}}) {
    if (!can_crop && (width_px % 16 != 0 || height_px % 16 != 0)) {
      continue;
    }
    const RgbPicture original = smooth_picture(width_px, height_px);
    for (const PixelFormat format : kFormats) {
      for (const YuvRange range : {YuvRange::kFull, YuvRange::kLimited}) {
        SCOPED_TRACE(std::to_string(width_px) + "x" + std::to_string(height_px) + " " +
                     std::string(to_string(format)));
        const RawPicture raw(original, format, padding, range);
        start(format);
        encode(raw.frame(), original);
        encode(raw.frame(), original);
        expect_hardware();
      }
    }
  }
}

TEST_F(V4l2DeviceCheck, FramesInSharedMemoryAreImportedWhereTheyLieAsTheDeviceWants) {
  const bool in_one_memory = parameter("apart") == "N";
  const bool can_import = parameter("import") == "Y";
  const RgbPicture original = smooth_picture(640, 480);
  for (const PixelFormat format : kFormats) {
    SCOPED_TRACE(to_string(format));
    RawPicture raw(original, format);
    std::size_t size = 0;
    for (const Plane& plane : raw.planes()) {
      size += plane.bytes.size();
    }
    const Dmabuf dmabuf(size);
    ASSERT_GE(dmabuf.fd(), 0);
    std::size_t offset = 0;
    for (Plane& plane : raw.planes()) {
      std::copy(plane.bytes.begin(), plane.bytes.end(),
                dmabuf.bytes().begin() + static_cast<std::ptrdiff_t>(offset));
      plane.bytes = dmabuf.bytes().subspan(offset, plane.bytes.size());
      plane.dmabuf = {dmabuf.fd(), offset, dmabuf.bytes().size()};
      offset += plane.bytes.size();
    }
    const int before = std::stoi(parameter("imported"));
    start(format);
    for (int i = 0; i < 3; ++i) {
      encode(raw.frame(), original);
    }
    expect_hardware();
    const bool fits = can_import && (in_one_memory || format == PixelFormat::kYuyv);
    EXPECT_EQ(std::stoi(parameter("imported")) - before, fits ? 3 : 0);
    encoder_.reset();
  }
}

// The device writes its step into the quantisation table.
TEST_F(V4l2DeviceCheck, TheQualityComesToTheDevice) {
  const RgbPicture original = smooth_picture(64, 48);
  const RawPicture raw(original, PixelFormat::kNv12);
  for (const int quality : {100, 80, 40}) {
    start(PixelFormat::kNv12, quality);
    const Frame frame = raw.frame();
    const auto jpeg = encoder_->encode(frame);
    ASSERT_TRUE(jpeg.has_value());
    constexpr std::size_t kFirstStep = 7;
    EXPECT_EQ(std::to_integer<int>((*jpeg)[kFirstStep]), 1 + (100 - quality) / 4);
    expect_hardware();
  }
}

TEST_F(V4l2DeviceCheck, ASlowDeviceIsWaitedFor) {
  const RgbPicture original = smooth_picture(64, 48);
  const RawPicture raw(original, PixelFormat::kNv12);
  set_parameter("delay_ms", "200");
  start(PixelFormat::kNv12);
  const auto before = std::chrono::steady_clock::now();
  encode(raw.frame(), original);
  EXPECT_GE(std::chrono::steady_clock::now() - before, std::chrono::milliseconds(200));
  expect_hardware();
}

TEST_F(V4l2DeviceCheck, WhatTheDeviceFailsAtSoftwareDoes) {
  const RgbPicture original = smooth_picture(64, 48);
  const RawPicture raw(original, PixelFormat::kNv12);
  start(PixelFormat::kNv12);
  encode(raw.frame(), original);
  expect_hardware();
  set_parameter("fail_every", "1");
  encode(raw.frame(), original);
  EXPECT_EQ(encoder_->report().last_hardware_failure, "it says that a picture went wrong");
  set_parameter("fail_every", "0");
  encode(raw.frame(), original);
  EXPECT_EQ(encoder_->report().name, name_);
  EXPECT_EQ(encoder_->report().hardware_failures, 1U);
}

TEST_F(V4l2DeviceCheck, ADeviceThatHangsIsGivenUpAndClosed) {
  const RgbPicture original = smooth_picture(64, 48);
  const RawPicture raw(original, PixelFormat::kNv12);
  start(PixelFormat::kNv12);
  encode(raw.frame(), original);
  set_parameter("hang", "1");
  encode(raw.frame(), original);
  EXPECT_EQ(encoder_->report().name, "libjpeg-turbo");
  EXPECT_NE(encoder_->report().reason.find("did not answer"), std::string::npos);
  set_parameter("hang", "0");
  start(PixelFormat::kNv12);
  encode(raw.frame(), original);
  expect_hardware();
}

}  // namespace
}  // namespace freshframe
