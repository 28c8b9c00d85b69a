#include "app/options.h"

#include <algorithm>
#include <optional>
#include <utility>
#include <vector>

#include <CLI/CLI.hpp>

#include "app/config_file.h"
#include "app/exit_codes.h"
#include "app/given_value.h"
#include "app/list_settings.h"
#include "app/near_miss.h"
#include "app/settings.h"
#include "base/version.h"
#include "capture/libcamera_source.h"

namespace freshframe {
namespace {

// CLI11 does not wrap: lines end where an 80 column terminal wants it.
constexpr std::string_view kCameraHelp =
    "A camera to serve, see below. Give it again for more\n"
    "cameras; together they replace the file's list. Without\n"
    "any, the first libcamera camera is served, or the test\n"
    "pattern when there is none.";

constexpr std::string_view kFooter = R"(
SPEC is [NAME=]SOURCE with options after commas:
  libcamera                       the first camera that libcamera finds
  libcamera:1                     the second; --list-cameras shows them all
  'libcamera:ID'                  the camera with this id, wherever in the list
  libcamera:serial:0042           the USB camera of this serial number, in any port
  'libcamera:model:Microscope'    the only camera of this model, in any port
  libcamera,1280x720              in this size, which it must offer
  libcamera:0,1280x720@30,mjpeg   size, frames per second and pixel format
  door=libcamera:0                named: viewers find it at /ws?camera=door
  pattern                         a moving test picture, no camera needed
  pattern:640x480@15,mjpeg        the same with size, rate and format
  vision=publish                  what programs send to it, from OpenCV for example

The configuration file is JSON with comments; config/freshframe.json explains
every option. A flag wins over the file, and the last of a flag given twice wins.

Tokens come from files, from the variables FRESHFRAME_VIEW_TOKEN,
FRESHFRAME_PUBLISH_TOKEN and FRESHFRAME_ADMIN_TOKEN, or from systemd's credentials
freshframe.view-token, freshframe.publish-token and freshframe.admin-token. Beyond
this machine (--listen), or as soon as there is any token, everything needs one; a
view token is made where none is given, and its address printed to a terminal.

Exit codes: 0 stopped as asked, 69 a camera or encoder is not there, 71 cannot listen,
77 no permission, 78 bad flags or configuration.
)";

/// What the command line says, before anything is checked.
struct CommandLine {
  std::string config_path;
  CLI::Option* config_flag = nullptr;
  std::vector<std::string> cameras;
  /// One for each of settings(), in its order.
  std::vector<std::string> values = std::vector<std::string>(settings().size());
  std::vector<CLI::Option*> flags;
  TlsOptions tls;
  /// One for each of list_settings(), in its order.
  std::vector<std::vector<std::string>> lists =
      std::vector<std::vector<std::string>>(list_settings().size());
  bool list_cameras = false;
  bool json = false;
  bool print_url = false;
  bool check_config = false;
  bool version = false;
};

void describe_tls(CLI::App& app, CommandLine& given) {
  const auto add_file = [&](const char* flag, std::string& path, const char* help) {
    app.add_option(flag, path, help)
        ->type_name("FILE")
        ->multi_option_policy(CLI::MultiOptionPolicy::TakeLast)
        ->group("HTTPS");
  };
  add_file("--tls-cert", given.tls.certificate,
           "Serve https and wss only, with this certificate, in\nPEM form and followed by those it "
           "was issued by. Read\nagain on SIGHUP.");
  add_file("--tls-key", given.tls.key, "Its key, in PEM form and without a passphrase.");
  app.add_flag("--tls-self-signed", given.tls.is_self_signed,
               "The same with a certificate of the server's own, which\nis made once and kept; its "
               "fingerprint is printed.")
      ->group("HTTPS");
}

void describe(CLI::App& app, CommandLine& given) {
  app.add_option("--camera", given.cameras, std::string(kCameraHelp))
      ->type_name("SPEC")
      ->allow_extra_args(false)
      ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll)
      ->group("Cameras");
  given.config_flag = app.add_option("--config", given.config_path, "Configuration file to read.");
  given.config_flag->type_name("FILE")
      ->multi_option_policy(CLI::MultiOptionPolicy::TakeLast)
      ->group("Options");
  const Options defaults;
  for (std::size_t i = 0; i < settings().size(); ++i) {
    const Setting& setting = settings()[i];
    const std::string help = std::string(setting.help) + "\nDefault: " + setting.show(defaults);
    if (setting.placeholder.empty()) {
      given.flags.push_back(app.add_flag(std::string(setting.flag), help)->group("Options"));
      continue;
    }
    given.flags.push_back(app.add_option(std::string(setting.flag), given.values[i], help)
                              ->type_name(std::string(setting.placeholder))
                              ->multi_option_policy(CLI::MultiOptionPolicy::TakeLast)
                              ->group("Options"));
  }
  describe_tls(app, given);
  for (std::size_t i = 0; i < list_settings().size(); ++i) {
    const ListSetting& setting = list_settings()[i];
    app.add_option(std::string(setting.flag), given.lists[i], std::string(setting.help))
        ->type_name(std::string(setting.placeholder))
        ->allow_extra_args(false)
        ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll)
        ->group("Options that may be given again");
  }
  app.add_flag("--list-cameras", given.list_cameras,
               "Print the cameras that libcamera finds, and exit.")
      ->group("Information");
  app.add_flag("--json", given.json, "With --list-cameras: as JSON, for programs.")
      ->group("Information");
  app.add_flag("--print-url", given.print_url,
               "Print the address of the page, with the token that\nit needs, and exit.")
      ->group("Information");
  app.add_flag("--check-config", given.check_config,
               "Say all that would keep the server from starting with\nthese flags and this "
               "configuration, and exit with the\ncode of the first; 0 when there is nothing.")
      ->group("Information");
  app.add_flag("--version", given.version, "Print the versions and exit.")->group("Information");
  // Set last, so that it stands last.
  app.set_help_flag("-h,--help", "Print this help and exit.")->group("Information");
  app.footer(std::string(kFooter));
  // Refused by us, with the flag that was probably meant.
  app.allow_extras();
}

