#include "publish/raw_pixels.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <cstring>

namespace freshframe {

namespace {

// No picture is larger, and no product of these overflows.
constexpr int kSideMost = 65535;

// What cameras, video standards and screens have, the most usual first where two have as many
// pixels.
constexpr std::array kCameraSizes = {
    Size{160, 120},   Size{320, 240},   Size{640, 480},   Size{800, 600},   Size{1280, 720},
    Size{1920, 1080}, Size{640, 360},   Size{1024, 768},  Size{1280, 960},  Size{80, 60},
    Size{160, 90},    Size{176, 144},   Size{320, 180},   Size{320, 200},   Size{352, 288},
    Size{400, 300},   Size{424, 240},   Size{480, 270},   Size{480, 320},   Size{480, 360},
    Size{640, 400},   Size{704, 576},   Size{720, 480},   Size{720, 576},   Size{768, 576},
    Size{800, 480},   Size{848, 480},   Size{854, 480},   Size{864, 480},   Size{960, 540},
    Size{960, 720},   Size{1024, 576},  Size{1024, 600},  Size{1152, 864},  Size{1280, 800},
    Size{1280, 1024}, Size{1296, 972},  Size{1332, 990},  Size{1366, 768},  Size{1440, 900},
    Size{1440, 1080}, Size{1456, 1088}, Size{1536, 864},  Size{1600, 900},  Size{1600, 1200},
    Size{1640, 922},  Size{1640, 1232}, Size{1680, 1050}, Size{1920, 1200}, Size{2028, 1080},
    Size{2028, 1520}, Size{2048, 1152}, Size{2048, 1536}, Size{2304, 1296}, Size{2304, 1536},
    Size{2560, 1440}, Size{2592, 1944}, Size{3280, 2464}, Size{3840, 2160}, Size{4056, 3040},
    Size{4096, 2160}, Size{4608, 2592}};

// What neural networks are fed with: squares.
constexpr std::array kNetworkSides = {224, 640, 416, 320, 512, 256, 300, 299, 227,
                                      128, 192, 240, 384, 480, 608, 768, 1024};

struct Layout {
  // Numbers for two pixels, so that YUV 4:2:0 has a whole one.
  std::size_t numbers_for_two;
  // How many numbers further the same channel of a neighbour is.
  std::size_t step;
  RawPixels::Kind kind;
  std::string_view channels;
};

constexpr std::array kLayouts = {Layout{6, 3, RawPixels::Kind::kBytes, "BGR"},
                                 Layout{8, 4, RawPixels::Kind::kBytes, "BGRA"},
                                 Layout{2, 1, RawPixels::Kind::kBytes, "grey"},
                                 Layout{3, 1, RawPixels::Kind::kYuv420, "YUV420 or NV12"},
                                 Layout{4, 4, RawPixels::Kind::kTwoBytes, "YUYV or 16-bit grey"}};

// A pixel's value is 0, or of a size that a person would write down.
bool is_plausible(double value) {
  const double magnitude = std::fabs(value);
  return std::isfinite(value) && (magnitude == 0 || (magnitude >= 1e-6 && magnitude <= 65536));
}

// Odd, so that every column of an image gets its turn.
std::size_t step_for_samples(std::size_t count, std::size_t samples) {
  return count / samples | 1U;
}

/// Bytes as an array of numbers, which may be of several bytes each.
class Numbers {
 public:
  /// Each byte is a number.
  explicit Numbers(std::span<const std::byte> bytes) : bytes_(bytes) {}

  /// Nothing when they cannot be numbers of several bytes.
  static std::optional<Numbers> longer(std::span<const std::byte> bytes) {
    Numbers numbers(bytes);
    numbers.find_longer();
    return numbers.are_bytes() ? std::nullopt : std::optional(numbers);
  }

  /// 0 when the bytes are no whole number of them.
  std::size_t count() const { return bytes_.size() % size_ == 0 ? bytes_.size() / size_ : 0; }
  bool are_bytes() const { return size_ == 1; }
  std::string_view name() const { return name_; }
  bool are_within_one() const { return greatest_ <= 1; }

