#include "capture/silent_descriptors.h"

#include <fcntl.h>
#include <sys/eventfd.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <filesystem>
#include <string>
#include <system_error>

namespace freshframe {
namespace {

std::vector<int> open_descriptors() {
  std::vector<int> descriptors;
  std::error_code error;
  for (std::filesystem::directory_iterator entry("/proc/self/fd", error), end;
       !error && entry != end; entry.increment(error)) {
    const std::string name = entry->path().filename();
    int descriptor = -1;
    if (std::from_chars(name.data(), name.data() + name.size(), descriptor).ec == std::errc{}) {
      descriptors.push_back(descriptor);
    }
  }
  return descriptors;
}

bool belongs_to(int descriptor, const std::vector<dev_t>& device_numbers) {
  struct stat status {};
  return fstat(descriptor, &status) == 0 && S_ISCHR(status.st_mode) &&
         std::find(device_numbers.begin(), device_numbers.end(), status.st_rdev) !=
             device_numbers.end();
}

}  // namespace

void silence_descriptors_of(const std::vector<dev_t>& device_numbers) {
  // Nobody writes to it, so a poll for reading waits for ever.
  const int silent = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
  if (silent < 0) {
    return;
  }
  for (const int descriptor : open_descriptors()) {
    if (belongs_to(descriptor, device_numbers)) {
      dup3(silent, descriptor, O_CLOEXEC);
    }
  }
  close(silent);
}

}  // namespace freshframe
