#include "capture/stroke_font.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <limits>
#include <numbers>
#include <span>

namespace freshframe {

namespace {

// Glyphs stand on a grid in which a capital letter is 10 high: y runs down from 0 at its top to the
// baseline at 10; small letters begin at 3.5.
constexpr double kCapHeight = 10;
constexpr double kStrokeWidth = 1.25;
constexpr double kGap = 2.2;
constexpr double kDigitWidth = 6;

struct Point {
  double x;
  double y;
};

// A part of an ellipse, from one angle to the next in degrees; 0 points right, 90 down. A line is
// given by its ends.
struct Stroke {
  bool is_line;
  Point a;  // a line's one end, an arc's centre
  Point b;  // its other end, an arc's radii
  double from;
  double to;
};

constexpr Stroke line(double x0, double y0, double x1, double y1) {
  return {true, {x0, y0}, {x1, y1}, 0, 0};
}

constexpr Stroke dot(double x, double y) {
  return line(x, y, x, y);
}

constexpr Stroke arc(double x, double y, double radius_x, double radius_y, double from, double to) {
  return {false, {x, y}, {radius_x, radius_y}, from, to};
}

constexpr Stroke ring(double x, double y, double radius_x, double radius_y) {
  return arc(x, y, radius_x, radius_y, 0, 360);
}

struct Shape {
  char letter;
  double width;
  std::vector<Stroke> strokes;
};

std::vector<Shape> shapes() {
  return {
      {' ', 1.5, {}},
      {'0',
       kDigitWidth,
       {arc(3, 3, 3, 3, 180, 360), arc(3, 7, 3, 3, 0, 180), line(0, 3, 0, 7), line(6, 3, 6, 7)}},
      {'1', kDigitWidth, {line(1, 2, 3.6, 0), line(3.6, 0, 3.6, 10)}},
      {'2', kDigitWidth, {arc(3, 3, 3, 3, 180, 395), line(5.46, 4.72, 0, 10), line(0, 10, 6, 10)}},
      {'3', kDigitWidth, {arc(3, 2.5, 2.7, 2.5, 200, 450), arc(2.9, 7.4, 3, 2.6, 270, 515)}},
      {'4', kDigitWidth, {line(4.4, 0, 0, 7), line(0, 7, 6, 7), line(4.4, 0, 4.4, 10)}},
      {'5',
       kDigitWidth,
       {line(5.5, 0, 1, 0), line(1, 0, 0.6, 4.7), arc(2.9, 6.8, 3.1, 3.2, 222, 515)}},
      {'6', kDigitWidth, {ring(3, 6.9, 3, 3.1), arc(6, 6.9, 6, 6.9, 180, 258)}},
      {'7', kDigitWidth, {line(0, 0, 6, 0), line(6, 0, 2, 10)}},
      {'8', kDigitWidth, {ring(3, 2.5, 2.5, 2.5), ring(3, 7.5, 3, 2.5)}},
      {'9', kDigitWidth, {ring(3, 3.1, 3, 3.1), arc(0, 3.1, 6, 6.9, 0, 78)}},
      {':', 0.6, {dot(0.3, 3.4), dot(0.3, 8.6)}},
      {'.', 0.6, {dot(0.3, 10)}},
      {'C', 5.6, {arc(3.2, 5, 3.2, 5, 48, 312)}},
      {'F', 4.8, {line(0, 0, 0, 10), line(0, 0, 4.8, 0), line(0, 4.8, 4.2, 4.8)}},
      {'T', 6, {line(0, 0, 6, 0), line(3, 0, 3, 10)}},
      {'U', 6, {line(0, 0, 0, 7), arc(3, 7, 3, 3, 0, 180), line(6, 0, 6, 7)}},
      {'a', 5, {ring(2.5, 6.75, 2.5, 3.25), line(5, 3.5, 5, 10)}},
      {'e', 5.2, {line(0, 6.6, 5.2, 6.6), arc(2.6, 6.75, 2.6, 3.25, 42, 357)}},
      {'f',
       3.4,
       {arc(3.4, 2.2, 2.1, 2.2, 180, 280), line(1.3, 2.2, 1.3, 10), line(0, 3.7, 3.3, 3.7)}},
      {'h', 4.8, {line(0, 0, 0, 10), arc(2.4, 5.9, 2.4, 2.4, 180, 360), line(4.8, 5.9, 4.8, 10)}},
      {'m',
       7.6,
       {line(0, 3.5, 0, 10), arc(1.9, 5.4, 1.9, 1.9, 180, 360), line(3.8, 5.4, 3.8, 10),
        arc(5.7, 5.4, 1.9, 1.9, 180, 360), line(7.6, 5.4, 7.6, 10)}},
      {'n', 4.8, {line(0, 3.5, 0, 10), arc(2.4, 5.9, 2.4, 2.4, 180, 360), line(4.8, 5.9, 4.8, 10)}},
      {'p', 5, {line(0, 3.5, 0, 13), ring(2.5, 6.75, 2.5, 3.25)}},
      {'r', 3.2, {line(0, 3.5, 0, 10), arc(2.6, 6.1, 2.6, 2.6, 180, 285)}},
      {'s', 4.2, {arc(2.1, 5.1, 1.9, 1.6, 90, 335), arc(2.1, 8.35, 2.1, 1.65, 270, 515)}},
      {'t', 3.4, {line(1.3, 1, 1.3, 8.2), arc(3, 8.2, 1.7, 1.8, 75, 180), line(0, 3.7, 3.3, 3.7)}},
  };
}

// The stroke as a chain of points.
std::vector<Point> points_of(const Stroke& stroke) {
  if (stroke.is_line) {
    return {stroke.a, stroke.b};
  }
  constexpr int kPieces = 32;
  std::vector<Point> points;
  for (int i = 0; i <= kPieces; ++i) {
    const double degrees = stroke.from + (stroke.to - stroke.from) * i / kPieces;
    const double angle = degrees * std::numbers::pi / 180;
    points.push_back(
        {stroke.a.x + stroke.b.x * std::cos(angle), stroke.a.y + stroke.b.y * std::sin(angle)});
  }
  return points;
}

double distance(Point point, Point from, Point to) {
  const Point along = {to.x - from.x, to.y - from.y};
  const double length_squared = along.x * along.x + along.y * along.y;
  double position = 0;
  if (length_squared > 0) {
    position = ((point.x - from.x) * along.x + (point.y - from.y) * along.y) / length_squared;
    position = std::clamp(position, 0.0, 1.0);
  }
  return std::hypot(point.x - from.x - position * along.x, point.y - from.y - position * along.y);
}

double distance(Point point, std::span<const std::vector<Point>> chains) {
  double nearest = std::numeric_limits<double>::max();
  for (const std::vector<Point>& chain : chains) {
    for (std::size_t i = 1; i < chain.size(); ++i) {
      nearest = std::min(nearest, distance(point, chain[i - 1], chain[i]));
    }
  }
  return nearest;
}

}  // namespace

StrokeFont::StrokeFont(double cap_height_px) {
  const double scale = cap_height_px / kCapHeight;
  // Thinner strokes than one pixel would turn grey.
  const double stroke_radius_px = std::max(0.5, kStrokeWidth * scale / 2);
  for (const Shape& shape : shapes()) {
    std::vector<std::vector<Point>> chains;
    for (const Stroke& stroke : shape.strokes) {
      chains.push_back(points_of(stroke));
    }
    Glyph glyph;
    const int margin = static_cast<int>(std::ceil(stroke_radius_px + 0.5));
    glyph.advance_px = static_cast<int>(std::lround((shape.width + kGap) * scale));
    glyph.left_px = -margin;
    glyph.top_px = -margin - static_cast<int>(std::ceil(kCapHeight * scale));
    glyph.width_px = static_cast<int>(std::ceil(shape.width * scale)) + 2 * margin;
    glyph.height_px = -glyph.top_px + margin + static_cast<int>(std::ceil(3 * scale));
    for (int row = 0; row < glyph.height_px; ++row) {
      for (int column = 0; column < glyph.width_px; ++column) {
        const Point point = {(glyph.left_px + column + 0.5) / scale,
                             (glyph.top_px + row + 0.5) / scale + kCapHeight};
        const double covered =
            chains.empty() ? 0 : stroke_radius_px + 0.5 - distance(point, chains) * scale;
        glyph.coverage.push_back(
            static_cast<std::uint8_t>(std::lround(255 * std::clamp(covered, 0.0, 1.0))));
      }
    }
    glyphs_.emplace(shape.letter, std::move(glyph));
  }
}

const StrokeFont::Glyph& StrokeFont::glyph(char letter) const {
  const auto found = glyphs_.find(letter);
  return found != glyphs_.end() ? found->second : glyphs_.at(' ');
}

int StrokeFont::width_px(std::string_view text) const {
  int width = 0;
  for (const char letter : text) {
    width += glyph(letter).advance_px;
  }
  return width;
}

void StrokeFont::draw(std::string_view text, int x, int baseline_y, std::uint8_t brightness,
                      Nv12Image& image) const {
  for (const char letter : text) {
    const Glyph& mask = glyph(letter);
    const int left = x + mask.left_px;
    const int top = baseline_y + mask.top_px;
    const int first_column = std::max(0, -left);
    const int last_column = std::min(mask.width_px, image.size().width_px - left);
    for (int row = std::max(0, -top); row < std::min(mask.height_px, image.size().height_px - top);
         ++row) {
      const std::uint8_t* coverage =
          mask.coverage.data() + static_cast<std::ptrdiff_t>(row) * mask.width_px;
      std::uint8_t* luma = image.y_row(top + row) + left;
      for (int column = first_column; column < last_column; ++column) {
        const int below = luma[column];
        luma[column] =
            static_cast<std::uint8_t>(below + (brightness - below) * coverage[column] / 255);
      }
    }
    x += mask.advance_px;
  }
}

}  // namespace freshframe
