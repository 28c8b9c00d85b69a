#include <gtest/gtest.h>

#include <array>
#include <chrono>
#include <functional>
#include <string>
#include <utility>

#include <boost/asio/buffer.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/write.hpp>

#include "net/transport.h"

namespace freshframe {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;
using std::chrono::milliseconds;

/// A transport whose peer is a plain socket on the same event loop.
class TransportTest : public ::testing::Test {
 protected:
  TransportTest() : peer_(loop_), transport_(connected()) {}

  tcp::socket connected() {
    tcp::acceptor acceptor(loop_, {asio::ip::address_v4::loopback(), 0});
    peer_ = tcp::socket(loop_);
    peer_.connect(acceptor.local_endpoint());
    return acceptor.accept();
  }

  void read_one() {
    is_read_ = false;
    transport_.async_read_some(asio::buffer(received_), [this](error_code error, std::size_t) {
      is_read_ = true;
      read_error_ = error;
    });
  }

  void run_until(const std::function<bool()>& condition) {
    const auto patience = std::chrono::steady_clock::now() + std::chrono::seconds(60);
    while (!condition()) {
      ASSERT_LT(std::chrono::steady_clock::now(), patience) << "what was waited for never came";
      loop_.restart();
      loop_.run_one_for(milliseconds(100));
    }
  }

  void let_pass(milliseconds time) {
    bool is_over = false;
    asio::steady_timer timer(loop_, time);
    timer.async_wait([&](error_code) { is_over = true; });
    run_until([&] { return is_over; });
  }

  asio::io_context loop_;
  tcp::socket peer_;
  Transport transport_;
  std::array<char, 16> received_{};
  bool is_read_ = false;
  error_code read_error_;
};

TEST_F(TransportTest, IsClosedWhenItsTimeIsOver) {
  transport_.expires_after(milliseconds(20));
  read_one();
  run_until([&] { return is_read_; });
  EXPECT_EQ(read_error_, asio::error::operation_aborted);
  EXPECT_FALSE(transport_.socket().is_open());
}

TEST_F(TransportTest, AShorterTimeReplacesALongerOne) {
  transport_.expires_after(std::chrono::hours(1));
  transport_.expires_after(milliseconds(20));
  read_one();
  run_until([&] { return is_read_; });
  EXPECT_FALSE(transport_.socket().is_open());
}

TEST_F(TransportTest, ALongerTimeReplacesAShorterOne) {
  transport_.expires_after(milliseconds(20));
  transport_.expires_after(std::chrono::hours(1));
  let_pass(milliseconds(60));
  EXPECT_TRUE(transport_.socket().is_open());
}

// The wake-up that the first time asked for finds the second one later, and must look again then.
TEST_F(TransportTest, TheLongerTimeEndsToo) {
  transport_.expires_after(milliseconds(20));
  transport_.expires_after(milliseconds(60));
  run_until([&] { return !transport_.socket().is_open(); });
}

TEST_F(TransportTest, WithoutATimeItStays) {
  transport_.expires_after(milliseconds(20));
  transport_.expires_never();
  let_pass(milliseconds(60));
  EXPECT_TRUE(transport_.socket().is_open());
}

TEST_F(TransportTest, MovedAwayItKeepsItsTime) {
  transport_.expires_after(milliseconds(20));
  Transport other = std::move(transport_);
  run_until([&] { return !other.socket().is_open(); });
}

TEST_F(TransportTest, ReadsOnAfterACancelledRead) {
  read_one();
  transport_.cancel();
  run_until([&] { return is_read_; });
  EXPECT_EQ(read_error_, asio::error::operation_aborted);
  read_one();
  asio::write(peer_, asio::buffer(std::string("x")));
  run_until([&] { return is_read_; });
  EXPECT_FALSE(read_error_);
}

TEST_F(TransportTest, DestroyedItNeedsItsTimeNoMore) {
  {
    const Transport gone(connected());
    transport_ = Transport(connected());
    transport_.expires_after(milliseconds(20));
    transport_ = Transport(connected());
  }
  let_pass(milliseconds(60));
  EXPECT_TRUE(transport_.socket().is_open());
}

}  // namespace
}  // namespace freshframe
