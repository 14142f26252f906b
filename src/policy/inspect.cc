#include "src/policy/caller_values.h"
#include "src/policy/compiled.h"
#include "src/policy/membership.h"

namespace certgate {

PolicyInspection Policy::Compiled::Inspect(const PeerIdentity& caller, std::string_view path,
                                           absl::Time now) const {
  DecisionWork work;
  HeldValues held = FindCallerValues(caller, values_, *patterns_, now, work);
  AddMemberships(entries_, index_, FirstClientGroup(), now, held, work);
  const auto inspect = [&](EntryNumber begin, EntryNumber end, std::vector<EntryInspection>& out) {
    for (EntryNumber entry = begin; entry != end; ++entry) {
      out.push_back({entry, entries_.AllFailed(entry, held), entries_.HasExpired(entry, now)});
    }
  };
  const auto inspect_group = [&](GroupNumber group, std::vector<EntryInspection>& out) {
    inspect(entries_.GroupBegin(group), entries_.GroupEnd(group), out);
  };

  PolicyInspection inspection;
  if (IsWellFormedPath(path)) {
    const MatchingMethods methods = methods_.Match(path);
    inspection.methods.assign(methods.begin(), methods.end());
  }
  inspect_group(RevokedGroup(), inspection.rules);
  for (const MethodNumber method : inspection.methods) {
    inspect_group(DenyGroup(method), inspection.rules);
    inspect_group(AllowGroup(method), inspection.rules);
    const bool is_first = !inspection.mode_method.has_value();
    if (is_first && methods_.mode(method).has_value()) inspection.mode_method = method;
  }
  inspect(RuleCount(), static_cast<EntryNumber>(entries_.size()), inspection.members);
  return inspection;
}

}  // namespace certgate
