#include <poll.h>

#include <string>
#include <utility>

#include "net/mjpeg_stream.h"

#include "net_fixture.h"
#include "raw_client.h"

namespace freshframe {
namespace {

/// More than the kernel takes.
const std::string kLarge = std::string(std::size_t{16} << 20, 'x') + "picture 1.";

class MjpegStreamTest : public NetTest {
 protected:
  static std::string get(const std::string& target, const std::string& version = "1.1") {
    return "GET " + target + " HTTP/" + version + "\r\nHost: localhost\r\n\r\n";
  }

  /// Has `client` watch, and kLarge leave in part.
  void begin_a_large_picture(RawClient& client) {
    client.send(get("/stream"));
    run_until([&] { return front_.viewer_count() == 1; });
    front_.publish(picture(1, kLarge));
    run_until([&] { return client.has("xxxx"); });
  }
};

TEST_F(MjpegStreamTest, EveryPictureIsAPartAndItsEndComesWithIt) {
  front_.set_status({CameraState::kLive, {}});
  RawClient client(connected_socket());
  client.send(get("/cameras/front/stream"));
  run_until([&] { return front_.viewer_count() == 1; });
  EXPECT_TRUE(client.answer_.empty() || client.has("\r\n\r\n--frame\r\n"));
  front_.publish(picture(7, "the picture"));
  run_until([&] { return client.has("the picture\r\n--frame\r\n"); });
  EXPECT_TRUE(client.answer_.starts_with("HTTP/1.1 200 OK\r\n"));
  EXPECT_TRUE(client.has("Content-Type: multipart/x-mixed-replace;boundary=frame\r\n"));
  EXPECT_TRUE(client.has("X-Accel-Buffering: no\r\n"));
  EXPECT_TRUE(client.has("Connection: close\r\n"));
  EXPECT_TRUE(
      client.has("--frame\r\nContent-Type: image/jpeg\r\nContent-Length: 11\r\n"
                 "X-Timestamp: 7.000000\r\n\r\nthe picture\r\n--frame\r\n"))
      << client.answer_;
}

// Others watch in another form, and the next picture may be a minute away.
TEST_F(MjpegStreamTest, WhoComesToACameraThatIsWatchedInJsonGetsItsNewestPictureAtOnce) {
  RawClient viewer(connected_socket());
  viewer.send(get("/stream"));
  run_until([&] { return front_.viewer_count() == 1; });
  front_.publish(picture(7, "the picture", {WireForm::kJson}));
  run_until([&] { return viewer.has("the picture\r\n--frame\r\n"); });
  RawClient client(connected_socket());
  client.send(get("/stream"));
  run_until([&] { return client.has("the picture\r\n--frame\r\n"); });
}

TEST_F(MjpegStreamTest, WithoutANameItIsTheFirstCameraAndAnOldClientIsServedToo) {
  RawClient client(connected_socket());
  client.send(get("/stream", "1.0"));
  run_until([&] { return front_.viewer_count() == 1; });
  RawClient lost(connected_socket());
  lost.send(get("/cameras/attic/stream"));
  run_until([&] { return lost.has("HTTP/1.1 404 Not Found"); });
}

TEST_F(MjpegStreamTest, APictureLeavesBeforePublishingItReturns) {
  Socket socket = connected_socket();
  pollfd readable{socket.native_handle(), POLLIN, 0};
  RawClient client(std::move(socket));
  client.send(get("/stream"));
  run_until([&] { return front_.viewer_count() == 1 && client.has("\r\n\r\n--frame\r\n"); });
  front_.publish(picture(1, "picture 1."));
  // The loop does not run: what comes was sent by publish(). Under TLS nothing is.
  EXPECT_EQ(poll(&readable, 1, tunnel_ ? 0 : 10'000), tunnel_ ? 0 : 1);
  run_until([&] { return client.has("picture 1.\r\n--frame\r\n"); });
}

TEST_F(MjpegStreamTest, WhileOnePictureLeavesTheNewestWaits) {
  RawClient client(connected_socket());
  begin_a_large_picture(client);
  front_.publish(picture(2, "picture 2."));
  front_.publish(picture(3, "picture 3."));
  // Not has(), which would look through all of it for each piece that comes.
  run_until([&] { return client.answer_.ends_with("picture 3.\r\n--frame\r\n"); });
  EXPECT_TRUE(client.has(kLarge + "\r\n--frame\r\n"));
  EXPECT_FALSE(client.has("picture 2."));
}

TEST_F(MjpegStreamTest, AStopLetsThePictureThatLeavesEndAndBeginsNoOther) {
  RawClient client(connected_socket());
  begin_a_large_picture(client);
  front_.publish(picture(2, "picture 2."));
  connections_.end_gently([] {});
  front_.publish(picture(3, "picture 3."));
  run_until([&] { return client.is_closed_; });
  EXPECT_TRUE(client.answer_.ends_with(kLarge + "\r\n--frame\r\n"));
}

TEST_F(MjpegStreamTest, AViewerWhoLeavesLeavesTheCamera) {
  {
    RawClient client(connected_socket());
    client.send(get("/stream"));
    run_until([&] { return front_.viewer_count() == 1; });
  }
  run_until([&] { return front_.viewer_count() == 0 && connections_.count() == 0; });
}

TEST_F(MjpegStreamTest, AViewerWhoTakesNothingIsLetGo) {
  limits_.write_time = std::chrono::milliseconds(50);
  Socket socket = connected_socket();
  const std::string request = get("/stream");
  boost::asio::write(socket, boost::asio::buffer(request));
  run_until([&] { return front_.viewer_count() == 1; });
  front_.publish(picture(1, kLarge));
  run_until([&] { return front_.viewer_count() == 0; });
}

TEST_F(MjpegStreamTest, ASilentCameraKeepsItsViewerHoweverLittleTimeAWriteHas) {
  limits_.write_time = std::chrono::milliseconds(30);
  RawClient client(connected_socket());
  client.send(get("/stream"));
  run_until([&] { return front_.viewer_count() == 1; });
  front_.publish(picture(1, "picture 1."));
  run_until([&] { return client.has("picture 1."); });
  boost::asio::steady_timer longer(loop_, std::chrono::milliseconds(90));
  bool is_over = false;
  longer.async_wait([&](const boost::system::error_code&) { is_over = true; });
  run_until([&] { return is_over; });
  front_.publish(picture(2, "picture 2."));
  run_until([&] { return client.has("picture 2."); });
}

TEST_F(MjpegStreamTest, AStopEndsIt) {
  RawClient client(connected_socket());
  client.send(get("/stream"));
  run_until([&] { return front_.viewer_count() == 1; });
  bool have_all_gone = false;
  connections_.end_gently([&] { have_all_gone = true; });
  run_until([&] { return have_all_gone && client.is_closed_; });
}

}  // namespace
}  // namespace freshframe
