#pragma once

#include <atomic>
#include <cstddef>
#include <memory>
#include <vector>

#include "capture/frame.h"

namespace freshframe {

/// A few buffers that are leased out and come back, as those of a camera's driver.
/// Thread-safe.
class BufferPool {
 public:
  /// A buffer until it is destroyed. Keeps the pool alive, so it may outlive whoever made it.
  class Lease final : public FrameLease {
   public:
    Lease(std::shared_ptr<BufferPool> pool, std::size_t index);
    ~Lease() override;

    /// Holds what the last lease of this buffer left in it.
    std::vector<std::byte>& bytes() const;

   private:
    std::shared_ptr<BufferPool> pool_;
    std::size_t index_;
  };

  explicit BufferPool(std::size_t count) : buffers_(count) {}

  /// Null while all buffers are leased.
  static std::unique_ptr<Lease> lease(const std::shared_ptr<BufferPool>& pool);

 private:
  struct Buffer {
    std::atomic<bool> is_leased{false};
    std::vector<std::byte> bytes;
  };

  std::vector<Buffer> buffers_;
};

}  // namespace freshframe
