#include "net/subprotocol.h"

#include <array>

#include <boost/beast/http/field.hpp>
#include <boost/beast/http/rfc7230.hpp>

namespace freshframe {

namespace {

namespace http = boost::beast::http;

constexpr std::array kKnown{
    kDefaultSubprotocol,
    Subprotocol{"freshframe.v1.binary", WireForm::kBinary},
};

}  // namespace

std::optional<Subprotocol> choose_subprotocol(const HttpRequest& upgrade) {
  const auto [begin, end] = upgrade.equal_range(http::field::sec_websocket_protocol);
  for (auto line = begin; line != end; ++line) {
    const http::token_list offers{line->value()};
    for (const auto& offer : offers) {
      for (const Subprotocol& known : kKnown) {
        if (known.name == std::string_view(offer)) {
          return known;
        }
      }
    }
  }
  return std::nullopt;
}

}  // namespace freshframe
