#include "app/open_files.h"

#include <sys/resource.h>

#include <cerrno>
#include <system_error>

#include <spdlog/spdlog.h>

namespace freshframe {

void raise_limit_on_open_files() {
  rlimit limit{};
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur == limit.rlim_max) {
    return;
  }
  const rlim_t before = limit.rlim_cur;
  limit.rlim_cur = limit.rlim_max;
  if (setrlimit(RLIMIT_NOFILE, &limit) != 0) {
    spdlog::warn("the limit on open files stays at {}, and each viewer is one: {}", before,
                 std::generic_category().message(errno));
    return;
  }
  spdlog::debug("the limit on open files is raised from {} to {}", before, limit.rlim_cur);
}

}  // namespace freshframe
