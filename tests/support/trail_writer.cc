#include "tests/support/trail_writer.h"

#include <absl/time/time.h>

#include <array>

namespace certgate::testing {
namespace {

void AppendOne(std::string& out, std::string_view text) { out += text; }
void AppendOne(std::string& out, std::uint64_t number) { out += std::to_string(number); }

// abseil's own take no std::string_view where abseil was built for C++14.
template <typename... Parts>
void Append(std::string& out, const Parts&... parts) {
  (AppendOne(out, parts), ...);
}

template <typename... Parts>
std::string Concat(const Parts&... parts) {
  std::string out;
  Append(out, parts...);
  return out;
}

std::string Id(std::uint64_t sequence) {
  std::string digits = std::to_string(sequence);
  return "01JDC7V9Z8W2M4T6" + std::string(10 - digits.size(), '0') + digits;
}

std::string Time(std::uint64_t clock) {
  static const absl::Time kBegin = absl::FromUnixSeconds(1'795'672'800);
  return absl::FormatTime("%Y-%m-%dT%H:%M:%E6SZ",
                          kBegin + absl::Seconds(static_cast<std::int64_t>(clock)),
                          absl::UTCTimeZone());
}

constexpr std::string_view kService = R"("service":{"name":"shop","version":"1.0.0"})";
constexpr std::string_view kVersion =
    "sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08";

std::string Rule(const std::string& name) {
  std::string text = R"("rule":{)";
  if (!name.empty()) Append(text, R"("name":")", name, R"(",)");
  return Concat(text, R"("ruleset":"shop","version":")", kVersion, R"("},)");
}

std::string Client(const TrailCall& call) {
  return Concat(
      R"("source":{"address":")", call.ip, R"(","ip":")", call.ip,
      R"(","port":46924},"tls":{"client":{"subject":"CN=)", call.caller, ",OU=", call.unit,
      R"(,O=Acme","issuer":"CN=Acme CA","not_before":"2026-11-01T00:00:00Z",)",
      R"("not_after":"2027-11-01T00:00:00Z","hash":{"sha256":")", ChainHash::Of(call.caller).text(),
      R"("},"x509":{"serial_number":"3F9C21D4A07B55E6","subject":{"common_name":[")", call.caller,
      R"("],"organizational_unit":[")", call.unit,
      R"("],"organization":["Acme"]},"issuer":{"common_name":["Acme CA"]},)",
      R"("alternative_names":["URI:spiffe://acme.example/)", call.caller,
      R"("]}},"resumed":false},)");
}

}  // namespace

std::string TrailWriter::Begin(std::string_view category, std::string_view type,
                               std::string_view action, bool is_success, std::string_view reason) {
  ++head_.sequence;
  std::string line = Concat(R"({"@timestamp":")", Time(clock_++),
                            R"(","ecs":{"version":"8.17"},"event":{"kind":"event","category":[")",
                            category, R"("],"type":[)", type, R"(],"action":")", action,
                            R"(","outcome":")", is_success ? "success" : "failure", R"(",)");
  if (!reason.empty()) Append(line, R"("reason":")", reason, R"(",)");
  return Concat(line, R"("id":")", Id(head_.sequence), R"(","sequence":)", head_.sequence, R"(},)");
}

std::string TrailWriter::End(std::string line, bool is_signed) {
  const ChainSigner* const signer = is_signed ? signer_ : nullptr;
  head_.hash = EndRecord(0, head_.hash, signer, line);
  unsigned_ = signer != nullptr ? 0 : unsigned_ + 1;
  ++records_;
  return line;
}

std::string TrailWriter::OwnRecord(std::string_view type, std::string_view action,
                                   std::string_view reason) {
  std::string line = Begin("process", Concat("\"", type, "\""), action, true, reason);
  Append(line, R"("message":"the trail goes on",)", kService, R"(,"certgate":{"trail":{"place":")",
         place_, R"(",)");
  if (action == "audit-open") {
    records_ = 0;
    Append(line, R"("durability":"write","process":4711})");
  } else {
    Append(line, R"("records":)", records_ + 1, "}");
  }
  return End(std::move(line), true);
}

std::string TrailWriter::Open(std::string_view reason) {
  return OwnRecord("start", "audit-open", reason);
}

std::string TrailWriter::Close(std::string_view reason) {
  return OwnRecord("end", "audit-close", reason);
}

std::string TrailWriter::Checkpoint() { return OwnRecord("info", "audit-checkpoint", ""); }

std::string TrailWriter::Call(const TrailCall& call) {
  const bool is_allowed = !call.rule.empty();
  std::string line = Begin("network", is_allowed ? R"("access","allowed")" : R"("access","denied")",
                           "authorize", is_allowed, call.reason);
  Append(line, R"("message":")", call.caller, is_allowed ? " allowed /" : " denied /", call.method,
         R"(",)", Rule(call.rule), R"("rpc":{"system":"grpc","method":")", call.method, R"("},)",
         Client(call), kService, R"(,"certgate":{"mode":"enforce")");
  if (is_allowed) {
    Append(line, R"(,"rule":{"owner":"shop@acme.example","reason":"JIRA-42"})");
  } else if (call.reason == "no_matching_rule") {
    Append(line, R"(,"nearest_rule":"tills","nearest_failed":"ou")");
  }
  return End(std::move(line), false);
}

std::string TrailWriter::Suppressed(std::uint64_t count, std::string_view reason) {
  const bool is_flood = reason == "flood";
  std::string line =
      Begin(is_flood ? "network" : "process", is_flood ? R"("access","denied")" : R"("info")",
            "audit-suppressed", false, reason);
  Append(line, R"("message":")", count, R"( records were not written",)");
  if (is_flood) {
    Append(line, Rule(""), R"("rpc":{"system":"grpc","method":"acme.shop.Orders/Place"},)",
           Client({.caller = "mallory", .unit = "guests"}));
  }
  Append(line, kService, R"(,"certgate":{"suppressed":{"count":)", count, R"(,"since":")",
         Time(clock_ - 2), R"(","until":")", Time(clock_ - 1), R"(")");
  if (is_flood) Append(line, R"(,"reason":"no_matching_rule")");
  return End(line + "}", false);
}

std::string TrailWriter::File(int calls, std::string_view opened, std::string_view closed) {
  static const std::array<TrailCall, 4> kCalls = {TrailCall{}, TrailCall{.caller = "till-2"},
                                                  TrailCall{.caller = "office",
                                                            .unit = "eng",
                                                            .method = "acme.shop.Stock/List",
                                                            .ip = "2001:db8::7",
                                                            .rule = "office"},
                                                  TrailCall{.caller = "mallory",
                                                            .unit = "guests",
                                                            .ip = "198.51.100.9",
                                                            .rule = "",
                                                            .reason = "no_matching_rule"}};
  std::string text = Open(opened);
  for (int i = 0; i < calls; ++i) {
    text += Call(kCalls[static_cast<std::size_t>(i) % kCalls.size()]);
    if (signer_ != nullptr && unsigned_ == 1000) text += Checkpoint();
  }
  return text + Close(closed);
}

}  // namespace certgate::testing
