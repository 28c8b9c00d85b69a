#include <gtest/gtest.h>

#include <initializer_list>
#include <string>

#include "net/client_address.h"

namespace freshframe {
namespace {

namespace ip = boost::asio::ip;
namespace http = boost::beast::http;

ip::address at(const std::string& text) {
  return ip::make_address(text);
}

TEST(PeerTest, AnIpv4AddressIsOnePeerHoweverItIsWritten) {
  EXPECT_EQ(peer_of(at("192.0.2.1")), peer_of(at("::ffff:192.0.2.1")));
  EXPECT_NE(peer_of(at("192.0.2.1")), peer_of(at("192.0.2.2")));
  EXPECT_NE(peer_of(at("::ffff:192.0.2.1")), peer_of(at("::ffff:192.0.2.2")));
}

TEST(PeerTest, AnIpv6SubscriberIsOnePeer) {
  EXPECT_EQ(peer_of(at("2001:db8:0:1::1")), peer_of(at("2001:db8:0:1:ffff::2")));
  EXPECT_NE(peer_of(at("2001:db8:0:1::1")), peer_of(at("2001:db8:0:2::1")));
}

TEST(PeerTest, LoopbackIsKnownInEverySpelling) {
  for (const char* text : {"127.0.0.1", "127.9.9.9", "::1", "::ffff:127.0.0.1"}) {
    EXPECT_TRUE(is_loopback(at(text))) << text;
  }
  for (const char* text : {"128.0.0.1", "::", "::ffff:10.0.0.1", "7f00::1", "0.0.0.0"}) {
    EXPECT_FALSE(is_loopback(at(text))) << text;
  }
}

TEST(TrustedProxiesTest, AddressesAndNetworksAreContained) {
  TrustedProxies proxies;
  EXPECT_TRUE(proxies.add("192.0.2.7"));
  EXPECT_TRUE(proxies.add("10.1.2.3/9"));
  EXPECT_TRUE(proxies.add("2001:db8::/33"));
  for (const char* text : {"192.0.2.7", "::ffff:192.0.2.7", "10.0.0.1", "10.127.255.255",
                           "2001:db8:7fff::1", "127.0.0.1", "::1"}) {
    EXPECT_TRUE(proxies.contain(at(text))) << text;
  }
  for (const char* text : {"192.0.2.8", "10.128.0.0", "11.0.0.1", "2001:db8:8000::1", "::2"}) {
    EXPECT_FALSE(proxies.contain(at(text))) << text;
  }
}

TEST(TrustedProxiesTest, NothingElseIsAnAddress) {
  TrustedProxies proxies;
  for (const char* text : {"", "proxy.lan", "192.0.2.1/33", "192.0.2.1/-1", "192.0.2.1/", "::1/129",
                           "192.0.2.1/8x", "192.0.2.256", "[::1]", "fe80::1%lo", " 10.0.0.1"}) {
    EXPECT_FALSE(proxies.add(text)) << text;
  }
}

class ClientAddressTest : public ::testing::Test {
 protected:
  ClientAddressTest() { proxies_.add("10.0.0.0/8"); }

  /// Who asks, for a request of `peer` with these lines of X-Forwarded-For.
  std::string client(const std::string& peer, std::initializer_list<const char*> lines) const {
    HttpRequest request(http::verb::get, "/", 11);
    for (const char* line : lines) {
      request.insert("X-Forwarded-For", line);
    }
    const auto found = client_address(at(peer), request, proxies_);
    return found ? found->to_string() : "malformed";
  }

  TrustedProxies proxies_;
};

TEST_F(ClientAddressTest, AStrangersHeaderIsNotLookedAt) {
  EXPECT_EQ(client("192.0.2.1", {"198.51.100.9"}), "192.0.2.1");
  EXPECT_EQ(client("192.0.2.1", {"rubbish"}), "192.0.2.1");
}

TEST_F(ClientAddressTest, ATrustedProxySaysWhoAsks) {
  EXPECT_EQ(client("10.0.0.1", {"198.51.100.9"}), "198.51.100.9");
  EXPECT_EQ(client("127.0.0.1", {"198.51.100.9"}), "198.51.100.9");
  EXPECT_EQ(client("10.0.0.1", {}), "10.0.0.1");
}

// What stands further left is what the client itself may have sent.
TEST_F(ClientAddressTest, TheRightmostAddressThatIsNotAProxysCounts) {
  EXPECT_EQ(client("10.0.0.1", {"203.0.113.5, 198.51.100.9"}), "198.51.100.9");
  EXPECT_EQ(client("10.0.0.1", {"203.0.113.5, 198.51.100.9, 10.0.0.2,127.0.0.1"}), "198.51.100.9");
  EXPECT_EQ(client("10.0.0.1", {"rubbish, 198.51.100.9, 10.0.0.2"}), "198.51.100.9");
  EXPECT_EQ(client("10.0.0.1", {"203.0.113.5", "198.51.100.9", "10.0.0.2"}), "198.51.100.9");
}

TEST_F(ClientAddressTest, ProxiesAloneAreTheProxy) {
  EXPECT_EQ(client("10.0.0.1", {"10.0.0.3, 10.0.0.2"}), "10.0.0.1");
}

TEST_F(ClientAddressTest, PortsAndBracketsAreTaken) {
  EXPECT_EQ(client("10.0.0.1", {"198.51.100.9:4711"}), "198.51.100.9");
  EXPECT_EQ(client("10.0.0.1", {"2001:db8::1"}), "2001:db8::1");
  EXPECT_EQ(client("10.0.0.1", {"[2001:db8::1]"}), "2001:db8::1");
  EXPECT_EQ(client("10.0.0.1", {"\t[2001:db8::1]:4711 "}), "2001:db8::1");
}

TEST_F(ClientAddressTest, WhatIsNoAddressIsMalformed) {
  for (const char* line : {"unknown", "198.51.100.9,", ",", "198.51.100.9:", "198.51.100.9:66000",
                           "[198.51.100.9]", "[2001:db8::1", "[2001:db8::1]x", "[::1]:x",
                           "198.51.100.9 198.51.100.9", "_hidden, 10.0.0.2"}) {
    EXPECT_EQ(client("10.0.0.1", {line}), "malformed") << line;
  }
}

}  // namespace
}  // namespace freshframe
