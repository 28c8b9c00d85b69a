#include "hub/camera_controls.h"

#include <utility>

namespace freshframe {

std::optional<ControlValue> CameraControls::value_of(const CameraControl& control) const {
  const auto set = values_.find(control.name);
  return set == values_.end() ? control.default_value : std::optional(set->second);
}

boost::system::result<CameraControls::Waiting, RefusedChange> CameraControls::change(
    const ControlChanges& changes, Done done) {
  std::erase_if(changes_, [](const Change& change) { return change.done.expired(); });
  if (changes_.size() == kMostWaiting) {
    return RefusedChange{.is_too_many = true,
                         .reason = std::to_string(kMostWaiting) +
                                   " changes wait for the camera's next frame already; try again "
                                   "when one of them is answered"};
  }
  const auto checked = check_controls(changes, list_);
  if (!checked) {
    return RefusedChange{.reason = reason_of(checked.error())};
  }
  for (const auto& [name, value] : *checked) {
    values_[name] = value;
  }
  pass_on();
  tell_news();
  auto waiting = std::make_shared<Done>(std::move(done));
  if (!is_running_) {
    (*waiting)(std::nullopt);
    return Waiting();
  }
  changes_.push_back({revision_, waiting});
  return Waiting(std::move(waiting));
}

void CameraControls::preset(ControlValues values) {
  values_ = std::move(values);
  pass_on();
}

void CameraControls::foresee_list(std::vector<CameraControl> list) {
  fit_to(std::move(list), /*forgets=*/false);
}

std::vector<RefusedControl> CameraControls::set_list(std::vector<CameraControl> list) {
  return fit_to(std::move(list), /*forgets=*/true);
}

std::vector<RefusedControl> CameraControls::fit_to(std::vector<CameraControl> list, bool forgets) {
  const bool is_another_list = list != list_;
  list_ = std::move(list);
  std::vector<RefusedControl> forgotten;
  ControlValues values;
  for (const auto& [name, value] : values_) {
    const auto checked = check_controls({{name, value}}, list_);
    if (checked) {
      values.insert(*checked->begin());
    } else if (forgets) {
      forgotten.push_back(checked.error().front());
    } else {
      values[name] = value;
    }
  }
  const bool are_other_values = values != values_;
  if (are_other_values) {
    // Another camera may be in this one's place, or a whole number stand for a number.
    values_ = std::move(values);
    pass_on();
  }
  if (is_another_list || are_other_values) {
    tell_news();
  }
  return forgotten;
}

void CameraControls::set_running(bool is_running) {
  is_running_ = is_running;
  if (!is_running_) {
    tell(revision_, std::nullopt);
  }
}

void CameraControls::has_set(std::uint64_t revision, std::uint64_t sequence) {
  tell(revision, sequence);
}

void CameraControls::pass_on() {
  ++revision_;
  if (set_) {
    set_(values_, revision_);
  }
}

void CameraControls::tell_news() {
  if (on_news_) {
    on_news_();
  }
}

void CameraControls::tell(std::uint64_t revision, std::optional<std::uint64_t> sequence) {
  std::list<Change> told;
  while (!changes_.empty() && changes_.front().revision <= revision) {
    told.splice(told.end(), changes_, changes_.begin());
  }
  for (const Change& change : told) {
    if (const std::shared_ptr<Done> done = change.done.lock()) {
      (*done)(sequence);
    }
  }
}

}  // namespace freshframe
