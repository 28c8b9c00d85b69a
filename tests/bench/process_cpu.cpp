#include "process_cpu.h"

#include <filesystem>
#include <fstream>
#include <stdexcept>

namespace freshframe::bench {

std::map<std::string, std::chrono::nanoseconds> cpu_times(pid_t process) {
  const std::filesystem::path threads =
      std::filesystem::path("/proc") / std::to_string(process) / "task";
  std::map<std::string, std::chrono::nanoseconds> times;
  for (const auto& thread : std::filesystem::directory_iterator(threads)) {
    std::string name = "main";
    if (thread.path().filename() != std::to_string(process)) {
      std::ifstream(thread.path() / "comm") >> name;
    }
    std::int64_t nanoseconds = 0;
    if (!(std::ifstream(thread.path() / "schedstat") >> nanoseconds)) {
      throw std::runtime_error("this kernel does not tell CPU times in " + thread.path().string() +
                               "/schedstat (CONFIG_SCHED_INFO)");
    }
    times[name] += std::chrono::nanoseconds(nanoseconds);
  }
  return times;
}

}  // namespace freshframe::bench
