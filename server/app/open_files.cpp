#include "app/open_files.h"

#include <sys/resource.h>

#include <cerrno>
#include <system_error>

#include <spdlog/spdlog.h>

#include "net/admission.h"

namespace freshframe {

namespace {

// The log, the listener, the loop, and what libcamera opens: devices and buffers of a few cameras.
constexpr rlim_t kOtherFiles = 64;

}  // namespace

void raise_limit_on_open_files(std::size_t connections) {
  rlimit limit{};
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0) {
    return;
  }
  if (limit.rlim_cur != limit.rlim_max) {
    const rlim_t before = limit.rlim_cur;
    limit.rlim_cur = limit.rlim_max;
    if (setrlimit(RLIMIT_NOFILE, &limit) == 0) {
      spdlog::debug("the limit on open files is raised from {} to {}", before, limit.rlim_cur);
    } else {
      limit.rlim_cur = before;
      spdlog::warn("the limit on open files stays at {}: {}", before,
                   std::generic_category().message(errno));
    }
  }
  const rlim_t needed = connections + Admission::kMostToBeTold + kOtherFiles;
  if (limit.rlim_cur < needed) {
    spdlog::warn(
        "{} files may be open, and {} connections need {}: raise the limit (ulimit -Hn, or "
        "systemd's "
        "LimitNOFILE=), or lower --max-connections; until then peers wait for others to leave",
        limit.rlim_cur, connections, needed);
  }
}

}  // namespace freshframe
