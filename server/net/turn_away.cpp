#include "net/turn_away.h"

#include <optional>
#include <utility>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core/buffers_generator.hpp>

#include "net/last_answer.h"
#include "net/open_connections.h"
#include "net/responses.h"

namespace freshframe {

namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;

constexpr auto kNoThrow = asio::as_tuple(asio::use_awaitable);

class LeavingConnection final : private OpenConnection {
 public:
  LeavingConnection(Transport transport, OpenConnections& all)
      : stream_(std::move(transport)), registration_(all, *this) {}
  ~LeavingConnection() = default;
  LeavingConnection(const LeavingConnection&) = delete;
  LeavingConnection& operator=(const LeavingConnection&) = delete;

  Transport& stream() { return stream_; }

 private:
  void end_gently() override { end_now(); }
  void end_now() override { stream_.close(); }

  Transport stream_;
  const OpenConnections::Registration registration_;
};

}  // namespace

asio::awaitable<void> turn_away(Transport transport, Admission::Refused refused,
                                Services services) {
  if (services.browser.is_tls()) {
    co_return;  // it would not understand plain HTTP, and a handshake costs more than it is worth
  }
  const std::optional<Admission::Place> place = services.admission.admit_to_be_told();
  if (!place) {
    co_return;
  }
  LeavingConnection connection(std::move(transport), services.connections);
  HttpRequest none;
  none.version(11);
  none.keep_alive(false);
  none.answer = services.browser.answer_headers(none);
  HttpResponse response =
      unavailable(none, reason_of(refused, services.limits), retry_after(refused));
  connection.stream().expires_after(services.limits.leftover_time);
  const auto [error, size] =
      co_await beast::async_write(connection.stream(), std::move(response), kNoThrow);
  if (!error) {
    co_await end_after_last_answer(connection.stream(), services.limits);
  }
}

}  // namespace freshframe
