#include "capture/frame_sequence.h"

namespace freshframe {
namespace {

// An hour at 60 frames a second. Some drivers leave the counter unset (libcamera 0.4.0's virtual
// camera does); what jumps further, or backwards, is no count of frames.
constexpr std::uint32_t kLargestBelievableStep = 60 * 60 * 60;

}  // namespace

std::uint64_t FrameSequence::next(std::uint32_t driver_sequence) {
  std::uint64_t lost = 0;
  if (last_driver_sequence_) {
    const std::uint32_t step = driver_sequence - *last_driver_sequence_;
    if (step >= 1 && step <= kLargestBelievableStep) {
      lost = step - 1;
    }
  }
  last_driver_sequence_ = driver_sequence;
  const std::uint64_t sequence = next_ + lost;
  next_ = sequence + 1;
  return sequence;
}

}  // namespace freshframe
