#include "capture/pattern_landscape.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <vector>

namespace freshframe {

namespace {

struct Colour {
  float red;
  float green;
  float blue;
};

Colour mix(Colour a, Colour b, float share_of_b) {
  return {a.red + (b.red - a.red) * share_of_b, a.green + (b.green - a.green) * share_of_b,
          a.blue + (b.blue - a.blue) * share_of_b};
}

std::uint32_t scramble(std::uint32_t x, std::uint32_t y, std::uint32_t seed) {
  std::uint32_t hash = x * 0x9e3779b1U ^ y * 0x85ebca77U ^ seed * 0xc2b2ae3dU;
  hash = (hash ^ hash >> 15) * 0x2c1b3c6dU;
  hash = (hash ^ hash >> 12) * 0x297a2d39U;
  return hash ^ hash >> 15;
}

// -1 to 1, the same for the same place.
float grain(int x, int y, std::uint32_t seed) {
  const std::uint32_t hash =
      scramble(static_cast<std::uint32_t>(x), static_cast<std::uint32_t>(y), seed);
  // The sum of two even distributions has the soft tails of a sensor's noise.
  return static_cast<float>((hash & 0xffff) + (hash >> 16)) / 65535.0F - 1;
}

// Plainer than std::floor and std::lerp, which cost a start of a large pattern a second.
int round_down(float value) {
  const int towards_zero = static_cast<int>(value);
  return towards_zero - (value < static_cast<float>(towards_zero) ? 1 : 0);
}

float blend(float a, float b, float share_of_b) {
  return a + (b - a) * share_of_b;
}

float smooth_step(float t) {
  return t * t * (3 - 2 * t);
}

// Smooth noise from -1 to 1 with features of size 1.
float noise(float x, float y, std::uint32_t seed) {
  const int column = round_down(x);
  const int row = round_down(y);
  const float across = smooth_step(x - static_cast<float>(column));
  const float down = smooth_step(y - static_cast<float>(row));
  const float above = blend(grain(column, row, seed), grain(column + 1, row, seed), across);
  const float below = blend(grain(column, row + 1, seed), grain(column + 1, row + 1, seed), across);
  return blend(above, below, down);
}

// Three octaves of it.
float rough_noise(float x, float y, std::uint32_t seed) {
  return noise(x, y, seed) + noise(2.1F * x, 2.1F * y, seed + 1) / 2 +
         noise(4.3F * x, 4.3F * y, seed + 2) / 4;
}

// All lengths in heights of the picture, so that every size shows the same.
struct Ridge {
  float top;
  float roughness;
  float feature;
  // Height of the trees on it; 0 for bare hills.
  float trees;
  Colour crest;
  Colour foot;
  // How much the ground varies in brightness.
  float texture;
};

constexpr std::array<Ridge, 5> kRidges = {{
    {0.57F, 0.060F, 0.42F, 0.000F, {186, 146, 168}, {214, 176, 176}, 3},
    {0.64F, 0.055F, 0.31F, 0.000F, {132, 112, 154}, {176, 146, 168}, 6},
    {0.71F, 0.050F, 0.37F, 0.006F, {84, 88, 132}, {132, 120, 154}, 9},
    {0.79F, 0.045F, 0.45F, 0.016F, {44, 62, 92}, {78, 88, 118}, 12},
    {0.90F, 0.040F, 0.60F, 0.045F, {16, 32, 48}, {26, 46, 58}, 12},
}};

// The sky from the picture's top to the horizon.
constexpr std::array<Colour, 4> kSky = {
    {{34, 52, 104}, {92, 104, 164}, {226, 160, 158}, {255, 218, 168}}};
constexpr float kHorizon = 0.66F;
constexpr Colour kSun = {255, 246, 214};
constexpr float kSunRadius = 0.055F;
constexpr float kSunHeight = 0.46F;
// Brightness codes; chosen so that 720p at libjpeg's quality 80 gives about 110 KB.
constexpr float kGrain = 10.2F;

// The y of one ridge's outline in each column, trees included.
std::vector<float> outline(const Ridge& ridge, std::uint32_t seed, int width_px, float height_px) {
  std::vector<float> tops;
  for (int column = 0; column < width_px; ++column) {
    const float x = static_cast<float>(column) / height_px;
    float top = ridge.top - ridge.roughness * rough_noise(x / ridge.feature, 0, seed);
    if (ridge.trees > 0) {
      // Each tree is a cone of its own height with a jagged edge; they stand close together.
      const float spacing = ridge.trees * 0.45F;
      const int nearest = round_down(x / spacing);
      float tallest = 0;
      for (int tree = nearest - 1; tree <= nearest + 1; ++tree) {
        const float middle = (static_cast<float>(tree) + 0.5F + grain(tree, 1, seed) / 2) * spacing;
        const float height = ridge.trees * (0.65F + 0.35F * grain(tree, 2, seed));
        const float cone = height * (1 - std::abs(x - middle) / (spacing * 0.75F));
        const float jag = 0.12F * std::abs(std::fmod(cone / ridge.trees * 7, 1.0F) - 0.5F);
        tallest = std::max(tallest, cone - jag * ridge.trees);
      }
      top -= tallest;
    }
    tops.push_back(top * height_px);
  }
  return tops;
}

class Painter {
 public:
  Painter(Size view, int width_px)
      : height_px_(static_cast<float>(view.height_px)),
        sun_x_(0.68F * static_cast<float>(view.width_px) / height_px_) {
    for (std::size_t i = 0; i < kRidges.size(); ++i) {
      outlines_.push_back(
          outline(kRidges[i], static_cast<std::uint32_t>(100 * i + 7), width_px, height_px_));
    }
  }

