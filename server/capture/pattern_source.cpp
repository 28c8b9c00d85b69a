#include "capture/pattern_source.h"

#include <pthread.h>

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <new>
#include <optional>
#include <string>
#include <thread>
#include <utility>

#include "capture/pattern_controls.h"
#include "capture/pattern_frames.h"
#include "capture/rising_time.h"
#include "capture/wanted_controls.h"

namespace freshframe {

namespace {

using Clock = std::chrono::steady_clock;

Failure misconfigured(std::string reason) {
  return Failure{Failure::Kind::kMisconfigured, std::move(reason)};
}

class PatternSource final : public FrameSource {
 public:
  PatternSource(const PatternRequest& request, std::function<UnixTime()> wall_clock)
      : request_(request), wall_clock_(std::move(wall_clock)) {}
  ~PatternSource() override { PatternSource::stop(); }

  Result<StreamFormat> start(SourceEvents events) override;
  void stop() override;
  std::string description() const override { return "test pattern"; }
  std::vector<CameraControl> controls() override { return controls_of_pattern(request_); }
  void set_controls(const ControlSettings& settings, std::uint64_t revision) override {
    wanted_.set(settings, revision);
  }

 private:
  std::optional<Failure> find_fault() const;
  void run();
  // False when it is time to stop.
  bool wait_until(Clock::time_point moment);
  bool deliver(std::uint64_t sequence);
  // Sets what is wanted. True when that changes the frame rate.
  bool set_what_is_wanted();

  const PatternRequest request_;
  const std::function<UnixTime()> wall_clock_;
  SourceEvents events_;
  // Kept from one start to the next: painting takes longer than a viewer likes to wait.
  std::optional<PatternFrames> frames_;
  // These belong to the thread while it runs.
  std::uint64_t next_sequence_ = 0;
  RisingTime time_;
  PatternControls controls_ = pattern_controls(request_, {});
  WantedControls::Wanted set_;
  bool is_set_told_ = true;

  WantedControls wanted_;
  std::mutex mutex_;
  std::condition_variable stop_was_asked_;
  bool shall_stop_ = false;
  std::thread thread_;
};

std::optional<Failure> PatternSource::find_fault() const {
  const Size size = request_.size;
  if (size.width_px < kSmallestPattern.width_px || size.height_px < kSmallestPattern.height_px ||
      size.width_px > kLargestPattern.width_px || size.height_px > kLargestPattern.height_px) {
    return misconfigured("the test pattern comes in sizes from 128x96 to 4096x2160");
  }
  if (request_.format != PixelFormat::kNv12 && request_.format != PixelFormat::kMjpeg) {
    return misconfigured("the test pattern comes as nv12 or mjpeg");
  }
  if (!(request_.frames_per_second > 0 && request_.frames_per_second <= kHighestPatternRate)) {
    return misconfigured("the test pattern comes at up to 1000 frames per second");
  }
  return std::nullopt;
}

Result<StreamFormat> PatternSource::start(SourceEvents events) {
  if (std::optional<Failure> fault = find_fault()) {
    return *std::move(fault);
  }
  try {
    if (!frames_) {
      frames_.emplace(request_.size, request_.format);
    }
  } catch (const std::bad_alloc&) {
    return Failure{Failure::Kind::kUnavailable, "there is not enough memory for the test pattern"};
  }
  events_ = std::move(events);
  shall_stop_ = false;
  thread_ = std::thread([this] { run(); });
  return StreamFormat{request_.size.width_px, request_.size.height_px, request_.frames_per_second,
                      request_.format};
}

void PatternSource::stop() {
  if (!thread_.joinable()) {
    return;
  }
  {
    const std::lock_guard lock(mutex_);
    shall_stop_ = true;
  }
  stop_was_asked_.notify_one();
  thread_.join();
  events_ = {};
}

// Each frame has its slot in time, counted from the start, so that lateness does not add up. When a
// slot is missed, as by a machine that is too busy, its frame is missing, but its number is not
// given to another.
void PatternSource::run() {
  // Else it inherits the name of the encode thread, which started it, and so would its CPU time.
  pthread_setname_np(pthread_self(), "pattern");
  Clock::time_point begin = Clock::now();
  std::uint64_t first_sequence = next_sequence_;
  std::uint64_t slot = 0;
  for (;;) {
    const std::chrono::duration<double> period(1 / controls_.frames_per_second);
    const Clock::time_point moment =
        begin + std::chrono::duration_cast<Clock::duration>(period * static_cast<double>(slot));
    if (!wait_until(moment)) {
      return;
    }
    if (set_what_is_wanted()) {
      // Slots of another length are counted from here.
      begin = moment;
      first_sequence += slot;
      slot = 0;
      continue;
    }
    if (!deliver(first_sequence + slot)) {
      return;
    }
    next_sequence_ = first_sequence + slot + 1;
    const auto newest_slot = static_cast<std::uint64_t>((Clock::now() - begin) / period);
    slot = std::max(slot + 1, newest_slot);
  }
}

bool PatternSource::wait_until(Clock::time_point moment) {
  std::unique_lock lock(mutex_);
  return !stop_was_asked_.wait_until(lock, moment, [this] { return shall_stop_; });
}

bool PatternSource::set_what_is_wanted() {
  auto wanted = wanted_.newer_than(set_.revision);
  if (!wanted) {
    return false;
  }
  const double rate_before = controls_.frames_per_second;
  controls_ = pattern_controls(request_, values_of(wanted->settings));
  set_ = *std::move(wanted);
  is_set_told_ = false;
  return controls_.frames_per_second != rate_before;
}

bool PatternSource::deliver(std::uint64_t sequence) {
  const UnixTime now = wall_clock_();
  std::optional<Frame> frame;
  try {
    frame = frames_->make(sequence, time_.next(now, now), controls_.brightness);
  } catch (const std::bad_alloc&) {
    events_.on_failure(
        {Failure::Kind::kUnavailable, "there is not enough memory for the test pattern"});
    return false;
  }
  if (frame) {
    events_.on_frame(*std::move(frame));
    if (!std::exchange(is_set_told_, true) && events_.on_controls_set) {
      events_.on_controls_set({.revision = set_.revision, .held = set_.settings}, sequence);
    }
  }
  return true;
}

}  // namespace

std::unique_ptr<FrameSource> make_pattern_source(const PatternRequest& request,
                                                 std::function<UnixTime()> wall_clock) {
  return std::make_unique<PatternSource>(request, std::move(wall_clock));
}

}  // namespace freshframe
