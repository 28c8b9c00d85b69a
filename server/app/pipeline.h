#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <future>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <variant>
#include <vector>

#include <boost/asio/io_context.hpp>

#include "app/retry_pause.h"
#include "base/latest_slot.h"
#include "base/pulse.h"
#include "capture/control_check.h"
#include "capture/exposure_settling.h"
#include "capture/frame_source.h"
#include "encode/jpeg_encoder.h"
#include "encode/orientation_mark.h"
#include "hub/channel.h"
#include "message/wire_form.h"

namespace freshframe {

/// How a pipeline treats its camera.
struct PipelineSettings {
  int quality_percent = 80;
  /// How many threads may encode one frame, the encode thread among them.
  int encode_threads = 1;
  EncoderChoice encoder = EncoderChoice::kSoftware;
  /// How pictures are marked to be shown.
  Orientation orientation = {};
  /// Frames above this rate go back to the camera at once. For cameras that do not keep to the rate
  /// that they were asked for.
  std::optional<double> most_frames_per_second = {};
  /// How long the camera runs on after its last viewer has left.
  std::chrono::milliseconds idle_grace{5'000};
  /// Whether it runs without viewers, always.
  bool always_on = false;
  /// Without a picture for this long, and for five frames of the camera's rate, it has stalled.
  /// People are to be told within 2 s.
  std::chrono::milliseconds stalled_after{1'800};
  /// Without a picture for this long it is closed and opened again.
  std::chrono::milliseconds restart_after{4'500};
  /// The pause before a camera that failed is tried again; doubles up to the longest, and begins
  /// anew with the first picture.
  std::chrono::milliseconds shortest_retry{500};
  std::chrono::milliseconds longest_retry{2'000};
  /// The same for a camera that does not offer what is asked of it: another one in its place might.
  std::chrono::milliseconds misconfigured_retry{30'000};
};

/// Brings one camera's frames to its channel while somebody watches: source, slot, encoder, wire
/// forms. Runs the camera only on demand, or always, and opens it again when it fails. While it
/// runs for nobody its newest frame is kept as it is, and encoded when somebody comes.
///
/// Thread: made, stopped and destroyed on the event loop; owns the encode thread. Neither `loop`
/// nor `channel` may go first.
class Pipeline {
 public:
  Pipeline(boost::asio::io_context& loop, Channel& channel, std::unique_ptr<FrameSource> source,
           const PipelineSettings& settings);
  /// Waits for the encode thread, and so for the camera to be closed, however long that takes.
  ~Pipeline();
  Pipeline(const Pipeline&) = delete;
  Pipeline& operator=(const Pipeline&) = delete;

  /// Lets the encode thread close the camera and end; returns at once.
  void request_stop();

  /// After request_stop(): waits for the camera to be closed. False when it is not by `deadline`;
  /// a driver that hangs in opening or closing cannot be interrupted.
  bool wait_until_closed(std::chrono::steady_clock::time_point deadline) const;

  const std::string& camera_name() const { return channel_.name(); }

  /// The encode thread's: it rests while it waits for a frame, a viewer or the next try.
  const Pulse& pulse() const { return pulse_; }

 private:
  using Clock = std::chrono::steady_clock;
  /// What the source hands over. A failure comes after the last frame and may replace it.
  using Event = std::variant<Frame, Failure>;
  /// Why streaming ended.
  enum class StreamEnd { kStopped, kNobodyWatches, kFailed, kMisconfigured };

  void run();
  StreamEnd open_and_stream();
  /// How long the camera is left alone after that.
  std::chrono::milliseconds pause_after(StreamEnd end);
  StreamEnd stream(const StreamFormat& format);
  /// Of the frames that are taken, by what is set now; 0 when their rate is not known.
  std::chrono::milliseconds frame_interval(const StreamFormat& format) const;
  /// Why the frame did not become a picture; nothing when it did, or would have: without a form
  /// that is wanted nothing is published.
  std::optional<EncodeError> encode_and_publish(JpegEncoder& encoder, const Frame& frame,
                                                bool is_settling, WireForms wanted);
  void publish(PicturePtr picture);
  void report(CameraState state, std::string reason = {});
  void report_pictures(bool are_settling, const JpegEncoder& encoder);
  void tell_waiting(bool frame_waits);
  void tell_encoder(const EncoderReport& encoder);
  /// What can be set, as far as the source tells it now, and whether its camera runs.
  void tell_controls(bool is_running);
  /// Of controls that nobody else is told of.
  void warn_of(const std::vector<RefusedControl>& not_set) const;
  /// LatestSlot::take_until() of what is captured.
  std::optional<Event> wait_for_event(Clock::time_point deadline);
  SourceEvents events();
  bool someone_is_watching() const { return wanted_forms_ != 0; }
  bool camera_is_to_run() const { return settings_.always_on || someone_is_watching(); }

  boost::asio::io_context& loop_;
  Channel& channel_;
  const PipelineSettings settings_;
  const std::unique_ptr<FrameSource> source_;

  /// WireForms::bits(). From the event loop to the encode thread.
  std::atomic<std::uint8_t> wanted_forms_{0};
  /// longest_frame_interval() of what is set now. From the event loop to the encode thread.
  std::atomic<std::chrono::milliseconds> set_interval_{std::chrono::milliseconds{0}};
  std::atomic<bool> stopping_{false};
  /// From the source's thread to the encode thread.
  LatestSlot<Event> captured_;
  Pulse pulse_;
  /// From the encode thread to the event loop.
  LatestSlot<PicturePtr> encoded_;
  /// What the channel was last told. Encode thread only.
  CameraStatus reported_;
  EncoderReport told_encoder_;
  bool told_waiting_ = false;
  /// The last frame that was looked at, before the camera was opened again, too. Encode thread
  /// only.
  bool last_was_broken_ = false;
  /// Encode thread only.
  OrientationMark orientation_mark_{settings_.orientation};
  /// Encode thread only.
  RetryPause retry_{settings_.shortest_retry, settings_.longest_retry};
  /// The encode thread has ended, but for its last breath.
  std::promise<void> ended_;
  const std::future<void> when_ended_ = ended_.get_future();
  /// Last, so that it starts when everything else is there.
  std::thread thread_;
};

}  // namespace freshframe
