#include <gtest/gtest.h>

#include <array>
#include <cstddef>

#include "capture/frame.h"

namespace freshframe {
namespace {

template <std::size_t count>
void make_frame_of_planes(std::size_t expected) {
  std::array<Plane, count> planes;
  for (std::size_t i = 0; i < count; ++i) {
    planes[i].stride_bytes = i + 1;
  }
  const Frame frame({}, planes, nullptr);
  ASSERT_EQ(frame.planes().size(), expected);
  for (std::size_t i = 0; i < expected; ++i) {
    EXPECT_EQ(frame.planes()[i].stride_bytes, i + 1);
  }
}

TEST(Frame, HasThePlanesItWasMadeOf) {
  make_frame_of_planes<0>(0);
  make_frame_of_planes<1>(1);
  make_frame_of_planes<Frame::kMaxPlanes>(Frame::kMaxPlanes);
}

// Who makes such a frame breaks a promise, which ends a debug build. In a release the frame must
// not show planes beyond those it holds.
TEST(Frame, NeverShowsMorePlanesThanItHolds) {
  EXPECT_DEBUG_DEATH(make_frame_of_planes<Frame::kMaxPlanes + 2>(Frame::kMaxPlanes), "kMaxPlanes");
}

}  // namespace
}  // namespace freshframe
