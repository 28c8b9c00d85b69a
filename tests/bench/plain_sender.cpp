// The peer of `fanout`: as little as a server can do that sends pictures to viewers and lets none
// look at the past. One thread, one epoll, prepared messages, a send() for each; no HTTP to speak
// of, no checks, no time limits. Newest wins as in the server: a viewer that is late gets the
// message of then, once the one that it is in has left.
//
//   plain_sender FRAMES_PER_SECOND [--deflated] [--tls CERTIFICATE KEY]
//
// Sends JSON messages, plain or in the deflated form, and over TLS by the server's own rules.
// Prints "listening on PORT" and serves until it is killed.

#include <netinet/in.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/timerfd.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>
#include <unordered_map>
#include <vector>

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>

#include "net/socket_bounds.h"
#include "tls/tls_identity.h"

#include "test_frames.h"
#include "tls_end.h"
#include "web_socket_bytes.h"

namespace {

using namespace freshframe;

// A few, so that what is sent is not always the same memory, as it is not in the server either.
constexpr std::uint64_t kDifferentMessages = 8;

int checked(int result, const char* what) {
  if (result < 0) {
    throw std::system_error(errno, std::generic_category(), what);
  }
  return result;
}

std::vector<std::string> prepare_messages(WireForm form) {
  std::vector<std::string> messages;
  for (std::uint64_t sequence = 0; sequence < kDifferentMessages; ++sequence) {
    const Frame frame = bench::pattern_frame(PixelFormat::kMjpeg, sequence);
    const Picture picture = bench::picture_of(form, frame.info(), frame.planes()[0].bytes);
    messages.push_back(bench::large_text_message(bench::message_of(form, picture),
                                                 form == WireForm::kDeflatedJson));
  }
  return messages;
}

/// The server's own bounds, set by its own code.
void bound_as_the_server_does(int socket) {
  boost::asio::io_context unused;
  boost::asio::ip::tcp::socket borrowed(unused, boost::asio::ip::tcp::v4(), socket);
  bound_kernel_memory(borrowed);
  borrowed.release();
}

/// One viewer. What is sent to it stays in the sender's messages, or is the upgrade's response.
class Connection {
 public:
  Connection(int socket, SSL_CTX* tls) : socket_(socket), end_(socket, tls) {
    if (end_.is_tls()) {
      SSL_set_accept_state(end_.native());
      // As Asio sets them.
      SSL_set_mode(end_.native(), SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_RELEASE_BUFFERS |
                                      SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
    }
  }
  ~Connection() { ::close(socket_); }
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  bool is_upgraded() const { return is_upgraded_; }

  /// False when the viewer has gone.
  bool read() {
    char bytes[4096];
    for (;;) {
      const ssize_t size = end_.receive(bytes, sizeof(bytes));
      if (size <= 0) {
        return size < 0 && errno == EAGAIN;
      }
      if (!is_upgraded_) {
        request_.append(bytes, static_cast<std::size_t>(size));
        is_upgraded_ = request_.ends_with(bench::kEndOfHeader);
        if (is_upgraded_) {
          put(response_);
        }
      }
    }
  }

  void put(std::string_view message) {
    if (!sending_.empty()) {
      waiting_ = message;
      return;
    }
    sending_ = message;
    send();
  }

  /// Goes on with what is being sent.
  void send() {
    while (!sending_.empty()) {
      const ssize_t size = end_.send(sending_.data(), sending_.size());
      if (size < 0) {
        return;  // EAGAIN, or an error that the next read tells
      }
      sending_.remove_prefix(static_cast<std::size_t>(size));
      if (sending_.empty()) {
        std::swap(sending_, waiting_);
      }
    }
  }

 private:
  const int socket_;
  bench::TlsEnd end_;
  const std::string response_ = bench::upgrade_response();
  std::string request_;
  bool is_upgraded_ = false;
  std::string_view sending_;
  std::string_view waiting_;
};

class Sender {
 public:
  Sender(double frames_per_second, WireForm form, SSL_CTX* tls)
      : period_nanoseconds_(static_cast<long>(1e9 / frames_per_second)),
        messages_(prepare_messages(form)),
        tls_(tls) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof(address);
    auto* const generic = reinterpret_cast<sockaddr*>(&address);
    checked(::bind(listener_, generic, size), "bind");
    checked(::listen(listener_, SOMAXCONN), "listen");
    checked(::getsockname(listener_, generic, &size), "getsockname");
    std::printf("listening on %d\n", ntohs(address.sin_port));
    std::fflush(stdout);
    watch(listener_, EPOLLIN);
    watch(timer_, EPOLLIN);
  }

