#pragma once

#include <cstddef>
#include <functional>
#include <vector>

namespace freshframe {

/// Something that is open and can be asked to end: an HTTP connection, a viewer's session.
///
/// Thread: event loop only.
class OpenConnection {
 public:
  /// Finish what is being sent, say goodbye, close.
  virtual void end_gently() = 0;
  /// Close now; nothing more is sent.
  virtual void end_now() = 0;

 protected:
  ~OpenConnection() = default;
};

/// What is open now, so that a stop can end all of it.
///
/// Thread: event loop only. Outlives everything that registers.
class OpenConnections {
 public:
  /// A place in the list from construction to destruction.
  class Registration {
   public:
    Registration(OpenConnections& all, OpenConnection& connection);
    ~Registration();
    Registration(const Registration&) = delete;
    Registration& operator=(const Registration&) = delete;

   private:
    OpenConnections& all_;
    OpenConnection& connection_;
  };

  /// Ends all of them gently, and calls `when_all_have_gone` once when the last is gone, which may
  /// be at once.
  void end_gently(std::function<void()> when_all_have_gone);
  void end_now();
  std::size_t count() const { return connections_.size(); }

 private:
  void remove(OpenConnection& connection);

  std::function<void()> when_all_have_gone_;
  std::vector<OpenConnection*> connections_;
};

}  // namespace freshframe
