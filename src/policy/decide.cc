#include <algorithm>
#include <optional>

#include "src/policy/caller_values.h"
#include "src/policy/compiled.h"
#include "src/policy/membership.h"
#include "src/policy/nearest.h"

namespace certgate {
namespace {

std::optional<Reason> CertificateFault(const CertificateSummary& certificate, absl::Time now) {
  if (now < certificate.not_before) return Reason::kCertificateNotYetValid;
  if (now > certificate.not_after) return Reason::kCertificateExpired;
  return std::nullopt;
}

std::optional<Reason> ChainFault(ChainStanding standing) {
  switch (standing) {
    case ChainStanding::kProven:
      return std::nullopt;
    case ChainStanding::kRevoked:
      return Reason::kCertificateRevoked;
    case ChainStanding::kRevocationUnknown:
      return Reason::kRevocationUnknown;
    case ChainStanding::kUnproven:
      break;
  }
  return Reason::kIssuerUnproven;
}

Decision Allow(EntryNumber entry, Mode mode) {
  Decision decision;
  decision.effect = Effect::kAllow;
  decision.reason = Reason::kAllowed;
  decision.mode = mode;
  decision.rule = entry;
  return decision;
}

// What the policy refuses goes through where it only observes.
Decision Refuse(Reason reason, Mode mode, std::optional<EntryNumber> rule = std::nullopt) {
  Decision decision;
  decision.reason = reason;
  decision.mode = mode;
  decision.rule = rule;
  if (mode == Mode::kObserve) {
    decision.effect = Effect::kAllow;
    decision.reason = Reason::kWouldDeny;
    decision.observed = reason;
  }
  return decision;
}

}  // namespace

// One decision of the entries, for one caller and the patterns that match one path.
class Policy::Compiled::Evaluation {
 public:
  Evaluation(const Compiled& policy, const PeerIdentity& caller, const MatchingMethods& methods,
             absl::Time now, DecisionWork& work)
      : policy_(policy),
        methods_(methods),
        now_(now),
        work_(work),
        held_(FindCallerValues(caller, policy.values_, *policy.patterns_, now, work)) {}

  std::optional<EntryNumber> FirstRevoked() { return FirstMatchIn(policy_.RevokedGroup()); }
  std::optional<EntryNumber> FirstDeny() { return FirstMatch(DenyGroup); }
  std::optional<EntryNumber> FirstAllow() { return FirstMatch(AllowGroup); }

  // To be asked after FirstAllow, which makes sure of the memberships.
  Nearest FindNearest() const {
    Nearest nearest(policy_.entries_, held_);
    ConsiderFound(nearest);
    ConsiderFirst(nearest);
    return nearest;
  }

 private:
  // The earliest matching entry of the most specific pattern that has one.
  std::optional<EntryNumber> FirstMatch(GroupNumber (*group_of)(MethodNumber)) {
    for (const MethodNumber method : methods_) {
      const std::optional<EntryNumber> entry = FirstMatchIn(group_of(method));
      if (entry.has_value()) return entry;
    }
    return std::nullopt;
  }

  std::optional<EntryNumber> FirstMatchIn(GroupNumber group) {
    const EntryNumber end = policy_.entries_.GroupEnd(group);
    if (policy_.entries_.GroupBegin(group) == end) return std::nullopt;
    if (policy_.entries_.UsesClients(group)) EnsureMemberships();
    EntryNumber first = end;
    for (const ValueId value : held_) {
      for (const EntryNumber entry : policy_.index_.Find(group, value)) {
        if (entry >= first) break;
        ++work_.entries;
        if (policy_.entries_.Matches(entry, held_, now_)) first = entry;
      }
    }
    return first == end ? std::nullopt : std::optional(first);
  }

  void EnsureMemberships() {
    if (memberships_known_) return;
    AddMemberships(policy_.entries_, policy_.index_, policy_.FirstClientGroup(), now_, held_,
                   work_);
    memberships_known_ = true;
  }

