#include "publish/published_stream.h"

#include <pthread.h>

#include <algorithm>
#include <span>
#include <utility>

#include <boost/asio/post.hpp>
#include <spdlog/spdlog.h>

#include "message/frame_message.h"

namespace freshframe {

namespace {

using std::chrono::milliseconds;

constexpr auto kNever = std::chrono::steady_clock::time_point::max();

/// The counters know four reasons. Source: server/README.md.
EncodeError counted_as(ProtocolError::Code code) {
  return code == ProtocolError::Code::kTruncatedImage ? EncodeError::kTruncated
                                                      : EncodeError::kForeign;
}

}  // namespace

PublishedStream::Claim::Claim(PublishedStream& stream, Publisher& publisher, std::string visitor)
    : stream_(stream),
      publisher_(publisher),
      visitor_(std::move(visitor)),
      number_(++stream.claims_) {}

// NOLINTNEXTLINE(bugprone-exception-escape): only for want of memory, which ends the program
PublishedStream::Claim::~Claim() {
  stream_.release(*this);
}

void PublishedStream::Claim::submit(Submission submission) {
  stream_.submit(*this, std::move(submission));
}

void PublishedStream::Claim::refuse(const ProtocolError& error) {
  ++stream_.channel_.counters().captured;
  stream_.refused(number_, error);
}

PublishedStream::PublishedStream(boost::asio::io_context& loop, Channel& channel,
                                 const PublishedStreamSettings& settings)
    : loop_(loop), channel_(channel), settings_(settings), silence_(loop), reader_(channel.name()) {
  nobody_publishes();
  channel_.on_demand([this](WireForms wanted) {
    const bool was_watched = is_watched();
    wanted_forms_ = wanted.bits();
    if (was_watched || !is_watched()) {
      return;  // the channel puts what it showed last into another form
    }
    wants_last_ = true;
    submitted_.interrupt();
    if (holder_ != nullptr) {
      holder_->publisher_.watched_again();
    }
  });
  thread_ = std::thread([this] { run(); });
}

PublishedStream::~PublishedStream() {
  channel_.on_demand(nullptr);
  request_stop();
  thread_.join();
}

void PublishedStream::request_stop() {
  stopping_ = true;
  submitted_.interrupt();
  silence_.cancel();
}

boost::system::result<std::unique_ptr<PublishedStream::Claim>, ProtocolError>
PublishedStream::claim(Publisher& publisher, bool takes_over, Claimant claimant) {
  const bool is_held = holder_ != nullptr || !visitor_.empty();
  const std::string& held_by = holder_ != nullptr ? holder_->visitor_ : visitor_;
  const bool is_own = is_held && !claimant.address.empty() && held_by == claimant.address &&
                      (claimant.is_visitor || holder_ == nullptr);
  const bool is_back = is_own && claimant.is_visitor;
  const bool is_back_late = !is_held && claimant.is_visitor && departed_ == claimant.address;
  if (is_held && !is_own && !takes_over) {
    return ProtocolError{ProtocolError::Code::kTaken,
                         "somebody else publishes to this camera; takeover takes it from them",
                         "publish",
                         {}};
  }
  std::unique_ptr<Claim> claim(new Claim(
      *this, publisher, claimant.is_visitor ? std::move(claimant.address) : std::string()));
  visitor_.clear();
  departed_.clear();
  if (Claim* const displaced = std::exchange(holder_, claim.get())) {
    displaced->publisher_.taken_over();
  }
  if (!is_back) {
    spdlog::info("{}: somebody publishes{}", channel_.name(), is_held ? ", who took it over" : "");
    // One that comes once a minute had left each time, and its pace is known all the same.
    if (!is_back_late) {
      interval_ = milliseconds{0};
      interval_began_.reset();
    }
    refusal_.reset();
    // Live it stays, with the picture that is there, until it stalls.
    if (channel_.status().state != CameraState::kLive) {
      set_state(CameraState::kStarting);
    }
  }
  last_heard_ = Clock::now();
  return claim;
}

void PublishedStream::submit(const Claim& claim, Submission submission) {
  ++channel_.counters().captured;
  const std::uint64_t waiting = std::exchange(last_submitted_claim_, claim.number_);
  if (submitted_.put({std::move(submission), claim.number_, ++sequence_})) {
    ++channel_.counters().replaced;
    tell_done(waiting, nullptr);
  }
}

void PublishedStream::release(const Claim& claim) {
  if (holder_ != &claim) {
    return;  // taken over, and whoever did that knows
  }
  holder_ = nullptr;
  visitor_ = claim.visitor_;
  if (visitor_.empty()) {
    silence_.cancel();
    nobody_publishes();
  } else {
    wait_for_silence();
  }
}

void PublishedStream::run() {
  pthread_setname_np(pthread_self(), "publish");
  while (!stopping_) {
    const std::optional<Job> job = wait_for_job();
    // Before the forms are looked at: who comes from now on is seen in the next round.
    const bool wants_last = wants_last_.exchange(false);
    const bool is_shown = job && work_on(*job);
    if (!is_shown && wants_last && last_) {
      show_last();
    }
  }
}

std::optional<PublishedStream::Job> PublishedStream::wait_for_job() {
  const Pulse::Rest rest(pulse_);
  return submitted_.take_until(kNever);
}

bool PublishedStream::work_on(const Job& job) {
  const Clock::time_point began = Clock::now();
  auto frame = reader_.read(job.submission);
  if (!frame) {
    boost::asio::post(loop_, [this, number = job.claim_number, error = frame.error()] {
      refused(number, error);
    });
    return false;
  }
  frame->info.sequence = job.sequence;
  last_ = {frame->info, frame->image.mime, Bytes::copy_of(frame->image.bytes)};
  PicturePtr picture = picture_of_last();
  channel_.counters().encode_time.add(
      std::chrono::duration_cast<std::chrono::microseconds>(Clock::now() - began));
  boost::asio::post(loop_, [this, number = job.claim_number, picture = std::move(picture)] {
    taken(number, picture);
  });
  return true;
}

PicturePtr PublishedStream::picture_of_last() const {
  const auto bytes = std::as_bytes(std::span(last_->image.data(), last_->image.size()));
  return std::make_shared<Picture>(
      make_picture(channel_.name(), last_->info, last_->mime, bytes, WireForms(wanted_forms_)));
}

void PublishedStream::show_last() {
  boost::asio::post(loop_, [this, picture = picture_of_last()] {
    // Of a publisher who left, or fell silent, it would be the past; and the one that was looked
    // into last may have been of one who was displaced meanwhile.
    if (channel_.status().state == CameraState::kLive &&
        picture->sequence == last_taken_sequence_) {
      channel_.publish(picture);
    }
  });
}

void PublishedStream::taken(std::uint64_t claim_number, const PicturePtr& picture) {
  if (holder_ == nullptr || holder_->number_ != claim_number) {
    return;  // of one who has left since
  }
  ++channel_.counters().encoded;
  const Clock::time_point now = Clock::now();
  if (interval_began_) {
    interval_ = std::chrono::duration_cast<milliseconds>(now - *interval_began_);
  }
  interval_began_ = now;
  last_taken_ = now;
  last_taken_sequence_ = picture->sequence;
  last_heard_ = now;
  set_state(CameraState::kLive);
  channel_.publish(picture);
  wait_for_silence();
  tell_done(claim_number, nullptr);
}

void PublishedStream::refused(std::uint64_t claim_number, const ProtocolError& error) {
  if (holder_ == nullptr || holder_->number_ != claim_number) {
    return;
  }
  const std::uint64_t count = ++channel_.counters().dropped_for(counted_as(error.code));
  // The first of a kind, and then each power of two: a wrong program must not fill the disk.
  if ((count & (count - 1)) == 0) {
    spdlog::warn("{}: a published frame was refused ({}): {} ({} so far)", channel_.name(),
                 to_string(error.code), error.reason, count);
  }
  last_heard_ = Clock::now();
  const bool is_new = !refusal_ || refusal_->code != error.code;
  refusal_ = error;
  if (is_new && channel_.status().state != CameraState::kLive) {
    set_state(CameraState::kStalled, why_no_pictures());
  }
  tell_done(claim_number, &error);
}

void PublishedStream::tell_done(std::uint64_t claim_number, const ProtocolError* error) {
  if (holder_ != nullptr && holder_->number_ == claim_number) {
    holder_->publisher_.frame_done(error);
  }
}

void PublishedStream::nobody_publishes() {
  departed_ = std::exchange(visitor_, {});
  refusal_.reset();
  set_state(CameraState::kLost, "no program publishes to this camera now");
}

void PublishedStream::wait_for_silence() {
  const auto stalls_at = last_taken_ + patience(settings_.stalled_after, 3);
  const auto leaves_at = last_heard_ + patience(settings_.left_after, 5);
  const bool is_live = channel_.status().state == CameraState::kLive;
  if (!is_live && visitor_.empty()) {
    return;  // it is known to have stalled, and its connection tells when it leaves
  }
  silence_.expires_at(is_live ? stalls_at : leaves_at);
  silence_.async_wait([this](const boost::system::error_code& error) {
    if (error || Clock::now() < silence_.expiry()) {
      return;  // another wait has taken the place of this one
    }
    if (channel_.status().state == CameraState::kLive) {
      set_state(CameraState::kStalled, why_no_pictures());
      wait_for_silence();
    } else if (!visitor_.empty()) {
      nobody_publishes();
    }
  });
}

std::string PublishedStream::why_no_pictures() const {
  return refusal_ ? "what is published is refused: " + refusal_->reason
                  : "the program that publishes to this camera sends no pictures";
}

milliseconds PublishedStream::patience(milliseconds least, int intervals) const {
  return std::max(least, std::min(interval_ * intervals, settings_.left_after_most));
}

void PublishedStream::set_state(CameraState state, std::string reason) {
  if (state == CameraState::kLive) {
    refusal_.reset();
  }
  if (CameraStatus status{state, std::move(reason)}; status != channel_.status()) {
    spdlog::info("{}: {}{}{}", channel_.name(), to_string(state), status.reason.empty() ? "" : ": ",
                 status.reason);
    channel_.set_status(std::move(status));
  }
}

}  // namespace freshframe
