#pragma once

#include <chrono>
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/steady_timer.hpp>

#include "app/options.h"
#include "app/pipeline.h"
#include "app/reload.h"
#include "app/server_certificate.h"
#include "app/watchdog.h"
#include "base/result.h"
#include "base/service_manager.h"
#include "hub/hub.h"
#include "net/admission.h"
#include "net/browser_policy.h"
#include "net/limits.h"
#include "net/listener.h"
#include "net/open_connections.h"
#include "publish/published_streams.h"

#include "access/access_control.h"

namespace freshframe {

/// The whole: cameras, hub and listener on one event loop.
///
/// Thread: made, run and destroyed on one thread, which is the event loop while run() lasts.
class Server {
 public:
  /// Serves `cameras` as `options` say to whom `access` lets in, over TLS when there is a
  /// `certificate`, at the sockets that `manager` passed, if any, instead of the address in
  /// `options`. Fails when the address cannot be listened on. Keeps `manager` told; it must outlive
  /// the server. SIGHUP runs `reload`.
  static Result<std::unique_ptr<Server>> open(const Options& options,
                                              const std::vector<CameraSpec>& cameras,
                                              AccessControl access,
                                              std::optional<ServerCertificate> certificate,
                                              const ServiceManager& manager, Reload reload);

  Server(const Options& options, const std::vector<CameraSpec>& cameras, AccessControl access,
         Listener listener, std::unique_ptr<boost::asio::io_context> loop,
         std::optional<ServerCertificate> certificate, const ServiceManager& manager,
         Reload reload);

  /// Where people open the page, with the real port.
  std::string url() const;

  /// Serves until SIGTERM or SIGINT; then tells every viewer (1001), lets frames in flight finish,
  /// and returns within 3 s. A second signal ends the connections at once.
  ///
  /// Returns the cameras that could not be closed in that time. When there are any the server must
  /// not be destroyed, which would wait for them: the process has to end without.
  std::vector<std::string> run();

 private:
  void reload_on_hangup();
  void stop();
  void end_now();

  // First, for everything else hangs on it.
  std::unique_ptr<boost::asio::io_context> loop_;
  Hub hub_;
  PublishedStreams published_;
  const Limits limits_;
  AccessControl access_;
  Admission admission_;
  BrowserPolicy browser_;
  OpenConnections connections_;
  std::deque<Pipeline> pipelines_;
  Listener listener_;
  const ServiceManager& manager_;
  Watchdog watchdog_;
  boost::asio::signal_set signals_;
  boost::asio::signal_set hangup_;
  std::optional<ServerCertificate> certificate_;
  Reload reload_;
  const bool ends_with_its_terminal_;
  boost::asio::steady_timer patience_;
  std::chrono::steady_clock::time_point stop_until_;
};

}  // namespace freshframe
