#pragma once

#include <cstdint>
#include <optional>
#include <utility>
#include <variant>

#include "message/camera_state.h"
#include "message/picture.h"

namespace freshframe {

/// What waits for one viewer: at most one picture and the newest status. A newer one replaces the
/// one that waits, so that a viewer on a bad link gets fewer pictures, each of them fresh, and
/// costs the same however slow it is.
///
/// Thread: event loop only.
class Outbox {
 public:
  using Item = std::variant<CameraStatus, PicturePtr>;

  void put(PicturePtr picture) {
    if (picture_) {
      ++dropped_;
    }
    picture_ = std::move(picture);
  }

  void put(CameraStatus status) { status_ = std::move(status); }

  /// The status before the picture: it is small, and it may explain why no picture comes.
  std::optional<Item> take() {
    if (status_) {
      return Item(*std::exchange(status_, std::nullopt));
    }
    if (picture_) {
      return Item(std::exchange(picture_, nullptr));
    }
    return std::nullopt;
  }

  /// How many pictures were replaced before they could be sent.
  std::uint64_t dropped() const { return dropped_; }

 private:
  PicturePtr picture_;
  std::optional<CameraStatus> status_;
  std::uint64_t dropped_ = 0;
};

}  // namespace freshframe
