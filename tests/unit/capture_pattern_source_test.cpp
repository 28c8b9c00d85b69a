#include <gtest/gtest.h>
#include <pthread.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <iterator>
#include <limits>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "capture/number_cells.h"
#include "capture/pattern_source.h"

#include "jpeg_test_support.h"

namespace freshframe {
namespace {

constexpr std::size_t kBuffers = 4;

// Where the frames of a source arrive, and where a test waits for them.
class Inbox {
 public:
  SourceEvents events() {
    return {[this](Frame frame) {
              const std::lock_guard lock(mutex_);
              frames_.push_back(std::move(frame));
              ++arrived_;
              thread_name_.fill('\0');
              pthread_getname_np(pthread_self(), thread_name_.data(), thread_name_.size());
              frame_arrived_.notify_all();
            },
            [this](Failure failure) {
              const std::lock_guard lock(mutex_);
              failure_ = failure.reason;
            }};
  }

  Frame take() {
    std::unique_lock lock(mutex_);
    frame_arrived_.wait(lock, [this] { return !frames_.empty(); });
    Frame frame = std::move(frames_.front());
    frames_.pop_front();
    return frame;
  }

  void clear() {
    const std::lock_guard lock(mutex_);
    frames_.clear();
  }

  std::size_t arrived() {
    const std::lock_guard lock(mutex_);
    return arrived_;
  }

  /// Of the thread that delivered the newest frame.
  std::string thread_name() {
    const std::lock_guard lock(mutex_);
    return thread_name_.data();
  }

  std::optional<std::string> failure() {
    const std::lock_guard lock(mutex_);
    return failure_;
  }

 private:
  std::mutex mutex_;
  std::condition_variable frame_arrived_;
  std::deque<Frame> frames_;
  std::size_t arrived_ = 0;
  std::array<char, 16> thread_name_{};
  std::optional<std::string> failure_;
};

std::optional<std::uint32_t> number_in(const Frame& frame) {
  const Plane& plane = frame.planes()[0];
  if (frame.info().format == PixelFormat::kMjpeg) {
    const RgbPicture picture = decode_rgb(plane.bytes);
    std::vector<std::uint8_t> green;
    for (std::size_t i = 1; i < picture.samples.size(); i += 3) {
      green.push_back(picture.samples[i]);
    }
    return read_number_cells(green, static_cast<std::size_t>(picture.width_px), picture.width_px);
  }
  return read_number_cells(
      {reinterpret_cast<const std::uint8_t*>(plane.bytes.data()), plane.bytes.size()},
      plane.stride_bytes, frame.info().width_px);
}

class PatternSourceTest : public testing::TestWithParam<PixelFormat> {
 protected:
  void start() { ASSERT_TRUE(source_->start(inbox_.events()).has_value()); }