  /// Scaled so that the greatest is about 255.
  double at(std::size_t index) const {
    if (size_ == 1) {
      return std::to_integer<int>(bytes_[index]);
    }
    const double number = size_ == 4 ? load<float>(index) : load<double>(index);
    return is_plausible(number) ? number / greatest_ * 255 : 0;
  }

 private:
  void find_longer() {
    const double greatest_float = greatest_of<float>();
    // Whole numbers as float64 pass for pairs of float32 of which the first is 0.
    if (greatest_float > 0 && !every_second_word_is_zero()) {
      be(4, "float32 ", greatest_float);
    } else if (const double greatest_double = greatest_of<double>(); greatest_double > 0) {
      be(8, "float64 ", greatest_double);
    }
  }

  template <class Number>
  double load(std::size_t index) const {
    Number number = 0;
    std::memcpy(&number, bytes_.data() + index * sizeof(Number), sizeof(Number));
    return static_cast<double>(number);
  }

  /// 0 when they cannot be such numbers, or all are 0.
  template <class Number>
  double greatest_of() const {
    const std::size_t number_count = bytes_.size() / sizeof(Number);
    double greatest = 0;
    // Bytes of a grey picture pass for numbers too, but neighbours are alike there; a number's
    // lowest byte and its highest, with the exponent, have nothing to do with each other.
    bool has_mantissa = false;
    for (std::size_t i = 0; i < number_count; i += step_for_samples(number_count, 512)) {
      const double number = load<Number>(i);
      if (!is_plausible(number)) {
        return 0;
      }
      greatest = std::max(greatest, std::fabs(number));
      const auto lowest = std::to_integer<int>(bytes_[i * sizeof(Number)]);
      const auto highest = std::to_integer<int>(bytes_[(i + 1) * sizeof(Number) - 1]);
      has_mantissa = has_mantissa || std::abs(lowest - highest) > 16;
    }
    return has_mantissa ? greatest : 0;
  }

  bool every_second_word_is_zero() const {
    constexpr std::size_t kLooked = 4096;
    for (std::size_t i = 0; i + 8 <= std::min(bytes_.size(), kLooked); i += 8) {
      if (load<std::uint32_t>(i / 4) != 0) {
        return false;
      }
    }
    return true;
  }

  void be(std::size_t size, std::string_view name, double greatest) {
    size_ = size;
    name_ = name;
    greatest_ = greatest;
  }

  std::span<const std::byte> bytes_;
  std::size_t size_ = 1;
  std::string_view name_;
  double greatest_ = 255;
};

bool fits(const Numbers& numbers, Size size, const Layout& layout) {
  if (!numbers.are_bytes() && layout.kind != RawPixels::Kind::kBytes) {
    return false;
  }
  const auto pixels =
      static_cast<std::uint64_t>(size.width_px) * static_cast<std::uint64_t>(size.height_px);
  return pixels * layout.numbers_for_two == std::uint64_t{numbers.count()} * 2;
}

// Whether the fourth channel is the same everywhere, as it is in what cameras and OpenCV make.
// Bytes of a grey picture pass for BGRA of half its width and height, but for this.
bool has_constant_alpha(const Numbers& numbers) {
  const std::size_t pixel_count = numbers.count() / 4;
  for (std::size_t i = 0; i < pixel_count; i += step_for_samples(pixel_count, 512)) {
    if (numbers.at(4 * i + 3) != numbers.at(3)) {
      return false;
    }
  }
  return true;
}

// The mean difference of a pixel from its left and its upper neighbour, of 0 to 510.
double unlikeness(const Numbers& numbers, Size size, const Layout& layout) {
  const bool has_planes = layout.kind == RawPixels::Kind::kYuv420;
  const auto width = static_cast<std::size_t>(size.width_px);
  const std::size_t row = has_planes ? width : width * layout.numbers_for_two / 2;
  const std::size_t count = has_planes ? numbers.count() / 3 * 2 : numbers.count();
  double difference = 0;
  std::size_t samples = 0;
  for (std::size_t i = row + layout.step; i < count; i += step_for_samples(count, 4096)) {
    difference += std::fabs(numbers.at(i) - numbers.at(i - layout.step)) +
                  std::fabs(numbers.at(i) - numbers.at(i - row));
    ++samples;
  }
  return samples == 0 ? 0 : difference / static_cast<double>(samples);
}

RawPixels pixels_of(const Numbers& numbers, Size size, const Layout& layout) {
  RawPixels pixels{size, layout.kind, numbers.name(), layout.channels};
  if (!numbers.are_bytes()) {
    pixels.kind =
        numbers.are_within_one() ? RawPixels::Kind::kUnitFloats : RawPixels::Kind::kFloats;
  }
  return pixels;
}

/// Keeps the best of what is offered.
class Choice {
 public:
  explicit Choice(const Numbers& numbers) : numbers_(numbers) {}

