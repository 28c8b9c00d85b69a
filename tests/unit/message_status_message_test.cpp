#include <gtest/gtest.h>

#include <string>

#include <nlohmann/json.hpp>

#include "message/status_message.h"

#include "golden.h"

namespace freshframe {
namespace {

TEST(StatusMessageTest, EveryStateIsItsGoldenMessageToTheLetter) {
  for (const CameraState state : {CameraState::kIdle, CameraState::kStarting, CameraState::kLive,
                                  CameraState::kStalled, CameraState::kLost}) {
    const std::string golden =
        golden_message("valid/status-" + std::string(to_string(state)) + ".json");
    const std::string reason = nlohmann::json::parse(golden)["reason"];
    EXPECT_EQ(make_status_message("front", {state, reason}).view(), golden);
  }
}

// A device's name may come into the reason as the driver wrote it.
TEST(StatusMessageTest, AReasonThatIsNotUtf8StillGivesValidJson) {
  const Bytes message =
      make_status_message("front", {CameraState::kLost, "camera \"\xE9\" is gone"});
  const auto parsed = nlohmann::json::parse(message.view());
  EXPECT_EQ(parsed["reason"], "camera \"\uFFFD\" is gone");
}

}  // namespace
}  // namespace freshframe