  void run() {
    std::vector<epoll_event> events(256);
    for (;;) {
      const int count = ::epoll_wait(epoll_, events.data(), static_cast<int>(events.size()), -1);
      for (int i = 0; i < count; ++i) {
        const epoll_event& event = events[static_cast<std::size_t>(i)];
        if (event.data.fd == listener_) {
          accept_one();
        } else if (event.data.fd == timer_) {
          send_next_picture();
        } else {
          serve(event.data.fd, event.events);
        }
      }
    }
  }

 private:
  void watch(int handle, std::uint32_t events) {
    epoll_event event{};
    event.events = events;
    event.data.fd = handle;
    checked(::epoll_ctl(epoll_, EPOLL_CTL_ADD, handle, &event), "epoll_ctl");
  }

  void accept_one() {
    const int socket =
        checked(::accept4(listener_, nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC), "accept4");
    bound_as_the_server_does(socket);
    connections_.emplace(socket, std::make_unique<Connection>(socket, tls_));
    watch(socket, EPOLLIN | EPOLLOUT | EPOLLET);
    if (connections_.size() == 1) {
      run_timer(period_nanoseconds_);
    }
  }

  // As the server's camera does, the clock rests while nobody watches.
  void run_timer(long period_nanoseconds) {
    itimerspec period{};
    period.it_interval.tv_nsec = period.it_value.tv_nsec = period_nanoseconds;
    checked(::timerfd_settime(timer_, 0, &period, nullptr), "timerfd_settime");
  }

  void send_next_picture() {
    std::uint64_t expirations = 0;
    if (::read(timer_, &expirations, sizeof(expirations)) != sizeof(expirations)) {
      return;
    }
    const std::string& message = messages_[next_message_++ % messages_.size()];
    for (const auto& [socket, connection] : connections_) {
      if (connection->is_upgraded()) {
        connection->put(message);
      }
    }
  }

  void serve(int socket, std::uint32_t events) {
    const auto found = connections_.find(socket);
    if (found == connections_.end()) {
      return;
    }
    if ((events & ~std::uint32_t{EPOLLOUT}) != 0 && !found->second->read()) {
      connections_.erase(found);
      if (connections_.empty()) {
        run_timer(0);
      }
      return;
    }
    found->second->send();
  }

  const long period_nanoseconds_;
  const std::vector<std::string> messages_;
  SSL_CTX* const tls_;
  const int epoll_ = checked(::epoll_create1(EPOLL_CLOEXEC), "epoll_create1");
  const int listener_ = checked(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), "socket");
  const int timer_ =
      checked(::timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK | TFD_CLOEXEC), "timerfd_create");
  std::unordered_map<int, std::unique_ptr<Connection>> connections_;
  std::uint64_t next_message_ = 0;
};

}  // namespace

int main(int argc, char** argv) {
  const std::vector<std::string> arguments(argv + 1, argv + argc);
  const auto end = arguments.end();
  const auto deflated = std::find(arguments.begin(), end, "--deflated");
  const auto tls = std::find(arguments.begin(), end, "--tls");
  const double frames_per_second = arguments.empty() ? 0 : std::atof(arguments[0].c_str());
  const auto expected = 1 + (deflated == end ? 0 : 1) + (tls == end ? 0 : 3);
  if (frames_per_second <= 1 || argc - 1 != expected || (tls != end && end - tls < 3)) {
    std::fprintf(stderr,
                 "usage: plain_sender FRAMES_PER_SECOND (more than 1) [--deflated] "
                 "[--tls CERTIFICATE KEY]\n");
    return 2;
  }
  std::signal(SIGPIPE, SIG_IGN);  // OpenSSL writes without MSG_NOSIGNAL
  std::optional<TlsIdentity> identity;
  if (tls != end) {
    identity.emplace(*TlsIdentity::load({.certificate = tls[1], .key = tls[2]}));
  }
  Sender(frames_per_second, deflated == end ? WireForm::kJson : WireForm::kDeflatedJson,
         identity ? identity->context().native_handle() : nullptr)
      .run();
}
