#include "hub/camera_controls.h"

#include <algorithm>
#include <map>
#include <utility>

#include "base/joined.h"

namespace freshframe {

namespace {

std::string refusal_of(const std::string& names) {
  return "the camera refuses " + names +
         " at this moment; if an automatic rules it (AeEnable the exposure, AwbEnable the "
         "colours), turn that off first, or choose another value";
}

}  // namespace

std::optional<ControlValue> CameraControls::value_of(const CameraControl& control) const {
  const auto set = settings_.find(control.name);
  return set == settings_.end() ? control.default_value : std::optional(set->second.value);
}

boost::system::result<CameraControls::Waiting, RefusedChange> CameraControls::change(
    const ControlChanges& changes, Done done) {
  std::erase_if(changes_, [](const Change& change) { return change.done.expired(); });
  if (changes_.size() == kMostWaiting) {
    return RefusedChange{.cause = RefusedChange::Cause::kTooManyWait,
                         .reason = std::to_string(kMostWaiting) +
                                   " changes wait for the camera's next frame already; try again "
                                   "when one of them is answered"};
  }
  const auto checked = check_controls(changes, list_);
  if (!checked) {
    return RefusedChange{.reason = reason_of(checked.error())};
  }
  for (const auto& [name, value] : *checked) {
    settings_[name] = {value, revision_ + 1};
  }
  pass_on();
  tell_news();
  auto waiting = std::make_shared<Done>(std::move(done));
  if (!is_running_) {
    (*waiting)(std::optional<std::uint64_t>());
    return Waiting();
  }
  changes_.push_back({revision_, *checked, waiting});
  return Waiting(std::move(waiting));
}

void CameraControls::preset(const ControlValues& values) {
  settings_.clear();
  for (const auto& [name, value] : values) {
    settings_[name] = {value, revision_ + 1};
  }
  pass_on();
}

void CameraControls::foresee_list(std::vector<CameraControl> list) {
  fit_to(std::move(list), /*forgets=*/false);
}

std::vector<RefusedControl> CameraControls::set_list(std::vector<CameraControl> list) {
  if (list != taken_from_) {
    taken_.clear();
    taken_from_ = list;
  }
  return fit_to(std::move(list), /*forgets=*/true);
}

std::vector<RefusedControl> CameraControls::fit_to(std::vector<CameraControl> list, bool forgets) {
  const bool is_another_list = list != list_;
  list_ = std::move(list);
  std::vector<RefusedControl> forgotten;
  ControlSettings settings;
  for (const auto& [name, setting] : settings_) {
    const auto checked = check_controls({{name, setting.value}}, list_);
    if (!checked && forgets) {
      forgotten.push_back(checked.error().front());
    } else if (checked && checked->begin()->second != setting.value) {
      settings[name] = {checked->begin()->second, revision_ + 1};
    } else {
      settings[name] = setting;
    }
  }
  const bool are_other_values = settings != settings_;
  if (are_other_values) {
    // Another camera may be in this one's place, or a whole number stand for a number.
    settings_ = std::move(settings);
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
    tell({revision_}, std::nullopt);
  }
}

std::vector<RefusedControl> CameraControls::has_set(const ControlOutcome& outcome,
                                                    std::uint64_t sequence) {
  for (const auto& [name, setting] : outcome.held) {
    taken_[name] = setting.value;
  }
  take_back(outcome);
  return tell(outcome, sequence);
}

void CameraControls::pass_on() {
  ++revision_;
  if (set_) {
    set_(settings_, revision_);
  }
}

void CameraControls::tell_news() {
  if (on_news_) {
    on_news_();
  }
}

void CameraControls::take_back(const ControlOutcome& outcome) {
  bool is_news = false;
  for (const RefusedSetting& setting : outcome.refused) {
    const auto shown = settings_.find(setting.name);
    // Somebody may have set it to something else meanwhile.
    if (shown == settings_.end() || shown->second.revision != setting.revision) {
      continue;
    }
    const auto held = outcome.held.find(setting.name);
    const auto before = taken_.find(setting.name);
    if (held != outcome.held.end()) {
      shown->second = held->second;
    } else if (before == taken_.end()) {
      settings_.erase(shown);
    } else if (before->second != shown->second.value) {
      // A change of its own: nobody knows whether the camera has it still.
      shown->second = {before->second, revision_ + 1};
    } else {
      // What it took once it may take at the next start, which sets it again.
      continue;
    }
    is_news = true;
  }
  if (is_news) {
    pass_on();
    tell_news();
  }
}

std::vector<RefusedControl> CameraControls::tell(const ControlOutcome& outcome,
                                                 std::optional<std::uint64_t> sequence) {
  std::map<std::uint64_t, std::vector<std::string>> refused;
  for (const RefusedSetting& setting : outcome.refused) {
    refused[setting.revision].push_back(setting.name);
  }
  std::list<Change> told;
  while (!changes_.empty() && changes_.front().revision <= outcome.revision) {
    told.splice(told.end(), changes_, changes_.begin());
  }
  for (const Change& change : told) {
    const std::shared_ptr<Done> done = change.done.lock();
    if (!done) {
      continue;
    }
    const auto names = refused.extract(change.revision);
    (*done)(answer_to(change, names.empty() ? std::vector<std::string>() : names.mapped(),
                      outcome.held, sequence));
  }
  std::vector<RefusedControl> unheard;
  for (const auto& [revision, names] : refused) {
    for (const std::string& name : names) {
      unheard.push_back({name, refusal_of(name)});
    }
  }
  return unheard;
}

CameraControls::Answer CameraControls::answer_to(const Change& change,
                                                 const std::vector<std::string>& refused,
                                                 const ControlSettings& held,
                                                 std::optional<std::uint64_t> sequence) {
  std::vector<std::string> overtaken;
  for (const auto& [name, value] : change.values) {
    // By whichever change: a later one may have set the same.
    const auto has = held.find(name);
    const bool is_set = has != held.end() && has->second.value == value;
    if (!is_set && std::find(refused.begin(), refused.end(), name) == refused.end()) {
      overtaken.push_back(name);
    }
  }
  if (refused.empty()) {
    return overtaken.empty() ? sequence : std::nullopt;
  }
  std::string reason = refusal_of(joined(refused, " and "));
  if (!overtaken.empty()) {
    reason += "; a later change took the place of " + joined(overtaken, " and ");
  }
  if (refused.size() + overtaken.size() < change.values.size()) {
    reason += "; the rest of the change is set";
  }
  return RefusedChange{.cause = RefusedChange::Cause::kCamera, .reason = std::move(reason)};
}

}  // namespace freshframe
