#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <string>
#include <vector>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/local/stream_protocol.hpp>

#include "net/listener.h"

namespace freshframe {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;

/// Sockets as somebody else would have opened them and passed them on.
class ListenerTest : public ::testing::Test {
 protected:
  int passed(const std::string& address) {
    tcp::acceptor acceptor(loop_, tcp::endpoint(asio::ip::make_address(address), 0));
    return acceptor.release();
  }

  asio::io_context loop_;
};

TEST_F(ListenerTest, TakesConnectionsAtEachSocketThatItWasHanded) {
  const std::array sockets{passed("127.0.0.1"), passed("127.0.0.2")};
  Result<Listener> listener = Listener::adopt(loop_, sockets);
  ASSERT_TRUE(listener);
  ASSERT_EQ(listener->local_endpoints().size(), 2u);
  EXPECT_EQ(listener->local_endpoint(), listener->local_endpoints()[0]);
  std::vector<std::string> met;
  co_spawn(loop_, listener->run([&](tcp::socket socket) {
    met.push_back(socket.local_endpoint().address().to_string());
    if (met.size() == 2) {
      listener->close();
    }
  }),
           asio::detached);
  tcp::socket first(loop_);
  tcp::socket second(loop_);
  second.connect(listener->local_endpoints()[1]);
  loop_.poll();
  first.connect(listener->local_endpoints()[0]);
  loop_.run();
  EXPECT_EQ(met, (std::vector<std::string>{"127.0.0.2", "127.0.0.1"}));
}

TEST_F(ListenerTest, RefusesWhatIsNoListeningTcpSocketByItsNumber) {
  const int closed = open("/dev/null", O_RDONLY);
  close(closed);
  tcp::socket connecting(loop_, tcp::v4());
  asio::local::stream_protocol::socket local(loop_, asio::local::stream_protocol());
  ::listen(local.native_handle(), 1);
  asio::ip::tcp::acceptor bound(loop_, tcp::v4());
  for (const int socket :
       {closed, connecting.native_handle(), local.native_handle(), bound.native_handle()}) {
    const std::array sockets{passed("127.0.0.1"), socket};
    const Result<Listener> listener = Listener::adopt(loop_, sockets);
    ASSERT_FALSE(listener) << socket;
    EXPECT_NE(listener.error().reason.find("descriptor " + std::to_string(socket)),
              std::string::npos)
        << listener.error().reason;
  }
}

}  // namespace
}  // namespace freshframe
