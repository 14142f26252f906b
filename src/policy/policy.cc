#include <certgate/policy.h>

#include <exception>
#include <utility>

#include "src/policy/compiled.h"

namespace certgate {

Policy::Policy(std::unique_ptr<const Compiled> compiled) noexcept
    : compiled_(std::move(compiled)) {}

Policy::~Policy() = default;

std::string_view Policy::name() const noexcept { return compiled_->name(); }

std::string_view Policy::version() const noexcept { return compiled_->version(); }

std::size_t Policy::entry_count() const noexcept { return compiled_->entry_count(); }

const IssuerGaps& Policy::issuer_gaps() const noexcept { return compiled_->issuer_gaps(); }

absl::Time Policy::next_expiry(absl::Time after) const noexcept {
  return compiled_->next_expiry(after);
}

const std::vector<Authority>& Policy::authorities() const noexcept {
  return compiled_->authorities();
}

Decision Policy::Decide(const PeerIdentity& caller, std::string_view path,
                        absl::Time now) const noexcept {
  try {
    DecisionWork work;
    return compiled_->Decide(caller, path, now, work);
  } catch (...) {
    // Running out of memory, above all. A decision as it begins is a refusal: internal_error.
    return Decision();
  }
}

RuleDescription Policy::Describe(RuleIndex rule) const { return compiled_->Describe(rule); }

}  // namespace certgate
