#include "encode/v4l2_calls.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <filesystem>
#include <string_view>
#include <system_error>
#include <utility>

namespace freshframe {
namespace {

constexpr std::string_view kNodePrefix = "video";

int or_error(int outcome) {
  return outcome < 0 ? -errno : outcome;
}

class SystemV4l2Calls final : public V4l2Calls {
 public:
  std::vector<std::string> video_nodes() const override {
    std::vector<std::pair<int, std::string>> nodes;
    std::error_code error;
    for (std::filesystem::directory_iterator entry("/dev", error), end; !error && entry != end;
         entry.increment(error)) {
      const std::string name = entry->path().filename();
      int number = 0;
      if (!name.starts_with(kNodePrefix)) {
        continue;
      }
      const char* const last = name.data() + name.size();
      const auto [rest, wrong] = std::from_chars(name.data() + kNodePrefix.size(), last, number);
      if (wrong == std::errc{} && rest == last) {
        nodes.emplace_back(number, entry->path());
      }
    }
    std::sort(nodes.begin(), nodes.end());
    std::vector<std::string> paths;
    paths.reserve(nodes.size());
    for (auto& [number, path] : nodes) {
      paths.push_back(std::move(path));
    }
    return paths;
  }

  int open(const std::string& path) const override {
    return or_error(::open(path.c_str(), O_RDWR | O_NONBLOCK | O_CLOEXEC));
  }

  void close(int fd) const override { ::close(fd); }

  int control(int fd, unsigned long request, void* argument) const override {
    int outcome = 0;
    do {
      outcome = or_error(ioctl(fd, request, argument));
    } while (outcome == -EINTR);
    return outcome;
  }

  int map(int fd, std::size_t size_bytes, std::uint32_t offset,
          std::span<std::byte>& bytes) const override {
    void* const address = mmap(nullptr, size_bytes, PROT_READ | PROT_WRITE, MAP_SHARED, fd, offset);
    if (address == MAP_FAILED) {
      return -errno;
    }
    bytes = {static_cast<std::byte*>(address), size_bytes};
    return 0;
  }

  void unmap(std::span<std::byte> bytes) const override { munmap(bytes.data(), bytes.size()); }

  int poll(int fd, short events, std::chrono::milliseconds timeout) const override {
    const auto deadline = now() + timeout;
    while (true) {
      pollfd waiting{fd, events, 0};
      const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline - now());
      const int outcome =
          or_error(::poll(&waiting, 1, static_cast<int>(std::max<std::int64_t>(0, left.count()))));
      if (outcome != -EINTR) {
        return outcome > 0 ? waiting.revents : outcome;
      }
    }
  }

  std::chrono::steady_clock::time_point now() const override {
    return std::chrono::steady_clock::now();
  }
};

}  // namespace

const V4l2Calls& system_v4l2_calls() {
  // Never destroyed: a thread that closes a device which hangs may outlive main().
  static const V4l2Calls& calls = *new SystemV4l2Calls;
  return calls;
}

}  // namespace freshframe
