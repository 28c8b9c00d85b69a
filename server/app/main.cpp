#include <sysexits.h>
#include <unistd.h>

#include <exception>
#include <iostream>
#include <memory>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include <boost/asio/ip/address.hpp>
#include <spdlog/spdlog.h>

#include "app/access_setup.h"
#include "app/camera_report.h"
#include "app/choose_cameras.h"
#include "app/open_files.h"
#include "app/options.h"
#include "app/page_url.h"
#include "app/server.h"
#include "base/log.h"

#include "access/secret.h"

namespace {

using namespace freshframe;

int exit_code_for_camera(Failure::Kind kind) {
  switch (kind) {
    case Failure::Kind::kUnavailable:
      return EX_UNAVAILABLE;
    case Failure::Kind::kNoPermission:
      return EX_NOPERM;
    case Failure::Kind::kMisconfigured:
      return kExitBadConfiguration;
  }
  return EX_SOFTWARE;
}

int complain(const Failure& failure, int exit_code) {
  std::cerr << "freshframe: " << failure.reason << "\n";
  return exit_code;
}

bool stdout_is_terminal() {
  return isatty(STDOUT_FILENO) == 1;
}

int print_url(const Options& options, const AccessSetup& access) {
  if (options.listen_port == 0) {
    return complain({Failure::Kind::kMisconfigured,
                     "--print-url: the port is another one at each start; choose one with --listen "
                     "IP:PORT"},
                    kExitBadConfiguration);
  }
  const auto address = boost::asio::ip::make_address(options.listen_address);
  std::cout << address_to_open(page_url(address, options.listen_port), access,
                               stdout_is_terminal());
  return EX_OK;
}

int serve(const Options& options) {
  start_log(options.log_level);
  if (options.list_cameras) {
    const Result<std::string> report = camera_report();
    if (!report) {
      return complain(report.error(), exit_code_for_camera(report.error().kind));
    }
    std::cout << *report;
    return EX_OK;
  }
  Result<AccessSetup> access = set_up_access(options);
  if (!access) {
    return complain(access.error(), kExitBadConfiguration);
  }
  if (options.print_url) {
    return print_url(options, *access);
  }
  raise_limit_on_open_files();
  const Result<std::vector<CameraSpec>> cameras = choose_cameras(options.cameras);
  if (!cameras) {
    return complain(cameras.error(), exit_code_for_camera(cameras.error().kind));
  }
  const Result<std::unique_ptr<Server>> server =
      Server::open(options, *cameras, std::move(access->control));
  if (!server) {
    return complain(server.error(), EX_OSERR);
  }
  std::string words = announcement((*server)->url(), *access, stdout_is_terminal());
  access->view_token.reset();
  std::cout << words << std::flush;
  Secret::wipe(words);
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
    return serve(std::get<Options>(options));
  } catch (const std::exception& error) {
    std::cerr << "freshframe: " << error.what() << "\n";
    return EX_SOFTWARE;
  }
}
