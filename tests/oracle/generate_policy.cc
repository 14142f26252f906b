#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "tests/oracle/generate.h"
#include "tests/oracle/make_valid.h"
#include "tests/oracle/random.h"
#include "tests/oracle/vocabulary.h"

namespace certgate::oracle {
namespace {

using rc::Gen;

Gen<Condition> ConditionOn(const std::string& field, const Gen<Value>& value) {
  const auto values = rc::gen::weightedOneOf<std::vector<Value>>(
      {{7, OneAndUpTo(2, value)}, {1, OneAndUpTo(11, value)}});
  return rc::gen::map(values, [field](std::vector<Value> chosen) {
    return Condition{field, std::move(chosen)};
  });
}

Gen<Condition> ConditionOn(const std::string& field) {
  return ConditionOn(field, OneOf(WordsOf(field).values));
}

// The name of something else in the policy: a number until MakeValid.
Gen<Condition> ReferenceIn(const std::string& field) {
  return ConditionOn(field, rc::gen::map(Below(1000), [](std::size_t i) {
                       return Value{std::to_string(i), Form::kPlain};
                     }));
}

Gen<Condition> AnyCondition() {
  return rc::gen::weightedOneOf<Condition>({{4, ConditionOn("cn")},
                                            {4, ConditionOn("ou")},
                                            {1, ConditionOn("o")},
                                            {2, ConditionOn("dns")},
                                            {2, ConditionOn("uri")},
                                            {1, ConditionOn("email")},
                                            {2, ReferenceIn("issuer")},
                                            {1, ConditionOn("serial")},
                                            {1, ConditionOn("sha256")},
                                            {5, ReferenceIn("client")},
                                            {1, rc::gen::just(Condition{"any", {}})}});
}

// The last two are the beginning of a day.
Gen<std::optional<absl::Time>> AnyExpiry() {
  static const std::vector<std::optional<absl::Time>> kTimes = {
      kNow + absl::Seconds(1),     kNow,
      kNow - absl::Seconds(1),     kNow + absl::Nanoseconds(1),
      kNow - absl::Nanoseconds(1), kNow - absl::Hours(8),
      kNow + absl::Hours(16)};
  return Sometimes<std::optional<absl::Time>>(6, std::nullopt, OneOf(kTimes));
}

// An entry with `conditions` and what people write besides.
Gen<Entry> EntryWith(const Gen<std::vector<Condition>>& conditions) {
  static const Words kIds = {"x", "x: #", "\"x\""};
  static const Words kPeople = {"sre@acme.example", "JIRA-42: 'it' # 1", "yes", "2027-01-01"};
  return rc::gen::build<Entry>(
      rc::gen::set(&Entry::conditions, conditions),
      rc::gen::set(&Entry::id, Sometimes<std::string>(4, "", OneOf(kIds))),
      rc::gen::set(&Entry::owner, Sometimes<std::string>(6, "", OneOf(kPeople))),
      rc::gen::set(&Entry::reason, Sometimes<std::string>(6, "", OneOf(kPeople))));
}

Gen<Entry> AnyEntry() {
  return rc::gen::build(EntryWith(OneAndUpTo(2, AnyCondition())),
                        rc::gen::set(&Entry::expires, AnyExpiry()));
}

Gen<std::string> AnyMode() {
  static const Words kModes = {"enforce", "observe"};
  return Sometimes<std::string>(3, "", OneOf(kModes));
}

Gen<Method> AnyMethod() {
  const auto none = rc::gen::just(std::vector<Entry>());
  return rc::gen::build<Method>(
      rc::gen::set(&Method::key, OneOf(Keys())), rc::gen::set(&Method::mode, AnyMode()),
      rc::gen::set(&Method::allow, UpTo(3, AnyEntry())),
      rc::gen::set(&Method::deny, rc::gen::weightedOneOf<std::vector<Entry>>(
                                      {{1, none}, {2, UpTo(2, AnyEntry())}})));
}

Gen<ClientSet> AnyClientSet() {
  return rc::gen::build<ClientSet>(rc::gen::set(&ClientSet::entries, OneAndUpTo(2, AnyEntry())));
}

}  // namespace

// `issuer` alone would revoke all that an authority has issued, and is an error.
Gen<Entry> AnyRevoked() {
  const auto certificate =
      rc::gen::weightedOneOf<Condition>({{1, ConditionOn("serial")}, {1, ConditionOn("sha256")}});
  const auto condition =
      rc::gen::weightedOneOf<Condition>({{1, certificate}, {2, ReferenceIn("issuer")}});
  return EntryWith(rc::gen::map(rc::gen::pair(certificate, UpTo(2, condition)),
                                [](std::pair<Condition, std::vector<Condition>> parts) {
                                  parts.second.insert(parts.second.begin(), std::move(parts.first));
                                  return std::move(parts.second);
                                }));
}

Gen<Model> AnyModel() {
  const int most_sets = static_cast<int>(SetNames().size());
  const auto authorities = UpTo(2, rc::gen::just(Authority()));
  const auto raw = rc::gen::build<Model>(
      rc::gen::set(&Model::mode, AnyMode()),
      rc::gen::set(&Model::authorities, Sometimes(2, std::vector<Authority>(), authorities)),
      rc::gen::set(&Model::clients, UpTo(most_sets, AnyClientSet())),
      rc::gen::set(&Model::methods, UpTo(12, AnyMethod())),
      rc::gen::set(&Model::revoked, Sometimes(6, std::vector<Entry>(), UpTo(3, AnyRevoked()))));
  return rc::gen::map(raw, [](Model model) { return MakeValid(std::move(model)); });
}

Gen<Addition> AnyAddition() {
  return rc::gen::build<Addition>(rc::gen::set(&Addition::entry, AnyEntry()),
                                  rc::gen::set(&Addition::key, OneOf(Keys())));
}

}  // namespace certgate::oracle
