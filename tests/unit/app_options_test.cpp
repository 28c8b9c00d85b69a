#include <gtest/gtest.h>

#include <chrono>
#include <sstream>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "app/options.h"
#include "app/settings.h"
#include "base/version.h"

#include "temporary_directory.h"

namespace freshframe {
namespace {

class OptionsTest : public ::testing::Test {
 protected:
  using Answer = std::variant<Options, EarlyExit>;

  Answer run(const std::vector<std::string>& flags) const {
    std::vector<const char*> argv{"freshframe"};
    for (const std::string& flag : flags) {
      argv.push_back(flag.c_str());
    }
    return read_options(static_cast<int>(argv.size()), argv.data());
  }

  Options accepted(const std::vector<std::string>& flags) const {
    const Answer answer = run(flags);
    if (const auto* const exit = std::get_if<EarlyExit>(&answer)) {
      ADD_FAILURE() << exit->text;
      return {};
    }
    return std::get<Options>(answer);
  }

  /// The first line that is printed.
  std::string refused(const std::vector<std::string>& flags) const {
    const Answer answer = run(flags);
    const auto* const exit = std::get_if<EarlyExit>(&answer);
    if (exit == nullptr) {
      return "accepted";
    }
    EXPECT_EQ(exit->exit_code, 78);
    const std::size_t line_end = exit->text.find('\n');
    EXPECT_EQ(exit->text.substr(line_end), "\nTry freshframe --help.\n");
    return exit->text.substr(0, line_end);
  }

  /// What a flag that only prints puts out.
  std::string printed(const std::vector<std::string>& flags) const {
    const Answer answer = run(flags);
    const auto* const exit = std::get_if<EarlyExit>(&answer);
    if (exit == nullptr) {
      ADD_FAILURE() << "the program would run";
      return {};
    }
    EXPECT_EQ(exit->exit_code, 0);
    return exit->text;
  }
};

class OptionsFromFileTest : public OptionsTest {
 protected:
  std::string file(std::string_view text) const { return directory_.file("freshframe.json", text); }

