#pragma once

#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <climits>
#include <cstddef>
#include <memory>

#include <openssl/err.h>
#include <openssl/ssl.h>

namespace freshframe::bench {

/// One end of a non-blocking connection, through OpenSSL or, without a context, bare. Fails as the
/// system calls of the same names do.
class TlsEnd {
 public:
  TlsEnd(int socket, SSL_CTX* context) : socket_(socket) {
    if (context != nullptr) {
      tls_.reset(SSL_new(context));
      SSL_set_fd(tls_.get(), socket);
    }
  }

  bool is_tls() const { return tls_ != nullptr; }
  SSL* native() { return tls_.get(); }

  ssize_t receive(char* room, std::size_t size) {
    return tls_ ? answer(SSL_read(tls_.get(), room, clamped(size)))
                : ::recv(socket_, room, size, MSG_DONTWAIT);
  }

  ssize_t send(const char* bytes, std::size_t size) {
    return tls_ ? answer(SSL_write(tls_.get(), bytes, clamped(size)))
                : ::send(socket_, bytes, size, MSG_NOSIGNAL);
  }

 private:
  struct Free {
    void operator()(SSL* tls) const { SSL_free(tls); }
  };

  static int clamped(std::size_t size) {
    return static_cast<int>(std::min<std::size_t>(size, INT_MAX));
  }

  ssize_t answer(int result) {
    if (result > 0) {
      return result;
    }
    const int error = SSL_get_error(tls_.get(), result);
    ERR_clear_error();
    if (error == SSL_ERROR_ZERO_RETURN) {
      return 0;
    }
    errno = error == SSL_ERROR_WANT_READ || error == SSL_ERROR_WANT_WRITE ? EAGAIN : ECONNRESET;
    return -1;
  }

  int socket_;
  std::unique_ptr<SSL, Free> tls_;
};

}  // namespace freshframe::bench
