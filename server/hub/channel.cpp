#include "hub/channel.h"

#include <algorithm>
#include <cassert>
#include <utility>

#include "message/picture_forms.h"
#include "message/stale_picture.h"

namespace freshframe {

void Channel::publish(PicturePtr picture) {
  if (!picture->has_any_form()) {
    return;  // whoever makes pictures in no form makes it anew for who wants it
  }
  last_ = std::move(picture);
  last_is_present_ = !demand_.empty();
  if (!last_is_present_) {
    return;  // made for one who has left since
  }
  last_published_ = std::chrono::steady_clock::now();
  rate_.count(*last_published_);
  // Neither call below may change who watches: a viewer that leaves does so from its own coroutine.
  for (Entry& entry : viewers_) {
    offer(entry);
  }
}

void Channel::set_status(CameraStatus status) {
  if (status == status_) {
    return;
  }
  status_ = std::move(status);
  if (status_.state != CameraState::kLive && status_.state != CameraState::kSettling) {
    last_is_present_ = false;
  }
  for (const Entry& entry : viewers_) {
    entry.viewer->on_status(*this, status_);
  }
}

void Channel::set_frame_waits(bool frame_waits) {
  frame_waits_ = frame_waits;
  for (Entry& entry : viewers_) {
    if (entry.last == LastPicture::kWanted) {
      offer(entry);
    }
  }
}

void Channel::add(Viewer& viewer, std::optional<WireForm> form, LastPicture last) {
  viewers_.push_back({&viewer, form, form ? last : LastPicture::kNotWanted});
  viewer.on_status(*this, status_);
  offer(viewers_.back());
  tell_demand();
}

void Channel::remove(Viewer& viewer) {
  *entry_of(viewer) = viewers_.back();
  viewers_.pop_back();
  tell_demand();
}

void Channel::set_form(Viewer& viewer, std::optional<WireForm> form) {
  Entry& entry = *entry_of(viewer);
  if (entry.form == form) {
    return;
  }
  entry.form = form;
  entry.last = LastPicture::kNotWanted;
  offer(entry);
  tell_demand();
}

void Channel::offer(Entry& entry) {
  if (!entry.form || !last_) {
    return;
  }
  // Where the present is near, a picture of the past would only keep the connection busy.
  if (!last_is_present_ && (frame_waits_ || entry.last == LastPicture::kNotWanted)) {
    return;
  }
  // Marked, and put into a form that nobody wanted as it was made, once: who comes later shares it.
  if (!last_is_present_ && !last_->is_stale) {
    last_ = make_stale_picture(*last_);
  }
  if (!last_->has(*entry.form)) {
    last_ = with_form(*last_, *entry.form);
  }
  entry.last = LastPicture::kNotWanted;
  entry.viewer->on_picture(*this, last_);
}

void Channel::tell_demand() {
  WireForms wanted;
  for (const Entry& entry : viewers_) {
    if (entry.form) {
      wanted.add(*entry.form);
    }
  }
  if (wanted == demand_) {
    return;
  }
  demand_ = wanted;
  if (demand_.empty()) {
    // No picture replaces it from now on: the next viewer would be shown the past.
    last_is_present_ = false;
  }
  if (on_demand_) {
    on_demand_(demand_);
  }
}

void Channel::tell_controls() {
  for (const Entry& entry : viewers_) {
    entry.viewer->on_controls(*this);
  }
}

std::vector<Channel::Entry>::iterator Channel::entry_of(Viewer& viewer) {
  const auto found = std::find_if(viewers_.begin(), viewers_.end(),
                                  [&](const Entry& entry) { return entry.viewer == &viewer; });
  assert(found != viewers_.end());
  return found;
}

Subscription::Subscription(Channel& channel, Viewer& viewer, std::optional<WireForm> form,
                           LastPicture last)
    : channel_(channel), viewer_(viewer) {
  channel_.add(viewer_, form, last);
}

Subscription::~Subscription() {
  channel_.remove(viewer_);
}

}  // namespace freshframe
