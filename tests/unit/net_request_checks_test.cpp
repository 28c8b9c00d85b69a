#include <gtest/gtest.h>

#include <string>

#include "net/request_checks.h"

namespace freshframe {
namespace {

namespace http = boost::beast::http;
using http::field;

HttpRequest get(const std::string& target) {
  HttpRequest request(http::verb::get, target, 11);
  request.set(field::host, "camera.local:8080");
  return request;
}

HttpRequest handshake() {
  HttpRequest request = get("/ws");
  request.set(field::upgrade, "websocket");
  request.set(field::connection, "Upgrade");
  request.set(field::sec_websocket_version, "13");
  request.set(field::sec_websocket_key, "dGhlIHNhbXBsZSBub25jZQ==");  // RFC 6455, section 1.3
  return request;
}

template <class Check>
http::status status_of(const Check& refusal) {
  return refusal ? refusal->status : http::status::ok;
}

TEST(FramingTest, AnOrdinaryRequestIsSound) {
  EXPECT_EQ(check_framing(get("/")), std::nullopt);
}

TEST(FramingTest, TwoHostsOrNoneAreRefused) {
  HttpRequest two = get("/");
  two.insert(field::host, "evil.example");
  EXPECT_EQ(status_of(check_framing(two)), http::status::bad_request);

  HttpRequest none = get("/");
  none.erase(field::host);
  EXPECT_EQ(status_of(check_framing(none)), http::status::bad_request);
}

TEST(FramingTest, AnOldClientNeedsNoHost) {
  HttpRequest old(http::verb::get, "/", 10);
  EXPECT_EQ(check_framing(old), std::nullopt);
}

TEST(FramingTest, ABodyIsRefusedHoweverItIsAnnounced) {
  HttpRequest counted = get("/");
  counted.set(field::content_length, "1");
  EXPECT_EQ(status_of(check_framing(counted)), http::status::payload_too_large);

  HttpRequest twice = get("/");
  twice.set(field::content_length, "0");
  twice.insert(field::content_length, "5");
  EXPECT_EQ(status_of(check_framing(twice)), http::status::payload_too_large);

  HttpRequest chunked = get("/");
  chunked.set(field::transfer_encoding, "chunked");
  EXPECT_EQ(status_of(check_framing(chunked)), http::status::bad_request);
}

HttpRequest put() {
  HttpRequest request = get("/cameras/vision/frame");
  request.method(http::verb::put);
  return request;
}

TEST(FramingTest, ABodyIsTakenWhereOneIsWanted) {
  HttpRequest counted = put();
  counted.set(field::content_length, "1000");
  EXPECT_EQ(check_framing(counted, true), std::nullopt);

  HttpRequest empty = put();
  empty.set(field::content_length, "0");
  EXPECT_EQ(check_framing(empty, true), std::nullopt);

  for (const char* coding : {"chunked", "Chunked"}) {
    HttpRequest chunked = put();
    chunked.set(field::transfer_encoding, coding);
    EXPECT_EQ(check_framing(chunked, true), std::nullopt);
  }
}

TEST(FramingTest, ABodyWithoutALengthIsRefused) {
  EXPECT_EQ(status_of(check_framing(put(), true)), http::status::length_required);
}

TEST(FramingTest, ABodyIsCountedOrChunkedAndNotBoth) {
  HttpRequest both = put();
  both.set(field::content_length, "5");
  both.set(field::transfer_encoding, "chunked");
  EXPECT_EQ(status_of(check_framing(both, true)), http::status::bad_request);
}

TEST(FramingTest, ALengthIsOneNumber) {
  for (const char* length : {"5, 5", "5,6", "-5", "+5", "0x5", "5 5", "five"}) {
    HttpRequest request = put();
    request.set(field::content_length, length);
    EXPECT_EQ(status_of(check_framing(request, true)), http::status::bad_request) << length;
  }
  HttpRequest twice = put();
  twice.set(field::content_length, "5");
  twice.insert(field::content_length, "5");
  EXPECT_EQ(status_of(check_framing(twice, true)), http::status::bad_request);
}

TEST(FramingTest, ATransferEncodingIsChunkedAndNothingElse) {
  for (const char* coding :
       {"gzip", "gzip, chunked", "chunked, chunked", "identity", "chunked;x", "xchunked", ""}) {
    HttpRequest request = put();
    request.set(field::transfer_encoding, coding);
    EXPECT_EQ(status_of(check_framing(request, true)), http::status::bad_request) << coding;
  }
  HttpRequest twice = put();
  twice.set(field::transfer_encoding, "chunked");
  twice.insert(field::transfer_encoding, "chunked");
  EXPECT_EQ(status_of(check_framing(twice, true)), http::status::bad_request);
}

// RFC 9112, section 6.1: who speaks HTTP/1.0 knows no chunks, and may hand them on as they are.
TEST(FramingTest, AnOldClientsBodyIsCounted) {
  HttpRequest old = put();
  old.version(10);
  old.set(field::transfer_encoding, "chunked");
  EXPECT_EQ(status_of(check_framing(old, true)), http::status::bad_request);
  old.erase(field::transfer_encoding);
  EXPECT_EQ(status_of(check_framing(old, true)), http::status::length_required);
  old.set(field::content_length, "5");
  EXPECT_EQ(check_framing(old, true), std::nullopt);
}

TEST(FramingTest, ARequestWithABodyIsCheckedLikeAnyOther) {
  HttpRequest request = put();
  request.set(field::content_length, "5");
  request.insert(field::host, "evil.example");
  EXPECT_EQ(status_of(check_framing(request, true)), http::status::bad_request);
  request.erase(field::host);
  EXPECT_EQ(status_of(check_framing(request, true)), http::status::bad_request);
}

TEST(SizeTest, ALongTargetIsRefused) {
  const Limits limits;
  EXPECT_EQ(check_size(get("/" + std::string(2047, 'a')), limits), std::nullopt);
  EXPECT_EQ(status_of(check_size(get("/" + std::string(2048, 'a')), limits)),
            http::status::uri_too_long);
}

TEST(SizeTest, ManyHeadersAreRefusedWhateverTheyAreCalled) {
  const Limits limits;
  HttpRequest request = get("/");
  for (int i = 1; i < 100; ++i) {
    request.insert(i % 2 == 0 ? "X-Same" : "X-" + std::to_string(i), "y");
  }
  EXPECT_EQ(check_size(request, limits), std::nullopt);
  request.insert("X-Same", "y");
  EXPECT_EQ(status_of(check_size(request, limits)), http::status::request_header_fields_too_large);
}

TEST(FramingTest, OnlyAPathIsATarget) {
  EXPECT_EQ(status_of(check_framing(get("http://elsewhere/"))), http::status::bad_request);
  EXPECT_EQ(status_of(check_framing(get("*"))), http::status::bad_request);
}

TEST(HandshakeTest, TheRfcsExampleIsSound) {
  HttpRequest request = handshake();
  EXPECT_EQ(check_websocket_handshake(request), std::nullopt);
}

// Beast's is_upgrade reads the first Connection line only; Firefox and some proxies send several.
TEST(HandshakeTest, UpgradeMayStandInASecondConnectionLine) {
  HttpRequest request = handshake();
  request.erase(field::connection);
  request.insert(field::connection, "keep-alive");
  request.insert(field::connection, "Upgrade");
  EXPECT_EQ(check_websocket_handshake(request), std::nullopt);
  EXPECT_EQ(request[field::connection], "keep-alive, Upgrade");
}

TEST(HandshakeTest, WebsocketMayStandInASecondUpgradeLine) {
  HttpRequest request = handshake();
  request.set(field::upgrade, "h2c");
  request.insert(field::upgrade, "websocket");
  EXPECT_EQ(check_websocket_handshake(request), std::nullopt);
  EXPECT_EQ(request[field::upgrade], "h2c, websocket");
}

// RFC 6455, section 11.3.5.
TEST(HandshakeTest, AVersionIsGivenOnce) {
  for (const char* const second : {"8", "13"}) {
    HttpRequest request = handshake();
    request.insert(field::sec_websocket_version, second);
    EXPECT_EQ(status_of(check_websocket_handshake(request)), http::status::upgrade_required);
  }
}

TEST(HandshakeTest, WithoutUpgradeTheClientIsToldToUpgrade) {
  HttpRequest plain = get("/ws");
  EXPECT_EQ(status_of(check_websocket_handshake(plain)), http::status::upgrade_required);

  HttpRequest old = handshake();
  old.set(field::sec_websocket_version, "8");
  EXPECT_EQ(status_of(check_websocket_handshake(old)), http::status::upgrade_required);
}

TEST(HandshakeTest, AKeyIsSixteenBytesOrRefused) {
  for (const char* key : {"", "dGhlIHNhbXBsZSBub25jZQ=", "dGhlIHNhbXBsZSBub25jZQAA",
                          "dGhlIHNhbXBsZSBub25jZ!==", "dGhlIHNhbXBsZSBub25jZQ===="}) {
    HttpRequest request = handshake();
    request.set(field::sec_websocket_key, key);
    EXPECT_EQ(status_of(check_websocket_handshake(request)), http::status::bad_request) << key;
  }
  HttpRequest two = handshake();
  two.insert(field::sec_websocket_key, "dGhlIHNhbXBsZSBub25jZQ==");
  EXPECT_EQ(status_of(check_websocket_handshake(two)), http::status::bad_request);
}

TEST(ExtensionsTest, WhatIsNoListOfExtensionsIsRefused) {
  HttpRequest request = handshake();
  EXPECT_EQ(check_extensions(request), std::nullopt);
  request.set(field::sec_websocket_extensions, "foo; bar=1");
  EXPECT_EQ(check_extensions(request), std::nullopt);
  request.insert(field::sec_websocket_extensions, "permessage-deflate;");
  EXPECT_EQ(status_of(check_extensions(request)), http::status::bad_request);
}

TEST(ExtensionsTest, AnEndlessListOfExtensionsIsRefused) {
  HttpRequest request = handshake();
  request.set(field::sec_websocket_extensions, std::string(2000, 'x'));
  EXPECT_EQ(status_of(check_extensions(request)), http::status::request_header_fields_too_large);
}

}  // namespace

bool operator==(const Refusal& left, const Refusal& right) {
  return left.status == right.status;
}

}  // namespace freshframe
