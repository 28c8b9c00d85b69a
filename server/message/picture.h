#pragma once

#include <cstdint>
#include <memory>

#include "base/unix_time.h"
#include "message/bytes.h"

namespace freshframe {

/// The forms in which a picture can travel. Each is made once for all its viewers, and only while
/// somebody wants it.
enum class WireForm : std::uint8_t {
  kJson,  // WebSocket text message, the image as Base64: proto/README.md, "frame"
};

/// One encoded frame in its wire forms: what all viewers of a camera share.
///
/// Thread-safe, being immutable.
struct Picture {
  std::uint64_t sequence = 0;
  UnixTime captured{};
  int width_px = 0;
  int height_px = 0;
  Bytes json;

  /// What goes over the wire in `form`; empty when nobody wanted it as the picture was made.
  const Bytes& bytes(WireForm form) const {
    switch (form) {
      case WireForm::kJson:
        break;
    }
    return json;
  }
};

using PicturePtr = std::shared_ptr<const Picture>;

}  // namespace freshframe