  Inbox inbox_;
  PatternRequest request_{Size{160, 120}, 1000, GetParam()};
  std::unique_ptr<FrameSource> source_ = make_pattern_source(request_);
};

// Its CPU time is told apart from the server's own by this name: by top, and by the benchmark.
TEST_P(PatternSourceTest, ItsThreadHasANameOfItsOwn) {
  start();
  inbox_.take();
  EXPECT_EQ(inbox_.thread_name(), "pattern");
}

TEST_P(PatternSourceTest, DeliversWhatItSaysItDelivers) {
  const auto format = source_->start(inbox_.events());
  ASSERT_TRUE(format.has_value());
  EXPECT_EQ(format->width_px, 160);
  EXPECT_EQ(format->height_px, 120);
  EXPECT_EQ(format->frames_per_second, 1000);
  EXPECT_EQ(format->format, GetParam());
  const Frame frame = inbox_.take();
  EXPECT_EQ(frame.info().width_px, 160);
  EXPECT_EQ(frame.info().height_px, 120);
  EXPECT_EQ(frame.info().format, GetParam());
  EXPECT_EQ(frame.planes().size(), GetParam() == PixelFormat::kNv12 ? 2U : 1U);
  EXPECT_EQ(source_->description(), "test pattern");
}

TEST_P(PatternSourceTest, EachPictureShowsItsOwnSequenceNumber) {
  start();
  std::optional<std::uint64_t> last;
  for (int i = 0; i < 20; ++i) {
    const Frame frame = inbox_.take();
    EXPECT_EQ(number_in(frame), frame.info().sequence);
    if (last) {
      EXPECT_GT(frame.info().sequence, *last);
    }
    last = frame.info().sequence;
  }
}

TEST_P(PatternSourceTest, TheFirstFrameIsNumberZero) {
  start();
  EXPECT_EQ(inbox_.take().info().sequence, 0U);
}

TEST_P(PatternSourceTest, NumbersGoOnAfterARestart) {
  std::uint64_t last = 0;
  for (int restart = 0; restart < 3; ++restart) {
    start();
    for (int i = 0; i < 3; ++i) {
      last = std::max(last, inbox_.take().info().sequence);
    }
    source_->stop();
    inbox_.clear();
    start();
    EXPECT_GT(inbox_.take().info().sequence, last);
    source_->stop();
    inbox_.clear();
  }
}

// A clock that stands still, or is set back a little, stands for all that keeps time from passing
// between two frames.
TEST_P(PatternSourceTest, TimesRiseThoughTheClockDoesNotAlsoAfterARestart) {
  UnixTime clock{std::chrono::seconds(1'763'917'200)};
  const auto source =
      make_pattern_source(request_, [&clock] { return clock -= std::chrono::milliseconds(1); });
  UnixTime last{};
  for (int start = 0; start < 2; ++start) {
    ASSERT_TRUE(source->start(inbox_.events()).has_value());
    for (int i = 0; i < 10; ++i) {
      const UnixTime captured = inbox_.take().info().captured;
      EXPECT_GT(captured, last);
      last = captured;
    }
    source->stop();
    inbox_.clear();
  }
}

TEST_P(PatternSourceTest, NothingArrivesAfterStopHasReturned) {
  for (int i = 0; i < 50; ++i) {
    start();
    source_->stop();
    const std::size_t arrived = inbox_.arrived();
    inbox_.clear();
    // Another source's frames prove that time has passed.
    Inbox others;
    const auto other = make_pattern_source(request_);
    ASSERT_TRUE(other->start(others.events()).has_value());
    others.take();
    EXPECT_EQ(inbox_.arrived(), arrived);
  }
}

TEST_P(PatternSourceTest, StopWithoutStartAndTwiceDoesNothing) {
  source_->stop();
  start();
  source_->stop();
  source_->stop();
  EXPECT_EQ(inbox_.failure(), std::nullopt);
}

TEST_P(PatternSourceTest, StopDoesNotWaitForTheNextFrame) {
  PatternRequest slow = request_;
  slow.frames_per_second = 1e-6;  // one frame in twelve days
  const auto source = make_pattern_source(slow);
  ASSERT_TRUE(source->start(inbox_.events()).has_value());
  inbox_.take();
  source->stop();
}

TEST_P(PatternSourceTest, FramesOutliveStopAndTheSourceItself) {
  start();
  const Frame frame = inbox_.take();
  const Frame another = inbox_.take();
  source_->stop();
  source_.reset();
  inbox_.clear();
  EXPECT_EQ(number_in(frame), frame.info().sequence);
  EXPECT_EQ(number_in(another), another.info().sequence);
}

// As with a camera: no frame while all buffers are out, and no overwriting of those that are.
TEST_P(PatternSourceTest, LeasedFramesAreLeftAloneAndTheNextComesWhenOneIsGivenBack) {
  start();
  std::vector<Frame> held;
  for (std::size_t i = 0; i < kBuffers; ++i) {
    held.push_back(inbox_.take());
  }
  const std::uint64_t last = held.back().info().sequence;
  const std::byte* given_back = held.back().planes()[0].bytes.data();
  held.pop_back();
  const Frame next = inbox_.take();
  EXPECT_GT(next.info().sequence, last);
  if (GetParam() == PixelFormat::kNv12) {
    EXPECT_EQ(next.planes()[0].bytes.data(), given_back);
  }
  for (const Frame& frame : held) {
    EXPECT_EQ(number_in(frame), frame.info().sequence);
  }
}

// A hand-over that blocks for the time of 50 frames: these are missing afterwards, they are not
// made late. Holds on a machine of any speed, since a slower one only misses more.
TEST_P(PatternSourceTest, FramesWhoseTimeHasPassedAreMissingAndTheirNumbersToo) {
  using Clock = std::chrono::steady_clock;
  std::mutex mutex;
  std::condition_variable arrived;
  std::vector<std::uint64_t> sequences;
  const auto on_frame = [&](const Frame& frame) {
    if (frame.info().sequence == 0) {
      const auto until = Clock::now() + std::chrono::milliseconds(50);
      while (Clock::now() < until) {
        std::this_thread::yield();
      }
    }
    const std::lock_guard lock(mutex);
    sequences.push_back(frame.info().sequence);
    arrived.notify_all();
  };
  ASSERT_TRUE(source_->start({on_frame, [](const Failure&) {}}).has_value());
  std::unique_lock lock(mutex);
  arrived.wait(lock, [&] { return sequences.size() >= 2; });
  EXPECT_EQ(sequences[0], 0U);
  EXPECT_GE(sequences[1], 50U);
  lock.unlock();
  source_->stop();
}

// Frames may be late on a busy machine, but none comes before its time, however many came before.
TEST_P(PatternSourceTest, NoFrameComesBeforeItsTime) {
  using Clock = std::chrono::steady_clock;
  const Clock::time_point begin = Clock::now();
  start();
  for (int i = 0; i < 40; ++i) {
    const Frame frame = inbox_.take();
    EXPECT_GE(Clock::now() - begin, std::chrono::milliseconds(frame.info().sequence));
  }
}

TEST_P(PatternSourceTest, EverySizeInRangeWorks) {
  for (const Size size : {Size{128, 96}, Size{129, 97}, Size{1001, 131}, Size{4096, 96},
                          Size{128, 2160}, Size{641, 480}}) {
    Inbox inbox;
    const auto source = make_pattern_source({size, 200, GetParam()});
    ASSERT_TRUE(source->start(inbox.events()).has_value());
    const Frame frame = inbox.take();
    EXPECT_EQ(number_in(frame), frame.info().sequence) << size.width_px << "x" << size.height_px;
  }
}

INSTANTIATE_TEST_SUITE_P(Formats, PatternSourceTest,
                         testing::Values(PixelFormat::kNv12, PixelFormat::kMjpeg),
                         [](const testing::TestParamInfo<PixelFormat>& parameter) {
                           return std::string(to_string(parameter.param));
                         });

/// A source whose frames are looked at and dropped as they come.
class PatternControlsTest : public testing::Test {
 protected:
  struct Seen {
    std::uint64_t sequence = 0;
    int darkest = 0;
    UnixTime captured{};
  };

  SourceEvents events() {
    return {.on_frame =
                [this](Frame frame) {
                  const auto luma = frame.planes()[0].bytes;
                  const std::byte darkest = *std::min_element(luma.begin(), luma.end());
                  const std::lock_guard lock(mutex_);
                  seen_.push_back({frame.info().sequence, std::to_integer<int>(darkest),
                                   frame.info().captured});
                  changed_.notify_all();
                },
            .on_failure = [](Failure) {},
            .on_controls_set =
                [this](const ControlOutcome& outcome, std::uint64_t sequence) {
                  const std::lock_guard lock(mutex_);
                  set_[outcome.revision] = sequence;
                  held_ = outcome.held;
                  changed_.notify_all();
                }};
  }

  std::uint64_t first_sequence_with(std::uint64_t revision) {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return set_.contains(revision); });
    return set_[revision];
  }

  void wait_for_frames(std::size_t count) {
    std::unique_lock lock(mutex_);
    const std::size_t enough = seen_.size() + count;
    changed_.wait(lock, [&] { return seen_.size() >= enough; });
  }

  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<Seen> seen_;
  std::map<std::uint64_t, std::uint64_t> set_;
  ControlSettings held_;
  std::unique_ptr<FrameSource> source_ =
      make_pattern_source({Size{160, 120}, 1000, PixelFormat::kNv12});
};

// Black is nowhere in a picture that is brighter by a quarter, and it is in every other.
TEST_F(PatternControlsTest, TheFrameThatIsToldIsTheFirstThatIsBrighter) {
  ASSERT_TRUE(source_->start(events()));
  wait_for_frames(2);
  source_->set_controls({{"Brightness", {0.25, 1}}}, 1);
  const std::uint64_t first = first_sequence_with(1);
  wait_for_frames(2);
  source_->stop();
  for (const Seen& frame : seen_) {
    EXPECT_EQ(frame.darkest >= 60, frame.sequence >= first) << frame.sequence;
  }
}

TEST_F(PatternControlsTest, WhatWasSetBeforeAStartHoldsFromTheFirstFrameAndAfterARestart) {
  source_->set_controls({{"Brightness", {0.25, 1}}}, 1);
  for (int i = 0; i < 2; ++i) {
    ASSERT_TRUE(source_->start(events()));
    wait_for_frames(2);
    source_->stop();
  }
  EXPECT_EQ(first_sequence_with(1), 0u);
  EXPECT_EQ(held_, (ControlSettings{{"Brightness", {0.25, 1}}}));
  for (const Seen& frame : seen_) {
    EXPECT_GE(frame.darkest, 60) << frame.sequence;
  }
}

// Numbers count the slots of 50 ms from then on, of which none comes early. The slot in which the
// rate changes is due no earlier than one slot of the old rate before the last frame came.
TEST_F(PatternControlsTest, AnotherFrameRateHoldsFromTheFrameThatIsTold) {
  ASSERT_TRUE(source_->start(events()));
  wait_for_frames(2);
  source_->set_controls({{"FrameRate", {20.0, 1}}}, 1);
  const std::uint64_t first = first_sequence_with(1);
  wait_for_frames(2);
  source_->stop();
  const auto told = std::find_if(seen_.begin(), seen_.end(),
                                 [&](const Seen& frame) { return frame.sequence == first; });
  ASSERT_TRUE(told != seen_.begin() && told != seen_.end());
  const auto due_after = std::prev(told)->captured - std::chrono::milliseconds(1);
  const auto slots = static_cast<int>(seen_.back().sequence - first);
  EXPECT_GE(slots, 2);
  EXPECT_GE(seen_.back().captured - due_after, slots * std::chrono::milliseconds(50));
}

TEST(PatternControlListTest, EachFormatHasTheControlsThatItCanHave) {
  const auto names_of = [](const PatternRequest& request) {
    std::string names;
    for (const CameraControl& control : make_pattern_source(request)->controls()) {
      names += control.name + " ";
    }
    return names;
  };
  EXPECT_EQ(names_of({}), "Brightness FrameRate ");
  EXPECT_EQ(names_of({.format = PixelFormat::kMjpeg}), "FrameRate ");
  EXPECT_EQ(names_of({.frames_per_second = 0.5}), "Brightness ");
}

TEST(PatternSourceRequestTest, WhatCannotBeIsRefusedWithAReason) {
  const double not_a_number = std::numeric_limits<double>::quiet_NaN();
  for (const PatternRequest& request :
       {PatternRequest{Size{127, 96}, 30, PixelFormat::kNv12},
        PatternRequest{Size{128, 95}, 30, PixelFormat::kNv12},
        PatternRequest{Size{4097, 96}, 30, PixelFormat::kMjpeg},
        PatternRequest{Size{128, 2161}, 30, PixelFormat::kMjpeg},
        PatternRequest{Size{-1, 0}, 30, PixelFormat::kNv12},
        PatternRequest{Size{640, 480}, 0, PixelFormat::kNv12},
        PatternRequest{Size{640, 480}, -5, PixelFormat::kNv12},
        PatternRequest{Size{640, 480}, 1001, PixelFormat::kNv12},
        PatternRequest{Size{640, 480}, not_a_number, PixelFormat::kNv12},
        PatternRequest{Size{640, 480}, 30, PixelFormat::kRgb24}}) {
    Inbox inbox;
    const auto source = make_pattern_source(request);
    const auto started = source->start(inbox.events());
    ASSERT_TRUE(started.has_error());
    EXPECT_EQ(started.error().kind, Failure::Kind::kMisconfigured);
    EXPECT_NE(started.error().reason.find("test pattern"), std::string::npos);
    source->stop();
  }
}

}  // namespace
}  // namespace freshframe
