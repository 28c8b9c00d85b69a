#pragma once

#include <cstdint>
#include <memory>
#include <string_view>

#include "base/unix_time.h"
#include "message/bytes.h"
#include "message/wire_form.h"

namespace freshframe {

/// One encoded frame, as the parts that all viewers of a camera share. What differs from viewer to
/// viewer is a few bytes between them: message/frame_message.h puts a frame message together.
///
/// Thread-safe, being immutable.
struct Picture {
  std::uint64_t sequence = 0;
  UnixTime captured{};
  int width_px = 0;
  int height_px = 0;
  /// "image/jpeg" or "image/png". Refers to static text.
  std::string_view mime = {};
  /// A picture of the past; its frame messages say so: message/stale_picture.h.
  bool is_stale = false;

  // Forms that nobody wanted as it was made are got from those there are: message/picture_forms.h.

  /// The members that are the same for everyone, as a JSON object without its closing brace.
  Bytes head;
  /// `,"data":"..."}`; empty when nobody wanted JSON as the picture was made.
  Bytes json_data;
  /// The JPEG file; empty when nobody wanted it as it is.
  Bytes image;

  /// What of the deflated message comes behind the viewer's own members, from the image's first
  /// letter to the message's end; empty when nobody wanted it.
  Bytes deflated_data;

  bool has(WireForm form) const {
    switch (form) {
      case WireForm::kJson:
        return !json_data.empty();
      case WireForm::kBinary:
        return !image.empty();
      case WireForm::kDeflatedJson:
        return !deflated_data.empty();
    }
    return false;
  }
  bool has_any_form() const {
    return has(WireForm::kJson) || has(WireForm::kBinary) || has(WireForm::kDeflatedJson);
  }
};

using PicturePtr = std::shared_ptr<const Picture>;

}  // namespace freshframe
