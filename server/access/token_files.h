#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

#include "access/roles.h"
#include "access/token_set.h"

namespace freshframe {

/// Where a server's tokens came from, so that those in files can be read again while it runs. Those
/// that came by a variable or a pipe stay as they are: there is nothing to read again.
///
/// Thread: one at a time.
class TokenFiles {
 public:
  /// A token that is in no file.
  void keep(std::string_view token, Roles grants) { kept_.add(token, grants); }
  /// A file with tokens for `role`, and what people call it.
  void add(std::string path, std::string called, Role role);

  bool is_empty() const { return files_.empty(); }

  /// All tokens, as the files have them now. Fails when one of them cannot be read or holds none.
  /// Logs warnings of files that others can read.
  Result<TokenSet> read() const;

 private:
  struct File {
    std::string path;
    std::string called;
    Role role;
  };

  TokenSet kept_;
  std::vector<File> files_;
};

}  // namespace freshframe
