#include "hub/outbox.h"

#include <algorithm>

namespace freshframe {

void Outbox::forget(const Channel& channel) {
  std::erase_if(places_, [&](const Place& place) { return place.channel == &channel; });
}

void Outbox::put(CreditDue credit) {
  if (credit_) {
    credit.frames += credit_->frames;
    if (credit.id_json.empty()) {
      credit.id_json = std::move(credit_->id_json);
    }
  }
  credit_ = std::move(credit);
}

bool Outbox::has_picture() const {
  return std::any_of(places_.begin(), places_.end(),
                     [](const Place& place) { return place.picture != nullptr; });
}

bool Outbox::has_picture(const Channel& channel) const {
  return std::any_of(places_.begin(), places_.end(), [&](const Place& place) {
    return place.channel == &channel && place.picture != nullptr;
  });
}

std::optional<Outbox::Note> Outbox::take_note() {
  if (!answers_.empty()) {
    Note answer = std::move(answers_.front());
    answers_.pop_front();
    return answer;
  }
  if (credit_) {
    return *std::exchange(credit_, std::nullopt);
  }
  for (Place& place : places_) {
    if (place.status) {
      return StatusDue{place.channel, *std::exchange(place.status, std::nullopt)};
    }
    if (std::exchange(place.has_new_controls, false)) {
      return ControlsDue{place.channel};
    }
  }
  return std::nullopt;
}

std::optional<Outbox::WaitingPicture> Outbox::take_picture() {
  const auto found = std::find_if(places_.begin(), places_.end(),
                                  [](const Place& place) { return place.picture != nullptr; });
  if (found == places_.end()) {
    return std::nullopt;
  }
  WaitingPicture taken{found->channel, std::exchange(found->picture, nullptr)};
  std::rotate(found, found + 1, places_.end());
  return taken;
}

void Outbox::put_answer(Note answer) {
  if (answers_.size() == kMostAnswers) {
    answers_.pop_front();
  }
  answers_.push_back(std::move(answer));
}

Outbox::Place& Outbox::place_of(Channel& channel) {
  const auto found = std::find_if(places_.begin(), places_.end(),
                                  [&](const Place& place) { return place.channel == &channel; });
  if (found != places_.end()) {
    return *found;
  }
  return places_.emplace_back(Place{&channel, nullptr, std::nullopt, false});
}

}  // namespace freshframe
