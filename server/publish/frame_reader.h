#pragma once

#include <string>
#include <string_view>

#include <boost/system/result.hpp>

#include "capture/frame.h"
#include "message/client_message.h"
#include "publish/image_check.h"
#include "publish/submission.h"

namespace freshframe {

/// A published frame that is what it should be.
struct PublishedFrame {
  /// Everything but the sequence.
  FrameInfo info;
  CheckedImage image;
};

/// Looks into what publishers send: undoes compression, JSON and Base64, and checks the image.
///
/// Thread: one at a time. What it returns points into the submission or into this object, and is
/// valid until the next call.
class FrameReader {
 public:
  /// `camera`: the one that is published to.
  explicit FrameReader(std::string camera) : camera_(std::move(camera)) {}

  /// Fails with an error that says what to send instead.
  boost::system::result<PublishedFrame, ProtocolError> read(const Submission& submission);

 private:
  PublishedFrame read_or_throw(const Submission& submission);
  PublishedFrame read_text(std::string_view text, const Submission& submission);
  PublishedFrame read_binary(std::string_view message, const Submission& submission);

  const std::string camera_;
  ImageCheck check_;
  std::string inflated_;
  std::string unescaped_;
  /// Of the frame that is being read, as JSON.
  std::string id_json_;
};

}  // namespace freshframe
