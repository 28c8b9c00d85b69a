#include <sysexits.h>
#include <unistd.h>

#include <exception>
#include <iostream>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include <boost/asio/ip/address.hpp>
#include <spdlog/spdlog.h>

#include "app/access_setup.h"
#include "app/camera_report.h"
#include "app/choose_cameras.h"
#include "app/config_check.h"
#include "app/encoder_check.h"
#include "app/exit_codes.h"
#include "app/open_files.h"
#include "app/options.h"
#include "app/page_url.h"
#include "app/reload.h"
#include "app/server.h"
#include "app/server_certificate.h"
#include "base/log.h"
#include "base/service_manager.h"

#include "access/secret.h"

namespace {

using namespace freshframe;

int complain(const std::string& reason, int exit_code) {
  std::cerr << "freshframe: " << reason << "\n";
  return exit_code;
}

int complain(const Failure& failure, int exit_code) {
  return complain(failure.reason, exit_code);
}

bool stdout_is_terminal() {
  return isatty(STDOUT_FILENO) == 1;
}

int print_url(const Options& options, const AccessSetup& access) {
  if (options.listen_port == 0) {
    return complain(
        "--print-url: the port is another one at each start; choose one with --listen IP:PORT",
        kExitBadConfiguration);
  }
  const auto address = boost::asio::ip::make_address(options.listen_address);
  std::cout << address_to_open(page_url(address, options.listen_port, options.tls.is_wanted()),
                               access, stdout_is_terminal());
  return EX_OK;
}

int check_config(const Options& options, const ServiceManager& manager) {
  const std::vector<Obstacle> obstacles = obstacles_to(options, manager.passed_sockets());
  for (const Obstacle& obstacle : obstacles) {
    complain(obstacle.reason, obstacle.exit_code);
  }
  if (!obstacles.empty()) {
    return obstacles.front().exit_code;
  }
  std::cout << "Nothing keeps Freshframe from starting with this configuration.\n";
  return EX_OK;
}

/// What a start would be told now by the flags of this one.
Result<Options> options_now(int argc, const char* const* argv) {
  std::variant<Options, EarlyExit> options = read_options(argc, argv);
  if (const auto* exit = std::get_if<EarlyExit>(&options)) {
    // Its first line, without the program's name, which the log does not need.
    constexpr std::string_view kName = "freshframe: ";
    const std::string line = exit->text.substr(0, exit->text.find('\n'));
    return Failure{Failure::Kind::kMisconfigured,
                   line.starts_with(kName) ? line.substr(kName.size()) : line};
  }
  return std::get<Options>(std::move(options));
}

int serve(const Options& options, Reload::ReadOptions read_options_again) {
  start_log(options.log_level, options.log_format);
  // First, while no other thread reads the environment.
  const Result<ServiceManager> manager = ServiceManager::from_environment();
  if (!manager) {
    return complain(manager.error(), EX_OSERR);
  }
  if (options.list_cameras) {
    const auto cameras = list_libcamera_cameras();
    if (!cameras) {
      return complain(cameras.error(), exit_code_for(cameras.error().kind));
    }
    std::cout << (options.json ? camera_report_json : camera_report)(*cameras, libcamera_version());
    return EX_OK;
  }
  if (options.check_config) {
    return check_config(options, *manager);
  }
  Result<AccessSetup> access = set_up_access(options, manager->passed_sockets());
  if (!access) {
    return complain(access.error(), kExitBadConfiguration);
  }
  if (options.print_url) {
    return print_url(options, *access);
  }
  raise_limit_on_open_files(options.limits.connections);
  const Result<std::vector<CameraSpec>> cameras = choose_cameras(options.cameras);
  if (!cameras) {
    return complain(cameras.error(), exit_code_for(cameras.error().kind));
  }
  if (const Result<void> encoder = check_encoder(options.encoder); !encoder) {
    return complain(encoder.error(), exit_code_for(encoder.error().kind));
  }
  std::optional<ServerCertificate> certificate;
  std::string fingerprint;
  if (options.tls.is_wanted()) {
    Result<ServerCertificate> opened =
        ServerCertificate::open(options.tls, options.state_directory);
    if (!opened) {
      return complain(opened.error(), exit_code_for(opened.error().kind));
    }
    fingerprint = opened->facts().fingerprint;
    certificate.emplace(std::move(*opened));
  }
  const Result<std::unique_ptr<Server>> server =
      Server::open(options, *cameras, std::move(access->control), std::move(certificate), *manager,
                   Reload(options, std::move(read_options_again), std::move(access->files)));
  if (!server) {
    return complain(server.error(), kExitCannotListen);
  }
  std::string words = announcement((*server)->url(), *access, stdout_is_terminal());
  access->view_token.reset();
  std::cout << words << std::flush;
  Secret::wipe(words);
  if (!fingerprint.empty()) {
    std::cout << "Its certificate's SHA-256 fingerprint is " << fingerprint << std::endl;
  }
  const std::vector<std::string> hanging = (*server)->run();
  if (!hanging.empty()) {
    for (const std::string& name : hanging) {
      spdlog::warn("{}: the camera cannot be closed, its driver hangs; ending without", name);
    }
    // Not exit(): whatever cleans up waits for the camera.
    _exit(EX_OK);
  }
  return EX_OK;
}

}  // namespace

int main(int argc, char** argv) {
  try {
    const std::variant<Options, EarlyExit> options = read_options(argc, argv);
    if (const auto* exit = std::get_if<EarlyExit>(&options)) {
      (exit->exit_code == 0 ? std::cout : std::cerr) << exit->text;
      return exit->exit_code;
    }
    return serve(std::get<Options>(options), [=] { return options_now(argc, argv); });
  } catch (const std::exception& error) {
    std::cerr << "freshframe: " << error.what() << "\n";
    return EX_SOFTWARE;
  }
}
