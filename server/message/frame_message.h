#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include "capture/frame.h"
#include "message/bytes.h"
#include "message/picture.h"
#include "message/wire_form.h"

namespace freshframe {

/// The parts of a frame message that all viewers share, in those forms that are wanted. The Base64
/// is written straight into its place; the JSON library sees the head only. Thread-safe.
Picture make_picture(std::string_view camera, const FrameInfo& info, std::string_view mime,
                     std::span<const std::byte> image, WireForms wanted);

/// A frame message for one viewer: the shared parts of a picture and, between them, the few bytes
/// that are this viewer's own. To be sent as one message by one gathered write.
///
/// The parts point into the picture and into this object, which must stay where it is meanwhile.
class FrameMessage {
 public:
  using Parts = std::array<std::string_view, 4>;

  /// `picture` must have `form`. `dropped`: frames that the camera made and this viewer was not
  /// sent since its last one.
  FrameMessage(const Picture& picture, WireForm form, std::uint64_t dropped);
  FrameMessage(const FrameMessage&) = delete;
  FrameMessage& operator=(const FrameMessage&) = delete;

  const Parts& parts() const { return parts_; }

 private:
  std::array<char, 4> head_length_{};
  std::array<char, 48> own_members_{};
  Parts parts_;
};

}  // namespace freshframe
