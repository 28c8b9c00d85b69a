#include <gtest/gtest.h>

#include <chrono>

#include "capture/unplug_news.h"

namespace freshframe {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr UnplugNews::Clock::time_point kPulled{std::chrono::hours(24)};

bool blames_the_container(const Failure& failure) {
  return failure.reason.find("container") != std::string::npos;
}

TEST(UnplugNews, AtFirstTheCameraWasUnpluggedAndThatIsAll) {
  UnplugNews news;
  EXPECT_EQ(news.device_is_gone(kPulled).reason, "the camera was unplugged; plug it in again");
  EXPECT_FALSE(blames_the_container(news.device_is_gone(kPulled + milliseconds(500))));
  EXPECT_FALSE(blames_the_container(news.device_is_gone(kPulled + milliseconds(1500))));
}

TEST(UnplugNews, WhenTheNewsIsOverdueTheReasonSaysWhyItMayNotCome) {
  UnplugNews news;
  news.device_is_gone(kPulled);
  EXPECT_TRUE(blames_the_container(news.device_is_gone(kPulled + seconds(3))));
  EXPECT_TRUE(blames_the_container(news.device_is_gone(kPulled + seconds(5000))));
}

// A camera that was away, came back and is pulled out again.
TEST(UnplugNews, TheNextUnplugWaitsForItsOwnNews) {
  UnplugNews news;
  news.device_is_gone(kPulled);
  news.came();
  EXPECT_FALSE(blames_the_container(news.device_is_gone(kPulled + seconds(60))));
  EXPECT_TRUE(blames_the_container(news.device_is_gone(kPulled + seconds(63))));
}

}  // namespace
}  // namespace freshframe
