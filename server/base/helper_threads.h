#pragma once

#include <condition_variable>
#include <cstddef>
#include <functional>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace freshframe {

/// Threads that help the one that owns them with work that falls into parts. Between two pieces of
/// work they sleep.
///
/// Thread: made, used and destroyed by one thread.
class HelperThreads {
 public:
  /// Starts a thread, or throws std::system_error.
  using Start = std::function<std::thread(std::function<void()>)>;
  static std::thread start_thread(std::function<void()> body);

  /// Starts `count` threads with `name`, of at most 15 letters (pthread_setname_np(3)); fewer when
  /// the system gives no more of them.
  HelperThreads(std::size_t count, const std::string& name, const Start& start = start_thread);
  ~HelperThreads();
  HelperThreads(const HelperThreads&) = delete;
  HelperThreads& operator=(const HelperThreads&) = delete;

  /// How many threads there are, besides the one that owns them.
  std::size_t size() const { return threads_.size(); }

  /// Does `part(0)` to `part(count - 1)`, each once, and returns when all are done. Several threads
  /// call `part` at once, this one among them; it must not throw.
  ///
  /// Parts are taken in their order by whoever is free. So nobody waits for a helper that the
  /// system does not let run: it waits only for parts that one has begun.
  void run(std::size_t count, const std::function<void(std::size_t)>& part);

 private:
  void help();
  // The caller holds `lock`, which is free while a part is done.
  void do_next_part(std::unique_lock<std::mutex>& lock);
  bool parts_are_left() const { return next_ < count_; }

  std::mutex mutex_;
  std::condition_variable there_is_work_;
  std::condition_variable all_is_done_;
  // The mutex guards all of these.
  const std::function<void(std::size_t)>* part_ = nullptr;
  std::size_t next_ = 0;
  std::size_t count_ = 0;
  std::size_t parts_in_work_ = 0;
  bool stopping_ = false;
  /// Last, so that they start when everything else is there.
  std::vector<std::thread> threads_;
};

}  // namespace freshframe
