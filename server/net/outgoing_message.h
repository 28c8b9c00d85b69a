#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <tuple>
#include <utility>

#include <boost/asio/buffer.hpp>

#include "base/unix_time.h"
#include "message/bytes.h"
#include "message/frame_message.h"
#include "message/picture.h"
#include "message/wire_form.h"
#include "net/frame_header.h"

namespace freshframe {

/// One WebSocket message on its way to one viewer, with all that its bytes lie in. It must stay
/// where it is until it has left.
class OutgoingMessage {
 public:
  using Buffers = std::array<boost::asio::const_buffer, 1 + std::tuple_size_v<FrameMessage::Parts>>;

  explicit OutgoingMessage(Bytes text)
      : text_(std::move(text)),
        payload_bytes_(text_.size()),
        header_(FrameHeader::Kind::kText, payload_bytes_),
        buffers_{boost::asio::buffer(header_.view()), boost::asio::buffer(text_.view())} {}

  /// A frame message: message/frame_message.h.
  OutgoingMessage(PicturePtr picture, WireForm form, std::uint64_t dropped, UnixTime::duration age)
      : picture_(std::move(picture)),
        frame_(std::in_place, *picture_, form, dropped, age),
        payload_bytes_(size_of(frame_->parts())),
        header_(form == WireForm::kBinary ? FrameHeader::Kind::kBinary : FrameHeader::Kind::kText,
                payload_bytes_, /*is_compressed=*/form == WireForm::kDeflatedJson),
        buffers_{boost::asio::buffer(header_.view())} {
    std::transform(frame_->parts().begin(), frame_->parts().end(), buffers_.begin() + 1,
                   [](std::string_view part) { return boost::asio::buffer(part); });
  }

  OutgoingMessage(const OutgoingMessage&) = delete;
  OutgoingMessage& operator=(const OutgoingMessage&) = delete;

  /// The frame's header and its payload.
  const Buffers& buffers() const { return buffers_; }
  std::size_t payload_bytes() const { return payload_bytes_; }

 private:
  static std::size_t size_of(const FrameMessage::Parts& parts) {
    std::size_t size = 0;
    for (const std::string_view part : parts) {
      size += part.size();
    }
    return size;
  }

  Bytes text_;
  PicturePtr picture_;
  std::optional<FrameMessage> frame_;
  std::size_t payload_bytes_;
  FrameHeader header_;
  Buffers buffers_;
};

}  // namespace freshframe
