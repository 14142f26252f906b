#include <algorithm>
#include <cstddef>
#include <random>
#include <string>
#include <vector>

#include "tests/oracle/check.h"
#include "tests/oracle/make_valid.h"
#include "tests/oracle/vocabulary.h"

// What holds for every policy, whatever it says: asked of the loader and the engine alone.
namespace certgate::oracle {
namespace {

constexpr int kCases = 400;

bool Admits(const Answer& answer) { return answer.effect == "allow"; }

// True if the call is refused, or would be.
bool IsDenied(const Answer& answer, const std::string& reason) {
  return answer.reason == reason || answer.observed == reason;
}

// The entries under `key`, which the policy has now.
Method& MethodOf(Model& model, const std::string& key) {
  for (Method& method : model.methods) {
    if (method.key == key) return method;
  }
  return model.methods.emplace_back(Method{key, "", {}, {}});
}

const Entry& RuleNamed(const Model& model, const std::string& name) {
  for (const Method& method : model.methods) {
    for (std::size_t i = 0; i < method.allow.size(); ++i) {
      const std::string place = method.key + " allow[" + std::to_string(i + 1) + "]";
      const Entry& entry = method.allow[i];
      if ((entry.id.empty() ? place : entry.id) == name) return entry;
    }
  }
  RC_FAIL("no allow entry has the name " + name);
}

// One of the keys that match `path`, which may be new in the policy.
std::string SomeKeyFor(const std::string& path, std::uint32_t choice) {
  Words keys;
  for (const std::string& key : Keys()) {
    if (KeyMatches(key, path)) keys.push_back(key);
  }
  return keys[choice % keys.size()];
}

template <typename Items>
void Shuffle(Items& items, std::mt19937& random) {
  std::shuffle(items.begin(), items.end(), random);
}

Model InAnotherOrder(Model model, std::uint32_t number) {
  std::mt19937 random(number);
  const auto shuffle_entries = [&random](std::vector<Entry>& entries) {
    for (Entry& entry : entries) {
      for (Condition& condition : entry.conditions) Shuffle(condition.values, random);
      Shuffle(entry.conditions, random);
    }
    Shuffle(entries, random);
  };
  for (ClientSet& set : model.clients) shuffle_entries(set.entries);
  Shuffle(model.clients, random);
  for (Method& method : model.methods) {
    shuffle_entries(method.allow);
    shuffle_entries(method.deny);
  }
  Shuffle(model.methods, random);
  shuffle_entries(model.revoked);
  Shuffle(model.authorities, random);
  return model;
}

TEST_CASE("a deny entry wins under any matching key over the allow entry that admitted") {
  const auto cases = AnyCase();
  std::size_t admitted = 0;
  CheckProperty(FirstSeed(), kCases, [&] {
    const Case tried = *cases;
    const std::uint32_t choice = *AnyNumber();
    const auto policy = LoadModel(tried.model, tried.style);
    for (const Question& question : tried.questions) {
      const Answer before = Ask(*policy, question);
      if (before.reason != "allowed") continue;
      ++admitted;
      Entry denied = RuleNamed(tried.model, before.rule);
      denied.id.clear();
      Model model = tried.model;
      MethodOf(model, SomeKeyFor(question.path, choice)).deny.push_back(denied);
      RC_LOG() << Describe(question) << "\n";
      RC_ASSERT(IsDenied(Ask(*LoadModel(model, choice), question), "denied_by_rule"));
    }
  });
  CHECK(admitted > kCases);
}

TEST_CASE("the order of entries and keys and sections does not matter") {
  const auto cases = AnyCase();
  std::size_t compared = 0;
  CheckProperty(FirstSeed(), kCases, [&] {
    const Case tried = *cases;
    const std::uint32_t order = *AnyNumber();
    const auto policy = LoadModel(tried.model, tried.style);
    const auto shuffled = LoadModel(InAnotherOrder(tried.model, order), order);
    for (const Question& question : tried.questions) {
      const Answer before = Ask(*policy, question);
      const Answer after = Ask(*shuffled, question);
      RC_LOG() << Describe(question) << "\n";
      RC_ASSERT(after.effect == before.effect);
      RC_ASSERT(after.reason == before.reason);
      RC_ASSERT(after.mode == before.mode);
      RC_ASSERT(after.observed == before.observed);
      ++compared;
    }
  });
  CHECK(compared > 10 * kCases);
}

TEST_CASE("one more allow entry refuses nobody who was admitted") {
  const auto cases = AnyCase();
  const auto additions = AnyAddition();
  std::size_t kept = 0;
  std::size_t gained = 0;
  CheckProperty(FirstSeed(), kCases, [&] {
    const Case tried = *cases;
    const Addition addition = *additions;
    Model larger = tried.model;
    MethodOf(larger, addition.key).allow.push_back(MakeValid(addition.entry, tried.model));
    const auto policy = LoadModel(tried.model, tried.style);
    const auto more = LoadModel(larger, tried.style);
    for (const Question& question : tried.questions) {
      const Answer before = Ask(*policy, question);
      const Answer after = Ask(*more, question);
      RC_LOG() << Describe(question) << "\n";
      if (before.reason == "allowed") RC_ASSERT(after.reason == "allowed");
      if (Admits(before)) RC_ASSERT(Admits(after));
      if (before.reason == "allowed") ++kept;
      if (before.reason != "allowed" && after.reason == "allowed") ++gained;
    }
  });
  CHECK(kept > kCases);
  CHECK(gained > kCases / 20);
}

// Nobody whom `tried` refuses, or would refuse, is admitted by `larger`.
void CompareRefusals(const Case& tried, const Model& larger, std::size_t& kept, std::size_t& lost) {
  const auto policy = LoadModel(tried.model, tried.style);
  const auto more = LoadModel(larger, tried.style);
  for (const Question& question : tried.questions) {
    const Answer before = Ask(*policy, question);
    const Answer after = Ask(*more, question);
    RC_LOG() << Describe(question) << "\n";
    if (!Admits(before)) RC_ASSERT_FALSE(Admits(after));
    if (before.reason != "allowed") RC_ASSERT(after.reason != "allowed");
    if (!Admits(before)) ++kept;
    if (before.reason == "allowed" && after.reason != "allowed") ++lost;
  }
}

TEST_CASE("one more revoked entry admits nobody who was refused") {
  const auto cases = AnyCase();
  const auto additions = AnyRevoked();
  std::size_t kept = 0;
  std::size_t lost = 0;
  CheckProperty(FirstSeed(), kCases, [&] {
    const Case tried = *cases;
    Model larger = tried.model;
    larger.revoked.push_back(MakeValid(*additions, tried.model));
    CompareRefusals(tried, larger, kept, lost);
  });
  CHECK(kept > kCases);
  CHECK(lost > kCases / 20);
}

TEST_CASE("one more deny entry admits nobody who was refused") {
  const auto cases = AnyCase();
  const auto additions = AnyAddition();
  std::size_t kept = 0;
  std::size_t lost = 0;
  CheckProperty(FirstSeed(), kCases, [&] {
    const Case tried = *cases;
    const Addition addition = *additions;
    Model larger = tried.model;
    MethodOf(larger, addition.key).deny.push_back(MakeValid(addition.entry, tried.model));
    CompareRefusals(tried, larger, kept, lost);
  });
  CHECK(kept > kCases);
  CHECK(lost > kCases / 20);
}

}  // namespace
}  // namespace certgate::oracle
