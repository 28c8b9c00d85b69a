#include "net/open_connections.h"

#include <algorithm>
#include <utility>

namespace freshframe {

OpenConnections::Registration::Registration(OpenConnections& all, OpenConnection& connection)
    : all_(all), connection_(connection) {
  all_.connections_.push_back(&connection_);
}

OpenConnections::Registration::~Registration() {
  all_.remove(connection_);
}

// Neither call ends a connection's coroutine before it returns, so the list stays as it is
// meanwhile.

void OpenConnections::end_gently(std::function<void()> when_all_have_gone) {
  if (connections_.empty()) {
    when_all_have_gone();
    return;
  }
  when_all_have_gone_ = std::move(when_all_have_gone);
  for (OpenConnection* connection : connections_) {
    connection->end_gently();
  }
}

void OpenConnections::end_now() {
  for (OpenConnection* connection : connections_) {
    connection->end_now();
  }
}

void OpenConnections::remove(OpenConnection& connection) {
  const auto found = std::find(connections_.begin(), connections_.end(), &connection);
  *found = connections_.back();
  connections_.pop_back();
  if (connections_.empty() && when_all_have_gone_) {
    std::exchange(when_all_have_gone_, nullptr)();
  }
}

}  // namespace freshframe
