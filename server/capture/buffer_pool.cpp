#include "capture/buffer_pool.h"

#include <utility>

namespace freshframe {

BufferPool::Lease::Lease(std::shared_ptr<BufferPool> pool, std::size_t index)
    : pool_(std::move(pool)), index_(index) {}

BufferPool::Lease::~Lease() {
  pool_->buffers_[index_].is_leased.store(false, std::memory_order_release);
}

std::vector<std::byte>& BufferPool::Lease::bytes() const {
  return pool_->buffers_[index_].bytes;
}

std::unique_ptr<BufferPool::Lease> BufferPool::lease(const std::shared_ptr<BufferPool>& pool) {
  for (std::size_t i = 0; i < pool->buffers_.size(); ++i) {
    if (!pool->buffers_[i].is_leased.exchange(true, std::memory_order_acquire)) {
      return std::make_unique<Lease>(pool, i);
    }
  }
  return nullptr;
}

}  // namespace freshframe
