// What a helper process for each camera would cost each frame: handing one over to another thread,
// and to another process with one copy into shared memory. The measured half of the decision in
// server/README.md, "All cameras in one process".

#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <mutex>
#include <optional>
#include <string_view>
#include <thread>
#include <vector>

namespace {

using Clock = std::chrono::steady_clock;
using Microseconds = std::chrono::duration<double, std::micro>;

constexpr std::size_t kFrameBytes = 1280 * 720 * 3 / 2;
constexpr std::chrono::milliseconds kInterval{5};

/// Per frame.
struct Cost {
  double handover_us = 0;
  double cpu_us = 0;
};

double cpu_us() {
  timespec used{};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &used);
  return static_cast<double>(used.tv_sec) * 1e6 + static_cast<double>(used.tv_nsec) / 1e3;
}

double median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  return values[values.size() / 2];
}

double since(Clock::time_point sent) {
  return Microseconds(Clock::now() - sent).count();
}

Cost to_a_thread(int frames) {
  std::mutex mutex;
  std::condition_variable changed;
  std::optional<Clock::time_point> sent;
  std::vector<double> handovers;
  const double cpu_before = cpu_us();
  std::thread receiver([&] {
    std::unique_lock lock(mutex);
    for (int i = 0; i < frames; ++i) {
      changed.wait(lock, [&] { return sent.has_value(); });
      handovers.push_back(since(*sent));
      sent.reset();
      changed.notify_one();
    }
  });
  for (int i = 0; i < frames; ++i) {
    std::this_thread::sleep_for(kInterval);
    std::unique_lock lock(mutex);
    sent = Clock::now();
    changed.notify_one();
    changed.wait(lock, [&] { return !sent.has_value(); });
  }
  receiver.join();
  return {median(handovers), (cpu_us() - cpu_before) / frames};
}

void must(bool did, const char* what) {
  if (!did) {
    std::perror(what);
    std::exit(1);  // NOLINT(concurrency-mt-unsafe): nothing else ends the program
  }
}

template <class Value>
void send_value(int socket, const Value& value) {
  must(send(socket, &value, sizeof value, 0) == ssize_t{sizeof value}, "send");
}

template <class Value>
Value receive_value(int socket) {
  Value value{};
  must(recv(socket, &value, sizeof value, 0) == ssize_t{sizeof value}, "recv");
  return value;
}

/// The helper: has frames, and waits for each to be given back.
[[noreturn]] void be_helper(int socket, std::byte* shared, int frames) {
  const std::vector<std::byte> cameras_buffer(kFrameBytes, std::byte{7});
  const double cpu_before = cpu_us();
  for (int i = 0; i < frames; ++i) {
    std::this_thread::sleep_for(kInterval);
    const Clock::time_point has_it = Clock::now();
    std::memcpy(shared, cameras_buffer.data(), kFrameBytes);
    send_value(socket, has_it);
    receive_value<char>(socket);
  }
  send_value(socket, cpu_us() - cpu_before);
  _exit(0);
}

Cost to_a_process(int frames) {
  std::array<int, 2> sockets{};
  must(socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, sockets.data()) == 0, "socketpair");
  void* const shared =
      mmap(nullptr, kFrameBytes, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  must(shared != MAP_FAILED, "mmap");
  const pid_t helper = fork();
  must(helper >= 0, "fork");
  if (helper == 0) {
    close(sockets[0]);
    be_helper(sockets[1], static_cast<std::byte*>(shared), frames);
  }
  close(sockets[1]);
  std::vector<double> handovers;
  const double cpu_before = cpu_us();
  for (int i = 0; i < frames; ++i) {
    handovers.push_back(since(receive_value<Clock::time_point>(sockets[0])));
    send_value(sockets[0], 'x');
  }
  const double own_cpu_us = cpu_us() - cpu_before;
  const auto helpers_cpu_us = receive_value<double>(sockets[0]);
  close(sockets[0]);
  waitpid(helper, nullptr, 0);
  munmap(shared, kFrameBytes);
  return {median(handovers), (own_cpu_us + helpers_cpu_us) / frames};
}

}  // namespace

int main(int argc, char** argv) {
  const bool smoke = argc > 1 && std::string_view(argv[1]) == "--smoke";
  const int frames = smoke ? 20 : 600;
  const Cost thread = to_a_thread(frames);
  const Cost process = to_a_process(frames);
  std::printf("one frame of 1280x720 NV12, %d of them, 200 a second:\n", frames);
  std::printf("to a thread   %5.0f us until the other has it, %5.0f us of CPU time\n",
              thread.handover_us, thread.cpu_us);
  std::printf(
      "to a process  %5.0f us until the other has it, %5.0f us of CPU time, with one copy\n",
      process.handover_us, process.cpu_us);
  std::printf(
      "figure: handing a frame from a helper process to the server, against a thread of its own | "
      "%.0f and %.0f us, %.0f and %.0f us of CPU time\n",
      process.handover_us, thread.handover_us, process.cpu_us, thread.cpu_us);
  return 0;
}
