#include "capture/control_delivery.h"

namespace freshframe {

std::optional<ControlValues> ControlDelivery::next() {
  if (is_under_way_ || wanted_.revision == told_revision_) {
    return std::nullopt;
  }
  brought_.clear();
  if (!doubted_.empty()) {
    brought_.insert(doubted_.front());
  } else {
    revision_ = wanted_.revision;
    for (const auto& [name, setting] : wanted_.settings) {
      if (setting.revision > known_revisions_[name]) {
        brought_.emplace(name, setting);
      }
    }
  }
  is_under_way_ = true;
  return values_of(brought_);
}

bool ControlDelivery::cancelled() {
  if (!is_without_ && !brought_.empty()) {
    is_without_ = true;
    return true;
  }
  is_without_ = false;
  is_under_way_ = false;
  return false;
}

std::optional<ControlOutcome> ControlDelivery::completed() {
  is_under_way_ = false;
  if (std::exchange(is_without_, false)) {
    has_refused();
  } else {
    has_taken();
  }
  if (refused_in_a_row_ < doubted_.size()) {
    return std::nullopt;
  }
  ControlOutcome outcome{.revision = revision_, .held = held_};
  for (const auto& [name, setting] : doubted_) {
    known_revisions_[name] = setting.revision;
    outcome.refused.push_back({name, setting.revision});
  }
  doubted_.clear();
  refused_in_a_row_ = 0;
  told_revision_ = revision_;
  return outcome;
}

void ControlDelivery::has_taken() {
  for (const auto& [name, setting] : brought_) {
    known_revisions_[name] = setting.revision;
    held_[name] = setting;
  }
  if (!doubted_.empty()) {
    doubted_.pop_front();
    refused_in_a_row_ = 0;
  }
}

void ControlDelivery::has_refused() {
  if (!doubted_.empty()) {
    doubted_.push_back(std::move(doubted_.front()));
    doubted_.pop_front();
    ++refused_in_a_row_;
  } else {
    doubted_.assign(brought_.begin(), brought_.end());
    // Each once more and alone, also a single one: it may have been the buffer that was refused.
    refused_in_a_row_ = 0;
  }
}

}  // namespace freshframe
