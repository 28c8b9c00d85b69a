#include <gtest/gtest.h>

#include <string>

#include "net/web_origin.h"

namespace freshframe {
namespace {

std::string normalised(const std::string& text) {
  const auto origin = parse_origin(text);
  return origin ? origin->text() : "none";
}

TEST(WebOriginTest, SpellingsOfOneOriginAreOne) {
  EXPECT_EQ(normalised("http://localhost:5000"), "http://localhost:5000");
  EXPECT_EQ(normalised("HTTP://LocalHost:05000"), "http://localhost:5000");
  EXPECT_EQ(normalised("http://example.org:80"), "http://example.org");
  EXPECT_EQ(normalised("https://example.org:443"), "https://example.org");
  EXPECT_EQ(normalised("https://example.org:80"), "https://example.org:80");
  EXPECT_EQ(normalised("http://192.0.2.1:8080"), "http://192.0.2.1:8080");
  EXPECT_EQ(normalised("http://[2001:DB8:0::1]:80"), "http://[2001:db8::1]");
}

TEST(WebOriginTest, NothingElseIsAnOrigin) {
  for (const char* text : {"",
                           "null",
                           "*",
                           "localhost:5000",
                           "//localhost",
                           "ftp://example.org",
                           "file:///tmp",
                           "http://",
                           "http://:80",
                           "http://a/",
                           "http://a/b",
                           "http://a?b",
                           "http://a#b",
                           "http://a b",
                           "http://user@a",
                           "http://*.example.org",
                           "http://a:65536",
                           "http://a:-1",
                           "http://a:1x",
                           "http://[::1",
                           "http://::1",
                           "http://[::1%lo]",
                           "http://[127.0.0.1]",
                           "http://a:80:80",
                           "http://b\xc3\xbc"
                           "cher.example",
                           " http://a"}) {
    EXPECT_EQ(normalised(text), "none") << text;
  }
  EXPECT_EQ(normalised("http://" + std::string(254, 'a')), "none");
}

TEST(WebOriginTest, AnAddresssOriginIsItsBeginning) {
  EXPECT_EQ(origin_of_address("http://localhost:5000/a/b?c=http://x/#d")->text(),
            "http://localhost:5000");
  EXPECT_EQ(origin_of_address("https://example.org")->text(), "https://example.org");
  EXPECT_EQ(origin_of_address("http://example.org#a")->text(), "http://example.org");
  for (const char* text : {"", "/a", "about:blank", "http://a@b/", "http:///", "x:http://a"}) {
    EXPECT_FALSE(origin_of_address(text)) << text;
  }
}

TEST(WebOriginTest, AHostHasTheServersScheme) {
  EXPECT_EQ(origin_of_host("camera:8080", false), parse_origin("http://camera:8080"));
  EXPECT_EQ(origin_of_host("camera", false), parse_origin("http://camera:80"));
  EXPECT_EQ(origin_of_host("camera:", true), parse_origin("https://camera:443"));
  EXPECT_EQ(origin_of_host("", false), std::nullopt);
  EXPECT_EQ(origin_of_host("a/b", false), std::nullopt);
}

TEST(WebOriginTest, AHostsNameHasNeitherPortNorWildcard) {
  EXPECT_EQ(host_name_of("Camera.Example.ORG."), "camera.example.org");
  for (const char* text :
       {"", ".", "*.example.org", "a:80", "http://a", "192.0.2.1", "::1", "[::1]", "a/b", "a b"}) {
    EXPECT_EQ(host_name_of(text), "") << text;
  }
}

}  // namespace
}  // namespace freshframe
