// Tries the hardware encoder on a device that is there: tests/camera's kernel module vjpegenc,
// whose pictures are the means of blocks of 8x8 samples. Not run with the unit tests but by
// tests/camera/encoder_checks.py, which loads the module in one shape after the other.

#include <fcntl.h>
#include <gtest/gtest.h>
#include <linux/udmabuf.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <turbojpeg.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cmath>
#include <cstdlib>
#include <fstream>
#include <memory>
#include <span>
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
constexpr int kBlock = 8;

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

/// One component of a picture: Y, or Cb or Cr with a sample for each two by two pixels.
struct Component {
  int width = 0;
  int height = 0;
  std::vector<double> samples;
};

/// The components of a picture as JFIF defines them (ITU-T T.871, 7), whole blocks of pixels only.
std::array<Component, 3> components_of(const RgbPicture& picture) {
  constexpr std::array<std::array<double, 3>, 3> kWeights = {
      {{0.299, 0.587, 0.114}, {-0.168736, -0.331264, 0.5}, {0.5, -0.418688, -0.081312}}};
  std::array<Component, 3> components;
  for (std::size_t i = 0; i < components.size(); ++i) {
    const int step = i == 0 ? 1 : 2;
    Component& component = components[i];
    component.width = picture.width_px / step;
    component.height = picture.height_px / step;
    for (int y = 0; y < component.height * step; y += step) {
      for (int x = 0; x < component.width * step; x += step) {
        double sum = 0;
        for (int pixel = 0; pixel < step * step; ++pixel) {
          for (std::size_t channel = 0; channel < 3; ++channel) {
            sum += kWeights[i][channel] *
                   picture.samples[picture.offset(x + pixel % step, y + pixel / step) + channel];
          }
        }
        component.samples.push_back(sum / (step * step) + (i == 0 ? 0 : 128));
      }
    }
  }
  return components;
}

/// The components as they are in the JPEG image, without any interpolation.
std::array<Component, 3> decode_components(std::span<const std::byte> jpeg, int width_px,
                                           int height_px) {
  const std::unique_ptr<void, int (*)(void*)> decoder(tjInitDecompress(), tjDestroy);
  std::array<Component, 3> components;
  std::array<std::vector<unsigned char>, 3> planes;
  std::array<unsigned char*, 3> rows{};
  for (std::size_t i = 0; i < components.size(); ++i) {
    const int which = static_cast<int>(i);
    components[i].width = tjPlaneWidth(which, width_px, TJSAMP_420);
    components[i].height = tjPlaneHeight(which, height_px, TJSAMP_420);
    planes[i].resize(tjPlaneSizeYUV(which, width_px, 0, height_px, TJSAMP_420));
    rows[i] = planes[i].data();
  }
  EXPECT_EQ(
      tjDecompressToYUVPlanes(decoder.get(), reinterpret_cast<const unsigned char*>(jpeg.data()),
                              jpeg.size(), rows.data(), width_px, nullptr, height_px,
                              TJFLAG_STOPONWARNING | TJFLAG_ACCURATEDCT),
      0)
      << tjGetErrorStr2(decoder.get());
  for (std::size_t i = 0; i < components.size(); ++i) {
    components[i].samples.assign(planes[i].begin(), planes[i].end());
  }
  return components;
}

double block_mean(const Component& component, int left, int top) {
  double sum = 0;
  for (int y = top; y < top + kBlock; ++y) {
    for (int x = left; x < left + kBlock; ++x) {
      sum += component.samples[static_cast<std::size_t>(y * component.width + x)];
    }
  }
  return sum / (kBlock * kBlock);
}

/// By how much the means of blocks of 8x8 samples differ at most; whole blocks only.
double difference(const Component& one, const Component& other) {
  double most = 0;
  for (int top = 0; top + kBlock <= std::min(one.height, other.height); top += kBlock) {
    for (int left = 0; left + kBlock <= std::min(one.width, other.width); left += kBlock) {
      most = std::max(most, std::abs(block_mean(one, left, top) - block_mean(other, left, top)));
    }
  }
  return most;
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

  /// Encodes and compares with `original` each component for itself.
  void encode(const Frame& frame, const RgbPicture& original) {
    const auto jpeg = encoder_->encode(frame);
    ASSERT_TRUE(jpeg.has_value()) << to_string(jpeg.error());
    const auto made = decode_components(*jpeg, original.width_px, original.height_px);
    const auto wanted = components_of(original);
    for (std::size_t i = 0; i < made.size(); ++i) {
      // The codes of limited range are coarser than those of full range.
      EXPECT_LT(difference(made[i], wanted[i]), 1.6) << "component " << i;
    }
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
