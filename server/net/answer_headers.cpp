#include "net/answer_headers.h"

#include <boost/beast/http/field.hpp>

namespace freshframe {

namespace {

namespace http = boost::beast::http;

// Trusted Types: there is no policy that could make a text into HTML or code, so that no mistake of
// the page can. tests/dev/check-sinks refuses what would need one.
constexpr std::string_view kContentSecurityPolicy =
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; "
    "connect-src 'self'; manifest-src 'self'; base-uri 'none'; form-action 'none'; "
    "require-trusted-types-for 'script'; trusted-types 'none'; frame-ancestors ";

// All that browsers know and a person may be asked for, and what tells of the machine. The page has
// a button for the full screen.
constexpr std::string_view kPermissionsPolicy =
    "accelerometer=(), autoplay=(), camera=(), clipboard-read=(), "
    "clipboard-write=(), display-capture=(), encrypted-media=(), fullscreen=(self), gamepad=(), "
    "geolocation=(), gyroscope=(), hid=(), idle-detection=(), local-fonts=(), magnetometer=(), "
    "microphone=(), midi=(), payment=(), picture-in-picture=(), publickey-credentials-get=(), "
    "screen-wake-lock=(), serial=(), usb=(), xr-spatial-tracking=()";

}  // namespace

void set_answer_headers(const AnswerHeaders& answer, http::fields& fields) {
  std::string policy(kContentSecurityPolicy);
  policy += answer.frame_ancestors;
  fields.set("Content-Security-Policy", policy);
  // For browsers that do not know frame-ancestors; it has no word for a list.
  if (answer.frame_ancestors == "'none'") {
    fields.set("X-Frame-Options", "DENY");
  } else if (answer.frame_ancestors == "'self'") {
    fields.set("X-Frame-Options", "SAMEORIGIN");
  }
  fields.set("X-Content-Type-Options", "nosniff");
  fields.set("Referrer-Policy", "no-referrer");
  fields.set("Permissions-Policy", kPermissionsPolicy);
  fields.set("Cross-Origin-Opener-Policy", "same-origin");
  fields.set("Cross-Origin-Resource-Policy",
             answer.may_be_embedded ? "cross-origin" : "same-origin");
  if (!answer.reader.empty()) {
    fields.set(http::field::access_control_allow_origin, answer.reader);
  }
  if (answer.depends_on_origin) {
    fields.set(http::field::vary, "Origin");
  }
}

}  // namespace freshframe
