#pragma once

#include <chrono>

#include <boost/asio/ip/address.hpp>

#include "tls/self_signed_certificate.h"

#include "temporary_directory.h"

namespace freshframe {

/// The names of a machine that is not this one.
inline MachineNames test_names() {
  return {.hosts = {"localhost", "camera", "camera.local"},
          .addresses = {boost::asio::ip::make_address("127.0.0.1"),
                        boost::asio::ip::make_address("2001:db8::7")}};
}

/// A key and a certificate, in a folder that goes with this.
class TestCertificate {
 public:
  TestCertificate()
      : files_(*keep_self_signed_certificate(directory_.path(), test_names(),
                                             std::chrono::system_clock::now())) {}

  const TlsFiles& files() const { return files_; }
  const TemporaryDirectory& directory() const { return directory_; }

 private:
  TemporaryDirectory directory_;
  TlsFiles files_;
};

}  // namespace freshframe
