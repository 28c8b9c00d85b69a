#include "app/pipeline.h"

#include <pthread.h>

#include <algorithm>
#include <utility>

#include <boost/asio/post.hpp>
#include <spdlog/spdlog.h>

#include "app/frame_interval.h"
#include "app/picture_watch.h"
#include "base/rate_limit.h"
#include "message/frame_message.h"

namespace freshframe {

namespace {

constexpr auto kNever = std::chrono::steady_clock::time_point::max();

/// For the log, behind what the camera gives.
std::string what_is_taken(const StreamFormat& format, std::optional<double> most) {
  const bool is_known_to_be_less = format.frames_per_second > 0 && format.frames_per_second <= most;
  return most && !is_known_to_be_less ? fmt::format(", at most {:.4g} frames/s are taken", *most)
                                      : "";
}

/// `flaw` is that of the last frame, where it had one.
std::string no_picture_reason(std::optional<EncodeError> flaw) {
  if (!flaw) {
    return "the camera is open but sends no frames; it is opened again if it stays so";
  }
  return *flaw == EncodeError::kWrongShape
             ? "the camera sends frames of another size than it said, and none can be shown; ask "
               "it "
               "for another size or format"
             : "the camera sends frames, but none of them holds a whole picture; check its "
               "cable and its power";
}

}  // namespace

Pipeline::Pipeline(boost::asio::io_context& loop, Channel& channel,
                   std::unique_ptr<FrameSource> source, const PipelineSettings& settings)
    : loop_(loop), channel_(channel), settings_(settings), source_(std::move(source)) {
  channel_.on_demand([this](WireForms wanted) {
    wanted_forms_ = wanted.bits();
    captured_.interrupt();
  });
  channel_.controls().on_set([this](const ControlSettings& wanted, std::uint64_t revision) {
    // First, so that no frame is late before it may be.
    set_interval_ = longest_frame_interval(wanted);
    source_->set_controls(wanted, revision);
  });
  thread_ = std::thread([this] {
    run();
    ended_.set_value();
  });
}

Pipeline::~Pipeline() {
  channel_.on_demand(nullptr);
  channel_.controls().on_set(nullptr);
  request_stop();
  thread_.join();
}

void Pipeline::request_stop() {
  stopping_ = true;
  captured_.interrupt();
}

bool Pipeline::wait_until_closed(Clock::time_point deadline) const {
  return when_ended_.wait_until(deadline) == std::future_status::ready;
}

void Pipeline::run() {
  pthread_setname_np(pthread_self(), "encode");
  tell_controls(false);
  Clock::time_point may_open_at = Clock::time_point::min();
  while (!stopping_) {
    // Whoever comes and goes meanwhile: a peer that reconnects in a row must not make us open the
    // camera in a row, and shall meet the reason.
    const bool waits = Clock::now() < may_open_at;
    if (!waits && !camera_is_to_run()) {
      report(CameraState::kIdle);
    }
    if (waits || !camera_is_to_run()) {
      wait_for_event(waits ? may_open_at : kNever);
      continue;
    }
    may_open_at = Clock::time_point::min();
    if (const auto pause = pause_after(open_and_stream()); pause.count() > 0) {
      may_open_at = Clock::now() + pause;
      ++channel_.counters().restarts;
    }
  }
}

std::chrono::milliseconds Pipeline::pause_after(StreamEnd end) {
  switch (end) {
    case StreamEnd::kStopped:
    case StreamEnd::kNobodyWatches:
      break;
    case StreamEnd::kMisconfigured:
      return settings_.misconfigured_retry;
    case StreamEnd::kFailed:
      return retry_.after_failure();
  }
  return std::chrono::milliseconds{0};
}

Pipeline::StreamEnd Pipeline::open_and_stream() {
  // A camera that was lost stays so for its viewers until it gives a picture.
  if (reported_.state == CameraState::kIdle) {
    report(CameraState::kStarting);
  }
  const Result<StreamFormat> format = source_->start(events());
  if (!format) {
    report(CameraState::kLost, format.error().reason);
    return format.error().kind == Failure::Kind::kMisconfigured ? StreamEnd::kMisconfigured
                                                                : StreamEnd::kFailed;
  }
  spdlog::info("{}: {} gives {}{}", channel_.name(), source_->description(), to_string(*format),
               what_is_taken(*format, settings_.most_frames_per_second));
  tell_controls(true);
  const StreamEnd end = stream(*format);
  tell_waiting(false);
  source_->stop();
  tell_controls(false);
  captured_.take();  // what is left is the past
  return end;
}

Pipeline::StreamEnd Pipeline::stream(const StreamFormat& format) {
  const std::unique_ptr<JpegEncoder> encoder = make_jpeg_encoder(
      format.format, settings_.quality_percent, settings_.encode_threads, settings_.encoder);
  Clock::time_point last_watched = Clock::now();
  PictureWatch watch(
      {.stalled_after = settings_.stalled_after, .hung_after = settings_.restart_after},
      frame_interval(format), last_watched);
  std::optional<EncodeError> flaw;
  ExposureSettling settling;
  // What somebody who comes is shown at once, though the next frame may be far. A camera makes do
  // without this buffer as it does while a frame is encoded.
  std::optional<Frame> newest;
  bool is_settling = false;

  while (!stopping_) {
    const Clock::time_point now = Clock::now();
    watch.set_frame_interval(frame_interval(format));
    const bool watched = someone_is_watching();
    if (watched) {
      last_watched = now;
    }
    if (!camera_is_to_run() && now - last_watched >= settings_.idle_grace) {
      return StreamEnd::kNobodyWatches;
    }
    if (watch.verdict(now) != PictureWatch::Verdict::kFlows) {
      newest.reset();  // it is the past
      tell_waiting(false);
      report(CameraState::kStalled, no_picture_reason(flaw));
    }
    if (watch.verdict(now) == PictureWatch::Verdict::kHung) {
      return StreamEnd::kFailed;
    }

    const Clock::time_point runs_until =
        watched || settings_.always_on ? kNever : last_watched + settings_.idle_grace;
    std::optional<Event> event = wait_for_event(std::min(watch.changes_at(now), runs_until));
    if (event && std::holds_alternative<Failure>(*event)) {
      report(CameraState::kLost, std::get<Failure>(*event).reason);
      return StreamEnd::kFailed;
    }
    if (event) {
      newest = std::move(std::get<Frame>(*event));
      is_settling = settling.is_settling(newest->info());
    }
    if (!newest) {
      continue;
    }
    // Once: whoever comes or goes meanwhile is for the next frame.
    const WireForms wanted(wanted_forms_);
    if (!wanted.empty() || last_was_broken_) {
      // After a broken frame each is looked at, also for nobody, until one is whole.
      flaw = encode_and_publish(*encoder, *newest, is_settling, wanted);
      last_was_broken_ = flaw.has_value();
    } else {
      // Whether this one is broken shows when somebody looks.
      report_pictures(is_settling, *encoder);
    }
    if (!wanted.empty() || flaw) {
      newest.reset();
    }
    tell_waiting(newest.has_value());
    if (event && !flaw) {
      watch.picture_came(Clock::now());
      retry_.picture_came();
    }
  }
  return StreamEnd::kStopped;
}

std::chrono::milliseconds Pipeline::frame_interval(const StreamFormat& format) const {
  return std::max({frame_interval_of(format.frames_per_second),
                   frame_interval_of(settings_.most_frames_per_second.value_or(0)),
                   set_interval_.load()});
}

std::optional<EncodeError> Pipeline::encode_and_publish(JpegEncoder& encoder, const Frame& frame,
                                                        bool is_settling, WireForms wanted) {
  const Clock::time_point began = Clock::now();
  const auto jpeg = encoder.encode(frame);
  if (!jpeg) {
    const std::uint64_t count = ++channel_.counters().dropped_for(jpeg.error());
    // The first of a kind, and then each power of two: a broken cable must not fill the disk.
    if ((count & (count - 1)) == 0) {
      spdlog::warn("{}: frame {} dropped: {} ({} so far)", channel_.name(), frame.info().sequence,
                   to_string(jpeg.error()), count);
    }
    return jpeg.error();
  }
  FrameInfo info = frame.info();
  info.settling = is_settling;
  tell_encoder(encoder.report());
  // Before the picture, so that nobody sees a picture from a camera that is said to be lost.
  report_pictures(is_settling, encoder);
  if (wanted.empty()) {
    return std::nullopt;
  }
  auto picture = std::make_shared<Picture>(
      make_picture(channel_.name(), info, "image/jpeg", orientation_mark_.put_into(*jpeg), wanted));
  // Before it is published: who has seen the picture shall find it counted.
  ++channel_.counters().encoded;
  channel_.counters().encode_time.add(
      std::chrono::duration_cast<std::chrono::microseconds>(Clock::now() - began));
  publish(std::move(picture));
  return std::nullopt;
}

void Pipeline::publish(PicturePtr picture) {
  // A picture that still waits for the event loop is replaced; then somebody is on the way already.
  if (!encoded_.put(std::move(picture))) {
    boost::asio::post(loop_, [this] {
      if (std::optional<PicturePtr> newest = encoded_.take()) {
        channel_.publish(std::move(*newest));
      }
    });
  }
}

void Pipeline::report(CameraState state, std::string reason) {
  CameraStatus status{state, std::move(reason)};
  if (status == reported_) {
    return;
  }
  reported_ = status;
  if (state == CameraState::kLost || state == CameraState::kStalled) {
    spdlog::warn("{}: {}: {}", channel_.name(), to_string(state), status.reason);
  } else {
    spdlog::info("{}: {}", channel_.name(), to_string(state));
  }
  boost::asio::post(loop_, [this, status = std::move(status)]() mutable {
    channel_.set_status(std::move(status));
  });
}

void Pipeline::report_pictures(bool are_settling, const JpegEncoder& encoder) {
  report(are_settling ? CameraState::kSettling : CameraState::kLive, encoder.report().reason);
}

void Pipeline::tell_waiting(bool frame_waits) {
  if (frame_waits != told_waiting_) {
    told_waiting_ = frame_waits;
    boost::asio::post(loop_, [this, frame_waits] { channel_.set_frame_waits(frame_waits); });
  }
}

void Pipeline::tell_encoder(const EncoderReport& encoder) {
  if (encoder == told_encoder_) {
    return;
  }
  const std::uint64_t failures = encoder.hardware_failures;
  // A camera that starts again begins to count anew.
  if (failures > told_encoder_.hardware_failures && (failures & (failures - 1)) == 0) {
    spdlog::warn("{}: the hardware encoder made no picture of a frame: {} ({} so far)",
                 channel_.name(), encoder.last_hardware_failure, failures);
  }
  if (encoder.reason != told_encoder_.reason && !encoder.reason.empty()) {
    spdlog::warn("{}: {}", channel_.name(), encoder.reason);
  }
  if (encoder.name != told_encoder_.name) {
    spdlog::info("{}: pictures are made by {}", channel_.name(), encoder.name);
  }
  told_encoder_ = encoder;
  boost::asio::post(loop_, [this, encoder] { channel_.set_encoder(encoder); });
}

void Pipeline::tell_controls(bool is_running) {
  boost::asio::post(loop_, [this, list = source_->controls(), is_running]() mutable {
    // A camera that is not there does not tell, and is expected back.
    if (!list.empty() && !is_running) {
      channel_.controls().foresee_list(std::move(list));
    } else if (!list.empty()) {
      warn_of(channel_.controls().set_list(std::move(list)));
    }
    channel_.controls().set_running(is_running);
  });
}

void Pipeline::warn_of(const std::vector<RefusedControl>& not_set) const {
  for (const RefusedControl& control : not_set) {
    spdlog::warn("{}: a control is not set: {}", channel_.name(), control.reason);
  }
}

std::optional<Pipeline::Event> Pipeline::wait_for_event(Clock::time_point deadline) {
  const Pulse::Rest rest(pulse_);
  return captured_.take_until(deadline);
}

SourceEvents Pipeline::events() {
  const std::optional<double> most = settings_.most_frames_per_second;
  return {
      .on_frame =
          [this, limit = most ? RateLimit(*most) : RateLimit()](Frame frame) mutable {
            ++channel_.counters().captured;
            if (!limit.lets_pass(frame.info().captured)) {
              return;
            }
            if (captured_.put(std::move(frame)) && someone_is_watching()) {
              ++channel_.counters().replaced;
            }
          },
      .on_failure = [this](Failure failure) { captured_.put(std::move(failure)); },
      .on_controls_set =
          [this](ControlOutcome outcome, std::uint64_t sequence) {
            boost::asio::post(loop_, [this, outcome = std::move(outcome), sequence] {
              warn_of(channel_.controls().has_set(outcome, sequence));
            });
          },
  };
}

}  // namespace freshframe
