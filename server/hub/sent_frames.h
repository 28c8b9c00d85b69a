#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>

#include "hub/credit_window.h"

namespace freshframe {

class Channel;

/// The frames sent to one viewer and not yet acknowledged, so that an acknowledgement of a camera's
/// sequence can be told as a count of sendings, which is what CreditWindow knows.
///
/// Thread: event loop only.
class SentFrames {
 public:
  void add(const Channel& channel, std::uint64_t sequence) {
    frames_.push_back({&channel, sequence, next_number_++});
    if (frames_.size() > kRemembered) {
      has_forgotten_ = true;
      frames_.pop_front();
    }
  }

  /// The number, from 0, of the sending that `sequence` of `channel` acknowledges; it and those
  /// before it are forgotten. Empty when that frame was not sent, or was acknowledged already: only
  /// what a viewer can have seen gives it credit. A frame that is older than all that is remembered
  /// has the number before theirs: too late to tell anything but that the viewer acknowledges.
  std::optional<std::uint64_t> acknowledged(const Channel& channel, std::uint64_t sequence) {
    for (std::size_t i = frames_.size(); i > 0; --i) {
      const SentFrame& frame = frames_[i - 1];
      if (frame.channel == &channel && frame.sequence == sequence) {
        const std::uint64_t number = frame.number;
        frames_.erase(frames_.begin(), frames_.begin() + static_cast<std::ptrdiff_t>(i));
        return number;
      }
    }
    const auto oldest = std::find_if(frames_.begin(), frames_.end(), [&](const SentFrame& frame) {
      return frame.channel == &channel;
    });
    if (has_forgotten_ && oldest != frames_.end() && sequence < oldest->sequence) {
      return frames_.front().number - 1;
    }
    return std::nullopt;
  }

 private:
  struct SentFrame {
    const Channel* channel;
    std::uint64_t sequence;
    std::uint64_t number;
  };
  // As many as the window, which is given their numbers.
  static constexpr std::size_t kRemembered = CreditWindow::kRememberedFrames;

  std::deque<SentFrame> frames_;
  bool has_forgotten_ = false;
  std::uint64_t next_number_ = 0;
};

}  // namespace freshframe
