#pragma once

#include <vector>

#include "encode/jpeg_encoder.h"

namespace freshframe {

/// Lets a camera's own JPEG images through once their structure is checked. An image that needs no
/// change is not copied: the result lies in the frame's plane, without what follows its end marker.
/// Standard Huffman tables that a camera leaves out are put in.
///
/// An image whose dimensions are not the frame's fails with kWrongShape.
/// Thread: encode thread only.
class PassThroughEncoder final : public JpegEncoder {
 public:
  boost::system::result<std::span<const std::byte>, EncodeError> encode(
      const Frame& frame) override;

  const EncoderReport& report() const override { return report_; }

 private:
  const EncoderReport report_{.name = "camera"};
  std::vector<std::byte> completed_;
};

}  // namespace freshframe
