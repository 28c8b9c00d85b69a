// Many viewers in one process, as cheap as they can be: each reads all that comes, looks at the
// message headers only, and counts the pictures that arrived whole. Meanwhile the server's CPU time
// is taken.
//
//   viewers PORT COUNT SERVER_PID WARM_UP_MS MEASURE_MS [--deflated] [--tls]
//
// With --tls whatever certificate the server has is taken.
//
// Prints one JSON object: {"seconds":..., "frames":..., "cpu_us":{"main":..., "encode":...}}.

#include <fcntl.h>
#include <netinet/in.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <deque>
#include <exception>
#include <stdexcept>
#include <string>
#include <string_view>
#include <system_error>
#include <vector>

#include "frame_counter.h"
#include "process_cpu.h"
#include "tls_end.h"
#include "web_socket_bytes.h"

namespace {

using namespace freshframe::bench;
using Clock = std::chrono::steady_clock;
using std::chrono::milliseconds;

constexpr milliseconds kPatience{20'000};

int checked(int result, const char* what) {
  if (result < 0) {
    throw std::system_error(errno, std::generic_category(), what);
  }
  return result;
}

void allow_many_open_files() {
  rlimit limit{};
  checked(::getrlimit(RLIMIT_NOFILE, &limit), "getrlimit");
  limit.rlim_cur = limit.rlim_max;
  checked(::setrlimit(RLIMIT_NOFILE, &limit), "setrlimit");
}

class Viewer {
 public:
  Viewer(int port, bool offers_deflate, SSL_CTX* tls)
      : socket_(checked(::socket(AF_INET, SOCK_STREAM, 0), "socket")), end_(socket_, tls) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    address.sin_port = htons(static_cast<std::uint16_t>(port));
    checked(::connect(socket_, reinterpret_cast<sockaddr*>(&address), sizeof(address)), "connect");
    if (end_.is_tls() && SSL_connect(end_.native()) != 1) {
      throw std::runtime_error("no TLS handshake");
    }
    checked(::fcntl(socket_, F_SETFL, O_NONBLOCK), "fcntl");
    const std::string request = upgrade_request("/ws", offers_deflate);
    if (end_.send(request.data(), request.size()) != static_cast<ssize_t>(request.size())) {
      throw std::runtime_error("the server did not take a whole request");
    }
  }
  ~Viewer() { ::close(socket_); }
  Viewer(const Viewer&) = delete;
  Viewer& operator=(const Viewer&) = delete;

  int socket() const { return socket_; }
  std::uint64_t pictures() const { return counter_.pictures(); }

  void read_what_is_there() {
    for (;;) {
      const auto drop = static_cast<std::size_t>(counter_.can_be_dropped());
      char bytes[16 * 1024];
      // With MSG_TRUNC the kernel drops a TCP socket's bytes without copying them: tcp(7). What is
      // encrypted has to be looked at.
      const ssize_t size = drop == 0 ? end_.receive(bytes, 256)
                           : end_.is_tls()
                               ? end_.receive(bytes, std::min(drop, sizeof(bytes)))
                               : ::recv(socket_, nullptr, drop, MSG_TRUNC | MSG_DONTWAIT);
      if (size < 0 && errno == EAGAIN) {
        return;
      }
      if (size <= 0) {
        throw std::runtime_error("the server ended a connection");
      }
      if (drop > 0) {
        counter_.dropped(static_cast<std::uint64_t>(size));
      } else {
        counter_.read({bytes, static_cast<std::size_t>(size)});
      }
      if (counter_.was_refused()) {
        throw std::runtime_error("the server refused a viewer");
      }
    }
  }

 private:
  const int socket_;
  TlsEnd end_;
  FrameCounter counter_;
};

class Crowd {
 public:
  Crowd(int port, int count, bool offers_deflate, SSL_CTX* tls) {
    for (int i = 0; i < count; ++i) {
      Viewer& viewer = viewers_.emplace_back(port, offers_deflate, tls);
      epoll_event event{};
      event.events = EPOLLIN;
      event.data.ptr = &viewer;
      checked(::epoll_ctl(epoll_, EPOLL_CTL_ADD, viewer.socket(), &event), "epoll_ctl");
      // So that those who came first are not kept waiting.
      watch_until(Clock::now());
    }
  }
  ~Crowd() { ::close(epoll_); }
  Crowd(const Crowd&) = delete;
  Crowd& operator=(const Crowd&) = delete;

