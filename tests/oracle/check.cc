#include "tests/oracle/check.h"

#include <ostream>

namespace certgate::oracle {

Answer AnswerOf(const Policy& policy, const Decision& decision) {
  Answer answer;
  answer.effect = ToString(decision.effect);
  answer.reason = ToString(decision.reason);
  answer.mode = ToString(decision.mode);
  // Where nothing was observed, the member has its initial value.
  if (decision.reason == Reason::kWouldDeny || decision.observed != Reason::kInternalError) {
    answer.observed = ToString(decision.observed);
  }
  if (decision.rule) {
    const RuleDescription rule = policy.Describe(*decision.rule);
    answer.rule = rule.name;
    answer.owner = rule.owner;
    answer.rule_reason = rule.reason;
  }
  if (decision.nearest) {
    answer.nearest = policy.Describe(*decision.nearest).name;
    answer.nearest_failed = ToString(decision.nearest_failed);
  }
  return answer;
}

void showValue(const Answer& value, std::ostream& os) {
  os << value.effect << " " << value.reason << ", mode " << value.mode << ", observed `"
     << value.observed << "`, rule `" << value.rule << "` of `" << value.owner << "` because `"
     << value.rule_reason << "`, nearest `" << value.nearest << "` but for `"
     << value.nearest_failed << "`";
}

}  // namespace certgate::oracle
