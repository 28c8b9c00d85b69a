#include <chrono>
#include <cstddef>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <nlohmann/json.hpp>

#include "net/connection.h"

#include "net_fixture.h"
#include "raw_client.h"
#include "small_jpeg.h"

namespace freshframe {
namespace {

const std::string kGif = "GIF89a" + std::string(100, '\0');

class NotingPublisher final : public Publisher {
 public:
  void frame_done(const ProtocolError* /*error*/) override {}
  void taken_over() override { ++takeovers; }
  void watched_again() override {}

  int takeovers = 0;
};

class NotingViewer final : public Viewer {
 public:
  void on_picture(Channel& /*channel*/, const PicturePtr& picture) override {
    pictures.push_back(picture);
  }
  void on_status(Channel& /*channel*/, const CameraStatus& /*status*/) override {}

  std::vector<PicturePtr> pictures;
};

/// What follows the request's line and Host: headers and body.
std::string counted(const std::string& body) {
  return "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
}

std::string chunk(const std::string& content) {
  constexpr const char* kDigits = "0123456789abcdef";
  std::string size;
  for (std::size_t left = content.size(); left > 0; left /= 16) {
    size.insert(size.begin(), kDigits[left % 16]);
  }
  return size + "\r\n" + content + "\r\n";
}

std::string chunked(const std::string& body, std::size_t piece) {
  std::string text = "Transfer-Encoding: chunked\r\n\r\n";
  for (std::size_t at = 0; at < body.size(); at += piece) {
    text += chunk(body.substr(at, piece));
  }
  return text + "0\r\n\r\n";
}

std::string part(const std::string& image, const std::string& headers = {}) {
  return "--cut\r\nContent-Type: image/jpeg\r\nContent-Length: " + std::to_string(image.size()) +
         "\r\n" + headers + "\r\n" + image + "\r\n";
}

constexpr const char* kMultipart = "Content-Type: multipart/x-mixed-replace;boundary=cut\r\n";
constexpr const char* kOver = "Connection: close\r\n";

std::string put(const std::string& rest, const std::string& target = "/cameras/vision/frame") {
  return "PUT " + target + " HTTP/1.1\r\nHost: localhost\r\n" + rest;
}

std::string post(const std::string& rest) {
  return "POST /cameras/vision/frame HTTP/1.1\r\nHost: localhost\r\n" + rest;
}

std::string status_of(const std::string& answer) {
  return answer.substr(0, answer.find("\r\n"));
}

std::size_t count(const std::string& text, const std::string& part) {
  std::size_t found = 0;
  for (std::size_t at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) {
    ++found;
  }
  return found;
}

/// The JSON in an answer; null when there is none.
nlohmann::json json_of(const std::string& answer) {
  const std::size_t end = answer.find("\r\n\r\n");
  if (end == std::string::npos || answer.find("application/json") == std::string::npos) {
    return nullptr;
  }
  return nlohmann::json::parse(answer.substr(end + 4));
}

/// Requests that publish to the camera "vision". "front" and "back" are no cameras for that.
class ImageUploadTest : public NetTest {
 protected:
  ImageUploadTest()
      : vision_(hub_.add("vision", "published")), stream_(published_.add(loop_, vision_)) {}

  /// The whole answer to `request`, after which the server closed.
  std::string answer_to(std::string request) {
    RawClient client(connected_socket());
    client.send(std::move(request));
    run_until([&] { return client.is_closed_; });
    return client.answer_;
  }

  void expect_refusal(const std::string& request, const std::string& status,
                      const std::string& code) {
    const std::string answer = answer_to(request);
    EXPECT_EQ(status_of(answer), "HTTP/1.1 " + status) << answer;
    const nlohmann::json json = json_of(answer);
    ASSERT_TRUE(json.is_object()) << answer;
    EXPECT_EQ(json["type"], "error");
    EXPECT_EQ(json["code"], code) << json;
    EXPECT_TRUE(answer.ends_with("}\n")) << answer;
  }

  void run_until_claimed() {
    run_until([&] { return vision_.status().state == CameraState::kStarting; });
  }
  void run_until_all_have_gone() {
    run_until([&] { return connections_.count() == 0; });
  }

