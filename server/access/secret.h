#pragma once

#include <string.h>

#include <string>
#include <string_view>
#include <utility>

namespace freshframe {

/// A text that is wiped from memory when it goes. Movable only: there is one copy.
class Secret {
 public:
  Secret() = default;
  explicit Secret(std::string text) : text_(std::move(text)) { wipe(text); }
  Secret(Secret&& other) noexcept : text_(std::move(other.text_)) { wipe(other.text_); }
  Secret& operator=(Secret&& other) noexcept {
    if (this != &other) {
      wipe(text_);
      text_ = std::move(other.text_);
      wipe(other.text_);
    }
    return *this;
  }
  Secret(const Secret&) = delete;
  Secret& operator=(const Secret&) = delete;
  ~Secret() { wipe(text_); }

  std::string_view text() const { return text_; }

  /// Leaves `text` empty, and zeroes where its letters were.
  static void wipe(std::string& text) {
    // A short text lies within the object, and moving copies it: the whole room is wiped.
    text.resize(text.capacity());
    explicit_bzero(text.data(), text.size());
    text.clear();
  }

 private:
  std::string text_;
};

}  // namespace freshframe
