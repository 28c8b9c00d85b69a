#include <set>
#include <sstream>
#include <string>
#include <utility>

#include "net/health.h"

#include "net_fixture.h"
#include "raw_client.h"

namespace freshframe {
namespace {

using namespace std::chrono_literals;

class MetricsTest : public NetTest {
 protected:
  std::string answer_to(const std::string& path) {
    RawClient client(connected_socket());
    client.send("GET " + path + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
    run_until([&] { return client.is_closed_; });
    return client.answer_;
  }

  /// Whether the answer has this line.
  static bool has_line(const std::string& answer, const std::string& line) {
    return answer.find("\n" + line + "\n") != std::string::npos;
  }
};

TEST_F(MetricsTest, WhatBecameOfFramesIsCountedForEachCamera) {
  FrameCounters& counters = front_.counters();
  counters.captured = 10;
  counters.encoded = 6;
  counters.replaced = 2;
  counters.restarts = 3;
  counters.dropped_for(EncodeError::kTruncated) = 1;
  counters.encode_time.add(2ms);
  front_.set_status({CameraState::kLive, {}});
  const std::string answer = answer_to("/metrics");
  EXPECT_TRUE(answer.starts_with("HTTP/1.1 200 OK\r\n")) << answer;
  EXPECT_NE(answer.find("\r\nContent-Type: text/plain; version=0.0.4"), std::string::npos);
  for (const char* line :
       {R"(freshframe_frames_captured_total{camera="front"} 10)",
        R"(freshframe_frames_captured_total{camera="back"} 0)",
        R"(freshframe_frames_encoded_total{camera="front"} 6)",
        R"(freshframe_frames_dropped_total{camera="front",reason="replaced"} 2)",
        R"(freshframe_frames_dropped_total{camera="front",reason="truncated"} 1)",
        R"(freshframe_camera_restarts_total{camera="front"} 3)",
        R"(freshframe_camera_state{camera="front",state="live"} 1)",
        R"(freshframe_camera_state{camera="front",state="idle"} 0)",
        R"(freshframe_camera_state{camera="back",state="idle"} 1)",
        R"(freshframe_encode_seconds_bucket{camera="front",le="0.001"} 0)",
        R"(freshframe_encode_seconds_bucket{camera="front",le="0.0025"} 1)",
        R"(freshframe_encode_seconds_bucket{camera="front",le="+Inf"} 1)",
        R"(freshframe_encode_seconds_sum{camera="front"} 0.002)", "freshframe_connections 1"}) {
    EXPECT_TRUE(has_line(answer, line)) << line << "\n" << answer;
  }
}

TEST_F(MetricsTest, WhatLeavesIsCounted) {
  RawClient viewer(connected_socket());
  viewer.send("GET /stream HTTP/1.1\r\nHost: localhost\r\n\r\n");
  run_until([&] { return front_.viewer_count() == 1; });
  front_.publish(picture(1, "12345"));
  run_until([&] { return viewer.has("12345"); });
  const std::string answer = answer_to("/metrics");
  EXPECT_TRUE(has_line(answer, R"(freshframe_viewers{camera="front"} 1)"));
  EXPECT_TRUE(has_line(answer, R"(freshframe_frames_sent_total{camera="front"} 1)"));
  EXPECT_TRUE(has_line(answer, R"(freshframe_sent_bytes_total{camera="front"} 5)"));
  // Captured a second after 1970.
  EXPECT_TRUE(
      has_line(answer, R"(freshframe_frame_age_at_send_seconds_bucket{camera="front",le="10"} 0)"));
  EXPECT_TRUE(has_line(answer, R"(freshframe_frame_age_at_send_seconds_count{camera="front"} 1)"));
}

TEST_F(MetricsTest, WhoeverIsRefusedIsCounted) {
  TokenSet tokens;
  tokens.add("the token", Role::kView);
  access_ = AccessControl({.open = Role::kView, .is_insecure = true}, std::move(tokens));
  limits_.viewers = 0;
  answer_to("/stream");
  answer_to("/stream?token=wrong");
  RawClient page(connected_socket());
  page.send("GET /stream HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n");
  run_until([&] { return page.is_closed_; });
  const std::string answer = answer_to("/metrics");
  for (const char* line :
       {R"(freshframe_refusals_total{reason="viewers"} 1)",
        R"(freshframe_refusals_total{reason="connections"} 0)",
        R"(freshframe_refusals_total{reason="host"} 1)",
        R"(freshframe_refusals_total{reason="origin"} 0)",
        R"(freshframe_auth_failures_total{reason="wrong-token"} 1)",
        R"(freshframe_auth_failures_total{reason="no-token"} 0)", "freshframe_insecure 1"}) {
    EXPECT_TRUE(has_line(answer, line)) << line << "\n" << answer;
  }
}

// A name that a scraper reads twice would be refused by it as a whole.
TEST_F(MetricsTest, EveryFamilyComesOnceWithItsHelpAndItsType) {
  std::istringstream lines(answer_to("/metrics"));
  std::set<std::string> families;
  std::string family;
  for (std::string line; std::getline(lines, line);) {
    if (line.starts_with("# HELP ")) {
      family = line.substr(7, line.find(' ', 7) - 7);
      EXPECT_TRUE(families.insert(family).second) << family;
      EXPECT_GT(line.size(), 7 + family.size() + 1) << "without a word";
    } else if (line.starts_with("freshframe_")) {
      EXPECT_TRUE(line.starts_with(family)) << line;
    }
  }
  EXPECT_GE(families.size(), 10u);
}

TEST_F(MetricsTest, AServerThatAnswersIsHealthy) {
  EXPECT_TRUE(answer_to("/healthz").starts_with("HTTP/1.1 200 OK\r\n"));
}

TEST_F(MetricsTest, AServerIsReadyWhileEveryWatchedCameraGivesPictures) {
  EXPECT_TRUE(answer_to("/readyz").starts_with("HTTP/1.1 200 OK\r\n")) << "nobody watches";
  RawClient viewer(connected_socket());
  viewer.send("GET /stream HTTP/1.1\r\nHost: localhost\r\n\r\n");
  run_until([&] { return front_.viewer_count() == 1; });
  front_.set_status({CameraState::kLost, "it was pulled out"});
  const std::string answer = answer_to("/readyz");
  EXPECT_TRUE(answer.starts_with("HTTP/1.1 503 Service Unavailable\r\n")) << answer;
  EXPECT_TRUE(
      answer.ends_with("\r\n\r\nfront: no picture has come; it is lost: it was pulled out\n"))
      << answer;
  front_.publish(picture(1, "12345"));
  EXPECT_TRUE(answer_to("/readyz").starts_with("HTTP/1.1 200 OK\r\n"));
  const auto now = std::chrono::steady_clock::now();
  EXPECT_EQ(why_not_ready(hub_, 1h, now + 59min), "");
  EXPECT_EQ(why_not_ready(hub_, 1h, now + 61min),
            "front: no new picture comes; it is lost: it was pulled out\n");
}

TEST_F(MetricsTest, ACameraThatIsAlwaysOnIsToBeReadyWithoutViewers) {
  front_.set_wishes({.always_on = true});
  front_.set_status({CameraState::kStarting, {}});
  EXPECT_TRUE(answer_to("/readyz").starts_with("HTTP/1.1 503 Service Unavailable\r\n"));
  for (const CameraState runs : {CameraState::kSettling, CameraState::kLive}) {
    front_.set_status({runs, {}});
    EXPECT_TRUE(answer_to("/readyz").starts_with("HTTP/1.1 200 OK\r\n"));
  }
  front_.set_status({CameraState::kLost, "it was pulled out"});
  const std::string answer = answer_to("/readyz");
  EXPECT_TRUE(
      answer.ends_with("\r\n\r\nfront: no picture has come; it is lost: it was pulled out\n"))
      << answer;
}

}  // namespace
}  // namespace freshframe