  void offer(Size size, const Layout& layout) {
    if (!fits(numbers_, size, layout) ||
        (layout.channels == "BGRA" && !has_constant_alpha(numbers_))) {
      return;
    }
    // A picture without contrast is alike in any layout; noise makes small differences.
    constexpr double kNoise = 2;
    constexpr double kClearlyBetter = 0.6;
    const double offered = unlikeness(numbers_, size, layout) + kNoise;
    if (!best_ || offered < kClearlyBetter * unlikeness_) {
      best_ = pixels_of(numbers_, size, layout);
      unlikeness_ = offered;
    }
  }

  std::optional<RawPixels> best() const { return best_; }

 private:
  const Numbers& numbers_;
  std::optional<RawPixels> best_;
  double unlikeness_ = 0;
};

std::optional<RawPixels> fit(const Numbers& numbers, Size size) {
  for (const Layout& layout : kLayouts) {
    if (fits(numbers, size, layout)) {
      return pixels_of(numbers, size, layout);
    }
  }
  return std::nullopt;
}

std::optional<RawPixels> fit_common(const Numbers& numbers) {
  Choice choice(numbers);
  for (const Layout& layout : kLayouts) {
    for (const Size size : kCameraSizes) {
      choice.offer(size, layout);
    }
    for (const int side : kNetworkSides) {
      choice.offer(Size{side, side}, layout);
    }
  }
  return choice.best();
}

}  // namespace

std::optional<RawPixels> fit_pixels(std::span<const std::byte> bytes, Size size) {
  if (size.width_px < 1 || size.width_px > kSideMost || size.height_px < 1 ||
      size.height_px > kSideMost) {
    return std::nullopt;
  }
  if (const auto numbers = Numbers::longer(bytes)) {
    if (const auto pixels = fit(*numbers, size)) {
      return pixels;
    }
  }
  return fit(Numbers(bytes), size);
}

std::optional<RawPixels> fit_common_pixels(std::span<const std::byte> bytes) {
  // Buffers of other things have a power of two as their length as well.
  if (std::has_single_bit(bytes.size()) && !look_like_pixels(bytes)) {
    return std::nullopt;
  }
  if (const auto numbers = Numbers::longer(bytes)) {
    if (const auto pixels = fit_common(*numbers)) {
      return pixels;
    }
  }
  return fit_common(Numbers(bytes));
}

bool look_like_pixels(std::span<const std::byte> bytes) {
  constexpr std::size_t kLeast = 1000;
  constexpr std::size_t kLooked = 4096;
  // Random bytes differ by 85 in the mean, those of ordinary pictures by less than 10.
  constexpr std::size_t kAlike = 24;
  if (bytes.size() < kLeast) {
    return false;
  }
  const std::size_t count = std::min(bytes.size(), kLooked);
  const auto middle = bytes.subspan((bytes.size() - count) / 2, count);
  // A pixel's neighbour lies as far away as it has channels.
  for (const std::size_t distance :
       {std::size_t{1}, std::size_t{2}, std::size_t{3}, std::size_t{4}}) {
    std::size_t difference = 0;
    for (std::size_t i = distance; i < count; ++i) {
      difference += static_cast<std::size_t>(
          std::abs(std::to_integer<int>(middle[i]) - std::to_integer<int>(middle[i - distance])));
    }
    if (difference < kAlike * count) {
      return true;
    }
  }
  return false;
}

}  // namespace freshframe
