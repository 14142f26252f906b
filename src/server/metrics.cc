#include "src/server/metrics.h"

#include <absl/time/time.h>
#include <certgate/decision.h>
#include <certgate/reloader.h>
#include <prometheus/client_metric.h>
#include <prometheus/metric_type.h>

#include <algorithm>
#include <limits>
#include <map>
#include <string>
#include <utility>

#include "src/yaml/unicode.h"

namespace certgate {
namespace {

using prometheus::ClientMetric;
using prometheus::MetricFamily;
using prometheus::MetricType;

using Labels = std::vector<ClientMetric::Label>;

// Exact for counts below 2^53.
template <typename Count>
double Number(Count count) {
  return static_cast<double>(count);
}

double UnixSeconds(absl::Time time) { return absl::ToDoubleSeconds(time - absl::UnixEpoch()); }

bool IsKnown(absl::Time time) {
  return time != absl::InfinitePast() && time != absl::InfiniteFuture();
}

ClientMetric Gauge(double value, Labels labels = {}) {
  ClientMetric metric;
  metric.label = std::move(labels);
  metric.gauge.value = value;
  return metric;
}

MetricFamily Family(std::string name, std::string help, MetricType type) {
  MetricFamily family;
  family.name = std::move(name);
  family.help = std::move(help);
  family.type = type;
  return family;
}

MetricFamily OneGauge(std::string name, std::string help, double value) {
  MetricFamily family = Family(std::move(name), std::move(help), MetricType::Gauge);
  family.metric.push_back(Gauge(value));
  return family;
}

MetricFamily OneCounter(std::string name, std::string help, double value) {
  MetricFamily family = Family(std::move(name), std::move(help), MetricType::Counter);
  family.metric.emplace_back().counter.value = value;
  return family;
}

// Prometheus counts in each bucket what is in those before, too.
MetricFamily OneHistogram(std::string name, std::string help, const DurationFigures& figures) {
  MetricFamily family = Family(std::move(name), std::move(help), MetricType::Histogram);
  ClientMetric::Histogram& histogram = family.metric.emplace_back().histogram;
  for (std::size_t i = 0; i < DurationFigures::kBuckets; ++i) {
    histogram.sample_count += figures.counts[i];
    const double bound = i < DurationFigures::kBounds.size()
                             ? absl::ToDoubleSeconds(DurationFigures::kBounds[i])
                             : std::numeric_limits<double>::infinity();
    histogram.bucket.push_back({histogram.sample_count, bound});
  }
  histogram.sample_sum = absl::ToDoubleSeconds(figures.sum);
  return family;
}

MetricFamily LoadTimes(const ReloadStatus& files) {
  MetricFamily family = Family("certgate_loaded_timestamp_seconds",
                               "When the files in force were loaded: rules are policy, client CAs "
                               "and CRLs, key_pair is the server's certificate and its key.",
                               MetricType::Gauge);
  const auto add = [&family](const char* part, absl::Time at) {
    if (IsKnown(at)) family.metric.push_back(Gauge(UnixSeconds(at), {{"part", part}}));
  };
  add("rules", files.policy_loaded_at);
  add("key_pair", files.certificate_loaded_at);
  return family;
}

// Some names come in backticks, as messages have them.
std::string LabelOf(const std::string& name) {
  std::string label = MakePrintable(name);
  if (label.size() < 2 || label.front() != '`' || label.back() != '`') return label;
  return label.substr(1, label.size() - 2);
}

struct Ending {
  absl::Time at;
  Expiry::Kind kind;
  std::string name;
};

// The soonest first. Of those with the same name one is left, as Prometheus needs it: of a CA's
// certificates the one that ends first, of an issuer's CRLs in one file the one that counts.
std::vector<Ending> SoonestEndings(const std::vector<Expiry>& expiries) {
  std::map<std::pair<Expiry::Kind, std::string>, absl::Time> by_name;
  for (const Expiry& expiry : expiries) {
    if (!IsKnown(expiry.at)) continue;
    const auto [place, is_new] =
        by_name.try_emplace({expiry.kind, LabelOf(expiry.name)}, expiry.at);
    if (is_new) continue;
    absl::Time& at = place->second;
    at = expiry.kind == Expiry::Kind::kCrl ? std::max(at, expiry.at) : std::min(at, expiry.at);
  }
  std::vector<Ending> endings;
  endings.reserve(by_name.size());
  for (const auto& [key, at] : by_name) endings.push_back({at, key.first, key.second});
  std::stable_sort(endings.begin(), endings.end(),
                   [](const Ending& a, const Ending& b) { return a.at < b.at; });
  if (endings.size() > kMostExpirySeries) endings.resize(kMostExpirySeries);
  return endings;
}

MetricFamily Expiries(const ReloadStatus& files) {
  MetricFamily family = Family("certgate_expiry_timestamp_seconds",
                               "When something ends that is in force. Of more than 1000 such "
                               "things, those that end first.",
                               MetricType::Gauge);
  for (Ending& ending : SoonestEndings(files.expiries)) {
    family.metric.push_back(
        Gauge(UnixSeconds(ending.at),
              {{"kind", std::string(ToString(ending.kind))}, {"name", std::move(ending.name)}}));
  }
  return family;
}

void AddFiles(const ReloadStatus& files, std::vector<MetricFamily>& families) {
  families.push_back(
      OneGauge("certgate_policy_generation",
               "Which load of policy, client CAs and CRLs is in force: 1 after the start.",
               Number(files.generation)));
  families.push_back(OneGauge("certgate_policy_entries", "Entries of the policy in force.",
                              Number(files.policy_entries)));
  families.push_back(LoadTimes(files));
  families.push_back(OneCounter(
      "certgate_loads_total", "Loads since the start that were taken over.", Number(files.loads)));
  families.push_back(
      OneCounter("certgate_load_failures_total",
                 "Loads since the start that were refused: what was in force stayed.",
                 Number(files.failures)));
  families.push_back(OneGauge("certgate_files_in_force",
                              "1 if the files as they are now are in force, 0 if one is bad and "
                              "what was in force before goes on.",
                              files.errors.empty() ? 1 : 0));
  families.push_back(Expiries(files));
}

MetricFamily Decisions(const std::vector<DecisionCount>& decisions) {
  MetricFamily family =
      Family("certgate_decisions_total",
             "Decisions about calls, by method (`other`: none that the server has), effect, reason "
             "and mode.",
             MetricType::Counter);
  for (const DecisionCount& decision : decisions) {
    ClientMetric& metric = family.metric.emplace_back();
    metric.label = {{"method", decision.path.empty() ? "other" : MakePrintable(decision.path)},
                    {"effect", std::string(ToString(decision.effect))},
                    {"reason", std::string(ToString(decision.reason))},
                    {"mode", std::string(ToString(decision.mode))}};
    metric.counter.value = Number(decision.count);
  }
  return family;
}

void AddAuthorizer(const AuthorizerFigures& figures, std::vector<MetricFamily>& families) {
  families.push_back(Decisions(figures.decisions));
  families.push_back(OneHistogram("certgate_decision_duration_seconds",
                                  "How long decisions took, without their audit records.",
                                  figures.decision_durations));
  families.push_back(OneGauge("certgate_identity_cache_size",
                              "Callers' certificates that are remembered as read and checked.",
                              Number(figures.known_certificates)));
  families.push_back(OneCounter("certgate_identity_cache_hits_total",
                                "Calls whose certificate was remembered.",
                                Number(figures.certificate_hits)));
  families.push_back(OneCounter("certgate_identity_cache_misses_total",
                                "Calls whose certificate had to be read, or its chain verified.",
                                Number(figures.certificate_misses)));
}

void AddAudit(const ServerFigures& figures, std::vector<MetricFamily>& families) {
  const AuditStatus& audit = figures.audit;
  families.push_back(OneGauge("certgate_audit_writable",
                              "1 if the required places took the last audit records, 0 if not: "
                              "calls are refused then.",
                              audit.is_writable ? 1 : 0));
  families.push_back(OneCounter("certgate_audit_records_total",
                                "Audit records that the required places have taken.",
                                Number(audit.records)));
  families.push_back(OneCounter("certgate_audit_failures_total",
                                "Audit records that could not be written; what they were of was "
                                "refused.",
                                Number(audit.failed)));
  families.push_back(OneCounter("certgate_audit_dropped_total",
                                "Audit records that were dropped because a queue was full.",
                                Number(audit.dropped)));
  families.push_back(OneCounter("certgate_audit_suppressed_total",
                                "Denials that were counted in place of a record each.",
                                Number(audit.suppressed)));
  families.push_back(OneGauge("certgate_audit_queue_size", "Audit records that wait to be written.",
                              Number(audit.queued)));
  families.push_back(OneHistogram("certgate_audit_write_duration_seconds",
                                  "How long the required places took for audit records that were "
                                  "written together, with the sync if there is one.",
                                  figures.audit_writes));
}

}  // namespace

std::vector<MetricFamily> ToMetrics(const ServerFigures& figures) {
  std::vector<MetricFamily> families;
  AddAuthorizer(figures.authorizer, families);
  AddAudit(figures, families);
  AddFiles(figures.files, families);
  families.push_back(OneGauge("certgate_running_calls", "Admitted calls that have not ended.",
                              Number(figures.calls.running)));
  families.push_back(OneCounter("certgate_revoked_calls_total",
                                "Running calls that were ended because they had lost their right.",
                                Number(figures.calls.revoked)));
  families.push_back(OneCounter("certgate_failed_handshakes_total",
                                "Connections whose TLS handshake failed, or that were turned away "
                                "because there were too many.",
                                Number(figures.failed_handshakes)));
  families.push_back(OneGauge("certgate_start_time_seconds", "When the server started.",
                              UnixSeconds(figures.started_at)));
  return families;
}

}  // namespace certgate