  void watch_until(Clock::time_point end) {
    std::vector<epoll_event> events(256);
    for (;;) {
      const auto left = std::chrono::ceil<milliseconds>(end - Clock::now()).count();
      const int ready = ::epoll_wait(epoll_, events.data(), static_cast<int>(events.size()),
                                     static_cast<int>(std::max<std::int64_t>(0, left)));
      for (int i = 0; i < ready; ++i) {
        static_cast<Viewer*>(events[static_cast<std::size_t>(i)].data.ptr)->read_what_is_there();
      }
      if (Clock::now() >= end) {
        return;
      }
    }
  }

  void watch_until_all_have_a_picture() {
    const Clock::time_point give_up = Clock::now() + kPatience;
    while (!std::ranges::all_of(viewers_, [](const Viewer& v) { return v.pictures() > 0; })) {
      if (Clock::now() >= give_up) {
        throw std::runtime_error("not every viewer got a picture");
      }
      watch_until(Clock::now() + milliseconds(10));
    }
  }

  std::uint64_t pictures() const {
    std::uint64_t sum = 0;
    for (const Viewer& viewer : viewers_) {
      sum += viewer.pictures();
    }
    return sum;
  }

 private:
  const int epoll_ = checked(::epoll_create1(EPOLL_CLOEXEC), "epoll_create1");
  std::deque<Viewer> viewers_;
};

void watch_and_measure(Crowd& crowd, pid_t server, milliseconds warm_up, milliseconds duration) {
  crowd.watch_until_all_have_a_picture();
  crowd.watch_until(Clock::now() + warm_up);

  const Clock::time_point began = Clock::now();
  const std::uint64_t pictures_before = crowd.pictures();
  const auto cpu_before = cpu_times(server);
  crowd.watch_until(began + duration);
  auto cpu_after = cpu_times(server);
  const std::uint64_t pictures = crowd.pictures() - pictures_before;
  const std::chrono::duration<double> took = Clock::now() - began;

  std::printf("{\"seconds\":%.6f,\"frames\":%llu,\"cpu_us\":{", took.count(),
              static_cast<unsigned long long>(pictures));
  const char* separator = "";
  for (const auto& [name, before] : cpu_before) {
    const std::chrono::duration<double, std::micro> used = cpu_after[name] - before;
    std::printf("%s\"%s\":%.1f", separator, name.c_str(), used.count());
    separator = ",";
  }
  std::printf("}}\n");
}

}  // namespace

int main(int argc, char** argv) {
  const std::vector<std::string_view> flags(argv + std::min(argc, 6), argv + argc);
  const auto has = [&](std::string_view flag) { return std::ranges::count(flags, flag) == 1; };
  if (argc < 6 || flags.size() != std::size_t{has("--deflated")} + std::size_t{has("--tls")}) {
    std::fprintf(
        stderr,
        "usage: viewers PORT COUNT SERVER_PID WARM_UP_MS MEASURE_MS [--deflated] [--tls]\n");
    return 2;
  }
  try {
    allow_many_open_files();
    SSL_CTX* const tls = has("--tls") ? SSL_CTX_new(TLS_client_method()) : nullptr;
    Crowd crowd(std::atoi(argv[1]), std::atoi(argv[2]), has("--deflated"), tls);
    watch_and_measure(crowd, std::atoi(argv[3]), milliseconds(std::atoi(argv[4])),
                      milliseconds(std::atoi(argv[5])));
  } catch (const std::exception& error) {
    std::fprintf(stderr, "viewers: %s\n", error.what());
    return 1;
  }
}