  std::unique_ptr<PublishedStream::Claim> take_over() { return *stream_.claim(publisher_, true); }

  Channel& vision_;
  PublishedStream& stream_;
  NotingPublisher publisher_;
};

TEST_F(ImageUploadTest, APictureThatIsPutOrPostedIsPublished) {
  for (const std::string& request :
       {put(kOver + counted(small_jpeg())), post(kOver + counted(small_jpeg()))}) {
    const std::string answer = answer_to(request);
    EXPECT_EQ(status_of(answer), "HTTP/1.1 204 No Content");
    EXPECT_TRUE(answer.ends_with("\r\n\r\n")) << answer;
    EXPECT_EQ(answer.find("Content-Length"), std::string::npos) << "RFC 9110, section 8.6";
  }
  EXPECT_EQ(vision_.counters().encoded, 2u);
  EXPECT_EQ(vision_.status().state, CameraState::kLive);
}

TEST_F(ImageUploadTest, ViewersGetTheFileAsItIsAndItsTime) {
  NotingViewer viewer;
  const Subscription subscription(vision_, viewer, WireForm::kBinary);
  const std::string file = large_jpeg(300'000, 20);
  answer_to(put(std::string(kOver) + "X-Captured-Us: 1700000000123456\r\n" + counted(file)));
  ASSERT_EQ(viewer.pictures.size(), 1u);
  const PicturePtr& picture = viewer.pictures.front();
  EXPECT_EQ(std::string(picture->image.data(), picture->image.size()), file);
  EXPECT_EQ(picture->captured, UnixTime{std::chrono::microseconds{1700000000123456}});
}

// A picture of dark grey: each byte is a hyphen.
TEST_F(ImageUploadTest, PixelsThatBeginLikeABoundaryAreNoStream) {
  const std::string answer =
      answer_to(put(kOver + counted(std::string(std::size_t{160} * 120 * 3, '-'))));
  EXPECT_EQ(status_of(answer), "HTTP/1.1 422 Unprocessable Entity");
  EXPECT_EQ(json_of(answer)["code"], "raw-pixels") << answer;
}

TEST_F(ImageUploadTest, AStreamWithoutAPartIsNoSuccess) {
  const std::string answer = answer_to(post(kOver + counted("--x\r\n--x--\r\n")));
  EXPECT_EQ(status_of(answer), "HTTP/1.1 422 Unprocessable Entity");
}

TEST_F(ImageUploadTest, APictureMayComeInChunks) {
  EXPECT_EQ(status_of(answer_to(put(kOver + chunked(small_jpeg(), 1)))), "HTTP/1.1 204 No Content");
  EXPECT_EQ(status_of(answer_to(put(kOver + chunked(large_jpeg(300'000), 70'000)))),
            "HTTP/1.1 204 No Content");
  EXPECT_EQ(vision_.counters().encoded, 2u);
}

TEST_F(ImageUploadTest, AnOldClientIsServed) {
  const std::string answer =
      answer_to("PUT /cameras/vision/frame HTTP/1.0\r\n" + counted(small_jpeg()));
  EXPECT_EQ(status_of(answer), "HTTP/1.0 204 No Content");
}

TEST_F(ImageUploadTest, AClientThatAsksIsToldToGoOn) {
  const std::string file = small_jpeg();
  RawClient curl(connected_socket());
  curl.send(
      put("Expect: 100-continue\r\nContent-Length: " + std::to_string(file.size()) + "\r\n\r\n"));
  run_until([&] { return curl.has("\r\n\r\n"); });
  EXPECT_EQ(curl.answer_, "HTTP/1.1 100 Continue\r\n\r\n");
  curl.send(file);
  run_until([&] { return curl.has("HTTP/1.1 204 "); });
}

TEST_F(ImageUploadTest, AClientThatAsksInVainIsRefusedAtOnce) {
  const std::string answer =
      answer_to(put("Expect: 100-continue\r\nContent-Length: 1000\r\n\r\n", "/cameras/x/frame"));
  EXPECT_EQ(status_of(answer), "HTTP/1.1 404 Not Found");
  EXPECT_EQ(count(answer, "HTTP/1.1 "), 1u);
}

TEST_F(ImageUploadTest, ACameraThatCannotBePublishedToIsRefused) {
  expect_refusal(put(counted(small_jpeg()), "/cameras/cellar/frame"), "404 Not Found",
                 "unknown-camera");
  expect_refusal(put(counted(small_jpeg()), "/cameras/front/frame"), "409 Conflict",
                 "not-publishable");
  const auto claim = take_over();
  expect_refusal(put(counted(small_jpeg())), "409 Conflict", "taken");
  EXPECT_NE(answer_to(put(counted(small_jpeg()))).find("?takeover=true"), std::string::npos);
  EXPECT_TRUE(claim->stands());
}

TEST_F(ImageUploadTest, ABodyThatIsNoPictureIsRefused) {
  expect_refusal(put(kOver + counted(kGif)), "422 Unprocessable Entity", "other-format");
  expect_refusal(put(kOver + counted("")), "422 Unprocessable Entity", "no-image");
  expect_refusal(put(kOver + counted("x")), "422 Unprocessable Entity", "no-image");
  expect_refusal(put(kOver + counted(small_jpeg().substr(0, 100))), "422 Unprocessable Entity",
                 "truncated-image");
}

TEST_F(ImageUploadTest, WhatIsTooLargeIsRefusedCountedOrNot) {
  limits_.published_bytes = 100'000;
  expect_refusal(put("Content-Length: 100001\r\n\r\n"), "413 Payload Too Large", "image-too-large");
  expect_refusal(put(chunked(std::string(100'001, '\xff'), 10'000)), "413 Payload Too Large",
                 "image-too-large");
  expect_refusal(put(kOver + counted(small_jpeg(20'000))), "413 Payload Too Large",
                 "image-too-large");
  EXPECT_EQ(status_of(answer_to(put(kOver + counted(large_jpeg(100'000))))),
            "HTTP/1.1 204 No Content");
}

TEST_F(ImageUploadTest, ABodyWhoseEndIsNotKnownIsRefused) {
  const std::string file = small_jpeg();
  EXPECT_EQ(status_of(answer_to(put("\r\n"))), "HTTP/1.1 411 Length Required");
  for (const std::string& rest :
       {"Transfer-Encoding: chunked\r\n" + counted(file), "Content-Length: 3\r\n" + counted(file),
        "Content-Length: -1\r\n\r\n" + file,
        "Transfer-Encoding: gzip, chunked\r\n\r\n" + chunk(file) + "0\r\n\r\n",
        "Transfer-Encoding: chunked\r\n" + chunked(file, 10),
        std::string("Transfer-Encoding: gzip\r\n\r\n") + file}) {
    const std::string answer = answer_to(put(rest));
    EXPECT_EQ(status_of(answer), "HTTP/1.1 400 Bad Request") << rest;
    EXPECT_EQ(count(answer, "HTTP/1.1 "), 1u) << answer;
  }
  EXPECT_EQ(status_of(answer_to("PUT /cameras/vision/frame HTTP/1.0\r\n" + chunked(file, 10))),
            "HTTP/1.0 400 Bad Request");
  EXPECT_EQ(vision_.counters().captured, 0u);
}

TEST_F(ImageUploadTest, AConnectionServesOneRequestAfterTheOther) {
  const std::string answer =
      answer_to(put(counted(small_jpeg())) + put(counted(kGif)) + put(chunked(small_jpeg(), 50)) +
                put(chunked(kGif, 50)) + put(kOver + counted(small_jpeg())));
  std::vector<std::string> statuses;
  for (std::size_t at = answer.find("HTTP/1.1 "); at != std::string::npos;
       at = answer.find("HTTP/1.1 ", at + 1)) {
    statuses.push_back(answer.substr(at + 9, 3));
  }
  EXPECT_EQ(statuses, (std::vector<std::string>{"204", "422", "204", "422", "204"}));
  EXPECT_EQ(vision_.counters().encoded, 3u);
}

// As for a body that is not taken at all: a web page of another origin chooses what stands in it.
TEST_F(ImageUploadTest, AnEarlyRefusalEndsTheConnectionAndNothingBehindItIsTakenForARequest) {
  limits_.published_bytes = 1000;
  const std::string smuggled = counted("GET /api/v1/cameras HTTP/1.1\r\nHost: localhost\r\n\r\n");
  const auto claim = take_over();
  for (const std::string& request :
       {put(smuggled, "/cameras/cellar/frame"), put(smuggled, "/cameras/front/frame"),
        put(smuggled), put(smuggled, "/cameras/vision/frame?takeover&takeover"),
        put("X-Captured-Us: soon\r\n" + smuggled),
        put("Origin: http://evil.example\r\n" + smuggled),
        put("Transfer-Encoding: chunked\r\n" + smuggled), put(smuggled.substr(smuggled.find('\n'))),
        "PUT /cameras/vision/frame HTTP/1.1\r\nHost: evil.example\r\n" + smuggled,
        put("Content-Length: 1001\r\n" + smuggled.substr(smuggled.find('\n') + 1)),
        put(smuggled, "/nothing"), put(smuggled, "/cameras//frame"),
        put(smuggled, "/cameras/vision/x/frame"),
        "DELETE /cameras/vision/frame HTTP/1.1\r\nHost: localhost\r\n" + smuggled}) {
    const std::string answer = answer_to(request);
    EXPECT_TRUE(answer.starts_with("HTTP/1.1 4")) << request << answer;
    EXPECT_EQ(count(answer, "HTTP/1.1 "), 1u) << request << answer;
    EXPECT_NE(answer.find("\r\nConnection: close\r\n"), std::string::npos) << request << answer;
  }
  EXPECT_EQ(vision_.counters().captured, 0u);
}

TEST_F(ImageUploadTest, APageOfAnotherOriginMayNotPublish) {
  for (const char* origin : {"http://evil.example", "null", "http://localhost:81"}) {
    EXPECT_EQ(status_of(answer_to(
                  put("Origin: " + std::string(origin) + "\r\n" + counted(small_jpeg())))),
              "HTTP/1.1 403 Forbidden");
  }
  EXPECT_EQ(status_of(answer_to("PUT /cameras/vision/frame HTTP/1.1\r\nHost: evil.example\r\n" +
                                counted(small_jpeg()))),
            "HTTP/1.1 421 Misdirected Request");
  EXPECT_EQ(vision_.counters().captured, 0u);
  EXPECT_EQ(
      status_of(answer_to(put("Origin: http://localhost\r\n" + (kOver + counted(small_jpeg()))))),
      "HTTP/1.1 204 No Content");
}

TEST_F(ImageUploadTest, AMethodThatIsNotAllowedIsToldWhatIs) {
  const std::string answer = answer_to(
      "GET /cameras/vision/frame HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
  EXPECT_EQ(status_of(answer), "HTTP/1.1 405 Method Not Allowed");
  EXPECT_NE(answer.find("Allow: PUT, POST\r\n"), std::string::npos) << answer;
}

TEST_F(ImageUploadTest, AStreamOfPartsIsSummedUp) {
  const std::string body = part(small_jpeg()) + part(kGif) + part(small_jpeg()) + "--cut--\r\n";
  for (const std::string& request : {post(std::string(kOver) + kMultipart + counted(body)),
                                     put(std::string(kOver) + kMultipart + chunked(body, 7)),
                                     // Its sender does not name the type, as ffmpeg does not.
                                     post(kOver + counted(body)), post(kOver + chunked(body, 1))}) {
    const std::string answer = answer_to(request);
    EXPECT_EQ(status_of(answer), "HTTP/1.1 200 OK");
    const nlohmann::json summary = json_of(answer);
    ASSERT_TRUE(summary.is_object()) << answer;
    // Of parts that come all at once one may take the place of the one before.
    EXPECT_EQ(summary["taken"].get<int>() + summary["refused"].get<int>(), 3) << summary;
    EXPECT_LE(summary["refused"], 1) << summary;
    EXPECT_EQ(vision_.status().state, CameraState::kLost) << "who sent it has left";
  }
}

TEST_F(ImageUploadTest, TheSummaryHoldsTheLastError) {
  const std::string answer =
      answer_to(post(std::string(kOver) + kMultipart + counted(part(kGif) + "--cut--\r\n")));
  const nlohmann::json summary = json_of(answer);
  ASSERT_TRUE(summary.is_object()) << answer;
  EXPECT_EQ(summary["taken"], 0);
  EXPECT_EQ(summary["refused"], 1);
  EXPECT_EQ(summary["last_error"]["type"], "error");
  EXPECT_EQ(summary["last_error"]["code"], "other-format");
  EXPECT_EQ(summary["last_error"]["request"], "frame");
}

TEST_F(ImageUploadTest, APartThatIsTooLargeIsLeftOutAndTheStreamGoesOn) {
  limits_.published_bytes = 1000;
  NotingViewer viewer;
  const Subscription subscription(vision_, viewer, WireForm::kJson);
  const std::string answer =
      answer_to(post(std::string(kOver) + kMultipart +
                     counted(part(large_jpeg(1001)) +
                             part(small_jpeg(20), "X-Captured-Us: 77\r\n") + "--cut--\r\n")));
  const nlohmann::json summary = json_of(answer);
  ASSERT_TRUE(summary.is_object()) << answer;
  EXPECT_EQ(summary["taken"], 1);
  EXPECT_EQ(summary["refused"], 1);
  EXPECT_EQ(summary["last_error"]["code"], "image-too-large");
  ASSERT_EQ(viewer.pictures.size(), 1u);
  EXPECT_EQ(viewer.pictures.front()->captured, UnixTime{std::chrono::microseconds{77}});
}

TEST_F(ImageUploadTest, EachPartIsShownAsItComes) {
  RawClient camera(connected_socket());
  camera.send(post(std::string(kMultipart) + "Transfer-Encoding: chunked\r\n\r\n" +
                   chunk(part(small_jpeg()))));
  run_until([&] { return vision_.counters().encoded == 1; });
  camera.send(chunk(part(small_jpeg())));
  run_until([&] { return vision_.counters().encoded == 2; });
  EXPECT_EQ(camera.answer_, "");
  camera.send("0\r\n\r\n");
  run_until([&] { return camera.has(R"({"taken":2,"refused":0})"); });
}

TEST_F(ImageUploadTest, ABodyThatIsNotChunkedAsHttpHasItIsRefusedAndTheConnectionEnds) {
  for (const char* body : {"zz\r\n", "5\r\nhello--", "-1\r\n", "\r\n", "ffffffffffffffffff\r\n"}) {
    const std::string answer =
        answer_to(put("Transfer-Encoding: chunked\r\n\r\n" + std::string(body) +
                      "\r\nGET / HTTP/1.1\r\nHost: localhost\r\n\r\n"));
    EXPECT_EQ(status_of(answer), "HTTP/1.1 400 Bad Request") << body;
    EXPECT_EQ(count(answer, "HTTP/1.1 "), 1u) << answer;
  }
  EXPECT_EQ(vision_.counters().captured, 0u);
}

TEST_F(ImageUploadTest, WhatCallsItselfMultipartAndIsNotIsRefused) {
  const std::string answer =
      answer_to(post(std::string(kOver) + kMultipart + counted(std::string(10'000, 'x'))));
  EXPECT_EQ(status_of(answer), "HTTP/1.1 422 Unprocessable Entity");
}

TEST_F(ImageUploadTest, AnUploadThatIsCutGivesTheCameraBack) {
  {
    RawClient cut(connected_socket());
    cut.send(put(counted(large_jpeg(100'000)).substr(0, 50'000)));
    run_until_claimed();
    run_until([&] { return cut.sending_ended_with_.has_value(); });
  }
  run_until_all_have_gone();
  EXPECT_EQ(vision_.counters().captured, 0u);
  // The address keeps the camera for a while, but nobody holds it.
  const auto claim = take_over();
  EXPECT_EQ(publisher_.takeovers, 0);
  EXPECT_EQ(vision_.status().state, CameraState::kStarting);
}

TEST_F(ImageUploadTest, AStreamThatIsCutLosesTheCameraAtOnce) {
  {
    RawClient cut(connected_socket());
    cut.send(
        post(kMultipart + chunked(part(small_jpeg()) + part(small_jpeg()), 100).substr(0, 700)));
    run_until([&] { return vision_.counters().encoded == 1; });
  }
  run_until([&] { return vision_.status().state == CameraState::kLost; });
}

TEST_F(ImageUploadTest, ATakeoverMustBeWanted) {
  const std::string picture = kOver + counted(small_jpeg());
  for (const char* query : {"", "?takeover=false", "?takeover=0", "?other=1"}) {
    const auto claim = take_over();
    expect_refusal(put(picture, "/cameras/vision/frame" + std::string(query)), "409 Conflict",
                   "taken");
    EXPECT_TRUE(claim->stands());
  }
  int takeovers = 0;
  for (const char* query : {"?takeover=true", "?takeover", "?takeover=1"}) {
    const auto claim = take_over();
    EXPECT_EQ(status_of(answer_to(put(picture, "/cameras/vision/frame" + std::string(query)))),
              "HTTP/1.1 204 No Content");
    EXPECT_EQ(publisher_.takeovers, ++takeovers);
    EXPECT_FALSE(claim->stands());
  }
  for (const char* query : {"?takeover=true&takeover=true", "?takeover=%zz"}) {
    EXPECT_EQ(status_of(answer_to(put(picture, "/cameras/vision/frame" + std::string(query)))),
              "HTTP/1.1 400 Bad Request");
  }
}

TEST_F(ImageUploadTest, ATimeThatIsNoneIsRefused) {
  for (const char* time : {"soon", "-1", "1.5", "", "9007199254740992", "0x10"}) {
    expect_refusal(put("X-Captured-Us: " + std::string(time) + "\r\n" + counted(small_jpeg())),
                   "400 Bad Request", "bad-shape");
  }
  EXPECT_EQ(status_of(answer_to(
                put("X-Captured-Us: 9007199254740991\r\n" + (kOver + counted(small_jpeg()))))),
            "HTTP/1.1 204 No Content");
}

TEST_F(ImageUploadTest, TheNextPictureOfAnAddressTakesThePlaceOfOneThatIsStillComing) {
  RawClient slow(connected_socket());
  slow.send(put("Content-Length: 1000\r\n\r\n"));
  run_until_claimed();
  EXPECT_EQ(status_of(answer_to(put(kOver + counted(small_jpeg())))), "HTTP/1.1 204 No Content");
  run_until([&] { return slow.is_closed_; });
  EXPECT_EQ(status_of(slow.answer_), "HTTP/1.1 409 Conflict");
  EXPECT_EQ(json_of(slow.answer_)["code"], "taken-over") << slow.answer_;
  EXPECT_EQ(vision_.counters().encoded, 1u);
}

// What of the body came with the header is handed over by a handler that is queued already when the
// takeover comes, so that there is nothing left to cancel.
TEST_F(ImageUploadTest, ATakeoverEndsAnUploadBetweenTwoReadsAsWell) {
  limits_.upload_silence_time = std::chrono::hours(1);
  for (const std::string& request :
       {put("Content-Length: 1000\r\n\r\nabc"),
        post(kMultipart + ("Transfer-Encoding: chunked\r\n\r\n" + chunk(part(small_jpeg()))))}) {
    RawClient client(connected_socket());
    client.send(request);
    run_until_claimed();
    const auto claim = take_over();
    run_until([&] { return client.is_closed_; });
    EXPECT_EQ(status_of(client.answer_), "HTTP/1.1 409 Conflict");
    EXPECT_EQ(json_of(client.answer_)["code"], "taken-over") << client.answer_;
  }
}

TEST_F(ImageUploadTest, AClientThatIsToldToGoOnHearsOfATakeoverMeanwhile) {
  RawClient curl(connected_socket());
  curl.send(put("Expect: 100-continue\r\nContent-Length: 1000\r\n\r\n"));
  run_until_claimed();
  const auto claim = take_over();
  run_until([&] { return curl.is_closed_; });
  EXPECT_EQ(json_of(curl.answer_.substr(curl.answer_.find("HTTP/1.1 409 ")))["code"], "taken-over")
      << curl.answer_;
}

TEST_F(ImageUploadTest, AStreamIsNotDisplacedByAPictureOfItsAddress) {
  RawClient camera(connected_socket());
  camera.send(post(std::string(kMultipart) + "Transfer-Encoding: chunked\r\n\r\n" +
                   chunk(part(small_jpeg()))));
  run_until([&] { return vision_.counters().encoded == 1; });
  expect_refusal(put(kOver + counted(small_jpeg())), "409 Conflict", "taken");
  const auto claim = take_over();
  run_until([&] { return camera.is_closed_; });
  EXPECT_EQ(json_of(camera.answer_)["code"], "taken-over") << camera.answer_;
}

TEST_F(ImageUploadTest, AnUploadThatFallsSilentIsEnded) {
  limits_.upload_silence_time = std::chrono::milliseconds(50);
  for (const std::string& request :
       {put("Content-Length: 1000\r\n\r\n"), put("Content-Length: 1000\r\n\r\nabc"),
        post("Transfer-Encoding: chunked\r\n\r\n"),
        post(kMultipart + ("Transfer-Encoding: chunked\r\n\r\n" + chunk(part(small_jpeg()))))}) {
    EXPECT_EQ(answer_to(request), "");
    run_until_all_have_gone();
  }
}

TEST_F(ImageUploadTest, AnImageThatTricklesInIsRefused) {
  limits_.upload_time = std::chrono::milliseconds(0);
  for (const std::string& request :
       {put("Content-Length: 1000\r\n\r\nabc"),
        post("Transfer-Encoding: chunked\r\n\r\n" + chunk("a")),
        post(kMultipart + ("Transfer-Encoding: chunked\r\n\r\n" + chunk(part(small_jpeg()))))}) {
    expect_refusal(request, "408 Request Timeout", "truncated-image");
    run_until_all_have_gone();
  }
}

// The time is each image's own.
TEST_F(ImageUploadTest, AStreamMayLastLongerThanAnImageMay) {
  limits_.upload_time = std::chrono::seconds(1);
  const auto end = std::chrono::steady_clock::now() + 2 * limits_.upload_time;
  RawClient camera(connected_socket());
  camera.send(post(std::string(kMultipart) + "Transfer-Encoding: chunked\r\n\r\n"));
  for (std::uint64_t sent = 1; std::chrono::steady_clock::now() < end; ++sent) {
    camera.send(chunk(part(small_jpeg())));
    run_until([&] { return vision_.counters().encoded == sent || camera.is_closed_; });
    ASSERT_FALSE(camera.is_closed_) << camera.answer_;
  }
}

TEST_F(ImageUploadTest, ALargeBodyThatIsRefusedIsReadSoThatTheAnswerArrives) {
  RawClient client(connected_socket());
  client.send(put(counted(std::string(20'000'000, 'x')), "/cameras/cellar/frame"));
  run_until([&] { return client.sending_ended_with_.has_value(); });
  EXPECT_FALSE(client.sending_ended_with_->failed()) << client.sending_ended_with_->message();
  EXPECT_EQ(status_of(client.answer_), "HTTP/1.1 404 Not Found");
}

TEST_F(ImageUploadTest, AStopEndsUploads) {
  for (const std::string& request :
       {put("Content-Length: 1000\r\n\r\nabc"),
        post(kMultipart + ("Transfer-Encoding: chunked\r\n\r\n" + chunk(part(small_jpeg()))))}) {
    for (const bool is_gentle : {false, true}) {
      RawClient client(connected_socket());
      client.send(request);
      run_until([&] { return vision_.status().state != CameraState::kLost; });
      if (is_gentle) {
        connections_.end_gently([] {});
      } else {
        connections_.end_now();
      }
      run_until([&] { return client.is_closed_; });
      run_until_all_have_gone();
      EXPECT_EQ(client.answer_, "");
      take_over().reset();  // nor is it kept for the address
    }
  }
}

}  // namespace
}  // namespace freshframe
