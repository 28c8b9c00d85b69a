#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <variant>
#include <vector>

#include "app/camera_spec.h"
#include "app/tls_options.h"
#include "base/log_format.h"
#include "encode/jpeg_encoder.h"
#include "net/limits.h"

namespace freshframe {

/// Everything that a run of the server is told, from flags and the configuration file together.
/// Validated as a whole before anything starts, and then const.
struct Options {
  /// An IP address, without brackets when it is an IPv6 one.
  std::string listen_address = "127.0.0.1";
  /// 0 lets the system choose.
  std::uint16_t listen_port = 8080;
  /// In the order given; the first is what `/ws` shows. Names are unique and none is empty. Empty
  /// when the user named no camera: the server then looks for one itself.
  std::vector<CameraSpec> cameras;
  int quality_percent = 80;
  /// How many threads may encode one frame of a camera; 0 when we shall choose.
  int encode_threads = 0;
  EncoderChoice encoder = EncoderChoice::kAuto;
  /// How long a camera keeps running after its last viewer left.
  std::chrono::milliseconds idle_grace{5000};
  std::string log_level = "info";
  LogFormat log_format = LogFormat::kAuto;
  /// Files with tokens; empty: none was named.
  std::string view_token_file;
  std::string publish_token_file;
  std::string admin_token_file;
  /// Where a token is kept that the server makes; empty: where the system keeps such things.
  std::string state_directory;
  /// Cameras that do not say it themselves run without viewers.
  bool always_on = false;
  /// Anybody who reaches the port may watch, and where there is no token, do all else.
  bool insecure_no_auth = false;
  TlsOptions tls;
  Limits limits;
  /// Addresses and networks as TrustedProxies::add() takes them.
  std::vector<std::string> trusted_proxies;
  /// Names that this server answers to, besides those of this network; as host_name_of() gives
  /// them.
  std::vector<std::string> allowed_hosts;
  /// Origins whose pages may use this server, besides its own; as WebOrigin::text() gives them.
  std::vector<std::string> allowed_origins;
  /// As BrowserPolicy::Options has them.
  std::vector<std::string> frame_ancestors;
  bool list_cameras = false;
  /// The list for programs.
  bool json = false;
  bool print_url = false;
  bool check_config = false;
};

/// The program ends here: `text` for stdout when `exit_code` is 0 (help, version), for stderr
/// otherwise. Ends with a line feed.
struct EarlyExit {
  int exit_code = 0;
  std::string text;
};

/// Reads the command line and the file that `--config` names; a flag wins over the file.
std::variant<Options, EarlyExit> read_options(int argc, const char* const* argv);

}  // namespace freshframe
