#include "app/server.h"

#include <chrono>
#include <csignal>
#include <memory>
#include <thread>
#include <utility>
#include <variant>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <spdlog/spdlog.h>

#include "app/choose_cameras.h"
#include "app/page_url.h"
#include "app/terminal.h"
#include "net/connection.h"

namespace freshframe {

namespace {

namespace asio = boost::asio;

// Of the 3 s that a stop may take: viewers have the first 2, cameras, which are closed meanwhile,
// all but the last moment, in which the process ends.
constexpr std::chrono::milliseconds kGoodbyeTime{2'000};
constexpr std::chrono::milliseconds kCameraCloseTime{2'800};

// Beyond this a frame waits for the slowest of many, and there are other cameras and programs.
constexpr unsigned kMostEncodeThreadsByItself = 4;

// Of the cores that this process may use; 0 cores when the system does not tell.
int chosen_encode_threads() {
  return static_cast<int>(
      std::clamp(std::thread::hardware_concurrency(), 1U, kMostEncodeThreadsByItself));
}

TrustedProxies proxies_of(const Options& options) {
  TrustedProxies proxies;
  for (const std::string& network : options.trusted_proxies) {
    proxies.add(network);
  }
  return proxies;
}

/// At the sockets that were passed, or else where the options say.
Result<Listener> listen_where_told(asio::io_context& loop, const Options& options,
                                   const ServiceManager& manager) {
  if (manager.passed_sockets().empty()) {
    return Listener::open(loop, options.listen_address, options.listen_port);
  }
  Result<Listener> listener = Listener::adopt(loop, manager.passed_sockets());
  if (listener) {
    for (const asio::ip::tcp::endpoint& endpoint : listener->local_endpoints()) {
      spdlog::info("serving at {} port {}, whose socket was passed; --listen has no say",
                   endpoint.address().to_string(), endpoint.port());
    }
  }
  return listener;
}

}  // namespace

Result<std::unique_ptr<Server>> Server::open(const Options& options,
                                             const std::vector<CameraSpec>& cameras,
                                             AccessControl access,
                                             std::optional<ServerCertificate> certificate,
                                             const ServiceManager& manager, Reload reload) {
  // One thread runs the loop: Asio can leave out the locks between several.
  auto loop = std::make_unique<asio::io_context>(1);
  Result<Listener> listener = listen_where_told(*loop, options, manager);
  if (!listener) {
    return listener.error();
  }
  return std::make_unique<Server>(options, cameras, std::move(access), std::move(*listener),
                                  std::move(loop), std::move(certificate), manager,
                                  std::move(reload));
}

Server::Server(const Options& options, const std::vector<CameraSpec>& cameras, AccessControl access,
               Listener listener, std::unique_ptr<asio::io_context> loop,
               std::optional<ServerCertificate> certificate, const ServiceManager& manager,
               Reload reload)
    : loop_(std::move(loop)),
      limits_(options.limits),
      access_(std::move(access)),
      admission_(limits_, proxies_of(options)),
      browser_({.hosts = options.allowed_hosts,
                .origins = options.allowed_origins,
                .frame_ancestors = options.frame_ancestors,
                .is_tls = certificate.has_value()}),
      listener_(std::move(listener)),
      manager_(manager),
      watchdog_(*loop_, manager),
      signals_(*loop_, SIGINT, SIGTERM),
      hangup_(*loop_),
      certificate_(std::move(certificate)),
      reload_(std::move(reload)),
      ends_with_its_terminal_(has_terminal() && !ignores_hangup()),
      patience_(*loop_) {
  hangup_.add(SIGHUP);
  reload_on_hangup();
  for (const CameraSpec& spec : cameras) {
    if (std::holds_alternative<PublishRequest>(spec.source)) {
      spdlog::info("camera {}: what programs publish to it", spec.name);
      PublishedStream& stream = published_.add(*loop_, hub_.add(spec.name, "published"));
      watchdog_.add(spec.name, stream.pulse());
      continue;
    }
    PipelineSettings settings{.quality_percent = options.quality_percent,
                              .encode_threads = options.encode_threads != 0
                                                    ? options.encode_threads
                                                    : chosen_encode_threads(),
                              .encoder = options.encoder,
                              .orientation = spec.orientation,
                              .idle_grace = options.idle_grace,
                              .always_on = spec.always_on.value_or(options.always_on)};
    CameraWishes wishes{.quality_percent = options.quality_percent,
                        .always_on = settings.always_on};
    if (const auto* request = std::get_if<LibcameraRequest>(&spec.source)) {
      settings.most_frames_per_second = request->frames_per_second;
      wishes.frames_per_second = request->frames_per_second.value_or(0);
    } else if (const auto* pattern = std::get_if<PatternRequest>(&spec.source)) {
      // It keeps to its rate by itself.
      wishes.frames_per_second = pattern->frames_per_second;
    }
    std::unique_ptr<FrameSource> source = make_source(spec);
    spdlog::info("camera {}: {}", spec.name, source->description());
    Channel& channel = hub_.add(spec.name, source->description());
    channel.set_wishes(wishes);
    watchdog_.add(spec.name,
                  pipelines_.emplace_back(*loop_, channel, std::move(source), settings).pulse());
    channel.controls().preset(spec.controls);
  }
}

std::string Server::url() const {
  const asio::ip::tcp::endpoint endpoint = listener_.local_endpoint();
  return page_url(endpoint.address(), endpoint.port(), certificate_.has_value());
}

void Server::reload_on_hangup() {
  hangup_.async_wait([this](const boost::system::error_code& error, int /*signal*/) {
    if (error) {
      return;
    }
    // The other meaning of this signal, and the older one.
    if (ends_with_its_terminal_ && !has_terminal()) {
      stop();
      return;
    }
    reload_.run(access_, certificate_ ? &*certificate_ : nullptr);
    reload_on_hangup();
  });
}

std::vector<std::string> Server::run() {
  signals_.async_wait([this](const boost::system::error_code& error, int /*signal*/) {
    if (!error) {
      stop();
    }
  });
  const auto serve = [this](asio::ip::tcp::socket socket) {
    const Services services{hub_, published_, connections_, limits_, access_, admission_, browser_};
    Transport transport = certificate_
                              ? Transport(std::move(socket), certificate_->identity().context())
                              : Transport(std::move(socket));
    co_spawn(*loop_, serve_connection(std::move(transport), services), asio::detached);
  };
  if (access_.is_insecure()) {
    spdlog::warn("--insecure-no-auth: anybody who reaches port {} can watch{}",
                 listener_.local_endpoint().port(),
                 access_.is_open_to_all() ? ", publish and control" : "");
  }
  co_spawn(*loop_, listener_.run(serve), asio::detached);
  watchdog_.start();
  manager_.tell_ready(fmt::format("Serving {} cameras at port {}", hub_.channels().size(),
                                  listener_.local_endpoint().port()));
  loop_->run();
  std::vector<std::string> hanging;
  for (const Pipeline& pipeline : pipelines_) {
    if (!pipeline.wait_until_closed(stop_until_)) {
      hanging.push_back(pipeline.camera_name());
    }
  }
  return hanging;
}

void Server::stop() {
  spdlog::info("stopping: {} connections are told", connections_.count());
  manager_.tell_stopping();
  watchdog_.stop();
  stop_until_ = std::chrono::steady_clock::now() + kCameraCloseTime;
  listener_.close();
  for (Pipeline& pipeline : pipelines_) {
    pipeline.request_stop();
  }
  patience_.expires_after(kGoodbyeTime);
  patience_.async_wait([this](const boost::system::error_code& error) {
    if (!error) {
      end_now();
    }
  });
  signals_.async_wait([this](const boost::system::error_code& error, int /*signal*/) {
    if (!error) {
      end_now();
    }
  });
  // With these cancelled nothing is left to do and run() returns.
  connections_.end_gently([this] {
    published_.request_stop();
    patience_.cancel();
    signals_.cancel();
    hangup_.cancel();
  });
}

void Server::end_now() {
  connections_.end_now();
}

}  // namespace freshframe
