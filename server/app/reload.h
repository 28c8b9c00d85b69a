#pragma once

#include <functional>
#include <utility>

#include "app/options.h"
#include "app/server_certificate.h"
#include "base/result.h"

#include "access/access_control.h"
#include "access/token_files.h"

namespace freshframe {

/// What SIGHUP reads again: certificates, files with tokens and the log's level. What else the
/// flags and the configuration say now, and did not at the start, is logged and takes a restart.
/// Nobody who watches notices.
///
/// Thread: event loop only.
class Reload {
 public:
  using ReadOptions = std::function<Result<Options>()>;

  /// `running` are the options that the server runs with, `read` gives those that a start would
  /// have now.
  Reload(Options running, ReadOptions read, TokenFiles tokens)
      : running_(std::move(running)), read_(std::move(read)), tokens_(std::move(tokens)) {}

  /// What cannot be read stays as it was, and the log says why. `certificate` may be null.
  void run(AccessControl& access, ServerCertificate* certificate);

 private:
  void read_tokens(AccessControl& access) const;
  void read_options();

  Options running_;
  ReadOptions read_;
  TokenFiles tokens_;
};

}  // namespace freshframe
