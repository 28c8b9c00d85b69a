#pragma once

#include <array>
#include <memory>
#include <utility>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>

#include "net/transport.h"
#include "tls/tls_identity.h"

#include "test_certificate.h"

namespace freshframe {

/// Wraps plain clients in TLS on their way to a server, on the event loop of both: what each side
/// sends and how it ends reaches the other. Clients need not know.
class TlsTunnel {
 public:
  using Socket = boost::asio::ip::tcp::socket;

  explicit TlsTunnel(boost::asio::io_context& loop)
      : loop_(loop),
        identity_(*TlsIdentity::load(certificate_.files())),
        client_context_(boost::asio::ssl::context::tls_client) {}

  /// The server's end of `socket`, which a client's came by.
  Transport server_end(Socket socket) { return {std::move(socket), identity_.context()}; }

  /// A plain socket whose bytes come out of `to_server`, encrypted.
  Socket client_end(Socket to_server) {
    boost::asio::ip::tcp::acceptor acceptor(loop_, {boost::asio::ip::address_v4::loopback(), 0});
    Socket client(loop_);
    client.connect(acceptor.local_endpoint());
    // So that frames do not queue in the tunnel.
    const boost::asio::socket_base::receive_buffer_size little(kBufferBytes);
    to_server.set_option(little);
    auto ends = std::make_shared<Ends>(acceptor.accept(), std::move(to_server), client_context_);
    ends->plain.set_option(boost::asio::socket_base::send_buffer_size(kBufferBytes));
    co_spawn(loop_, carry(std::move(ends)), boost::asio::detached);
    return client;
  }

 private:
  struct Ends {
    Ends(Socket client, Socket server, boost::asio::ssl::context& context)
        : plain(std::move(client)), tls(std::move(server), context) {}

    void close() {
      boost::system::error_code ignored;
      plain.close(ignored);
      tls.next_layer().close(ignored);
    }

    Socket plain;
    boost::asio::ssl::stream<Socket> tls;
  };

  static constexpr int kBufferBytes = 64 * 1024;
  static constexpr auto kNoThrow = boost::asio::as_tuple(boost::asio::use_awaitable);

  static boost::asio::awaitable<void> carry(std::shared_ptr<Ends> ends) {
    using boost::asio::experimental::awaitable_operators::operator&&;
    const auto [error] =
        co_await ends->tls.async_handshake(boost::asio::ssl::stream_base::client, kNoThrow);
    if (error) {
      ends->close();
      co_return;
    }
    co_await (up(ends) && down(ends));
    ends->close();
  }

  static boost::asio::awaitable<void> up(std::shared_ptr<Ends> ends) {
    const bool has_ended_well = co_await copy(ends->plain, ends->tls);
    if (has_ended_well) {
      // The client may still listen: what it has ended is its own direction.
      boost::system::error_code ignored;
      ends->tls.next_layer().shutdown(Socket::shutdown_send, ignored);
    } else {
      ends->close();
    }
  }

  static boost::asio::awaitable<void> down(std::shared_ptr<Ends> ends) {
    const bool has_ended_well = co_await copy(ends->tls, ends->plain);
    if (has_ended_well) {
      boost::system::error_code ignored;
      ends->plain.shutdown(Socket::shutdown_send, ignored);
    } else {
      ends->close();
    }
  }

  /// True when all was copied up to an orderly end.
  template <class From, class To>
  static boost::asio::awaitable<bool> copy(From& from, To& to) {
    auto room = std::make_unique<std::array<char, std::size_t{64} * 1024>>();
    for (;;) {
      const auto [error, size] =
          co_await from.async_read_some(boost::asio::buffer(*room), kNoThrow);
      if (error) {
        co_return error == boost::asio::error::eof;
      }
      const auto [write_error, written] =
          co_await boost::asio::async_write(to, boost::asio::buffer(room->data(), size), kNoThrow);
      if (write_error) {
        co_return false;
      }
    }
  }

  boost::asio::io_context& loop_;
  TestCertificate certificate_;
  TlsIdentity identity_;
  boost::asio::ssl::context client_context_;
};

}  // namespace freshframe
