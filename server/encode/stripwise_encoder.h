#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "base/helper_threads.h"
#include "encode/jpeg_encoder.h"
#include "encode/strip_plan.h"

namespace freshframe {

/// Encodes each raw frame on several threads at once: in strips, which are joined to one image that
/// decodes to exactly what one encoder alone would have made of the frame.
///
/// The threads live as long as the encoder, from the first frame on that is large enough for them.
/// A frame that is too small is encoded whole, on the caller's thread. So is every frame once no
/// thread could be started, or strips failed where the whole did not; the log then says so.
///
/// Thread: encode thread only.
class StripwiseEncoder final : public JpegEncoder {
 public:
  /// Makes an encoder for strips, or for whole frames. All encode alike.
  using MakeEncoder = std::function<std::unique_ptr<JpegEncoder>()>;

  /// `threads` counts the caller's as well.
  StripwiseEncoder(std::size_t threads, MakeEncoder make_encoder,
                   HelperThreads::Start start_thread = HelperThreads::start_thread);

  boost::system::result<std::span<const std::byte>, EncodeError> encode(
      const Frame& frame) override;

  const EncoderReport& report() const override { return whole_->report(); }

 private:
  // 1 for a frame that is better encoded whole. Starts the threads when they are first worth it.
  std::size_t strips_for(const FrameInfo& info);
  void start_helpers();
  // False when that gave no image.
  bool encode_strips(const Frame& frame, std::size_t strips);
  void encode_strip(const Frame& frame, const StripPlan& plan, std::size_t index);
  void give_up_strips();

  const MakeEncoder make_encoder_;
  const HelperThreads::Start start_thread_;
  // How many may work on a frame, the caller's among them. 1 once strips were given up.
  std::size_t threads_;
  const std::unique_ptr<JpegEncoder> whole_;
  // One for each strip, kept from frame to frame as their buffers are.
  std::vector<std::unique_ptr<JpegEncoder>> strip_encoders_;
  // What they made of the frame; empty for a strip that failed.
  std::vector<std::span<const std::byte>> strips_;
  std::vector<std::byte> joined_;
  // Last, so that they have ended before what they work on goes.
  std::optional<HelperThreads> helpers_;
};

}  // namespace freshframe
