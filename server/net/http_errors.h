#pragma once

#include <boost/beast/core/error.hpp>
#include <boost/beast/http/error.hpp>

namespace freshframe {

/// Whether reading ended because the peer spoke wrongly, and not because it went or fell silent.
inline bool is_peers_mistake(const boost::beast::error_code& error) {
  using boost::beast::http::error::end_of_stream;
  using boost::beast::http::error::partial_message;
  const auto& http_category = boost::beast::http::make_error_code(end_of_stream).category();
  return error.category() == http_category && error != end_of_stream && error != partial_message;
}

}  // namespace freshframe
