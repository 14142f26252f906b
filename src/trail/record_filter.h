#ifndef CERTGATE_SRC_TRAIL_RECORD_FILTER_H_
#define CERTGATE_SRC_TRAIL_RECORD_FILTER_H_

#include <absl/time/time.h>

#include <string>
#include <string_view>
#include <vector>

#include "src/trail/address_range.h"
#include "src/trail/record_reader.h"

namespace certgate {

/// What records are asked for. A record has to match one word of each list that is not empty. In
/// all words but those of `ids`, `*` stands for any run of characters.
struct FilterWords {
  /// A common name, an alternative name with or without `URI:` and the like, the subject, or the
  /// certificate's SHA-256, also in upper case and with colons.
  std::vector<std::string> callers;
  std::vector<std::string> units;
  /// With or without the leading slash.
  std::vector<std::string> methods;
  /// `allowed`, `denied`.
  std::vector<std::string> decisions;
  /// `event.reason`, the reason of counted denials, or the reason under `would_deny`.
  std::vector<std::string> reasons;
  std::vector<std::string> rules;
  /// `event.action`.
  std::vector<std::string> actions;
  std::vector<AddressRange> addresses;
  /// Beginnings of `event.id`, or whole ones that a record names as `certgate.admitted_by`.
  std::vector<std::string> ids;
  /// From `since` on and before `until`.
  absl::Time since = absl::InfinitePast();
  absl::Time until = absl::InfiniteFuture();
};

/// The kinds of record that tell of calls: what is asked for unless something else is.
const std::vector<std::string>& ActionsOfCalls();

/// Tells which records are asked for. Immutable and thread-safe.
class RecordFilter {
 public:
  explicit RecordFilter(FilterWords words);

  /// False only if the record of `line` does not match: a quick look at the bytes, before they are
  /// read as JSON. True for a line that begins or ends as no record does.
  bool MayMatch(std::string_view line) const;
  bool Matches(const ParsedRecord& record) const;

 private:
  bool IsInTime(std::string_view time) const;
  bool MatchesCaller(const ParsedRecord& record) const;
  bool MatchesReason(const ParsedRecord& record) const;
  bool MatchesId(const ParsedRecord& record) const;
  bool MatchesAddress(const ParsedRecord& record) const;

  FilterWords words_;
  // The bounds as records write times; empty without a bound.
  std::string since_;
  std::string until_;
  // Of each list that has words, texts of which one stands in the line of a record that matches.
  std::vector<std::vector<std::string>> needles_;
};

}  // namespace certgate

#endif  // CERTGATE_SRC_TRAIL_RECORD_FILTER_H_
