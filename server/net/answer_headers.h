#pragma once

#include <string>

namespace freshframe {

/// What an answer says to browsers about the pages of others. Without anything in it, that they get
/// nothing.
struct AnswerHeaders {
  /// The origin whose pages may read the answer (Access-Control-Allow-Origin); empty for none.
  std::string reader;
  /// Whether a page of another origin may show it, as an image (Cross-Origin-Resource-Policy).
  bool may_be_embedded = false;
  /// Whether another Origin would get other headers (Vary).
  bool depends_on_origin = false;
};

}  // namespace freshframe
