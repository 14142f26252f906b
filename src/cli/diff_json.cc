#include <cstddef>
#include <nlohmann/json.hpp>
#include <string_view>

#include "src/cli/diff_report.h"

namespace certgate {
namespace {

using Json = nlohmann::ordered_json;

Json TimeJson(absl::Time time) {
  if (time == absl::InfiniteFuture()) return nullptr;
  return absl::FormatTime("%Y-%m-%dT%H:%M:%E*SZ", time, absl::UTCTimeZone());
}

Json PolicyJson(const PolicySource& policy) {
  return {
      {"file", policy.file}, {"name", policy.document.name}, {"version", policy.document.version}};
}

std::string_view DirectionOf(const Change& change) {
  if (!ConcernsCallers(change.kind) && !Opens(change.kind)) {
    return change.kind == ChangeKind::kNowEnforces ? "less" : "none";
  }
  return Opens(change.kind) ? "more" : "less";
}

class JsonReport {
 public:
  explicit JsonReport(const DiffReport& report) : report_(report) {}

  Json Make() const {
    Json json;
    json["same"] = report_.diff.IsEmpty();
    json["summary"] = Summarize(report_.diff, report_.told);
    json["at"] = absl::FormatTime("%Y-%m-%dT%H:%M:%SZ", report_.at, absl::UTCTimeZone());
    json["old"] = PolicyJson(report_.before);
    json["new"] = PolicyJson(report_.after);
    json["everywhere"] = Json::array();
    for (const WideChange& change : report_.diff.wide) {
      json["everywhere"].push_back(WideJson(change));
    }
    json["changes"] = Json::array();
    for (const ToldClasses& told : report_.told) AddChanges(told, json["changes"]);
    if (report_.is_verbose) json["record_names"] = report_.diff.record_names;
    if (report_.replay.has_value()) json["audit"] = ReplayJson(*report_.replay);
    return json;
  }

 private:
  void AddPlace(const ChangePlace& place, Json& json) const {
    json["file"] = place.is_new ? report_.after.file : report_.before.file;
    json["line"] = place.line;
    if (!place.client_sets.empty()) json["client_sets"] = place.client_sets;
  }

  Json WideJson(const WideChange& change) const {
    Json json;
    json["change"] = ToString(change.kind);
    json["text"] = change.text;
    AddPlace(change.place, json);
    return json;
  }

  Json KeysOf(const std::vector<std::size_t>& classes) const {
    Json keys = Json::array();
    for (const std::size_t number : classes) keys.push_back(report_.diff.classes[number].key);
    return keys;
  }

  void AddChanges(const ToldClasses& told, Json& changes) const {
    for (const ToldChange& one : told.changes) changes.push_back(ChangeJson(told, one));
  }

  Json ChangeJson(const ToldClasses& told, const ToldChange& one) const {
    const Change& change = *one.change;
    const ClassDiff& own = report_.diff.classes[one.at];
    Json json;
    json["change"] = ToString(change.kind);
    json["access"] = DirectionOf(change);
    json["methods"] = KeysOf(told.classes);
    json["also"] = KeysOf(one.also);
    json["except"] = KeysOf(one.except);
    json["mode"] = ToString(own.new_mode);
    if (ConcernsCallers(change.kind)) {
      json["who"] = change.who;
      json["old_end"] = TimeJson(change.ended);
      json["new_end"] = TimeJson(change.ends);
      if (!change.but_not.empty()) json["but_not"] = change.but_not;
    }
    AddPlace(change.place, json);
    return json;
  }

  static Json DecisionJson(const ReplayedDecision& decision) {
    Json json;
    json["decision"] = ToString(decision.effect);
    json["reason"] = ToString(decision.reason);
    if (decision.reason == Reason::kWouldDeny) {
      json["observed_reason"] = ToString(decision.observed);
    }
    if (!decision.rule.empty()) {
      json["rule"] = decision.rule;
      json["line"] = decision.line;
    }
    return json;
  }

  static Json ReplayJson(const ReplayResult& replay) {
    Json json;
    json["replayed"] = replay.replayed;
    json["changed"] = replay.ChangedCalls();
    json["groups"] = Json::array();
    for (const ReplayGroup& group : replay.changed) {
      json["groups"].push_back({{"calls", group.count},
                                {"caller", group.caller},
                                {"method", group.path},
                                {"first", TimeJson(group.first)},
                                {"last", TimeJson(group.last)},
                                {"old", DecisionJson(group.before)},
                                {"new", DecisionJson(group.after)}});
    }
    json["ungrouped"] = replay.ungrouped;
    json["decided_otherwise"] = replay.decided_otherwise;
    json["authority_assumed"] = replay.authority_assumed;
    json["not_replayed"] = {{"without_identity", replay.without_identity},
                            {"truncated", replay.truncated},
                            {"authority_unknown", replay.authority_unknown},
                            {"other_actions", replay.other_actions},
                            {"broken", replay.broken}};
    json["broken_lines"] = Json::array();
    for (const BrokenLine& line : replay.broken_lines) {
      json["broken_lines"].push_back(
          {{"file", line.file}, {"line", line.line}, {"fault", line.fault}});
    }
    return json;
  }

  const DiffReport& report_;
};

}  // namespace

Json DiffAsJson(const DiffReport& report) { return JsonReport(report).Make(); }

}  // namespace certgate
