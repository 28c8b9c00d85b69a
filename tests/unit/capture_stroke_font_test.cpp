#include <gtest/gtest.h>

#include <set>
#include <string>
#include <utility>

#include "capture/stroke_font.h"

namespace freshframe {
namespace {

std::string luma_of(const Nv12Image& image) {
  return {image.y_row(0), image.y_row(0) + image.size().width_px * image.size().height_px};
}

std::string drawn(const StrokeFont& font, const std::string& text) {
  Nv12Image image(Size{64, 48});
  font.draw(text, 20, 32, 255, image);
  return luma_of(image);
}

TEST(StrokeFontTest, EveryDigitHasAShapeOfItsOwnAtTheSmallestSizeToo) {
  for (const double height : {6.0, 24.0}) {
    const StrokeFont font(height);
    std::set<std::string> shapes;
    for (const char letter : std::string("0123456789:. ")) {
      shapes.insert(drawn(font, std::string(1, letter)));
    }
    EXPECT_EQ(shapes.size(), 13U);
  }
}

TEST(StrokeFontTest, DigitsAreAllEquallyWideSoThatAClockStandsStill) {
  const StrokeFont font(23.7);
  for (char digit = '1'; digit <= '9'; ++digit) {
    EXPECT_EQ(font.width_px(std::string(1, digit)), font.width_px("0"));
  }
}

TEST(StrokeFontTest, EveryLetterOfThePatternsWordsLeavesInk) {
  const StrokeFont font(20);
  for (const char letter : std::string("FreshframetestpatternUTC")) {
    EXPECT_NE(drawn(font, std::string(1, letter)), drawn(font, " ")) << letter;
  }
}

TEST(StrokeFontTest, AnUnknownLetterIsASpace) {
  const StrokeFont font(20);
  EXPECT_EQ(drawn(font, "\xe4"), drawn(font, " "));
  EXPECT_EQ(font.width_px("~"), font.width_px(" "));
}

TEST(StrokeFontTest, TextThatDoesNotFitIsCutAtTheEdges) {
  const StrokeFont font(20);
  Nv12Image image(Size{16, 16});
  for (const auto& [x, y] :
       {std::pair{-10, 8}, {12, 8}, {4, -3}, {4, 25}, {-500, 8}, {500, 8}, {4, -500}, {4, 500}}) {
    font.draw("888", x, y, 255, image);
  }
  EXPECT_NE(luma_of(image), luma_of(Nv12Image(Size{16, 16})));
}

}  // namespace
}  // namespace freshframe
