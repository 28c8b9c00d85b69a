#include <string>
#include <string_view>

#include <nlohmann/json.hpp>

#include "net/image_upload.h"

#include "net_fixture.h"
#include "png_file.h"
#include "raw_client.h"

namespace freshframe {
namespace {

/// "front" has a source of its own, "vision" is for publishing.
class ImageUploadTest : public NetTest {
 protected:
  static std::string head(const std::string& method, const std::string& target,
                          const std::string& headers) {
    return method + " " + target + " HTTP/1.1\r\nHost: localhost\r\n" + headers + "\r\n";
  }

  static std::string put(std::string_view body, const std::string& headers = {},
                         const std::string& query = {}) {
    return head("PUT", "/cameras/vision/frame" + query,
                "Content-Length: " + std::to_string(body.size()) + "\r\n" + headers) +
           std::string(body);
  }

  static std::string chunked(std::string_view body, std::size_t size) {
    std::string text;
    for (; !body.empty(); body.remove_prefix(std::min(size, body.size()))) {
      const std::string_view piece = body.substr(0, size);
      char length[20];
      std::snprintf(length, sizeof length, "%zx\r\n", piece.size());
      text.append(length).append(piece).append("\r\n");
    }
    return text + "0\r\n\r\n";
  }

  /// The answer's status line, once all of the answer is there. The connection may stay.
  std::string status_of(RawClient& client) {
    run_until([&] { return client.has("\r\n\r\n") || client.is_closed_; });
    return client.answer_.substr(0, client.answer_.find("\r\n"));
  }

  std::string answer_to(std::string request) {
    RawClient client(connected_socket());
    client.send(std::move(request));
    const std::string status = status_of(client);
    body_ = client.answer_.substr(client.answer_.find("\r\n\r\n") + 4);
    return status;
  }

  std::string code() const { return nlohmann::json::parse(body_)["code"]; }
  CameraState state() { return vision_.status().state; }
  std::uint64_t taken() { return vision_.counters().encoded; }

