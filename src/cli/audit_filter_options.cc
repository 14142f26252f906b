#include "src/cli/audit_filter_options.h"

#include <CLI/CLI.hpp>
#include <charconv>
#include <optional>
#include <string_view>
#include <utility>

#include "src/policy/load_expires.h"
#include "src/yaml/unicode.h"

namespace certgate {
namespace {

// `90s`, `30m`, `1h`, `2d`, `1w`.
std::optional<absl::Duration> ParseSpan(std::string_view text) {
  constexpr std::pair<char, int> kUnits[] = {
      {'s', 1}, {'m', 60}, {'h', 3600}, {'d', 86400}, {'w', 604800}};
  std::uint32_t count = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), count);
  if (error != std::errc() || end + 1 != text.data() + text.size()) return std::nullopt;
  for (const auto& [unit, seconds] : kUnits) {
    if (*end == unit) return count * absl::Seconds(seconds);
  }
  return std::nullopt;
}

std::variant<absl::Time, Problem> ReadTime(std::string_view flag, const std::string& text,
                                           absl::Time now) {
  if (const auto span = ParseSpan(text)) return now - *span;
  auto time = ParseTime(flag, text);
  if (auto* problem = std::get_if<Problem>(&time)) {
    problem->hint =
        "write how long ago, `30m`, `1h` or `2d`, a date, `2027-01-31`, or a time, "
        "`2027-01-31T18:00:00Z`";
  }
  return time;
}

}  // namespace

void AuditFilterOptions::AddTo(CLI::App& app) {
  const auto add = [&app](const char* flag, auto& value, const char* placeholder,
                          const char* help) {
    return app.add_option(flag, value, help)
        ->option_text(placeholder)
        ->group("Which records")
        ->allow_extra_args(false);
  };
  add("--caller", words_.callers, "NAME",
      "common name, alternative name, subject or fingerprint; `*` is any text, here and in what "
      "follows");
  add("--ou", words_.units, "NAME", "organizational unit");
  add("--method", words_.methods, "METHOD", "such as /helloworld.Greeter/SayHello or shop.*");
  add("--decision", words_.decisions, "WORD", "allowed or denied")
      ->check(CLI::IsMember({"allowed", "denied"}));
  add("--reason", words_.reasons, "WORD", "such as no_matching_rule");
  add("--rule", words_.rules, "NAME", "the policy entry that decided");
  add("--address", addresses_, "ADDRESS", "where from: 192.0.2.7 or 2001:db8::/32");
  add("--action", words_.actions, "KIND",
      "kind of record, such as policy-load, or `*`; default: those of calls");
  add("--since", since_, "TIME", "from 30m, 1h or 2d ago, a date or a time on");
  add("--until", until_, "TIME", "before then");
}

bool AuditFilterOptions::is_given() const {
  const auto& w = words_;
  const bool has_words =
      !(w.callers.empty() && w.units.empty() && w.methods.empty() && w.decisions.empty() &&
        w.reasons.empty() && w.rules.empty() && w.actions.empty() && addresses_.empty());
  return has_words || !since_.empty() || !until_.empty();
}

std::variant<RecordFilter, Problem> AuditFilterOptions::Read(
    absl::Time now, const std::vector<std::string>& actions) const {
  FilterWords words = words_;
  for (const std::string& text : addresses_) {
    const auto range = AddressRange::Parse(text);
    if (!range.has_value()) {
      return Problem{"--address " + Quote(text) + " is no IP address",
                     "write an address, `192.0.2.7`, or a range, `192.0.2.0/24`"};
    }
    words.addresses.push_back(*range);
  }
  for (const auto& [flag, text, bound] :
       {std::tuple{"--since", &since_, &words.since}, {"--until", &until_, &words.until}}) {
    if (text->empty()) continue;
    const auto time = ReadTime(flag, *text, now);
    if (const auto* problem = std::get_if<Problem>(&time)) return *problem;
    *bound = std::get<absl::Time>(time);
  }
  if (words.actions.empty()) words.actions = actions;
  return RecordFilter(std::move(words));
}

}  // namespace certgate
