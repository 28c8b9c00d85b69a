#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include "base/unix_time.h"
#include "capture/frame.h"
#include "message/bytes.h"
#include "message/picture.h"
#include "message/wire_form.h"

namespace freshframe {

/// The parts of a frame message that all viewers share, in those forms that are wanted. The Base64
/// is written straight into its place, deflated or not; the JSON library sees the head only.
/// `camera` is a name as CameraSpec has it, `mime` refers to static text. Thread-safe.
Picture make_picture(std::string_view camera, const FrameInfo& info, std::string_view mime,
                     std::span<const std::byte> image, WireForms wanted);

/// Adds one more form of the picture's image. Thread-safe.
void add_form(Picture& picture, WireForm form, std::span<const std::byte> image);

/// A frame message for one viewer: the shared parts of a picture and, between them, the few bytes
/// that are this viewer's own. To be sent as one message by one gathered write. In the deflated
/// form the parts are what goes into a message with RSV1 set, and any decoder's context may be
/// before.
///
/// The parts point into the picture and into this object, which must stay where it is meanwhile.
class FrameMessage {
 public:
  using Parts = std::array<std::string_view, 4>;

  /// `picture` must have `form`. `dropped`: frames that the camera made and this viewer was not
  /// sent since its last one. `age`: how old the picture is as it is sent; only a picture of the
  /// past tells it.
  FrameMessage(const Picture& picture, WireForm form, std::uint64_t dropped,
               UnixTime::duration age);
  FrameMessage(const FrameMessage&) = delete;
  FrameMessage& operator=(const FrameMessage&) = delete;

  const Parts& parts() const { return parts_; }

 private:
  /// What stands before the head: its length.
  std::string_view binary_opening(std::size_t head_size);
  /// What stands before the head: that it is a stored block, and its length (RFC 1951, 3.2.4).
  std::string_view deflated_opening(std::size_t head_size);

  std::array<char, 5> opening_{};
  std::array<char, 80> own_members_{};
  Parts parts_;
};

}  // namespace freshframe
