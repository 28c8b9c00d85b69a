#include <gtest/gtest.h>

#include <string>

#include "access/failure_table.h"

namespace freshframe {
namespace {

using std::chrono::seconds;

class FailureTableTest : public ::testing::Test {
 protected:
  static boost::asio::ip::address address(const std::string& text) {
    return boost::asio::ip::make_address(text);
  }

  void fail(const std::string& who, std::size_t times = 1) {
    for (; times > 0; --times) {
      table_.count_failure(address(who), now_);
    }
  }

  bool is_blocked(const std::string& who) const {
    return table_.blocked_for(address(who), now_).has_value();
  }

  FailureTable table_;
  FailureTable::TimePoint now_{seconds{1000}};
};

TEST_F(FailureTableTest, TheTenthFailureWithinAMinuteBlocksForAMinute) {
  fail("192.0.2.1", 9);
  EXPECT_FALSE(is_blocked("192.0.2.1"));
  now_ += seconds{60};
  fail("192.0.2.1");
  EXPECT_EQ(table_.blocked_for(address("192.0.2.1"), now_), seconds{60});
  now_ += seconds{59};
  EXPECT_EQ(table_.blocked_for(address("192.0.2.1"), now_), seconds{1});
  now_ += seconds{1};
  EXPECT_FALSE(is_blocked("192.0.2.1"));
}

TEST_F(FailureTableTest, FailuresOverMoreThanAMinuteDoNotBlock) {
  // One every 7 s: never ten within 60 s.
  for (int i = 0; i < 100; ++i, now_ += seconds{7}) {
    fail("192.0.2.1");
    EXPECT_FALSE(is_blocked("192.0.2.1"));
  }
}

TEST_F(FailureTableTest, TheMinuteIsNotOneOfTheClock) {
  // Nine late in one minute and one early in the next are ten within a minute.
  fail("192.0.2.1");
  now_ += seconds{59};
  fail("192.0.2.1", 8);
  now_ += seconds{2};
  fail("192.0.2.1");
  EXPECT_FALSE(is_blocked("192.0.2.1")) << "the first was 61 s ago";
  fail("192.0.2.1");
  EXPECT_TRUE(is_blocked("192.0.2.1"));
}

TEST_F(FailureTableTest, AfterABlockItTakesTenMore) {
  fail("192.0.2.1", 10);
  now_ += seconds{60};
  fail("192.0.2.1", 9);
  EXPECT_FALSE(is_blocked("192.0.2.1"));
  fail("192.0.2.1");
  EXPECT_TRUE(is_blocked("192.0.2.1"));
}

TEST_F(FailureTableTest, AnIpv4AddressCountsAloneAndAlsoInIpv6Form) {
  fail("192.0.2.1", 5);
  fail("::ffff:192.0.2.1", 5);
  EXPECT_TRUE(is_blocked("192.0.2.1"));
  EXPECT_TRUE(is_blocked("::ffff:192.0.2.1"));
  EXPECT_FALSE(is_blocked("192.0.2.2"));
  EXPECT_FALSE(is_blocked("::ffff:192.0.2.2")) << "all of them are in one /64";
}

TEST_F(FailureTableTest, AnIpv6AddressCountsAsIts64) {
  for (int i = 0; i < 10; ++i) {
    fail("2001:db8:0:1:" + std::to_string(i) + "::1");
  }
  EXPECT_TRUE(is_blocked("2001:db8:0:1:ffff:ffff:ffff:ffff"));
  EXPECT_FALSE(is_blocked("2001:db8:0:2::1"));
}

TEST_F(FailureTableTest, TheTableIsBoundedAndTheOldestGoes) {
  fail("192.0.2.1", 10);
  now_ += seconds{1};
  fail("192.0.2.2", 10);
  for (int i = 0; i < 1022; ++i) {
    now_ += std::chrono::milliseconds{1};
    fail("10.0." + std::to_string(i / 256) + "." + std::to_string(i % 256));
  }
  EXPECT_EQ(table_.size(), 1024U);
  EXPECT_TRUE(is_blocked("192.0.2.1"));
  fail("10.1.0.0");
  EXPECT_EQ(table_.size(), 1024U);
  EXPECT_FALSE(is_blocked("192.0.2.1"));
  EXPECT_TRUE(is_blocked("192.0.2.2"));
  fail("192.0.2.2");
  EXPECT_TRUE(is_blocked("192.0.2.2")) << "one that is there takes nobody's place, its own neither";
}

}  // namespace
}  // namespace freshframe
