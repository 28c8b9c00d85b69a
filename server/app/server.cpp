#include "app/server.h"

#include <algorithm>
#include <chrono>
#include <csignal>
#include <memory>
#include <utility>
#include <variant>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/ip/host_name.hpp>
#include <spdlog/spdlog.h>

#include "app/choose_cameras.h"
#include "net/connection.h"
#include "net/host_policy.h"

namespace freshframe {

namespace {

namespace asio = boost::asio;

// Of the 3 s that a stop may take: viewers have the first 2, cameras, which are closed meanwhile,
// all but the last moment, in which the process ends.
constexpr std::chrono::milliseconds kGoodbyeTime{2'000};
constexpr std::chrono::milliseconds kCameraCloseTime{2'800};

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
                                             const ServiceManager& manager) {
  // One thread runs the loop: Asio can leave out the locks between several.
  auto loop = std::make_unique<asio::io_context>(1);
  Result<Listener> listener = listen_where_told(*loop, options, manager);
  if (!listener) {
    return listener.error();
  }
  return std::make_unique<Server>(options, cameras, std::move(*listener), std::move(loop), manager);
}

Server::Server(const Options& options, const std::vector<CameraSpec>& cameras, Listener listener,
               std::unique_ptr<asio::io_context> loop, const ServiceManager& manager)
    : loop_(std::move(loop)),
      listener_(std::move(listener)),
      manager_(manager),
      watchdog_(*loop_, manager),
      signals_(*loop_, SIGINT, SIGTERM),
      patience_(*loop_) {
  for (const CameraSpec& spec : cameras) {
    if (std::holds_alternative<PublishRequest>(spec.source)) {
      spdlog::info("camera {}: what programs publish to it", spec.name);
      PublishedStream& stream = published_.add(*loop_, hub_.add(spec.name, "published"));
      watchdog_.add(spec.name, stream.pulse());
      continue;
    }
    PipelineSettings settings{.quality_percent = options.quality_percent,
                              .idle_grace = options.idle_grace};
    // The test pattern keeps to its rate.
    if (const auto* request = std::get_if<LibcameraRequest>(&spec.source)) {
      settings.most_frames_per_second = request->frames_per_second;
    }
    std::unique_ptr<FrameSource> source = make_source(spec);
    spdlog::info("camera {}: {}", spec.name, source->description());
    Channel& channel = hub_.add(spec.name, source->description());
    watchdog_.add(spec.name,
                  pipelines_.emplace_back(*loop_, channel, std::move(source), settings).pulse());
  }
}

std::string Server::url() const {
  const asio::ip::tcp::endpoint endpoint = listener_.local_endpoint();
  std::string host = endpoint.address().to_string();
  if (endpoint.address().is_unspecified()) {
    boost::system::error_code error;
    host = asio::ip::host_name(error);
    if (!is_local_host(host)) {
      host.erase(std::min(host.find('.'), host.size()));
    }
  } else if (endpoint.address().is_v6()) {
    host = "[" + host + "]";
  }
  return "http://" + host + ":" + std::to_string(endpoint.port()) + "/";
}

std::vector<std::string> Server::run() {
  signals_.async_wait([this](const boost::system::error_code& error, int /*signal*/) {
    if (!error) {
      stop();
    }
  });
  const auto serve = [this](asio::ip::tcp::socket socket) {
    const Services services{hub_, published_, connections_, limits_};
    co_spawn(*loop_, serve_connection(std::move(socket), services), asio::detached);
  };
  for (const asio::ip::tcp::endpoint& endpoint : listener_.local_endpoints()) {
    if (!endpoint.address().is_loopback()) {
      spdlog::warn("listening beyond this machine: anybody who reaches port {} can watch{}",
                   endpoint.port(), published_.empty() ? "" : " and publish");
    }
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
  });
}

void Server::end_now() {
  connections_.end_now();
}

}  // namespace freshframe
