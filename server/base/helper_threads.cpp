#include "base/helper_threads.h"

#include <pthread.h>

#include <algorithm>
#include <system_error>
#include <utility>

namespace freshframe {

std::thread HelperThreads::start_thread(std::function<void()> body) {
  return std::thread(std::move(body));
}

HelperThreads::HelperThreads(std::size_t count, const std::string& name, const Start& start) {
  threads_.reserve(count);
  try {
    while (threads_.size() < count) {
      threads_.push_back(start([this, name] {
        pthread_setname_np(pthread_self(), name.c_str());
        help();
      }));
    }
  } catch (const std::system_error&) {
    // The owner sees it in size(), and does alone what nobody helps with.
  }
}

HelperThreads::~HelperThreads() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  there_is_work_.notify_all();
  for (std::thread& thread : threads_) {
    thread.join();
  }
}

void HelperThreads::run(std::size_t count, const std::function<void(std::size_t)>& part) {
  std::unique_lock lock(mutex_);
  part_ = &part;
  next_ = 0;
  count_ = count;
  lock.unlock();
  // One part is this thread's.
  for (std::size_t i = 1; i < std::min(count, size() + 1); ++i) {
    there_is_work_.notify_one();
  }
  lock.lock();
  while (parts_are_left()) {
    do_next_part(lock);
  }
  all_is_done_.wait(lock, [this] { return parts_in_work_ == 0; });
}

void HelperThreads::help() {
  std::unique_lock lock(mutex_);
  for (;;) {
    there_is_work_.wait(lock, [this] { return parts_are_left() || stopping_; });
    if (stopping_) {
      return;
    }
    do_next_part(lock);
    if (!parts_are_left() && parts_in_work_ == 0) {
      all_is_done_.notify_one();
    }
  }
}

void HelperThreads::do_next_part(std::unique_lock<std::mutex>& lock) {
  const std::size_t index = next_++;
  ++parts_in_work_;
  lock.unlock();
  (*part_)(index);
  lock.lock();
  --parts_in_work_;
}

}  // namespace freshframe
