#include <gtest/gtest.h>

#include <chrono>
#include <string>
#include <utility>
#include <vector>

#include "net/admission.h"

namespace freshframe {
namespace {

using namespace std::chrono_literals;
namespace ip = boost::asio::ip;
using Refused = Admission::Refused;

ip::address at(const std::string& text) {
  return ip::make_address(text);
}

/// The number i as an address of its own.
ip::address numbered(unsigned i) {
  return ip::make_address_v4(0xc0000000u + i);
}

TrustedProxies proxies() {
  TrustedProxies proxies;
  proxies.add("10.0.0.1");
  return proxies;
}

class AdmissionTest : public ::testing::Test {
 protected:
  /// Takes a place and keeps it. "in", or why not.
  std::string come(Admission::Answer answer) {
    if (answer) {
      places_.push_back(*std::move(answer));
      return "in";
    }
    switch (answer.error()) {
      case Refused::kConnection:
        return "full";
      case Refused::kConnectionOfAddress:
        return "enough of this address";
      case Refused::kSoSoon:
        return "so soon";
      case Refused::kViewer:
        return "enough viewers";
    }
    return {};
  }
  std::string connect(const ip::address& peer) {
    return come(admission_.admit_connection(peer, now_));
  }

  Limits limits_{.connections = 40, .viewers = 2, .connections_per_address = 3};
  Admission admission_{limits_, proxies()};
  Admission::TimePoint now_{1h};
  std::vector<Admission::Place> places_;
};

TEST_F(AdmissionTest, ConnectionsAreBoundedInAll) {
  for (unsigned i = 0; i < 40; ++i) {
    EXPECT_EQ(connect(numbered(i)), "in");
  }
  EXPECT_EQ(connect(numbered(41)), "full");
  EXPECT_EQ(connect(at("127.0.0.1")), "full");
  places_.pop_back();
  EXPECT_EQ(connect(numbered(41)), "in");
  places_.clear();
  EXPECT_EQ(admission_.connections(), 0u);
}

TEST_F(AdmissionTest, ConnectionsOfAnAddressAreBounded) {
  for (int i = 0; i < 3; ++i) {
    EXPECT_EQ(connect(at("192.0.2.1")), "in");
  }
  EXPECT_EQ(connect(at("192.0.2.1")), "enough of this address");
  EXPECT_EQ(connect(at("::ffff:192.0.2.1")), "enough of this address");
  EXPECT_EQ(connect(at("192.0.2.2")), "in");
  places_.erase(places_.begin());
  EXPECT_EQ(connect(at("192.0.2.1")), "in");
}

TEST_F(AdmissionTest, WhoeverIsRefusedIsCountedByWhatThereWasNoRoomFor) {
  for (int i = 0; i < 5; ++i) {
    connect(at("192.0.2.1"));  // 3 may
  }
  come(admission_.admit_lasting(at("10.0.0.1"), at("192.0.2.1"), now_));
  for (int i = 0; i < 3; ++i) {
    come(admission_.admit_viewer());  // 2 may
  }
  EXPECT_EQ(admission_.refusals(Refused::kConnectionOfAddress), 3u);
  EXPECT_EQ(admission_.refusals(Refused::kViewer), 1u);
  EXPECT_EQ(admission_.refusals(Refused::kConnection), 0u);
  EXPECT_EQ(admission_.refusals(Refused::kSoSoon), 0u);
}

TEST_F(AdmissionTest, AnIpv6SubscriberIsOneAddress) {
  for (const char* text : {"2001:db8::1", "2001:db8::2", "2001:db8::3"}) {
    EXPECT_EQ(connect(at(text)), "in");
  }
  EXPECT_EQ(connect(at("2001:db8::4")), "enough of this address");
  EXPECT_EQ(connect(at("2001:db8:0:1::4")), "in");
}

TEST_F(AdmissionTest, AnAddressThatComesAgainTooFastHasToWait) {
  for (int i = 0; i < 40; ++i) {
    EXPECT_EQ(connect(at("192.0.2.1")), "in");
    places_.clear();
  }
  EXPECT_EQ(connect(at("192.0.2.1")), "so soon");
  EXPECT_EQ(connect(at("192.0.2.2")), "in");
  now_ += 50ms;
  EXPECT_EQ(connect(at("192.0.2.1")), "in");
}

TEST_F(AdmissionTest, ThisMachineAndTrustedProxiesAreNotCountedByAddress) {
  for (int i = 0; i < 10; ++i) {
    EXPECT_EQ(connect(at("127.0.0.1")), "in");
    EXPECT_EQ(connect(at("::1")), "in");
    EXPECT_EQ(connect(at("10.0.0.1")), "in");
  }
  EXPECT_EQ(admission_.remembered(), 0u);
}

TEST_F(AdmissionTest, BehindAProxyWhatLastsIsCountedToWhomItIsFor) {
  const auto last = [this](const char* peer, const char* client) {
    return come(admission_.admit_lasting(at(peer), at(client), now_));
  };
  for (int i = 0; i < 3; ++i) {
    EXPECT_EQ(last("10.0.0.1", "192.0.2.1"), "in");
  }
  EXPECT_EQ(last("10.0.0.1", "192.0.2.1"), "enough of this address");
  EXPECT_EQ(last("127.0.0.1", "192.0.2.1"), "enough of this address");
  EXPECT_EQ(last("10.0.0.1", "192.0.2.2"), "in");
  // Nor may that address come by itself.
  EXPECT_EQ(connect(at("192.0.2.1")), "enough of this address");
  // Whose connection was counted is not counted again, and proxies alone are nobody.
  for (int i = 0; i < 10; ++i) {
    EXPECT_EQ(last("192.0.2.9", "192.0.2.9"), "in");
    EXPECT_EQ(last("127.0.0.1", "127.0.0.1"), "in");
  }
  places_.clear();
  EXPECT_EQ(last("10.0.0.1", "192.0.2.1"), "in");
}

// 30 images a second may come on one connection of the proxy's.
TEST_F(AdmissionTest, BehindAProxyUploadsAreBoundedInNumberAndNotInPace) {
  const auto upload = [this] {
    return come(admission_.admit_upload(at("10.0.0.1"), at("192.0.2.1"), now_));
  };
  for (int i = 0; i < 1000; ++i) {
    EXPECT_EQ(upload(), "in");
    places_.clear();
  }
  for (int i = 0; i < 3; ++i) {
    EXPECT_EQ(upload(), "in");
  }
  EXPECT_EQ(upload(), "enough of this address");
}

TEST_F(AdmissionTest, ViewersAreBounded) {
  EXPECT_EQ(come(admission_.admit_viewer()), "in");
  EXPECT_EQ(come(admission_.admit_viewer()), "in");
  EXPECT_EQ(come(admission_.admit_viewer()), "enough viewers");
  places_.pop_back();
  EXPECT_EQ(come(admission_.admit_viewer()), "in");
}

TEST_F(AdmissionTest, APlaceThatMovesIsGivenBackOnce) {
  Admission::Place first = *admission_.admit_viewer();
  Admission::Place second = std::move(first);
  first = *admission_.admit_viewer();
  EXPECT_EQ(admission_.viewers(), 2u);
  second = std::move(first);
  EXPECT_EQ(admission_.viewers(), 1u);
  second = Admission::Place();
  EXPECT_EQ(admission_.viewers(), 0u);
}

TEST_F(AdmissionTest, WhoIsTurnedAwayIsToldAsLongAsThoseAreFew) {
  std::vector<Admission::Place> told;
  for (std::size_t i = 0; i < Admission::kMostToBeTold; ++i) {
    told.push_back(*admission_.admit_to_be_told());
  }
  EXPECT_FALSE(admission_.admit_to_be_told());
  told.pop_back();
  EXPECT_TRUE(admission_.admit_to_be_told());
}

// A /48 of IPv6 has 65,536 addresses that count on their own.
TEST_F(AdmissionTest, WhatIsRememberedIsBoundedAndWhoIsHereIsNeverForgotten) {
  for (int i = 0; i < 3; ++i) {
    EXPECT_EQ(connect(at("192.0.2.1")), "in");
  }
  for (unsigned i = 0; i < 100'000; ++i) {
    EXPECT_TRUE(admission_.admit_connection(numbered(i << 8), now_));
    ASSERT_LE(admission_.remembered(), Admission::kMostGoneRemembered + 4);
  }
  EXPECT_EQ(connect(at("192.0.2.1")), "enough of this address");
  now_ += 10s;
  EXPECT_EQ(connect(numbered(7)), "in");
}

TEST_F(AdmissionTest, TheReasonNamesWhatMayBeRaised) {
  EXPECT_NE(reason_of(Refused::kConnection, limits_).find("40 (--max-connections)"),
            std::string::npos);
  EXPECT_NE(reason_of(Refused::kViewer, limits_).find("2 (--max-viewers)"), std::string::npos);
  EXPECT_NE(reason_of(Refused::kConnectionOfAddress, limits_).find("connections_per_address"),
            std::string::npos);
  EXPECT_NE(reason_of(Refused::kSoSoon, limits_).find("20 connections a second"),
            std::string::npos);
}

}  // namespace
}  // namespace freshframe
