#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "encode/jpeg_encoder.h"
#include "hub/camera_controls.h"
#include "hub/delivery_counters.h"
#include "hub/frame_counters.h"
#include "hub/picture_rate.h"
#include "hub/viewer.h"
#include "message/camera_state.h"
#include "message/picture.h"
#include "message/wire_form.h"

namespace freshframe {

/// What was asked of a camera; 0 where nothing was.
struct CameraWishes {
  int quality_percent = 0;
  double frames_per_second = 0;
  /// That it runs without viewers, too.
  bool always_on = false;
};

/// Whether a viewer that comes while a camera gives no pictures is given the last one there was,
/// marked as the past. Only one that knows the mark may want it.
enum class LastPicture { kNotWanted, kWanted };

/// A named camera as viewers know it: its newest picture, its state, and who watches.
///
/// Thread: event loop only.
class Channel {
 public:
  /// `source` is what people are told of where the frames come from.
  Channel(std::string name, std::string source)
      : name_(std::move(name)), source_(std::move(source)) {
    controls_.on_news([this] { tell_controls(); });
  }
  Channel(const Channel&) = delete;
  Channel& operator=(const Channel&) = delete;

  const std::string& name() const { return name_; }
  const std::string& source() const { return source_; }
  const CameraStatus& status() const { return status_; }
  /// Who makes the pictures; without a name before the first.
  const EncoderReport& encoder() const { return encoder_; }
  void set_encoder(EncoderReport encoder) { encoder_ = std::move(encoder); }
  const CameraWishes& wishes() const { return wishes_; }
  void set_wishes(const CameraWishes& wishes) { wishes_ = wishes; }
  CameraControls& controls() { return controls_; }
  const CameraControls& controls() const { return controls_; }
  std::size_t viewer_count() const { return viewers_.size(); }

  /// The newest picture while the camera is live and somebody watches, else null: what stood still
  /// is the past.
  PicturePtr newest() const { return last_is_present_ ? last_ : nullptr; }

  /// The size of the last picture, also when that is past; 0 before the first.
  int picture_width_px() const { return last_ ? last_->width_px : 0; }
  int picture_height_px() const { return last_ ? last_->height_px : 0; }

  /// Counted by the pipeline, read by whoever reports. Thread-safe.
  FrameCounters& counters() { return counters_; }
  const FrameCounters& counters() const { return counters_; }

  /// Counted by whoever sends.
  DeliveryCounters& deliveries() { return deliveries_; }
  const DeliveryCounters& deliveries() const { return deliveries_; }

  /// Whether somebody watches and does not pause, so that the camera should run.
  bool is_wanted() const { return !demand_.empty(); }

  /// When a picture was handed over last.
  std::optional<std::chrono::steady_clock::time_point> last_published() const {
    return last_published_;
  }

  /// Of pictures that were handed over.
  const PictureRate& rate() const { return rate_; }

  /// Hands the picture to everyone who watches. When nobody does it is the last one at once, and
  /// one that was made in no form is dropped.
  void publish(PicturePtr picture);

  /// Tells everyone who watches. A status that says nothing new is not sent again.
  void set_status(CameraStatus status);

  /// Whether a frame newer than the last picture is there, which whoever comes will be given at
  /// once. When it is there no more and was not published, for it was broken or is past, whoever
  /// came meanwhile is given the last picture instead.
  void set_frame_waits(bool frame_waits);
  bool frame_waits() const { return frame_waits_; }

  /// Is told whenever the forms that somebody wants change: how demand flows back to the camera.
  void on_demand(std::function<void(WireForms wanted)> on_demand) {
    on_demand_ = std::move(on_demand);
  }

 private:
  friend class Subscription;

  /// A viewer and the form it wants its pictures in; none while it pauses.
  struct Entry {
    Viewer* viewer = nullptr;
    std::optional<WireForm> form = {};
    /// Until it was given a picture or paused.
    LastPicture last = LastPicture::kNotWanted;
  };

  void add(Viewer& viewer, std::optional<WireForm> form, LastPicture last);
  void remove(Viewer& viewer);
  void set_form(Viewer& viewer, std::optional<WireForm> form);
  void offer(Entry& entry);
  void tell_demand();
  void tell_controls();
  std::vector<Entry>::iterator entry_of(Viewer& viewer);

  std::string name_;
  std::string source_;
  FrameCounters counters_;
  DeliveryCounters deliveries_;
  std::optional<std::chrono::steady_clock::time_point> last_published_;
  PictureRate rate_;
  CameraStatus status_;
  EncoderReport encoder_;
  CameraWishes wishes_;
  CameraControls controls_;
  /// Kept when it is past, and marked as that once somebody was given it. It gains the forms that
  /// somebody came for who wanted another than it was made in.
  PicturePtr last_;
  bool last_is_present_ = false;
  bool frame_waits_ = false;
  std::vector<Entry> viewers_;
  WireForms demand_;
  std::function<void(WireForms)> on_demand_;
};

/// A viewer's place in a channel, from construction to destruction. The viewer is told the
/// channel's status at once, and given its newest picture when there is one.
///
/// Thread: event loop only. Neither the channel nor the viewer may go first. A viewer has at most
/// one subscription to a channel.
class Subscription {
 public:
  /// Without a form the viewer pauses: it is told the status and gets no picture.
  Subscription(Channel& channel, Viewer& viewer, std::optional<WireForm> form,
               LastPicture last = LastPicture::kNotWanted);
  ~Subscription();
  Subscription(const Subscription&) = delete;
  Subscription& operator=(const Subscription&) = delete;

  Channel& channel() const { return channel_; }

  /// Pauses, or goes on with the newest picture.
  void set_form(std::optional<WireForm> form) { channel_.set_form(viewer_, form); }

 private:
  Channel& channel_;
  Viewer& viewer_;
};

}  // namespace freshframe
