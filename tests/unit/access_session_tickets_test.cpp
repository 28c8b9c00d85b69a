#include <gtest/gtest.h>

#include <string>

#include "access/session_tickets.h"

namespace freshframe {
namespace {

using std::chrono::seconds;

class SessionTicketsTest : public ::testing::Test {
 protected:
  SessionTickets tickets_;
  SessionTickets::TimePoint now_{seconds{5000}};
};

TEST_F(SessionTicketsTest, ATicketAllowsWhatItWasIssuedFor) {
  for (unsigned bits = 0; bits < 8; ++bits) {
    const Roles roles = Roles::from_bits(bits);
    EXPECT_EQ(tickets_.read(tickets_.issue(roles, now_), now_), roles);
  }
}

TEST_F(SessionTicketsTest, ATicketEnds) {
  const std::string ticket = tickets_.issue(Role::kView, now_);
  EXPECT_TRUE(tickets_.read(ticket, now_ + SessionTickets::kLifetime));
  EXPECT_FALSE(tickets_.read(ticket, now_ + SessionTickets::kLifetime + seconds{1}));
}

TEST_F(SessionTicketsTest, ATicketOfAnotherRunIsWorthNothing) {
  EXPECT_FALSE(tickets_.read(SessionTickets().issue(Roles::all(), now_), now_));
}

TEST_F(SessionTicketsTest, NoLetterOfATicketCanBeChanged) {
  const std::string ticket = tickets_.issue(Role::kView, now_);
  EXPECT_EQ(ticket.find_first_not_of("0123456789abcdef."), std::string::npos);
  for (std::size_t i = 0; i < ticket.size(); ++i) {
    for (const char letter : {'0', '7', 'f', '.', ' ', '\0'}) {
      std::string forged = ticket;
      forged[i] = letter;
      EXPECT_EQ(tickets_.read(forged, now_).has_value(), forged == ticket) << forged;
    }
    EXPECT_FALSE(tickets_.read(ticket.substr(0, i), now_));
    EXPECT_FALSE(tickets_.read(ticket.substr(i + 1), now_));
  }
  EXPECT_FALSE(tickets_.read(ticket + "0", now_));
}

}  // namespace
}  // namespace freshframe
