#include "measure.h"

#include <time.h>

#include <algorithm>
#include <cstdio>
#include <string_view>

namespace freshframe::bench {

namespace {

double thread_microseconds() {
  timespec now{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) * 1e6 + static_cast<double>(now.tv_nsec) / 1e3;
}

double median(std::vector<double> values) {
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::nth_element(values.begin(), middle, values.end());
  return *middle;
}

/// How often a candidate runs in one turn, so that a turn takes about as long as it shall.
int runs_in_a_turn(const Candidate& candidate, double turn_microseconds) {
  candidate.run();  // first runs are slow: caches, lazy allocation
  int runs = 1;
  for (;;) {
    const double began = thread_microseconds();
    for (int i = 0; i < runs; ++i) {
      candidate.run();
    }
    const double took = thread_microseconds() - began;
    if (took >= turn_microseconds / 4) {
      return std::max(1, static_cast<int>(runs * turn_microseconds / took));
    }
    runs *= 2;
  }
}

}  // namespace

Effort effort_from(int argc, char** argv) {
  const bool smoke = argc > 1 && std::string_view(argv[1]) == "--smoke";
  return smoke ? Effort{.rounds = 1, .turn_microseconds = 100} : Effort{};
}

std::vector<Timing> measure(const std::vector<Candidate>& candidates, const Effort& effort) {
  std::vector<int> runs;
  for (const Candidate& candidate : candidates) {
    runs.push_back(runs_in_a_turn(candidate, effort.turn_microseconds));
  }
  // By candidate, then by round.
  std::vector<std::vector<double>> times(candidates.size());
  for (int round = 0; round < effort.rounds; ++round) {
    for (std::size_t i = 0; i < candidates.size(); ++i) {
      const double began = thread_microseconds();
      for (int run = 0; run < runs[i]; ++run) {
        candidates[i].run();
      }
      times[i].push_back((thread_microseconds() - began) / runs[i]);
    }
  }

  std::vector<Timing> timings;
  for (std::size_t i = 0; i < candidates.size(); ++i) {
    Timing timing{candidates[i].name, median(times[i]), {}};
    for (const std::vector<double>& others : times) {
      std::vector<double> ratios;
      for (std::size_t round = 0; round < others.size(); ++round) {
        ratios.push_back(times[i][round] / others[round]);
      }
      timing.ratio_to.push_back(median(std::move(ratios)));
    }
    timings.push_back(std::move(timing));
  }
  return timings;
}

std::string against_aim(double ratio, double aim) {
  char text[64];
  std::snprintf(text, sizeof(text), "aim <= %g: %s", aim, ratio <= aim ? "met" : "missed");
  return text;
}

std::string at_least(double value, double aim) {
  char text[64];
  std::snprintf(text, sizeof(text), "aim >= %g: %s", aim, value >= aim ? "met" : "missed");
  return text;
}

}  // namespace freshframe::bench
