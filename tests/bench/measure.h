#pragma once

#include <functional>
#include <string>
#include <vector>

namespace freshframe::bench {

/// One of the things that are compared.
struct Candidate {
  std::string name;
  std::function<void()> run;
};

struct Timing {
  std::string name;
  /// Of one run: the median over the rounds.
  double microseconds = 0;
  /// This candidate's time divided by that of each candidate, in their order: the median of the
  /// ratios within one round, since what disturbs a whole round falls out of those.
  std::vector<double> ratio_to;
};

/// How long to measure.
struct Effort {
  int rounds = 15;
  /// Of one candidate in one round.
  double turn_microseconds = 40'000;
};

/// The effort that the command line asks for: `--smoke` is just enough to see that it works.
Effort effort_from(int argc, char** argv);

/// Runs the candidates in turn, round by round: A B C, A B C, ... and tells what each costs in CPU
/// time of this thread, which leaves out what other programs take.
std::vector<Timing> measure(const std::vector<Candidate>& candidates, const Effort& effort);

/// The aim and whether `ratio` keeps it: "aim <= 1.05: met".
std::string against_aim(double ratio, double aim);

/// The same for what shall be large: "aim >= 2: met".
std::string at_least(double value, double aim);

/// Keeps the compiler from leaving out what made `value`.
template <class T>
void keep(const T& value) {
  asm volatile("" : : "r"(&value) : "memory");
}

}  // namespace freshframe::bench
