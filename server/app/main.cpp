#include <sysexits.h>
#include <unistd.h>

#include <exception>
#include <iostream>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include <spdlog/spdlog.h>

#include "app/camera_report.h"
#include "app/choose_cameras.h"
#include "app/open_files.h"
#include "app/options.h"
#include "app/server.h"
#include "app/server_certificate.h"
#include "base/log.h"

namespace {

using namespace freshframe;

int exit_code_for(Failure::Kind kind) {
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
  if (options.list_cameras) {
    const Result<std::string> report = camera_report();
    if (!report) {
      return complain(report.error(), exit_code_for(report.error().kind));
    }
    std::cout << *report;
    return EX_OK;
  }
  raise_limit_on_open_files();
  const Result<std::vector<CameraSpec>> cameras = choose_cameras(options.cameras);
  if (!cameras) {
    return complain(cameras.error(), exit_code_for(cameras.error().kind));
  }
  std::optional<ServerCertificate> certificate;
  std::string fingerprint;
  if (options.tls.is_wanted()) {
    Result<ServerCertificate> opened = ServerCertificate::open(options.tls);
    if (!opened) {
      return complain(opened.error(), exit_code_for(opened.error().kind));
    }
    fingerprint = opened->facts().fingerprint;
    certificate.emplace(std::move(*opened));
  }
  const Result<std::unique_ptr<Server>> server =
      Server::open(options, *cameras, std::move(certificate));
  if (!server) {
    return complain(server.error(), EX_OSERR);
  }
  std::cout << "Freshframe is live at " << (*server)->url() << std::endl;
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
    return serve(std::get<Options>(options));
  } catch (const std::exception& error) {
    std::cerr << "freshframe: " << error.what() << "\n";
    return EX_SOFTWARE;
  }
}