  // The entries that have something in common with the caller.
  void ConsiderFound(Nearest& nearest) const {
    std::size_t left = kMaxFoundCandidates;
    for (std::size_t rank = 0; rank < methods_.size(); ++rank) {
      for (const ValueId value : held_) {
        for (const EntryNumber entry : policy_.index_.Find(AllowGroup(methods_[rank]), value)) {
          if (left-- == 0) return;
          nearest.Consider(entry, rank);
        }
      }
    }
  }

  // The first entries of each pattern, so that there is one to show where nothing is in common.
  void ConsiderFirst(Nearest& nearest) const {
    std::size_t left = kMaxFirstCandidates;
    for (std::size_t rank = 0; rank < methods_.size(); ++rank) {
      const GroupNumber group = AllowGroup(methods_[rank]);
      const EntryNumber end = policy_.entries_.GroupEnd(group);
      for (EntryNumber entry = policy_.entries_.GroupBegin(group); entry != end; ++entry) {
        if (left-- == 0) return;
        nearest.Consider(entry, rank);
      }
    }
  }

  const Compiled& policy_;
  const MatchingMethods& methods_;
  const absl::Time now_;
  DecisionWork& work_;
  HeldValues held_;
  bool memberships_known_ = false;
};

Mode Policy::Compiled::ModeOf(const MatchingMethods& methods) const {
  for (const MethodNumber method : methods) {
    const std::optional<Mode> mode = methods_.mode(method);
    if (mode.has_value()) return *mode;
  }
  return mode_;
}

// A policy that names authorities believes nobody else: an entry could not tell whose name it is.
bool Policy::Compiled::IsVouchedFor(const PeerIdentity& caller, absl::Time now) const {
  if (authorities_.empty()) return true;
  return std::any_of(
      caller.authorities.begin(), caller.authorities.end(), [&](const VouchingAuthority& one) {
        return IsVouching(one, now) &&
               std::any_of(authorities_.begin(), authorities_.end(),
                           [&one](const Authority& known) { return known.name == one.name; });
      });
}

Decision Policy::Compiled::Decide(const PeerIdentity& caller, std::string_view path, absl::Time now,
                                  DecisionWork& work) const {
  // The certificate's faults and a malformed path count in every mode.
  const std::optional<Reason> fault = CertificateFault(caller.certificate, now);
  if (fault.has_value()) return Refuse(*fault, Mode::kEnforce);
  const bool is_well_formed = IsWellFormedPath(path);
  const MatchingMethods methods = is_well_formed ? methods_.Match(path) : MatchingMethods();
  Evaluation evaluation(*this, caller, methods, now, work);
  if (const std::optional<EntryNumber> revoked = evaluation.FirstRevoked(); revoked.has_value()) {
    return Refuse(Reason::kCertificateRevoked, Mode::kEnforce, revoked);
  }
  if (const std::optional<Reason> chain = ChainFault(caller.standing); chain.has_value()) {
    return Refuse(*chain, Mode::kEnforce);
  }
  if (!IsVouchedFor(caller, now)) return Refuse(Reason::kIssuerUnproven, Mode::kEnforce);
  if (!is_well_formed) return Refuse(Reason::kMalformedMethod, Mode::kEnforce);

  const Mode mode = ModeOf(methods);
  if (methods.empty()) return Refuse(Reason::kMethodNotListed, mode);
  if (const std::optional<EntryNumber> deny = evaluation.FirstDeny(); deny.has_value()) {
    return Refuse(Reason::kDeniedByRule, mode, deny);
  }
  if (const std::optional<EntryNumber> allow = evaluation.FirstAllow(); allow.has_value()) {
    return Allow(*allow, mode);
  }
  const Nearest nearest = evaluation.FindNearest();
  Decision decision = Refuse(Reason::kNoMatchingRule, mode);
  decision.nearest = nearest.entry();
  decision.nearest_failed = nearest.failed();
  return decision;
}

}  // namespace certgate