Failure prefixed(const std::string& prefix, const Failure& failure) {
  return {failure.kind, prefix + ": " + failure.reason};
}

/// What somebody meant who would have put a token onto the command line; empty for other flags.
std::string token_flag_meant(std::string_view flag) {
  if (flag == "--token") {
    return "--view-token-file";
  }
  for (const std::string_view role : {"view", "publish", "admin"}) {
    const std::string name = "--" + std::string(role) + "-token";
    if (flag == name) {
      return name + "-file";
    }
  }
  return {};
}

Failure unknown_argument(const CLI::App& app, const std::string& argument) {
  std::vector<std::string> flags;
  for (const CLI::Option* option : app.get_options()) {
    flags.push_back("--" + option->get_lnames().front());
  }
  const std::vector<std::string_view> known(flags.begin(), flags.end());
  const std::string flag = argument.substr(0, argument.find('='));
  if (const std::string meant = token_flag_meant(flag); !meant.empty()) {
    return {Failure::Kind::kMisconfigured,
            "a token on the command line can be read by every user of this machine; write it into "
            "a file and name that with " +
                meant + " FILE"};
  }
  return {Failure::Kind::kMisconfigured,
          "there is no option " + in_quotes(flag) + "; " + suggestion(flag, known)};
}

Result<void> set_cameras_from_flags(const std::vector<std::string>& specs, Options& options) {
  std::vector<CameraSpec> cameras;
  for (const std::string& spec : specs) {
    Result<CameraSpec> camera = parse_camera_spec(spec);
    if (!camera) {
      return prefixed("--camera " + in_quotes(spec), camera.error());
    }
    cameras.push_back(*std::move(camera));
  }
  if (const auto set = set_cameras(std::move(cameras), options); !set) {
    return prefixed("--camera", set.error());
  }
  return {};
}

/// A switch is on when it is there; `=false` behind it turns off what the file turned on.
GivenValue given_by_switch(const CLI::Option& flag) {
  const std::string text = flag.results().back();
  const bool is_on = text == "true";
  const auto truth = is_on || text == "false" ? std::optional(is_on) : std::nullopt;
  return {in_quotes(text), std::nullopt, std::nullopt, truth};
}

