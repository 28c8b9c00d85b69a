#pragma once

#include <cassert>
#include <cstddef>
#include <cstring>
#include <memory>
#include <span>
#include <string_view>
#include <utility>

namespace freshframe {

/// A block of bytes of a fixed size, not cleared before it is written: a frame's message is written
/// whole exactly once, and clearing it first would touch all of it twice.
class Bytes {
 public:
  Bytes() = default;
  explicit Bytes(std::size_t size)
      : data_(std::make_unique_for_overwrite<char[]>(size)), size_(size) {}
  Bytes(const Bytes&) = delete;
  Bytes& operator=(const Bytes&) = delete;
  Bytes(Bytes&& other) noexcept
      : data_(std::move(other.data_)), size_(std::exchange(other.size_, 0)) {}
  Bytes& operator=(Bytes&& other) noexcept {
    data_ = std::move(other.data_);
    size_ = std::exchange(other.size_, 0);
    return *this;
  }
  ~Bytes() = default;

  /// The same bytes for one more owner, without a copy. From then on nobody may write to them.
  Bytes shared() const {
    Bytes same;
    same.data_ = data_;
    same.size_ = size_;
    return same;
  }

  static Bytes copy_of(std::span<const std::byte> source) {
    Bytes bytes(source.size());
    if (!source.empty()) {
      std::memcpy(bytes.data(), source.data(), source.size());
    }
    return bytes;
  }

  static Bytes copy_of(std::string_view source) {
    return copy_of(std::as_bytes(std::span(source)));
  }

  /// Gives up what is behind the first `size` bytes, of which there are at least so many. The
  /// memory is not made smaller, for that would copy it.
  void shorten_to(std::size_t size) {
    assert(size <= size_);
    size_ = size;
  }

  char* data() { return data_.get(); }
  const char* data() const { return data_.get(); }
  std::size_t size() const { return size_; }
  bool empty() const { return size_ == 0; }
  std::string_view view() const { return {data_.get(), size_}; }

 private:
  std::shared_ptr<char[]> data_;
  std::size_t size_ = 0;
};

}  // namespace freshframe
