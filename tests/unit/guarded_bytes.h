#pragma once

#include <sys/mman.h>
#include <unistd.h>

#include <cstddef>
#include <cstring>
#include <new>
#include <span>

namespace freshframe {

/// A copy of some bytes whose end is the end of a page that is followed by an unreadable one: one
/// byte read too far ends the program, also in hand-written assembly that sanitizers cannot see.
class GuardedBytes {
 public:
  explicit GuardedBytes(std::span<const std::byte> content) : size_(content.size()) {
    const auto page = static_cast<std::size_t>(sysconf(_SC_PAGESIZE));
    const std::size_t readable = (size_ + page - 1) / page * page;
    mapped_size_ = readable + page;
    void* memory =
        mmap(nullptr, mapped_size_, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (memory == MAP_FAILED) {
      throw std::bad_alloc();
    }
    memory_ = static_cast<std::byte*>(memory);
    begin_ = memory_ + readable - size_;
    if (size_ != 0) {
      std::memcpy(begin_, content.data(), size_);
    }
    if (mprotect(memory_ + readable, page, PROT_NONE) != 0) {
      munmap(memory_, mapped_size_);
      throw std::bad_alloc();
    }
  }
  GuardedBytes(const GuardedBytes&) = delete;
  GuardedBytes& operator=(const GuardedBytes&) = delete;
  ~GuardedBytes() { munmap(memory_, mapped_size_); }

  std::span<const std::byte> bytes() const { return {begin_, size_}; }

 private:
  std::size_t size_;
  std::size_t mapped_size_ = 0;
  std::byte* memory_ = nullptr;
  std::byte* begin_ = nullptr;
};

}  // namespace freshframe