  // The light of one pixel, before grain.
  Colour at(int column, int row) const {
    const float x = (static_cast<float>(column) + 0.5F) / height_px_;
    const float y = (static_cast<float>(row) + 0.5F) / height_px_;
    // From the front, the first ridge that covers the pixel wholly hides the rest.
    std::size_t hidden = kRidges.size();
    while (hidden > 0 && coverage(hidden - 1, column, row) < 1) {
      --hidden;
    }
    Colour colour = hidden > 0 ? ground(hidden - 1, x, y) : sky(x, y);
    for (std::size_t i = hidden; i < kRidges.size(); ++i) {
      const float share = coverage(i, column, row);
      if (share > 0) {
        colour = mix(colour, ground(i, x, y), share);
      }
    }
    return colour;
  }

 private:
  float coverage(std::size_t ridge, int column, int row) const {
    const float below =
        static_cast<float>(row) + 0.5F - outlines_[ridge][static_cast<std::size_t>(column)];
    return std::clamp(below + 0.5F, 0.0F, 1.0F);
  }

  Colour sky(float x, float y) const {
    const float height = std::clamp(y / kHorizon, 0.0F, 0.999F) * (kSky.size() - 1);
    const auto band = static_cast<std::size_t>(height);
    Colour colour = mix(kSky[band], kSky[band + 1], height - static_cast<float>(band));
    // Thin clouds, wide and flat, lit from below.
    const float cloud = rough_noise(x * 1.6F, y * 9, 900) - 0.25F;
    colour = mix(colour, {255, 214, 190}, std::clamp(cloud * 0.55F, 0.0F, 0.5F));
    const float away_squared = (x - sun_x_) * (x - sun_x_) + (y - kSunHeight) * (y - kSunHeight);
    if (away_squared > 0.3F) {
      return colour;
    }
    const float glow = std::exp(-away_squared / 0.05F);
    colour = mix(colour, kSun, 0.55F * glow);
    const float away = std::sqrt(away_squared);
    const float edge = (kSunRadius - away) * height_px_ + 0.5F;
    return mix(colour, kSun, std::clamp(edge, 0.0F, 1.0F));
  }

  static Colour ground(std::size_t index, float x, float y) {
    const Ridge& ridge = kRidges[index];
    const float depth = std::clamp((y - ridge.top + 0.05F) / 0.18F, 0.0F, 1.0F);
    const Colour colour = mix(ridge.crest, ridge.foot, depth);
    const auto seed = static_cast<std::uint32_t>(300 + 10 * index);
    // Bushes and stones: finer and wider than high.
    const float light = ridge.texture * rough_noise(x * 60, y * 110, seed);
    return {colour.red + light, colour.green + light, colour.blue + light * 0.8F};
  }

  float height_px_;
  float sun_x_;
  std::vector<std::vector<float>> outlines_;
};

std::uint8_t code(float value) {
  return static_cast<std::uint8_t>(std::clamp(value + 0.5F, 0.0F, 255.0F));
}

// Full-range BT.601, as JPEG has it.
float luma(Colour colour) {
  return 0.299F * colour.red + 0.587F * colour.green + 0.114F * colour.blue;
}

}  // namespace

Nv12Image paint_landscape(Size size, int margin_px) {
  Nv12Image image(Size{size.width_px + margin_px, size.height_px});
  const Painter painter(size, image.size().width_px);
  for (int row = 0; row < image.size().height_px; row += 2) {
    std::uint8_t* uv = image.uv_row(row / 2);
    for (int column = 0; column < image.size().width_px; column += 2) {
      Colour sum = {0, 0, 0};
      for (int y = row; y < row + 2; ++y) {
        for (int x = column; x < column + 2; ++x) {
          const Colour colour = painter.at(x, y);
          sum = {sum.red + colour.red, sum.green + colour.green, sum.blue + colour.blue};
          image.y_row(y)[x] = code(luma(colour) + kGrain * grain(x, y, 5));
        }
      }
      const float sum_luma = luma(sum);
      uv[column] = code(128 + (sum.blue - sum_luma) / 4 * 0.564F);
      uv[column + 1] = code(128 + (sum.red - sum_luma) / 4 * 0.713F);
    }
  }
  return image;
}

}  // namespace freshframe
