#include <gtest/gtest.h>

#include <initializer_list>
#include <string>
#include <string_view>

#include <boost/beast/http/field.hpp>

#include "net/permessage_deflate.h"

namespace freshframe {
namespace {

namespace http = boost::beast::http;

/// What is answered to these header lines: the header's value, "none", "malformed" or "too long".
std::string answer_to(std::initializer_list<std::string_view> lines) {
  HttpRequest upgrade(http::verb::get, "/ws", 11);
  for (const std::string_view line : lines) {
    upgrade.insert(http::field::sec_websocket_extensions, line);
  }
  const auto agreement = agree_on_deflate(upgrade);
  if (!agreement) {
    return agreement.error() == ExtensionsError::kMalformed ? "malformed" : "too long";
  }
  return *agreement ? (*agreement)->header_value() : "none";
}

std::string answer_to(std::string_view line) {
  return answer_to({line});
}

constexpr const char* kPlainAnswer = "permessage-deflate; client_no_context_takeover";

TEST(PermessageDeflateTest, ASimpleOfferIsAccepted) {
  EXPECT_EQ(answer_to("permessage-deflate"), kPlainAnswer);
}

TEST(PermessageDeflateTest, WithoutAnOfferNothingIsAnswered) {
  EXPECT_EQ(answer_to(std::initializer_list<std::string_view>{}), "none");
  EXPECT_EQ(answer_to("x-webkit-deflate-frame"), "none");
  EXPECT_EQ(answer_to("mux; max-channels=4; flow-control, deflate-stream"), "none");
}

// The first offers of: Chromium and Node's ws; Firefox; Python's websockets; Go's gorilla.
TEST(PermessageDeflateTest, WhatClientsOfferIsAccepted) {
  EXPECT_EQ(answer_to("permessage-deflate; client_max_window_bits"), kPlainAnswer);
  EXPECT_EQ(answer_to("permessage-deflate; server_max_window_bits=12; client_max_window_bits=12"),
            std::string(kPlainAnswer) + "; server_max_window_bits=12");
  EXPECT_EQ(answer_to("permessage-deflate; server_no_context_takeover; client_no_context_takeover"),
            std::string(kPlainAnswer) + "; server_no_context_takeover");
}

TEST(PermessageDeflateTest, WhatAnOfferAsksOfOurMessagesIsPromised) {
  for (const char* const bits : {"8", "9", "10", "11", "12", "13", "14", "15"}) {
    EXPECT_EQ(answer_to(std::string("permessage-deflate; server_max_window_bits=") + bits),
              std::string(kPlainAnswer) + "; server_max_window_bits=" + bits);
    EXPECT_EQ(answer_to(std::string("permessage-deflate; client_max_window_bits=") + bits),
              kPlainAnswer);
  }
  EXPECT_EQ(answer_to("permessage-deflate;server_max_window_bits=9;server_no_context_takeover"),
            std::string(kPlainAnswer) + "; server_no_context_takeover; server_max_window_bits=9");
}

TEST(PermessageDeflateTest, AnOfferThatIsNotUnderstoodIsDeclined) {
  for (const char* const parameter : {"server_max_window_bits",
                                      "server_max_window_bits=7",
                                      "server_max_window_bits=16",
                                      "server_max_window_bits=08",
                                      "server_max_window_bits=010",
                                      "server_max_window_bits=1",
                                      "server_max_window_bits=150",
                                      "server_max_window_bits=-9",
                                      "server_max_window_bits=1x",
                                      "server_max_window_bits=+9",
                                      "client_max_window_bits=7",
                                      "client_max_window_bits=16",
                                      "client_max_window_bits=09",
                                      "client_max_window_bits=x",
                                      "server_no_context_takeover=1",
                                      "client_no_context_takeover=true",
                                      "client_no_context_takeover=8",
                                      "server_no_context_takeover=\"yes\"",
                                      "x-foo",
                                      "x-foo=1",
                                      "Server_No_Context_Takeover",
                                      "s2c_no_context_takeover"}) {
    EXPECT_EQ(answer_to(std::string("permessage-deflate; ") + parameter), "none") << parameter;
  }
}

TEST(PermessageDeflateTest, AParameterGivenTwiceDeclinesTheOffer) {
  for (const char* const parameter :
       {"server_no_context_takeover", "client_no_context_takeover", "server_max_window_bits=10",
        "client_max_window_bits", "client_max_window_bits=10"}) {
    EXPECT_EQ(answer_to(std::string("permessage-deflate; ") + parameter + "; " + parameter), "none")
        << parameter;
  }
  EXPECT_EQ(answer_to("permessage-deflate; client_max_window_bits; client_max_window_bits=10"),
            "none");
}

TEST(PermessageDeflateTest, TheFirstAcceptableOfferWins) {
  EXPECT_EQ(answer_to("permessage-deflate; server_max_window_bits=10,"
                      "permessage-deflate; server_max_window_bits=11"),
            std::string(kPlainAnswer) + "; server_max_window_bits=10");
  EXPECT_EQ(answer_to("permessage-deflate; server_max_window_bits=16,"
                      "permessage-deflate; x=y, foo; bar,"
                      "permessage-deflate; server_no_context_takeover"),
            std::string(kPlainAnswer) + "; server_no_context_takeover");
}

TEST(PermessageDeflateTest, HeaderLinesAreOneListInTheirOrder) {
  EXPECT_EQ(answer_to({"foo", "permessage-deflate; server_max_window_bits=9",
                       "permessage-deflate; server_max_window_bits=10"}),
            std::string(kPlainAnswer) + "; server_max_window_bits=9");
  EXPECT_EQ(answer_to({"permessage-deflate", "foo; bar="}), "malformed");
  EXPECT_EQ(answer_to({"permessage-deflate; ", "server_max_window_bits=9"}), "malformed");
}

TEST(PermessageDeflateTest, AnExtensionsNameIsTakenLetterForLetter) {
  EXPECT_EQ(answer_to("Permessage-Deflate"), "none");
  EXPECT_EQ(answer_to("permessage-deflate2"), "none");
}

TEST(PermessageDeflateTest, AQuotedValueIsWhatItSays) {
  const std::string ten = std::string(kPlainAnswer) + "; server_max_window_bits=10";
  EXPECT_EQ(answer_to(R"(permessage-deflate; server_max_window_bits="10")"), ten);
  EXPECT_EQ(answer_to(R"(permessage-deflate; server_max_window_bits="1\0")"), ten);
  EXPECT_EQ(answer_to(R"(foo; bar="x\y", permessage-deflate)"), kPlainAnswer);
  EXPECT_EQ(answer_to(R"(permessage-deflate; server_max_window_bits="010")"), "none");
}

// What stands in quotes is no offer, however it looks.
TEST(PermessageDeflateTest, QuotesThatHideAListAreMalformed) {
  EXPECT_EQ(answer_to(R"(foo; bar="a, permessage-deflate; b")"), "malformed");
  EXPECT_EQ(answer_to(R"(foo; bar="\", permessage-deflate)"), "malformed");
}

TEST(PermessageDeflateTest, SpaceMayStandBetweenWords) {
  EXPECT_EQ(answer_to("permessage-deflate ;\tserver_max_window_bits = 10 ; "
                      "client_max_window_bits\t, foo"),
            std::string(kPlainAnswer) + "; server_max_window_bits=10");
}

TEST(PermessageDeflateTest, EmptyPlacesInAListCountNothing) {
  EXPECT_EQ(answer_to(",, foo , ,permessage-deflate,"), kPlainAnswer);
  EXPECT_EQ(answer_to({"", "permessage-deflate"}), kPlainAnswer);
}

TEST(PermessageDeflateTest, WhatIsNotAListIsMalformed) {
  for (const char* const list : {"",
                                 ",",
                                 ", ,",
                                 ";",
                                 "permessage-deflate;",
                                 "permessage-deflate;;x",
                                 "permessage-deflate;=",
                                 "permessage-deflate; =10",
                                 "permessage-deflate; server_max_window_bits=",
                                 "permessage-deflate; server_max_window_bits=;",
                                 "permessage-deflate; a==b",
                                 "permessage-deflate; a=\"",
                                 "permessage-deflate; a=\"b",
                                 "permessage-deflate; a=\"b\\",
                                 "permessage-deflate; a=\"\"",
                                 "permessage-deflate; a=\"b c\"",
                                 "permessage-deflate; a=\"b\"c",
                                 "permessage-deflate=1",
                                 "permessage-deflate foo",
                                 "permessage-deflate; a b",
                                 "permessage/deflate",
                                 "\"permessage-deflate\"",
                                 "permessage-deflate, f(o",
                                 "caf\xC3\xA9",
                                 "permessage-deflate, \x7F"}) {
    EXPECT_EQ(answer_to(list), "malformed") << list;
  }
}

TEST(PermessageDeflateTest, TheListIsBounded) {
  std::string sixteen;
  for (int i = 0; i < 15; ++i) {
    sixteen += "foo,";
  }
  sixteen += "permessage-deflate";
  EXPECT_EQ(answer_to(sixteen), kPlainAnswer);
  EXPECT_EQ(answer_to("foo," + sixteen), "too long");
  const std::string end = ",permessage-deflate";
  EXPECT_EQ(answer_to(std::string(1023 - end.size(), 'x') + end), kPlainAnswer);
  EXPECT_EQ(answer_to(std::string(1024 - end.size(), 'x') + end), "too long");
}

}  // namespace
}  // namespace freshframe
