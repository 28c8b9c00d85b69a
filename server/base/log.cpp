#include "base/log.h"

#include <memory>
#include <string>
#include <utility>

#include <spdlog/sinks/stdout_color_sinks.h>
#include <spdlog/spdlog.h>

#include "base/counting_sink.h"

namespace freshframe {

void start_log(std::string_view level, LogFormat format) {
  auto logger = std::make_shared<spdlog::logger>(
      "", std::make_shared<CountingSink>(std::make_shared<spdlog::sinks::stderr_color_sink_mt>()));
  logger->set_formatter(make_log_formatter(resolved(format)));
  logger->set_level(spdlog::level::from_str(std::string(level)));
  logger->flush_on(spdlog::level::trace);
  spdlog::set_default_logger(std::move(logger));
}

void set_log_level(std::string_view level) {
  spdlog::default_logger_raw()->set_level(spdlog::level::from_str(std::string(level)));
}

}  // namespace freshframe
