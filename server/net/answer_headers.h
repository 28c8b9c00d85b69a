#pragma once

#include <string>
#include <string_view>

#include <boost/beast/http/fields.hpp>

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
  /// Who may show the page in a frame, as the content security policy says it. Outlives the answer.
  std::string_view frame_ancestors = "'none'";
};

/// Sets what keeps a browser to what the page needs: no code, style, picture or connection but this
/// server's, no text made into HTML, no guessing of types, no address given away, no device of the
/// user's, no place in other sites' pages and windows but what `answer` allows.
///
/// Source: W3C Content Security Policy Level 3, Trusted Types, Permissions Policy; WHATWG Fetch,
/// "Cross-Origin-Resource-Policy"; WHATWG HTML, "Cross-Origin-Opener-Policy".
void set_answer_headers(const AnswerHeaders& answer, boost::beast::http::fields& fields);

}  // namespace freshframe
