#include "tests/oracle/generate.h"

#include <algorithm>
#include <optional>
#include <set>
#include <tuple>
#include <utility>

#include "tests/oracle/policy_text.h"
#include "tests/oracle/vocabulary.h"

namespace certgate::oracle {
namespace {

using rc::Gen;

// 2027-01-15 08:00:00 UTC.
constexpr absl::Time kNow = absl::FromUnixSeconds(1'800'000'000);

// Sizes are the same in every case: it is not the first cases that are to be small, but what a
// failing case is reduced to.
template <typename T>
Gen<std::vector<T>> UpTo(int most, Gen<T> gen) {
  return rc::gen::resize(
      most, rc::gen::container<std::vector<T>>(rc::gen::resize(rc::kNominalSize, std::move(gen))));
}

template <typename T>
Gen<std::vector<T>> OneAndUpTo(int most, Gen<T> gen) {
  return rc::gen::map(rc::gen::pair(gen, UpTo(most, gen)), [](std::pair<T, std::vector<T>> parts) {
    parts.second.insert(parts.second.begin(), std::move(parts.first));
    return std::move(parts.second);
  });
}

Gen<std::size_t> Below(std::size_t end) {
  return rc::gen::resize(rc::kNominalSize, rc::gen::inRange<std::size_t>(0, end));
}

// One of `items`, which must live on; the first is the simplest.
template <typename T>
Gen<T> OneOf(const std::vector<T>& items) {
  return rc::gen::map(Below(items.size()), [&items](std::size_t i) { return items[i]; });
}

template <typename T>
Gen<T> Sometimes(std::size_t one_in, T usual, Gen<T> other) {
  return rc::gen::weightedOneOf<T>(
      {{one_in - 1, rc::gen::just(std::move(usual))}, {1, std::move(other)}});
}

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

// The names of other things in the policy are numbers until MakeValid.
Gen<Value> Reference() {
  return rc::gen::map(Below(1000), [](std::size_t i) { return Value{std::to_string(i)}; });
}

Gen<Condition> AnyCondition() {
  return rc::gen::weightedOneOf<Condition>({{4, ConditionOn("cn")},
                                            {4, ConditionOn("ou")},
                                            {1, ConditionOn("o")},
                                            {2, ConditionOn("dns")},
                                            {2, ConditionOn("uri")},
                                            {1, ConditionOn("email")},
                                            {1, ConditionOn("serial")},
                                            {1, ConditionOn("sha256")},
                                            {5, ConditionOn("client", Reference())},
                                            {1, rc::gen::just(Condition{"any", {}})}});
}

// The last two are the beginning of a day.
Gen<std::optional<absl::Time>> AnyExpiry() {
  static const std::vector<std::optional<absl::Time>> times = {
      kNow + absl::Seconds(1),     kNow,
      kNow - absl::Seconds(1),     kNow + absl::Nanoseconds(1),
      kNow - absl::Nanoseconds(1), kNow - absl::Hours(8),
      kNow + absl::Hours(16)};
  return Sometimes<std::optional<absl::Time>>(6, std::nullopt, OneOf(times));
}

Gen<Entry> AnyEntry() {
  static const Words kIds = {"x", "x: #", "\"x\""};
  static const Words kPeople = {"sre@acme.example", "JIRA-42: 'it' # 1", "yes", "2027-01-01"};
  return rc::gen::build<Entry>(
      rc::gen::set(&Entry::conditions, OneAndUpTo(2, AnyCondition())),
      rc::gen::set(&Entry::id, Sometimes<std::string>(4, "", OneOf(kIds))),
      rc::gen::set(&Entry::owner, Sometimes<std::string>(6, "", OneOf(kPeople))),
      rc::gen::set(&Entry::reason, Sometimes<std::string>(6, "", OneOf(kPeople))),
      rc::gen::set(&Entry::expires, AnyExpiry()));
}

Gen<std::string> AnyMode() {
  static const Words kModes = {"enforce", "observe"};
  return Sometimes<std::string>(3, "", OneOf(kModes));
}

Gen<Method> AnyMethod() {
  return rc::gen::build<Method>(
      rc::gen::set(&Method::key, OneOf(Keys())), rc::gen::set(&Method::mode, AnyMode()),
      rc::gen::set(&Method::allow, UpTo(3, AnyEntry())),
      rc::gen::set(&Method::deny,
                   rc::gen::weightedOneOf<std::vector<Entry>>(
                       {{3, rc::gen::just(std::vector<Entry>())}, {2, UpTo(2, AnyEntry())}})));
}

Gen<ClientSet> AnyClientSet() {
  return rc::gen::build<ClientSet>(rc::gen::set(&ClientSet::entries, OneAndUpTo(2, AnyEntry())));
}

// Drops what a field names twice, and what refers to nothing.
void MakeValid(Entry& entry, const Words& set_names) {
  std::vector<Condition> conditions;
  std::set<std::string> fields;
  for (Condition& condition : entry.conditions) {
    if (condition.field == "client") {
      if (set_names.empty()) continue;
      for (Value& value : condition.values) {
        value.text = set_names[std::stoul(value.text) % set_names.size()];
      }
    }
    if (fields.insert(condition.field).second) conditions.push_back(std::move(condition));
  }
  if (conditions.empty()) conditions.push_back({"cn", {{"a", Form::kPlain}}});
  entry.conditions = std::move(conditions);
}

// The words of an id, which may occur once in a policy.
class Ids {
 public:
  void MakeUnique(std::vector<Entry>& entries) {
    for (Entry& entry : entries) {
      if (!entry.id.empty()) entry.id += " " + std::to_string(++count_);
    }
  }

 private:
  int count_ = 0;
};

// A set names earlier ones only, so that none leads to itself. (The file has them in any order.)
Model MakeValid(Model model) {
  Words names;
  Ids ids;
  for (ClientSet& set : model.clients) {
    for (Entry& entry : set.entries) MakeValid(entry, names);
    ids.MakeUnique(set.entries);
    set.name = SetNames()[names.size()];
    names.push_back(set.name);
  }
  std::set<std::string> keys;
  std::erase_if(model.methods, [&](Method& method) { return !keys.insert(method.key).second; });
  if (model.methods.empty()) model.methods.push_back({Keys().front(), "", {}, {}});
  for (Method& method : model.methods) {
    if (method.allow.empty() && method.deny.empty()) method.allow.emplace_back();
    for (std::vector<Entry>* list : {&method.allow, &method.deny}) {
      for (Entry& entry : *list) MakeValid(entry, names);
      ids.MakeUnique(*list);
    }
  }
  return model;
}

Gen<Model> AnyModel() {
  const auto raw = rc::gen::build<Model>(
      rc::gen::set(&Model::mode, AnyMode()),
      rc::gen::set(&Model::clients, UpTo(static_cast<int>(SetNames().size()), AnyClientSet())),
      rc::gen::set(&Model::methods, UpTo(12, AnyMethod())));
  return rc::gen::map(raw, [](Model model) { return MakeValid(std::move(model)); });
}

Gen<std::vector<std::string>> TextsOf(const std::string& field) {
  return UpTo(2, OneOf(WordsOf(field).texts));
}

// A certificate is valid from its first to its last moment, both included.
Gen<CertificateSummary> AnyCertificate() {
  static const std::vector<absl::Time> kStarts = {kNow + absl::Seconds(1), kNow};
  static const std::vector<absl::Time> kEnds = {kNow - absl::Seconds(1), kNow};
  return rc::gen::build<CertificateSummary>(
      rc::gen::set(&CertificateSummary::serial_number, OneOf(WordsOf("serial").texts)),
      rc::gen::set(&CertificateSummary::sha256, OneOf(WordsOf("sha256").texts)),
      rc::gen::set(&CertificateSummary::not_before,
                   Sometimes(16, kNow - absl::Hours(1), OneOf(kStarts))),
      rc::gen::set(&CertificateSummary::not_after,
                   Sometimes(16, kNow + absl::Hours(1), OneOf(kEnds))));
}

Gen<std::optional<std::string>> AnyCommonName() {
  const auto some = rc::gen::map(OneOf(WordsOf("cn").texts),
                                 [](std::string text) { return std::optional(std::move(text)); });
  return rc::gen::weightedOneOf<std::optional<std::string>>(
      {{7, some}, {1, rc::gen::just(std::optional<std::string>())}});
}

Gen<PeerIdentity> AnyCaller() {
  return rc::gen::build<PeerIdentity>(
      rc::gen::set(&PeerIdentity::common_name, AnyCommonName()),
      rc::gen::set(&PeerIdentity::organizational_units, TextsOf("ou")),
      rc::gen::set(&PeerIdentity::organizations, TextsOf("o")),
      rc::gen::set(&PeerIdentity::dns_names, TextsOf("dns")),
      rc::gen::set(&PeerIdentity::uris, TextsOf("uri")),
      rc::gen::set(&PeerIdentity::emails, TextsOf("email")),
      rc::gen::set(&PeerIdentity::certificate, AnyCertificate()));
}

Gen<Question> AnyQuestion() {
  static const std::vector<absl::Time> kTimes = {kNow - absl::Seconds(1), kNow + absl::Seconds(1),
                                                 kNow - absl::Nanoseconds(1)};
  return rc::gen::build<Question>(
      rc::gen::set(&Question::caller, AnyCaller()),
      rc::gen::set(&Question::path, rc::gen::weightedOneOf<std::string>(
                                        {{15, OneOf(Paths())}, {1, OneOf(MalformedPaths())}})),
      rc::gen::set(&Question::now, Sometimes(8, kNow, OneOf(kTimes))));
}

}  // namespace

Gen<std::uint32_t> AnyNumber() {
  return rc::gen::resize(rc::kNominalSize, rc::gen::inRange<std::uint32_t>(0, 1U << 30U));
}

Gen<Case> AnyCase() {
  return rc::gen::build<Case>(rc::gen::set(&Case::model, AnyModel()),
                              rc::gen::set(&Case::style, AnyNumber()),
                              rc::gen::set(&Case::questions, UpTo(60, AnyQuestion())));
}

Gen<Addition> AnyAddition() {
  return rc::gen::build<Addition>(rc::gen::set(&Addition::entry, AnyEntry()),
                                  rc::gen::set(&Addition::key, Below(Keys().size())));
}

void MakeValid(Entry& entry, const Model& model) {
  Words names;
  for (const ClientSet& set : model.clients) names.push_back(set.name);
  MakeValid(entry, names);
  if (!entry.id.empty()) entry.id += " added";
}

}  // namespace certgate::oracle
