#include <chrono>
#include <string>

#include "net/snapshot.h"

#include "net_fixture.h"
#include "raw_client.h"

namespace freshframe {
namespace {

class SnapshotTest : public NetTest {
 protected:
  static std::string get(const std::string& target, const std::string& method = "GET",
                         const std::string& version = "1.1") {
    return method + " " + target + " HTTP/" + version +
           "\r\nHost: localhost\r\nConnection: close\r\n\r\n";
  }

  /// The answer to a request that waits for `camera`, which then makes `picture`.
  std::string answer_with(const std::string& request, Channel& camera, const PicturePtr& picture) {
    RawClient client(connected_socket());
    client.send(request);
    run_until([&] { return camera.viewer_count() == 1; });
    EXPECT_EQ(client.answer_, "");
    camera.publish(picture);
    run_until([&] { return client.is_closed_; });
    EXPECT_EQ(camera.viewer_count(), 0u);
    return client.answer_;
  }

  std::string answer_to(const std::string& request) {
    RawClient client(connected_socket());
    client.send(request);
    run_until([&] { return client.is_closed_; });
    return client.answer_;
  }

  static PicturePtr picture_captured(UnixTime captured, const std::string& image) {
    WireForms forms;
    forms.add(WireForm::kBinary);
    const FrameInfo info{.sequence = 1, .captured = captured, .width_px = 16, .height_px = 8};
    return std::make_shared<Picture>(
        make_picture("front", info, "image/png", std::as_bytes(std::span(image)), forms));
  }
};

TEST_F(SnapshotTest, TheFirstPictureThatComesIsTheAnswer) {
  const std::string answer = answer_with(
      get("/snapshot"), front_, picture_captured(UnixTime{std::chrono::seconds{7}}, "abc"));
  EXPECT_TRUE(answer.starts_with("HTTP/1.1 200 OK\r\n")) << answer;
  EXPECT_NE(answer.find("\r\nContent-Type: image/png\r\n"), std::string::npos) << answer;
  EXPECT_NE(answer.find("\r\nContent-Length: 3\r\n"), std::string::npos) << answer;
  EXPECT_NE(answer.find("\r\nX-Timestamp: 7.000000\r\n"), std::string::npos) << answer;
  EXPECT_NE(answer.find("\r\nCache-Control: no-store\r\n"), std::string::npos) << answer;
  EXPECT_TRUE(answer.ends_with("\r\n\r\nabc")) << answer;
}

TEST_F(SnapshotTest, EveryAddressOfOneIsServed) {
  for (const char* target :
       {"/snapshot", "/snapshot.jpg", "/cameras/front/snapshot", "/cameras/front/snapshot.jpg",
        "/?action=snapshot", "/?action=snapshot&1608856928650",
        "/cameras/front/?action=snapshot"}) {
    EXPECT_TRUE(answer_with(get(target), front_, picture(1, "abc")).ends_with("\r\n\r\nabc"))
        << target;
  }
  EXPECT_TRUE(answer_with(get("/cameras/back/snapshot"), back_, picture(1, "abc"))
                  .ends_with("\r\n\r\nabc"));
  EXPECT_TRUE(answer_with(get("/snapshot", "GET", "1.0"), front_, picture(1, "abc"))
                  .starts_with("HTTP/1.0 200 OK\r\n"));
}

TEST_F(SnapshotTest, WhoAsksForTheHeadGetsNoPicture) {
  const std::string answer = answer_with(get("/snapshot", "HEAD"), front_, picture(1, "abc"));
  EXPECT_NE(answer.find("\r\nContent-Length: 3\r\n"), std::string::npos) << answer;
  EXPECT_TRUE(answer.ends_with("\r\n\r\n")) << answer;
}

TEST_F(SnapshotTest, ThePictureOfACameraThatIsWatchedIsThereAtOnce) {
  RawClient viewer(connected_socket());
  viewer.send("GET /stream HTTP/1.1\r\nHost: localhost\r\n\r\n");
  run_until([&] { return front_.viewer_count() == 1; });
  front_.set_status({CameraState::kLive, {}});
  front_.publish(picture(1, "abc"));
  EXPECT_TRUE(answer_to(get("/snapshot")).ends_with("\r\n\r\nabc"));
}

// Its viewers watch in another form, and the next picture may be a minute away.
TEST_F(SnapshotTest, ThePictureOfACameraThatIsWatchedInJsonIsThereAtOnceToo) {
  RawClient viewer(connected_socket());
  viewer.send("GET /stream HTTP/1.1\r\nHost: localhost\r\n\r\n");
  run_until([&] { return front_.viewer_count() == 1; });
  front_.set_status({CameraState::kLive, {}});
  front_.publish(picture(1, "abc", {WireForm::kDeflatedJson}));
  EXPECT_TRUE(answer_to(get("/snapshot")).ends_with("\r\n\r\nabc"));
  front_.publish(picture(2, "def", {WireForm::kJson}));
  EXPECT_TRUE(answer_to(get("/snapshot")).ends_with("\r\n\r\ndef"));
}

TEST_F(SnapshotTest, OneThatIsOlderThanAskedForIsNotTaken) {
  RawClient viewer(connected_socket());
  viewer.send("GET /stream HTTP/1.1\r\nHost: localhost\r\n\r\n");
  run_until([&] { return front_.viewer_count() == 1; });
  front_.set_status({CameraState::kLive, {}});
  front_.publish(picture_captured(unix_now() - std::chrono::hours(1), "old"));
  EXPECT_TRUE(answer_to(get("/snapshot?max_age_ms=4000000")).ends_with("\r\n\r\nold"));

  RawClient client(connected_socket());
  client.send(get("/snapshot?max_age_ms=3000000"));
  run_until([&] { return front_.viewer_count() == 2; });
  front_.publish(picture_captured(unix_now() - std::chrono::minutes(1), "new"));
  run_until([&] { return client.is_closed_; });
  EXPECT_TRUE(client.answer_.ends_with("\r\n\r\nnew")) << client.answer_;
}

TEST_F(SnapshotTest, ACameraThatMakesNoPictureIsSaidToWithItsReason) {
  limits_.snapshot_time = std::chrono::milliseconds(20);
  front_.set_status({CameraState::kLost, "it was pulled out"});
  const std::string answer = answer_to(get("/snapshot"));
  EXPECT_TRUE(answer.starts_with("HTTP/1.1 503 Service Unavailable\r\n")) << answer;
  EXPECT_NE(answer.find("\r\nRetry-After: 1\r\n"), std::string::npos) << answer;
  EXPECT_TRUE(answer.ends_with(
      "no picture of the camera front came in time; it is lost: it was pulled out\n"))
      << answer;
}

TEST_F(SnapshotTest, WhatCannotBeMeantIsRefused) {
  for (const char* target : {"/snapshot?max_age_ms=soon", "/snapshot?max_age_ms=-1",
                             "/snapshot?max_age_ms=", "/snapshot?max_age_ms=1&max_age_ms=2",
                             "/?action=command", "/?action=stream&action=stream"}) {
    EXPECT_TRUE(answer_to(get(target)).starts_with("HTTP/1.1 400 Bad Request\r\n")) << target;
  }
  EXPECT_TRUE(answer_to(get("/cameras/attic/snapshot")).starts_with("HTTP/1.1 404 Not Found\r\n"));
  EXPECT_TRUE(answer_to(get("/cameras/front/")).starts_with("HTTP/1.1 404 Not Found\r\n"));
  EXPECT_TRUE(answer_to(get("/?x")).starts_with("HTTP/1.1 200 OK\r\n")) << "the page";
}

TEST_F(SnapshotTest, OneConnectionTakesOneAfterTheOther) {
  RawClient client(connected_socket());
  const std::string request = "GET /snapshot HTTP/1.1\r\nHost: localhost\r\n\r\n";
  client.send(request + request);
  for (std::uint64_t number = 1; number <= 2; ++number) {
    run_until([&] { return front_.viewer_count() == 1; });
    front_.publish(picture(number, "picture " + std::to_string(number)));
    run_until([&] { return client.has("picture " + std::to_string(number)); });
  }
}

TEST_F(SnapshotTest, AStopDoesNotWaitForOne) {
  limits_.snapshot_time = std::chrono::hours(1);
  for (const bool is_gentle : {false, true}) {
    RawClient client(connected_socket());
    client.send(get("/snapshot"));
    run_until([&] { return front_.viewer_count() == 1; });
    is_gentle ? connections_.end_gently([] {}) : connections_.end_now();
    run_until([&] { return connections_.count() == 0 && client.is_closed_; });
  }
}

TEST_F(SnapshotTest, TheHeadOfAStreamHasAnEnd) {
  const std::string answer = answer_to(get("/stream", "HEAD"));
  EXPECT_TRUE(answer.starts_with("HTTP/1.1 200 OK\r\n")) << answer;
  EXPECT_NE(answer.find("multipart/x-mixed-replace"), std::string::npos) << answer;
  EXPECT_TRUE(answer.ends_with("\r\n\r\n")) << answer;
}

TEST_F(SnapshotTest, AStreamHasItsOldAddressToo) {
  RawClient client(connected_socket());
  client.send(get("/?action=stream&1608856928650"));
  run_until([&] { return front_.viewer_count() == 1; });
  front_.publish(picture(1, "abc"));
  run_until([&] { return client.has("\r\n\r\nabc\r\n--frame\r\n"); });
}

}  // namespace
}  // namespace freshframe
