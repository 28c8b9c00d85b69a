#include "hub/channel.h"

#include <algorithm>
#include <cassert>
#include <utility>

namespace freshframe {

void Channel::publish(PicturePtr picture) {
  newest_ = std::move(picture);
  // Neither call below may change who watches: a viewer that leaves does so from its own coroutine.
  for (Viewer* viewer : viewers_) {
    viewer->on_picture(*this, newest_);
  }
}

void Channel::set_status(CameraStatus status) {
  if (status == status_) {
    return;
  }
  status_ = std::move(status);
  if (status_.state != CameraState::kLive) {
    newest_.reset();
  }
  for (Viewer* viewer : viewers_) {
    viewer->on_status(*this, status_);
  }
}

void Channel::add(Viewer& viewer) {
  viewers_.push_back(&viewer);
  viewer.on_status(*this, status_);
  if (newest_) {
    viewer.on_picture(*this, newest_);
  }
  if (viewers_.size() == 1 && on_demand_) {
    on_demand_(true);
  }
}

void Channel::remove(Viewer& viewer) {
  const auto found = std::find(viewers_.begin(), viewers_.end(), &viewer);
  assert(found != viewers_.end());
  *found = viewers_.back();
  viewers_.pop_back();
  if (viewers_.empty() && on_demand_) {
    on_demand_(false);
  }
}

Subscription::Subscription(Channel& channel, Viewer& viewer) : channel_(channel), viewer_(viewer) {
  channel_.add(viewer_);
}

Subscription::~Subscription() {
  channel_.remove(viewer_);
}

}  // namespace freshframe
