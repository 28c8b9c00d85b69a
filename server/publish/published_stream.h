#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <thread>

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/system/result.hpp>

#include "base/latest_slot.h"
#include "base/pulse.h"
#include "hub/channel.h"
#include "message/client_message.h"
#include "message/picture.h"
#include "publish/frame_reader.h"
#include "publish/publisher.h"
#include "publish/submission.h"

namespace freshframe {

/// How long a published stream waits for its publisher.
struct PublishedStreamSettings {
  /// Without a picture for this long, and for three times the time between the last two, it has
  /// stalled.
  std::chrono::milliseconds stalled_after{2'000};
  /// A publisher without a connection that stays, one picture for each HTTP request, has left when
  /// it sent nothing for this long, and for five times the time between its last two pictures.
  std::chrono::milliseconds left_after{10'000};
  /// However slow the pictures are, neither takes longer than this.
  std::chrono::milliseconds left_after_most{600'000};
};

/// Who wants to publish.
struct Claimant {
  /// The peer's address; empty when that is not known.
  std::string address;
  /// It comes with one frame at a time, and keeps the stream for a while when its claim ends.
  bool is_visitor = false;
};

/// A camera whose frames a program sends: what Pipeline is for cameras of this machine. Looks into
/// each frame on a thread of its own, and keeps the newest only while that is busy.
///
/// Thread: event loop only; owns the thread that looks into frames. Neither `loop` nor `channel`
/// may go first.
class PublishedStream {
 public:
  /// A publisher's hold on the stream, from construction to destruction.
  class Claim {
   public:
    ~Claim();  // NOLINT(bugprone-exception-escape): see there
    Claim(const Claim&) = delete;
    Claim& operator=(const Claim&) = delete;

    /// False once somebody else has taken the stream over.
    bool stands() const { return stream_.holder_ == this; }

    /// Hands over a frame. The publisher is told what became of it, later.
    void submit(Submission submission);

    /// As if a frame had been handed over and refused for `error`.
    void refuse(const ProtocolError& error);

    /// Nobody keeps the stream when this ends: it was no visitor after all.
    void leave_at_once() { visitor_.clear(); }

    PublishedStream& stream() const { return stream_; }

   private:
    friend class PublishedStream;
    Claim(PublishedStream& stream, Publisher& publisher, std::string visitor);

    PublishedStream& stream_;
    Publisher& publisher_;
    /// Who keeps the stream when this ends; empty: nobody.
    std::string visitor_;
    const std::uint64_t number_;
  };

  PublishedStream(boost::asio::io_context& loop, Channel& channel,
                  const PublishedStreamSettings& settings = {});
  /// Waits for the thread.
  ~PublishedStream();
  PublishedStream(const PublishedStream&) = delete;
  PublishedStream& operator=(const PublishedStream&) = delete;

  const Channel& channel() const { return channel_; }
  bool is_watched() const { return wanted_forms_ != 0; }

  /// The thread's: it rests while it waits for a frame.
  const Pulse& pulse() const { return pulse_; }

  /// Claims the stream for `publisher`, which outlives the claim. Fails with `taken` when somebody
  /// else holds it, unless `takes_over`, and then that one is told.
  ///
  /// A visitor's own newer claim takes the place of its older; and once its claim has ended it
  /// gives way to whoever comes from its address.
  boost::system::result<std::unique_ptr<Claim>, ProtocolError> claim(Publisher& publisher,
                                                                     bool takes_over,
                                                                     Claimant claimant = {});

  /// Nobody publishes any more: lets the thread end, and gives the event loop nothing more to wait
  /// for. Returns at once.
  void request_stop();

 private:
  using Clock = std::chrono::steady_clock;
  struct Job {
    Submission submission;
    std::uint64_t claim_number;
    std::uint64_t sequence;
  };
  /// What was taken last, so that who comes late, or wants another form, sees something.
  struct Taken {
    FrameInfo info;
    std::string_view mime;
    Bytes image;
  };

  void submit(const Claim& claim, Submission submission);
  void release(const Claim& claim);

  void run();
  std::optional<Job> wait_for_job();
  /// True when the frame is taken, and so shown in the forms that are wanted.
  bool work_on(const Job& job);
  PicturePtr picture_of_last() const;
  void show_last();

  void taken(std::uint64_t claim_number, const PicturePtr& picture);
  void refused(std::uint64_t claim_number, const ProtocolError& error);
  void tell_done(std::uint64_t claim_number, const ProtocolError* error);
  void nobody_publishes();
  void wait_for_silence();
  std::string why_no_pictures() const;
  std::chrono::milliseconds patience(std::chrono::milliseconds least, int intervals) const;
  void set_state(CameraState state, std::string reason = {});

  boost::asio::io_context& loop_;
  Channel& channel_;
  const PublishedStreamSettings settings_;

  // Event loop only.
  Claim* holder_ = nullptr;
  std::string visitor_;
  /// The visitor that was the last to publish, and has left.
  std::string departed_;
  std::uint64_t claims_ = 0;
  std::uint64_t last_submitted_claim_ = 0;
  std::uint64_t sequence_ = 0;
  /// Why frames are refused since the last that was taken.
  std::optional<ProtocolError> refusal_;
  Clock::time_point last_taken_;
  std::uint64_t last_taken_sequence_ = 0;
  /// When this publisher's last picture was taken; empty before its first.
  std::optional<Clock::time_point> interval_began_;
  /// When something came last of whoever holds the stream.
  Clock::time_point last_heard_;
  std::chrono::milliseconds interval_{0};
  boost::asio::steady_timer silence_;

  /// From the event loop to the thread: WireForms::bits(), and whether somebody came for whom the
  /// last picture is to be shown once more.
  std::atomic<std::uint8_t> wanted_forms_{0};
  std::atomic<bool> wants_last_{false};
  std::atomic<bool> stopping_{false};
  LatestSlot<Job> submitted_;
  Pulse pulse_;

  // The thread's only.
  FrameReader reader_;
  std::optional<Taken> last_;

  std::thread thread_;
};

}  // namespace freshframe
