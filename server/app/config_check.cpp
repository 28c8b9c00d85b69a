#include "app/config_check.h"

#include "app/access_setup.h"
#include "app/choose_cameras.h"
#include "app/encoder_check.h"
#include "app/exit_codes.h"
#include "app/server_certificate.h"
#include "net/listener.h"

namespace freshframe {

std::vector<Obstacle> obstacles_to(const Options& options, std::span<const int> passed_sockets) {
  std::vector<Obstacle> obstacles;
  if (const auto access = check_access_setup(options, passed_sockets); !access) {
    obstacles.push_back({access.error().reason, kExitBadConfiguration});
  }
  if (const auto cameras = choose_cameras(options.cameras); !cameras) {
    obstacles.push_back({cameras.error().reason, exit_code_for(cameras.error().kind)});
  }
  if (const auto encoder = check_encoder(options.encoder); !encoder) {
    obstacles.push_back({encoder.error().reason, exit_code_for(encoder.error().kind)});
  }
  if (options.tls.is_wanted()) {
    const auto certificate = ServerCertificate::check(options.tls, options.state_directory);
    if (!certificate) {
      obstacles.push_back({certificate.error().reason, exit_code_for(certificate.error().kind)});
    }
  }
  if (passed_sockets.empty()) {
    const auto listening = Listener::check(options.listen_address, options.listen_port);
    if (!listening) {
      obstacles.push_back({listening.error().reason, kExitCannotListen});
    }
  }
  return obstacles;
}

}  // namespace freshframe