 private:
  const TemporaryDirectory directory_;
};

TEST_F(OptionsTest, WithoutFlagsOnlyThisMachineIsServed) {
  const Options options = accepted({});
  EXPECT_EQ(options.listen_address, "127.0.0.1");
  EXPECT_EQ(options.listen_port, 8080);
  EXPECT_TRUE(options.cameras.empty());
  EXPECT_EQ(options.quality_percent, 80);
  EXPECT_EQ(options.encode_threads, 0);
  EXPECT_EQ(options.encoder, EncoderChoice::kAuto);
  EXPECT_EQ(options.idle_grace, std::chrono::seconds(5));
  EXPECT_EQ(options.log_level, "info");
  EXPECT_EQ(options.log_format, LogFormat::kAuto);
  EXPECT_FALSE(options.list_cameras);
}

TEST_F(OptionsTest, EveryFlagIsKept) {
  const Options options =
      accepted({"--listen", "0.0.0.0:0", "--camera", "door=pattern", "--camera=pattern:640x480",
                "--quality", "95", "--encode-threads", "2", "--encoder", "hardware",
                "--idle-grace=0.5", "--log-level", "off", "--list-cameras"});
  EXPECT_EQ(options.listen_address, "0.0.0.0");
  EXPECT_EQ(options.listen_port, 0);
  ASSERT_EQ(options.cameras.size(), 2U);
  EXPECT_EQ(options.cameras[0].name, "door");
  EXPECT_EQ(options.cameras[1].name, "cam0");
  EXPECT_EQ(options.quality_percent, 95);
  EXPECT_EQ(options.encode_threads, 2);
  EXPECT_EQ(options.encoder, EncoderChoice::kHardware);
  EXPECT_EQ(options.idle_grace, std::chrono::milliseconds(500));
  EXPECT_EQ(options.log_level, "off");
  EXPECT_TRUE(options.list_cameras);
  EXPECT_FALSE(options.json);
}

TEST_F(OptionsTest, OnlyTheListOfCamerasComesAsJson) {
  EXPECT_TRUE(accepted({"--list-cameras", "--json"}).json);
  EXPECT_NE(refused({"--json"}).find("--list-cameras"), std::string::npos);
}

TEST_F(OptionsTest, FlagsOfAListMayBeGivenAgainAndReplaceTheFilesList) {
  const Options options = accepted({"--config", "tests/unit/config/valid/every_option.json",
                                    "--allow-origin", "http://a", "--allow-origin=http://B:81",
                                    "--max-viewers", "7", "--max-connections=9"});
  EXPECT_EQ(options.allowed_origins, (std::vector<std::string>{"http://a", "http://b:81"}));
  EXPECT_EQ(options.allowed_hosts, (std::vector<std::string>{"camera.example.org"}));
  EXPECT_EQ(options.limits.viewers, 7U);
  EXPECT_EQ(options.limits.connections, 9U);
  EXPECT_EQ(options.limits.headers, 50U);
  EXPECT_NE(refused({"--allow-host", "a:80"}).find("--allow-host: \"a:80\" is not a host's name"),
            std::string::npos);
}

TEST_F(OptionsTest, DefaultsAreShownAsTheyWouldBeGiven) {
  const std::string help = printed({"--help"});
  for (const Setting& setting : settings()) {
    const std::string shown = setting.show(Options{});
    EXPECT_NE(help.find(std::string(setting.flag) + " " + std::string(setting.placeholder)),
              std::string::npos);
    EXPECT_NE(help.find("Default: " + shown), std::string::npos);
    EXPECT_EQ(setting.show(accepted({std::string(setting.flag) + "=" + shown})), shown);
  }
}

TEST_F(OptionsTest, ValuesOtherThanTheDefaultAreShownAsGivenToo) {
  EXPECT_EQ(settings()[0].show(accepted({"--listen", "[::1]:81"})), "[::1]:81");
  const Options options = accepted({"--idle-grace", "1.05"});
  EXPECT_EQ(options.idle_grace, std::chrono::milliseconds(1050));
  EXPECT_EQ(settings()[4].show(options), "1.050");
}

TEST_F(OptionsTest, ASwitchIsOnWhenItIsThere) {
  EXPECT_TRUE(accepted({"--insecure-no-auth"}).insecure_no_auth);
  EXPECT_TRUE(accepted({"--insecure-no-auth=true"}).insecure_no_auth);
  EXPECT_FALSE(accepted({"--insecure-no-auth=false"}).insecure_no_auth);
  EXPECT_NE(refused({"--insecure-no-auth=maybe"}), "accepted");
  EXPECT_FALSE(accepted({}).always_on);
  EXPECT_TRUE(accepted({"--always-on"}).always_on);
}

TEST_F(OptionsTest, ATokenOnTheCommandLineIsRefusedWithoutBeingShown) {
  for (const std::string name : {"view", "publish", "admin"}) {
    const std::string flag = "--" + name + "-token";
    for (const auto& flags : {std::vector<std::string>{flag + "=s3cret-of-16-letters"},
                              std::vector<std::string>{flag, "s3cret-of-16-letters"}}) {
      const std::string reason = refused(flags);
      EXPECT_NE(reason.find("can be read by every user"), std::string::npos) << reason;
      EXPECT_NE(reason.find(flag + "-file FILE"), std::string::npos) << reason;
      EXPECT_EQ(reason.find("s3cret"), std::string::npos) << reason;
    }
    EXPECT_NE(refused({flag + "-file", ""}), "accepted") << "no file would be no protection";
    EXPECT_EQ(refused({flag + "-files=s3cret"}).find("s3cret"), std::string::npos);
  }
  EXPECT_NE(refused({"--token=s3cret"}).find("--view-token-file FILE"), std::string::npos);
}

TEST_F(OptionsTest, HelpNamesEveryFlagAndFitsATerminal) {
  const std::string help = printed({"-h"});
  for (const char* const flag : {"--camera SPEC", "--config FILE", "--list-cameras", "--version",
                                 "--help", "pattern:640x480@15", "libcamera:0,1280x720@30,mjpeg"}) {
    EXPECT_NE(help.find(flag), std::string::npos) << flag;
  }
  std::istringstream lines(help);
  for (std::string line; std::getline(lines, line);) {
    EXPECT_LE(line.size(), 86U) << line;
  }
}

TEST_F(OptionsTest, VersionNamesTheProgramAndLibcamera) {
  const std::string text = printed({"--version"});
  EXPECT_EQ(text.rfind("freshframe " + std::string(freshframe_version()) + "\n", 0), 0U);
  EXPECT_NE(text.find("libcamera"), std::string::npos);
}

TEST_F(OptionsTest, ACertificateAndItsKeyBelongTogether) {
  const Options options = accepted({"--tls-cert", "a.pem", "--tls-key", "b.pem"});
  EXPECT_EQ(options.tls.certificate, "a.pem");
  EXPECT_EQ(options.tls.key, "b.pem");
  EXPECT_TRUE(options.tls.is_wanted());
  EXPECT_EQ(refused({"--tls-cert", "a.pem"}),
            "freshframe: a certificate without its key; give the key's file too (--tls-key)");
  EXPECT_EQ(refused({"--tls-key", "b.pem"}),
            "freshframe: a key without its certificate; give the certificate's file too "
            "(--tls-cert)");
  EXPECT_EQ(refused({"--tls-cert", "a.pem", "--tls-key", "b.pem", "--tls-self-signed"}),
            "freshframe: a certificate is given and a self-signed one is asked for; leave out one "
            "of the two");
}

TEST_F(OptionsFromFileTest, ATlsFlagReplacesAllThatTheFileSaysOfTls) {
  const std::string config = file(R"({"tls": {"certificate": "a.pem", "key": "b.pem"}})");
  EXPECT_EQ(accepted({"--config", config}).tls.key, "b.pem");
  const Options options = accepted({"--config", config, "--tls-self-signed"});
  EXPECT_TRUE(options.tls.is_self_signed);
  EXPECT_EQ(options.tls.certificate, "");
}

TEST_F(OptionsTest, WithoutAWordOfTlsItIsNotWanted) {
  EXPECT_FALSE(accepted({}).tls.is_wanted());
}

TEST_F(OptionsTest, HelpAndVersionAnswerBeforeAnythingIsChecked) {
  printed({"--quality", "101", "--help"});
  printed({"--version", "--quality", "101"});
}

TEST_F(OptionsTest, WrongValuesAreRefusedWithWhatIsAllowed) {
  EXPECT_EQ(
      refused({"--quality", "101"}),
      "freshframe: --quality: 101 is not a JPEG quality; allowed: whole numbers from 1 to 100");
  EXPECT_EQ(
      refused({"--quality=high"}),
      "freshframe: --quality: \"high\" is not a JPEG quality; allowed: whole numbers from 1 to "
      "100");
  EXPECT_EQ(refused({"--encode-threads", "65"}),
            "freshframe: --encode-threads: 65 is not a number of threads; allowed: whole numbers "
            "from 0 to 64, where 0 lets Freshframe choose");
  EXPECT_EQ(
      refused({"--idle-grace", "-1"}),
      "freshframe: --idle-grace: -1 is not a time in seconds; allowed: numbers from 0 to 3600");
  EXPECT_EQ(refused({"--encoder", "gpu"}),
            "freshframe: --encoder: \"gpu\" is not a JPEG encoder; allowed: auto, hardware, "
            "software");
  EXPECT_EQ(refused({"--log-level", "loud"}),
            "freshframe: --log-level: \"loud\" is not a log level; allowed: trace, debug, info, "
            "warning, error, off");
  EXPECT_EQ(
      refused({"--camera", "pattern:640x480@0"}),
      "freshframe: --camera \"pattern:640x480@0\": 0 is not a frame rate; allowed: numbers from "
      "0.01 to 240");
}

TEST_F(OptionsTest, QualityIsAWholeNumberFrom1To100) {
  EXPECT_EQ(accepted({"--quality", "1"}).quality_percent, 1);
  EXPECT_EQ(accepted({"--quality", "100"}).quality_percent, 100);
  for (const char* const value :
       {"0", "101", "-80", "80.5", "1e1", "80%", "", "nan", "inf", "99999999999999999999999"}) {
    EXPECT_NE(refused({"--quality", value}), "accepted") << value;
  }
}

TEST_F(OptionsTest, ListenTakesAddressesAndLocalhost) {
  const auto address = [this](const char* text) {
    return accepted({"--listen", text}).listen_address;
  };
  EXPECT_EQ(address("localhost:1"), "127.0.0.1");
  EXPECT_EQ(address("192.168.1.20:1"), "192.168.1.20");
  EXPECT_EQ(address("[::]:1"), "::");
  EXPECT_EQ(address("[0:0::1]:1"), "::1");
  EXPECT_EQ(accepted({"--listen", "127.0.0.1:65535"}).listen_port, 65535);
}

TEST_F(OptionsTest, ListenRefusesWhatWouldHaveToBeGuessed) {
  for (const char* const value : {"",
                                  ":",
                                  "8080",
                                  ":8080",
                                  "127.0.0.1",
                                  "127.0.0.1:",
                                  "127.0.0.1:65536",
                                  "127.0.0.1:-1",
                                  "127.0.0.1:80a",
                                  "127.1:80",
                                  "256.0.0.1:80",
                                  "*:80",
                                  "::1:80",
                                  "[::1]",
                                  "[::1]80",
                                  "[]:80",
                                  "[127.0.0.1]:80",
                                  "[localhost]:80",
                                  "camera.example:80",
                                  "http://127.0.0.1:80",
                                  " 127.0.0.1:80"}) {
    EXPECT_NE(refused({"--listen", value}), "accepted") << value;
  }
}

TEST_F(OptionsTest, AnUnknownFlagIsAnsweredWithTheLikeliestOne) {
  EXPECT_EQ(refused({"--qualty", "80"}),
            "freshframe: there is no option \"--qualty\"; did you mean \"--quality\"?");
  EXPECT_EQ(refused({"--cameras=pattern"}),
            "freshframe: there is no option \"--cameras\"; did you mean \"--camera\"?");
  EXPECT_EQ(refused({"pattern"})
                .rfind("freshframe: there is no option \"pattern\"; allowed: --camera", 0),
            0U);
}

TEST_F(OptionsTest, AFlagTakesExactlyOneValue) {
  EXPECT_EQ(refused({"--quality"}), "freshframe: --quality: a value must follow");
  EXPECT_EQ(refused({"--camera"}), "freshframe: --camera: a value must follow");
  EXPECT_NE(refused({"--camera", "pattern", "libcamera"}), "accepted");
  // A list in brackets is CLI11's own idea.
  EXPECT_NE(refused({"--camera", "[pattern,pattern]"}), "accepted");
}

TEST_F(OptionsTest, AnEmptyValueIsAValue) {
  EXPECT_NE(refused({"--config", ""}), "accepted");
  EXPECT_NE(refused({"--camera", ""}), "accepted");
  EXPECT_NE(refused({"--listen="}), "accepted");
}

TEST_F(OptionsTest, TheLastOfAFlagGivenTwiceWins) {
  EXPECT_EQ(accepted({"--quality", "10", "--quality", "20"}).quality_percent, 20);
}

TEST_F(OptionsTest, TwoCamerasOfOneNameAreRefused) {
  EXPECT_EQ(refused({"--camera", "a=pattern", "--camera", "a=libcamera"}),
            "freshframe: --camera: two cameras are named \"a\"; give each a name of its own");
}

TEST_F(OptionsTest, AMessageIsOneLineWhateverTheFlagHolds) {
  const std::string line = refused({"--config", "no\nsuch\x1b[2Jfile"});
  EXPECT_EQ(line.rfind("freshframe: no?such?[2Jfile: cannot open: ", 0), 0U) << line;
}

TEST_F(OptionsFromFileTest, AFlagWinsOverTheFileWhereverItStands) {
  const std::string config = file(R"({"quality": 30, "log_level": "error", "listen": "[::1]:81"})");
  for (const auto& flags : {std::vector<std::string>{"--quality", "40", "--config", config},
                            std::vector<std::string>{"--config", config, "--quality", "40"}}) {
    const Options options = accepted(flags);
    EXPECT_EQ(options.quality_percent, 40);
    EXPECT_EQ(options.log_level, "error");
    EXPECT_EQ(options.listen_address, "::1");
  }
}

TEST_F(OptionsFromFileTest, CamerasOnTheCommandLineReplaceTheFilesList) {
  const std::string config = file(R"({"cameras": ["a=pattern", "b=pattern"]})");
  EXPECT_EQ(accepted({"--config", config}).cameras.size(), 2U);
  const Options options = accepted({"--config", config, "--camera", "a=libcamera"});
  ASSERT_EQ(options.cameras.size(), 1U);
  EXPECT_TRUE(std::holds_alternative<LibcameraRequest>(options.cameras[0].source));
}

TEST_F(OptionsFromFileTest, AMistakeInTheFileIsShownWithItsPlace) {
  const std::string config = file(R"({"cameras": ["pattern", {"source": "pattern", "fps": 0}]})");
  EXPECT_EQ(refused({"--config", config}),
            "freshframe: " + config +
                ": /cameras/1/fps: 0 is not a frame rate; allowed: numbers from 0.01 to 240");
}

TEST_F(OptionsFromFileTest, AMistakeInTheFileCountsEvenWhenAFlagReplacesIt) {
  const std::string config = file(R"({"quality": 0})");
  EXPECT_NE(refused({"--config", config, "--quality", "80"}), "accepted");
}

}  // namespace
}  // namespace freshframe
