#pragma once

#include <array>
#include <memory>
#include <stdexcept>
#include <string>

#include <boost/asio/ssl/context.hpp>
#include <openssl/err.h>
#include <openssl/ssl.h>

#include "tls/openssl_handles.h"

namespace freshframe {

using ConnectionPtr = std::unique_ptr<SSL, OpensslDeleter<SSL_free>>;
using ContextPtr = std::unique_ptr<SSL_CTX, OpensslDeleter<SSL_CTX_free>>;

/// OpenSSL's client as old and as lax as it can be made; each test then says what it insists on.
inline ContextPtr lax_client() {
  ContextPtr context(SSL_CTX_new(TLS_client_method()));
  SSL_CTX_set_security_level(context.get(), 0);
  SSL_CTX_set_min_proto_version(context.get(), TLS1_VERSION);
  SSL_CTX_set_cipher_list(context.get(), "ALL:COMPLEMENTOFALL");
  return context;
}

/// A client and a server that talk in memory.
class TlsPeers {
 public:
  TlsPeers(SSL_CTX& client, boost::asio::ssl::context& server)
      : client_(SSL_new(&client)), server_(SSL_new(server.native_handle())) {
    BIO* to_client = nullptr;
    BIO* to_server = nullptr;
    BIO_new_bio_pair(&to_client, 0, &to_server, 0);
    SSL_set_bio(client_.get(), to_client, to_client);
    SSL_set_bio(server_.get(), to_server, to_server);
    SSL_set_connect_state(client_.get());
    SSL_set_accept_state(server_.get());
  }

  SSL& client() { return *client_; }

  /// Goes on until both are done, or cannot go on. True when they agreed.
  bool shake_hands() {
    for (int turn = 0; turn < 20; ++turn) {
      const bool client_is_done = step(*client_);
      const bool server_is_done = step(*server_);
      if (client_is_done && server_is_done) {
        return true;
      }
    }
    return false;
  }

  /// Lets the server read, and the client then read what the server says to that.
  void talk() {
    char byte = 0;
    SSL_read(server_.get(), &byte, 1);
    SSL_read(client_.get(), &byte, 1);
  }

  std::string version() const { return SSL_get_version(client_.get()); }
  std::string cipher() const { return SSL_get_cipher_name(client_.get()); }
  std::string protocol() const {
    const unsigned char* name = nullptr;
    unsigned int size = 0;
    SSL_get0_alpn_selected(client_.get(), &name, &size);
    return {reinterpret_cast<const char*>(name), size};
  }

 private:
  static bool step(SSL& peer) {
    ERR_clear_error();
    return SSL_do_handshake(&peer) == 1;
  }

  ConnectionPtr client_;
  ConnectionPtr server_;
};

}  // namespace freshframe
