#include <gtest/gtest.h>

#include <optional>

#include "capture/camera_lookup.h"

namespace freshframe {
namespace {

TEST(CameraLookupTest, AnIdGoesBeforeAPlace) {
  EXPECT_EQ(look_up_camera("1", {"a", "b", "1"}), 2u);
}

TEST(CameraLookupTest, APlaceIsAWholeNumberInTheList) {
  EXPECT_EQ(look_up_camera("1", {"a", "b"}), 1u);
  for (const char* which : {"2", "-1", "1x", " 1", "18446744073709551616"}) {
    EXPECT_EQ(look_up_camera(which, {"a", "b"}), std::nullopt) << which;
  }
}

TEST(CameraLookupTest, NoNameMeansTheFirst) {
  EXPECT_EQ(look_up_camera("", {"a", "b"}), 0u);
  EXPECT_EQ(look_up_camera("", {}), std::nullopt);
}

}  // namespace
}  // namespace freshframe