  Channel& vision_ = hub_.add("vision", "published");
  PublishedStream& stream_ = published_.add(loop_, vision_);
  const std::string file_ = png_file(40, 30);
  std::string body_;
};

TEST_F(ImageUploadTest, AnImageIsTakenByPutAndByPost) {
  EXPECT_EQ(answer_to(put(file_)), "HTTP/1.1 204 No Content");
  EXPECT_EQ(answer_to(head("POST", "/cameras/vision/frame",
                           "Content-Length: " + std::to_string(file_.size()) + "\r\n") +
                      file_),
            "HTTP/1.1 204 No Content");
  EXPECT_EQ(taken(), 2U);
  EXPECT_EQ(state(), CameraState::kLive);
}

TEST_F(ImageUploadTest, ABodyMayComeInChunksAndInPieces) {
  const std::string request =
      head("PUT", "/cameras/vision/frame", "Transfer-Encoding: chunked\r\n") + chunked(file_, 7);
  EXPECT_EQ(answer_to(request), "HTTP/1.1 204 No Content");
  RawClient client(connected_socket());
  for (std::size_t i = 0; i < request.size(); i += 50) {
    client.send(request.substr(i, 50));
    run_until([&] { return client.sending_ended_with_.has_value(); });
    client.sending_ended_with_.reset();
  }
  EXPECT_EQ(status_of(client), "HTTP/1.1 204 No Content");
}

TEST_F(ImageUploadTest, WhoAsksWhetherToGoOnIsTold) {
  RawClient client(connected_socket());
  const std::string request = put(file_, "Expect: 100-continue\r\n");
  client.send(request.substr(0, request.size() - file_.size()));
  run_until([&] { return client.has("HTTP/1.1 100 Continue\r\n\r\n"); });
  client.send(file_);
  run_until([&] { return client.has("HTTP/1.1 204 No Content"); });
}

TEST_F(ImageUploadTest, WhoWillBeRefusedIsNotToldToGoOn) {
  RawClient client(connected_socket());
  client.send(head("PUT", "/cameras/front/frame", "Content-Length: 9\r\nExpect: 100-continue\r\n"));
  EXPECT_EQ(status_of(client), "HTTP/1.1 409 Conflict");
}

TEST_F(ImageUploadTest, TheConnectionStaysAfterAnImageTakenOrRefused) {
  RawClient client(connected_socket());
  client.send(put(file_));
  run_until([&] { return client.has("204"); });
  client.send(put("GIF89a"));
  run_until([&] { return client.has("422") && client.has("other-format"); });
  client.send(put(file_));
  run_until([&] { return taken() == 2; });
  EXPECT_FALSE(client.is_closed_);
}

TEST_F(ImageUploadTest, WhatIsRefusedBeforeItsBodyEndsTheConnectionAndNothingBehindIsAnswered) {
  const std::string smuggled = "GET /api/v1/cameras HTTP/1.1\r\nHost: localhost\r\n\r\n";
  const std::string length = "Content-Length: " + std::to_string(smuggled.size()) + "\r\n";
  for (const std::string& request :
       {head("PUT", "/cameras/attic/frame", length), head("PUT", "/cameras/front/frame", length),
        head("PUT", "/cameras/vision/frame?takeover=1&takeover=1", length),
        head("PUT", "/cameras/vision/frame", length + "X-Captured-Us: now\r\n"),
        head("PUT", "/cameras/vision/frame", length + "Origin: http://elsewhere\r\n"),
        head("DELETE", "/cameras/vision/frame", length), head("POST", "/", length),
        head("POST", "/ws", length), head("GET", "/cameras/vision/frame", length)}) {
    RawClient client(connected_socket());
    client.send(request + smuggled);
    run_until([&] { return client.is_closed_; });
    EXPECT_TRUE(client.has("HTTP/1.1 4")) << request << client.answer_;
    EXPECT_FALSE(client.has("200 OK")) << request << client.answer_;
  }
  EXPECT_EQ(state(), CameraState::kLost);
}

TEST_F(ImageUploadTest, EveryRefusalSaysWhy) {
  EXPECT_EQ(answer_to(head("PUT", "/cameras/attic/frame", "Content-Length: 1\r\n") + "x"),
            "HTTP/1.1 404 Not Found");
  EXPECT_EQ(code(), "unknown-camera");
  EXPECT_EQ(answer_to(head("PUT", "/cameras/front/frame", "Content-Length: 1\r\n") + "x"),
            "HTTP/1.1 409 Conflict");
  EXPECT_EQ(code(), "not-publishable");
  EXPECT_EQ(answer_to(put(std::string(160 * 120 * 3, '\0'))), "HTTP/1.1 422 Unprocessable Entity");
  EXPECT_EQ(code(), "raw-pixels");
  EXPECT_EQ(answer_to(put("")), "HTTP/1.1 422 Unprocessable Entity");
  EXPECT_EQ(code(), "no-image");
  EXPECT_EQ(answer_to(put(png_file(20'000, 1))), "HTTP/1.1 413 Payload Too Large");
  EXPECT_EQ(code(), "image-too-large");
  EXPECT_EQ(answer_to(head("GET", "/cameras/vision/frame", "")), "HTTP/1.1 405 Method Not Allowed");
  EXPECT_EQ(answer_to(head("PUT", "/cameras/vision/frame", "")), "HTTP/1.1 411 Length Required");
  EXPECT_EQ(answer_to("PUT /cameras/vision/frame HTTP/1.1\r\nHost: attacker.example\r\n"
                      "Content-Length: 1\r\n\r\nx"),
            "HTTP/1.1 421 Misdirected Request");
  EXPECT_EQ(answer_to(put(file_, "Origin: http://elsewhere.example\r\n")),
            "HTTP/1.1 403 Forbidden");
  EXPECT_EQ(answer_to(head("PUT", "/cameras//frame", "Content-Length: 1\r\n") + "x").substr(0, 12),
            "HTTP/1.1 413");
}

TEST_F(ImageUploadTest, ABodyOfTwoLengthsIsRefused) {
  for (const char* headers : {"Content-Length: 3\r\nTransfer-Encoding: chunked\r\n",
                              "Transfer-Encoding: gzip, chunked\r\n",
                              "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n"}) {
    RawClient client(connected_socket());
    client.send(head("PUT", "/cameras/vision/frame", headers) + chunked(file_, 100));
    run_until([&] { return client.is_closed_; });
    EXPECT_TRUE(client.has("HTTP/1.1 400 ")) << headers << client.answer_;
  }
  EXPECT_EQ(taken(), 0U);
}

TEST_F(ImageUploadTest, TooManyBytesAreRefusedCountedOrNot) {
  limits_.published_bytes = 1000;
  const std::string large(1001, 'x');
  EXPECT_EQ(answer_to(put(large)), "HTTP/1.1 413 Payload Too Large");
  EXPECT_EQ(code(), "image-too-large");
  EXPECT_EQ(answer_to(head("PUT", "/cameras/vision/frame", "Transfer-Encoding: chunked\r\n") +
                      chunked(large, 100)),
            "HTTP/1.1 413 Payload Too Large");
}

TEST_F(ImageUploadTest, AChunkThatIsNoneIsRefused) {
  RawClient client(connected_socket());
  client.send(head("PUT", "/cameras/vision/frame", "Transfer-Encoding: chunked\r\n") +
              "xyz\r\nabc\r\n");
  EXPECT_EQ(status_of(client), "HTTP/1.1 422 Unprocessable Entity");
  run_until([&] { return client.is_closed_; });
}

TEST_F(ImageUploadTest, APublisherOfAnotherKindIsTakenOverOnlyWhenAsked) {
  class Other final : public Publisher {
   public:
    void frame_done(const ProtocolError* /*error*/) override {}
    void taken_over() override { is_taken_over_ = true; }
    void watched_again() override {}
    bool is_taken_over_ = false;
  } other;
  const auto claim = stream_.claim(other, false);
  EXPECT_EQ(answer_to(put(file_)), "HTTP/1.1 409 Conflict");
  EXPECT_EQ(code(), "taken");
  EXPECT_NE(body_.find("?takeover=true"), std::string::npos);
  EXPECT_EQ(answer_to(put(file_, {}, "?takeover=false")), "HTTP/1.1 409 Conflict");
  EXPECT_FALSE(other.is_taken_over_);
  EXPECT_EQ(answer_to(put(file_, {}, "?takeover=true")), "HTTP/1.1 204 No Content");
  EXPECT_TRUE(other.is_taken_over_);
}

TEST_F(ImageUploadTest, ANewerPictureOfTheSameAddressTakesThePlaceOfOneThatStillComes) {
  RawClient older(connected_socket());
  const std::string request = put(file_);
  older.send(request.substr(0, request.size() - 5));
  run_until([&] { return state() == CameraState::kStarting; });
  EXPECT_EQ(answer_to(put(file_)), "HTTP/1.1 204 No Content");
  EXPECT_EQ(status_of(older), "HTTP/1.1 409 Conflict");
  run_until([&] { return older.is_closed_; });
  EXPECT_EQ(taken(), 1U);
}

TEST_F(ImageUploadTest, TheTimeThatIsToldTravelsWithThePicture) {
  class Watcher final : public Viewer {
   public:
    void on_picture(Channel& /*channel*/, const PicturePtr& picture) override { seen_ = picture; }
    void on_status(Channel& /*channel*/, const CameraStatus& /*status*/) override {}
    PicturePtr seen_;
  } watcher;
  const Subscription subscription(vision_, watcher, WireForm::kBinary);
  EXPECT_EQ(answer_to(put(file_, "X-Captured-Us: 1763917200123456\r\n")),
            "HTTP/1.1 204 No Content");
  EXPECT_EQ(watcher.seen_->captured, UnixTime{std::chrono::microseconds{1763917200123456}});
  EXPECT_EQ(answer_to(put(file_, "X-Captured-Us: yesterday\r\n")), "HTTP/1.1 400 Bad Request");
  EXPECT_EQ(code(), "bad-shape");
}

TEST_F(ImageUploadTest, AStreamOfPartsIsTakenAndSummedUp) {
  const std::string parts = "--x\r\nContent-Length: " + std::to_string(file_.size()) + "\r\n\r\n" +
                            file_ + "\r\n--x\r\n\r\nGIF89a\r\n--x\r\n\r\n" + file_ +
                            "\r\n--x--\r\n";
  for (const char* headers : {"Content-Type: multipart/x-mixed-replace;boundary=x\r\n",
                              "Content-Type: image/jpeg\r\n", ""}) {
    RawClient client(connected_socket());
    client.send(head("POST", "/cameras/vision/frame",
                     std::string(headers) + "Transfer-Encoding: chunked\r\n") +
                chunked(parts, 9));
    EXPECT_EQ(status_of(client), "HTTP/1.1 200 OK");
    run_until([&] { return client.has("}\n"); });
    const auto summary = nlohmann::json::parse(client.answer_.substr(client.answer_.find("{")));
    EXPECT_EQ(summary["taken"].get<int>() + summary["refused"].get<int>(), 3);
    run_until([&] { return state() == CameraState::kLost; });
  }
}

TEST_F(ImageUploadTest, ABodyThatClaimsPartsAndHasNoneIsRefused) {
  RawClient client(connected_socket());
  client.send(head("POST", "/cameras/vision/frame",
                   "Content-Type: multipart/x-mixed-replace\r\nContent-Length: 6000\r\n") +
              std::string(6000, 'x'));
  EXPECT_EQ(status_of(client), "HTTP/1.1 422 Unprocessable Entity");
}

TEST_F(ImageUploadTest, AnUploadThatIsCutOrFallsSilentLetsGoOfTheCamera) {
  limits_.upload_silence_time = std::chrono::milliseconds(30);
  const std::string parts = "--x\r\n\r\n" + file_ + "\r\n--x\r\n";
  for (const bool is_cut : {true, false}) {
    RawClient client(connected_socket());
    client.send(head("POST", "/cameras/vision/frame", "Content-Length: 100000\r\n") + parts);
    run_until([&] { return state() == CameraState::kLive; });
    if (is_cut) {
      client.close();
    }
    run_until([&] { return state() == CameraState::kLost; });
  }
}

TEST_F(ImageUploadTest, AStopOfTheServerEndsAnUpload) {
  RawClient client(connected_socket());
  const std::string request = put(file_);
  client.send(request.substr(0, request.size() - 5));
  run_until([&] { return state() == CameraState::kStarting; });
  connections_.end_gently([] {});
  run_until([&] { return connections_.count() == 0; });
}

}  // namespace
}  // namespace freshframe