Result<void> set_lists_from_flags(const CommandLine& given, Options& options) {
  for (std::size_t i = 0; i < list_settings().size(); ++i) {
    const ListSetting& setting = list_settings()[i];
    if (!given.lists[i].empty()) {
      (options.*setting.values).clear();
    }
    for (const std::string& value : given.lists[i]) {
      if (const auto added = add_to_list(setting, given_as_text(value), options); !added) {
        return prefixed(std::string(setting.flag), added.error());
      }
    }
  }
  return {};
}

Result<Options> combine(const CommandLine& given) {
  Options options;
  if (given.config_flag->count() != 0) {
    Result<Options> from_file = read_config_file(given.config_path, options);
    if (!from_file) {
      return from_file;
    }
    options = *std::move(from_file);
  }
  for (std::size_t i = 0; i < settings().size(); ++i) {
    if (given.flags[i]->count() == 0) {
      continue;
    }
    const Setting& setting = settings()[i];
    const GivenValue value = setting.placeholder.empty() ? given_by_switch(*given.flags[i])
                                                         : given_as_text(given.values[i]);
    if (const auto set = setting.set(value, options); !set) {
      return prefixed(std::string(setting.flag), set.error());
    }
  }
  if (const auto set = set_lists_from_flags(given, options); !set) {
    return set.error();
  }
  if (!given.cameras.empty()) {
    if (const auto set = set_cameras_from_flags(given.cameras, options); !set) {
      return set.error();
    }
  }
  if (given.tls.is_wanted()) {
    options.tls = given.tls;
  }
  if (const auto checked = check_tls(options.tls); !checked) {
    return checked.error();
  }
  if (given.json && !given.list_cameras) {
    return Failure{Failure::Kind::kMisconfigured, "--json goes with --list-cameras"};
  }
  options.list_cameras = given.list_cameras;
  options.json = given.json;
  options.print_url = given.print_url;
  options.check_config = given.check_config;
  return options;
}

std::string version_text() {
  const std::string libcamera = libcamera_version();
  return "freshframe " + std::string(freshframe_version()) + "\n" +
         (libcamera.empty() ? "built without libcamera" : "libcamera " + libcamera) + "\n";
}

EarlyExit refuse(const Failure& failure) {
  std::string line = "freshframe: " + failure.reason;
  // One line, whatever a file's name or a flag brought along.
  std::ranges::replace_if(
      line, [](unsigned char c) { return c < ' ' || c == 0x7f; }, '?');
  return {kExitBadConfiguration, line + "\nTry freshframe --help.\n"};
}

}  // namespace

std::variant<Options, EarlyExit> read_options(int argc, const char* const* argv) {
  CLI::App app("Freshframe shows live cameras in the browser: the present, never the past.",
               "freshframe");
  CommandLine given;
  describe(app, given);
  // CLI11 takes the arguments last one first.
  std::vector<std::string> arguments;
  for (int i = argc - 1; i > 0; --i) {
    arguments.emplace_back(argv[i]);
  }
  try {
    app.parse(std::move(arguments));
  } catch (const CLI::CallForHelp&) {
    return EarlyExit{0, app.help()};
  } catch (const CLI::ArgumentMismatch& error) {
    // The only mismatch left, and CLI11's words for it ("1 required PERCENT missing") help nobody.
    const std::string message = error.what();
    return refuse({Failure::Kind::kMisconfigured,
                   message.substr(0, message.find(':')) + ": a value must follow"});
  } catch (const CLI::ParseError& error) {
    return refuse({Failure::Kind::kMisconfigured, error.what()});
  }
  if (given.version) {
    return EarlyExit{0, version_text()};
  }
  if (const auto unknown = app.remaining(); !unknown.empty()) {
    return refuse(unknown_argument(app, unknown.front()));
  }
  Result<Options> options = combine(given);
  if (!options) {
    return refuse(options.error());
  }
  return *std::move(options);
}

}  // namespace freshframe
