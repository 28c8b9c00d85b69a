#include <sysexits.h>
#include <unistd.h>

#include <exception>
#include <iostream>
#include <memory>
#include <string>
#include <variant>
#include <vector>

#include <spdlog/spdlog.h>

#include "app/camera_report.h"
#include "app/choose_cameras.h"
#include "app/open_files.h"
#include "app/options.h"
#include "app/server.h"
#include "base/log.h"
#include "base/service_manager.h"

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

int serve(const Options& options) {
  start_log(options.log_level);
  // First, while no other thread reads the environment.
  const Result<ServiceManager> manager = ServiceManager::from_environment();
  if (!manager) {
    return complain(manager.error(), EX_OSERR);
  }
  if (options.list_cameras) {
    const Result<std::string> report = camera_report();
    if (!report) {
      return complain(report.error(), exit_code_for_camera(report.error().kind));
    }
    std::cout << *report;
    return EX_OK;
  }
  raise_limit_on_open_files();
  const Result<std::vector<CameraSpec>> cameras = choose_cameras(options.cameras);
  if (!cameras) {
    return complain(cameras.error(), exit_code_for_camera(cameras.error().kind));
  }
  const Result<std::unique_ptr<Server>> server = Server::open(options, *cameras, *manager);
  if (!server) {
    return complain(server.error(), EX_OSERR);
  }
  std::cout << "Freshframe is live at " << (*server)->url() << std::endl;
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
