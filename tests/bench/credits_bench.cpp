// What the credit window makes of simulated links: the table of server/README.md, "Credits". There
// is no machine in these figures, so they are the same everywhere.

#include <chrono>
#include <cstdio>
#include <functional>
#include <string>
#include <vector>

#include "../unit/simulated_link.h"

namespace {

using namespace freshframe;
using namespace std::chrono_literals;
using Duration = SimulatedLink::Duration;

constexpr Duration kLength = 40s;
// Before the first acknowledgement nobody knows the link, and what was sent until then drains once.
// The scenario whose link falls then leaves out longer.
constexpr Duration kFrom = 10s;
// A camera that is slower than this by no more than it takes to see it has lost nothing.
constexpr double kAllThatIsMade = 29.5;

struct Scenario {
  std::string name;
  /// One way.
  Duration propagation;
  std::function<double(Duration)> megabits_per_second;
  std::vector<SimulatedCamera> cameras = {SimulatedCamera{}};
  Duration jitter{0};
  Duration from = kFrom;
};

std::function<double(Duration)> constant(double megabits_per_second) {
  return [megabits_per_second](Duration) { return megabits_per_second; };
}

std::vector<SimulatedCamera> varying_by(double share) {
  return {SimulatedCamera{.size_varies_by = share}};
}

/// Two that do not see the same moment.
std::vector<SimulatedCamera> large_and_small() {
  return {SimulatedCamera{.frame_bytes = 110'000},
          SimulatedCamera{.frame_bytes = 10'000, .first_frame_at = 12ms}};
}

std::vector<Scenario> scenarios() {
  const auto falls_to_1 = [](Duration now) { return now < kFrom ? 20.0 : 1.0; };
  // The two frames that may have been on their way as it fell, each of 0.88 s.
  constexpr Duration kFellAndDrained = kFrom + 1'760ms;
  return {
      {"8 Mbit/s, 2 ms", 1ms, constant(8)},
      {"8 Mbit/s, 2 ms, sizes +-40 %", 1ms, constant(8), varying_by(0.4)},
      {"2 Mbit/s, 2 ms", 1ms, constant(2)},
      {"2 Mbit/s, 2 ms, sizes +-40 %", 1ms, constant(2), varying_by(0.4)},
      {"20 Mbit/s, 10 ms, falling to 1",
       5ms,
       falls_to_1,
       {SimulatedCamera{}},
       0ms,
       kFellAndDrained},
      {"8 Mbit/s, 20 ms, acknowledgements up to 40 ms late",
       10ms,
       constant(8),
       {SimulatedCamera{}},
       40ms},
      {"50 Mbit/s, 100 ms", 50ms, constant(50)},
      {"50 Mbit/s, 100 ms, sizes +-20 %", 50ms, constant(50), varying_by(0.2)},
      {"50 Mbit/s, 100 ms, sizes +-40 %", 50ms, constant(50), varying_by(0.4)},
      {"50 Mbit/s, 40 ms, two cameras", 20ms, constant(50), large_and_small()},
      {"50 Mbit/s, 100 ms, two cameras", 50ms, constant(50), large_and_small()},
      {"8 Mbit/s, 2 ms, two cameras", 1ms, constant(8), large_and_small()},
  };
}

int in_milliseconds(Duration duration) {
  return static_cast<int>(std::chrono::round<std::chrono::milliseconds>(duration).count());
}

void print_row(const Scenario& scenario) {
  SimulatedLink link;
  link.megabits_per_second = scenario.megabits_per_second;
  link.propagation = scenario.propagation;
  link.jitter = scenario.jitter;
  link.cameras = scenario.cameras;
  link.run(kLength);

  for (std::size_t camera = 0; camera < scenario.cameras.size(); ++camera) {
    const SimulatedCamera& made = scenario.cameras[camera];
    const double bits_per_frame = static_cast<double>(made.frame_bytes) * 8;
    const double rate = link.frames_per_second(scenario.from, kLength, camera);
    const Duration wire(
        static_cast<Duration::rep>(bits_per_frame / scenario.megabits_per_second(kLength - 1ms)));
    const std::string of_which = scenario.cameras.size() == 1
                                     ? ""
                                     : ": of " + std::to_string(made.frame_bytes / 1000) + " KB";
    const std::string use =
        rate >= kAllThatIsMade
            ? "all that is made"
            : std::to_string(static_cast<int>(100 * link.link_use(scenario.from, kLength) + 0.5)) +
                  " %";
    std::printf("| %s%s | %.1f | %d and %d ms | %d ms | %s |\n", scenario.name.c_str(),
                of_which.c_str(), rate,
                in_milliseconds(link.age(0.5, scenario.from, kLength, camera)),
                in_milliseconds(link.age(0.99, scenario.from, kLength, camera)),
                in_milliseconds(wire), use.c_str());
  }
}

}  // namespace

int main() {
  std::printf(
      "A camera of 110 KB a frame at 30 frames/s over a simulated link whose queue holds\n"
      "everything, %d s, of which the first %d are left out. This is server/README.md's table.\n\n"
      "| link, round trip | frames/s | age of a frame as it arrives, median and worst of 100 "
      "| of it on the wire | link used |\n"
      "| --- | --- | --- | --- | --- |\n",
      static_cast<int>(kLength / 1s), static_cast<int>(kFrom / 1s));
  for (const Scenario& scenario : scenarios()) {
    print_row(scenario);
  }
}
