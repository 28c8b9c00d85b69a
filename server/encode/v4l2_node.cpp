#include "encode/v4l2_node.h"

#include <cerrno>
#include <system_error>

namespace freshframe {

Result<std::unique_ptr<V4l2Node>> V4l2Node::open(const V4l2Calls& calls, const std::string& path) {
  const int fd = calls.open(path);
  if (fd == -EACCES || fd == -EPERM) {
    return Failure{Failure::Kind::kNoPermission,
                   "this user may not open " + path +
                       "; add the user to the group video (sudo usermod -aG video $USER) and log "
                       "in again"};
  }
  if (fd < 0) {
    return v4l2_failure("it cannot be opened", fd);
  }
  return std::unique_ptr<V4l2Node>(new V4l2Node(calls, fd));
}

Failure v4l2_failure(const std::string& what, int error) {
  return {Failure::Kind::kUnavailable, what + ": " + std::generic_category().message(-error)};
}

}  // namespace freshframe
