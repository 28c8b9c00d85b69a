#pragma once

#include <string.h>

#include <string>
#include <string_view>

namespace freshframe {

/// A text that is wiped from memory when it goes. Movable only: there is one copy.
class Secret {
 public:
  Secret() = default;
  explicit Secret(std::string text) { take(text); }
  Secret(Secret&& other) noexcept { take(other.text_); }
  Secret& operator=(Secret&& other) noexcept {
    if (this != &other) {
      take(other.text_);
    }
    return *this;
  }
  Secret(const Secret&) = delete;
  Secret& operator=(const Secret&) = delete;
  ~Secret() { wipe(text_); }

  std::string_view text() const { return text_; }

  /// Leaves `text` empty, and zeroes where its letters were.
  static void wipe(std::string& text) {
    // A short text lies within the object, and swapping copies it: the whole room is wiped.
    text.resize(text.capacity());
    explicit_bzero(text.data(), text.size());
    text.clear();
  }

 private:
  void take(std::string& text) {
    text_.swap(text);
    wipe(text);
  }

  std::string text_;
};

}  // namespace freshframe
