#pragma once

#include <memory>
#include <string>

#include "base/result.h"
#include "encode/v4l2_calls.h"

namespace freshframe {

/// An open video device; closed by the destructor. Thread: one at a time.
class V4l2Node {
 public:
  /// `calls` must outlive the node.
  static Result<std::unique_ptr<V4l2Node>> open(const V4l2Calls& calls, const std::string& path);

  V4l2Node(const V4l2Node&) = delete;
  V4l2Node& operator=(const V4l2Node&) = delete;
  ~V4l2Node() { calls_.close(fd_); }

  const V4l2Calls& calls() const { return calls_; }
  int fd() const { return fd_; }

  /// 0 or more, or a negative errno.
  int control(unsigned long request, void* argument) const {
    return calls_.control(fd_, request, argument);
  }

 private:
  V4l2Node(const V4l2Calls& calls, int fd) : calls_(calls), fd_(fd) {}

  const V4l2Calls& calls_;
  const int fd_;
};

/// "what: No such device", of a negative errno.
Failure v4l2_failure(const std::string& what, int error);

}  // namespace freshframe
