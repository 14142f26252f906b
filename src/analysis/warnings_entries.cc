// What one entry alone tells: that it expires, or does not say whose names it trusts.

#include <absl/time/civil_time.h>

#include <string>

#include "src/analysis/warning_context.h"

namespace certgate {
namespace {

using List = EntryPlace::List;

constexpr absl::Duration kDay = absl::Hours(24);
constexpr absl::Duration kSoon = absl::Hours(30 * 24);

// The date alone where the time is midnight, as a policy would have it.
std::string TextOf(absl::Time time) {
  const bool is_midnight =
      absl::FromCivil(absl::ToCivilDay(time, absl::UTCTimeZone()), absl::UTCTimeZone()) == time;
  return absl::FormatTime(is_midnight ? "%Y-%m-%d" : "%Y-%m-%dT%H:%M:%SZ", time,
                          absl::UTCTimeZone());
}

// "12 days", "1 day", "less than a day".
std::string Days(absl::Duration duration) {
  const std::int64_t days = duration / kDay;
  if (days == 0) return "less than a day";
  return days == 1 ? "1 day" : std::to_string(days) + " days";
}

const char* WhatItDoes(List list) { return list == List::kDeny ? "denies" : "matches"; }

// What each authority gives out as it likes, or counts on its own.
bool IsOfIssuer(Field field) {
  return field == Field::kCn || field == Field::kOu || field == Field::kO ||
         field == Field::kSerial;
}

}  // namespace

void WarnOfExpiry(WarningContext& context) {
  const absl::Time now = context.options.now;
  for (const EntryPlace& place : context.covers.places()) {
    const Entry& entry = *place.entry;
    if (entry.expires > now + kSoon) continue;
    if (context.HasExpired(entry)) {
      context.log.Warn(
          FindingRule::kExpired, entry.location,
          {place.name() + " expired on " + TextOf(entry.expires) + ", " +
               Days(now - entry.expires) + " ago: it " + WhatItDoes(place.list) + " nobody",
           "remove it, or give it a later `expires`"});
    } else {
      context.log.Warn(FindingRule::kExpiresSoon, entry.location,
                       {place.name() + " expires on " + TextOf(entry.expires) + ", in " +
                            Days(entry.expires - now) + ": from then on it " +
                            WhatItDoes(place.list) + " nobody",
                        "give it a later `expires` if it is still needed then"});
    }
  }
}

void WarnOfMissingIssuers(WarningContext& context) {
  const std::size_t authorities = context.document.authorities.size();
  if (authorities < 2) return;
  for (const EntryPlace& place : context.covers.places()) {
    const Selector* name = nullptr;
    bool has_issuer = false;
    for (const Selector& selector : place.entry->selectors) {
      has_issuer = has_issuer || selector.field == Field::kIssuer;
      if (name == nullptr && IsOfIssuer(selector.field)) name = &selector;
    }
    if (name == nullptr || has_issuer) continue;
    context.log.Warn(FindingRule::kNameWithoutIssuer, place.entry->location,
                     {DescribeSelector(*name) + " is taken from each of the " +
                          std::to_string(authorities) + " authorities",
                      "add `issuer` with the one that is meant, or a list of them"});
  }
}

}  // namespace certgate
