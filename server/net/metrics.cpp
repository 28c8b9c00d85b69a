#include "net/metrics.h"

#include <array>
#include <initializer_list>
#include <utility>
#include <vector>

#include <prometheus/metric_family.h>
#include <prometheus/text_serializer.h>

#include "base/version.h"
#include "message/camera_state.h"

namespace freshframe {

namespace {

using prometheus::ClientMetric;
using prometheus::MetricFamily;
using prometheus::MetricType;
using Labels = std::vector<ClientMetric::Label>;

constexpr std::array kStates{CameraState::kIdle, CameraState::kStarting, CameraState::kSettling,
                             CameraState::kLive, CameraState::kStalled,  CameraState::kLost};

double seconds(std::chrono::microseconds time) {
  return std::chrono::duration<double>(time).count();
}

ClientMetric counted(Labels labels, std::uint64_t value) {
  ClientMetric metric;
  metric.label = std::move(labels);
  metric.counter.value = static_cast<double>(value);
  return metric;
}

ClientMetric gauged(Labels labels, double value) {
  ClientMetric metric;
  metric.label = std::move(labels);
  metric.gauge.value = value;
  return metric;
}

template <std::size_t BoundCount>
ClientMetric measured(Labels labels, const Histogram<BoundCount>& histogram) {
  ClientMetric metric;
  metric.label = std::move(labels);
  std::uint64_t count = 0;
  for (std::size_t place = 0; place < BoundCount; ++place) {
    count += histogram.count(place);
    metric.histogram.bucket.push_back({count, seconds(histogram.bounds()[place])});
  }
  count += histogram.count(BoundCount);
  metric.histogram.sample_count = count;
  metric.histogram.sample_sum = seconds(histogram.sum());
  return metric;
}

Labels camera(const Channel& channel) {
  return {{"camera", channel.name()}};
}

Labels camera_and(const Channel& channel, const char* name, std::string_view value) {
  return {{"camera", channel.name()}, {name, std::string(value)}};
}

/// One family with a metric of each camera, which `measure` makes.
template <class Measure>
MetricFamily of_each(const Hub& hub, const char* name, const char* help, MetricType type,
                     Measure measure) {
  MetricFamily family{name, help, type, {}};
  for (const Channel& channel : hub.channels()) {
    family.metric.push_back(measure(channel));
  }
  return family;
}

MetricFamily states(const Hub& hub) {
  MetricFamily family{
      "freshframe_camera_state", "1 for the state that the camera is in", MetricType::Gauge, {}};
  for (const Channel& channel : hub.channels()) {
    for (const CameraState state : kStates) {
      family.metric.push_back(gauged(camera_and(channel, "state", to_string(state)),
                                     channel.status().state == state ? 1 : 0));
    }
  }
  return family;
}

MetricFamily dropped_frames(const Hub& hub) {
  MetricFamily family{"freshframe_frames_dropped_total",
                      "Frames that came to nothing, by reason; replaced: a newer one came before "
                      "the encoder was free",
                      MetricType::Counter,
                      {}};
  for (const Channel& channel : hub.channels()) {
    const FrameCounters& frames = channel.counters();
    family.metric.push_back(counted(camera_and(channel, "reason", "replaced"), frames.replaced));
    for (const EncodeError error : FrameCounters::kEncodeErrors) {
      family.metric.push_back(
          counted(camera_and(channel, "reason", to_string(error)), frames.dropped_for(error)));
    }
  }
  return family;
}

MetricFamily auth_failures(const AuthFailureCounters& failures) {
  const auto because = [](const char* reason, std::uint64_t count) {
    return counted({{"reason", reason}}, count);
  };
  return {"freshframe_auth_failures_total",
          "Requests that were not let in, by what they lacked",
          MetricType::Counter,
          {because("no-token", failures.no_token), because("wrong-token", failures.wrong_token),
           because("not-allowed", failures.not_allowed), because("blocked", failures.blocked)}};
}

MetricFamily refusals(const Admission& admission, const BrowserPolicy& browser) {
  MetricFamily family{"freshframe_refusals_total",
                      "Connections and requests that were refused: no room, or not for this page",
                      MetricType::Counter,
                      {}};
  for (const Admission::Refused refused : Admission::kAllRefused) {
    family.metric.push_back(
        counted({{"reason", std::string(to_string(refused))}}, admission.refusals(refused)));
  }
  family.metric.push_back(counted({{"reason", "host"}}, browser.refused_hosts()));
  family.metric.push_back(counted({{"reason", "origin"}}, browser.refused_origins()));
  return family;
}

std::vector<MetricFamily> families(const Services& services) {
  const Hub& hub = services.hub;
  const auto counter = [&](const char* name, const char* help, auto value) {
    return of_each(hub, name, help, MetricType::Counter, [&](const Channel& channel) {
      return counted(camera(channel), value(channel));
    });
  };
  return {
      {"freshframe_build_info",
       "1; its label is the version",
       MetricType::Gauge,
       {gauged({{"version", std::string(freshframe_version())}}, 1)}},
      {"freshframe_connections",
       "Connections that are open, of every kind",
       MetricType::Gauge,
       {gauged({}, static_cast<double>(services.connections.count()))}},
      auth_failures(services.access.counters()),
      refusals(services.admission, services.browser),
      {"freshframe_insecure",
       "1 when --insecure-no-auth has it open to everybody, else 0",
       MetricType::Gauge,
       {gauged({}, services.access.is_insecure() ? 1 : 0)}},
      of_each(hub, "freshframe_viewers", "Viewers of the camera", MetricType::Gauge,
              [](const Channel& channel) {
                return gauged(camera(channel), static_cast<double>(channel.viewer_count()));
              }),
      states(hub),
      counter("freshframe_camera_restarts_total",
              "Times the camera was opened anew after a failure",
              [](const Channel& channel) { return channel.counters().restarts.load(); }),
      counter("freshframe_frames_captured_total", "Frames that arrived from the camera",
              [](const Channel& channel) { return channel.counters().captured.load(); }),
      counter("freshframe_frames_encoded_total", "Frames that became pictures",
              [](const Channel& channel) { return channel.counters().encoded.load(); }),
      dropped_frames(hub),
      of_each(hub, "freshframe_encode_seconds", "From taking a frame to its picture",
              MetricType::Histogram,
              [](const Channel& channel) {
                return measured(camera(channel), channel.counters().encode_time);
              }),
      counter("freshframe_frames_sent_total", "Pictures that began to leave, to all viewers",
              [](const Channel& channel) { return channel.deliveries().sent; }),
      counter("freshframe_sent_bytes_total", "Bytes of these, as messages or parts",
              [](const Channel& channel) { return channel.deliveries().sent_bytes; }),
      counter("freshframe_frames_skipped_total",
              "Pictures that a viewer was not ready for before a newer one was there",
              [](const Channel& channel) { return channel.deliveries().skipped; }),
      counter("freshframe_frames_acknowledged_total", "Pictures that viewers said they had shown",
              [](const Channel& channel) { return channel.deliveries().acknowledged; }),
      counter(
          "freshframe_credit_waits_total",
          "Pictures for which a viewer's credit was used up until earlier ones were acknowledged",
          [](const Channel& channel) { return channel.deliveries().waited_for_credit; }),
      of_each(hub, "freshframe_frame_age_at_send_seconds",
              "From a picture's being captured to its beginning to leave", MetricType::Histogram,
              [](const Channel& channel) {
                return measured(camera(channel), channel.deliveries().age);
              }),
  };
}

}  // namespace

std::string metrics_text(const Services& services) {
  return prometheus::TextSerializer().Serialize(families(services));
}

}  // namespace freshframe
