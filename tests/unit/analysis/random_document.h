#ifndef CERTGATE_TESTS_UNIT_ANALYSIS_RANDOM_DOCUMENT_H_
#define CERTGATE_TESTS_UNIT_ANALYSIS_RANDOM_DOCUMENT_H_

#include <certgate/peer_identity.h>

#include <random>
#include <string>
#include <vector>

#include "tests/unit/policy/documents.h"

namespace certgate::testing {

inline const std::vector<std::string>& Keys() {
  static const std::vector<std::string> kKeys = {"/p.S/M", "/p.S/N", "/p.S/*",
                                                 "/p.*",   "/q.T/M", "*"};
  return kKeys;
}

inline const std::vector<std::string>& Paths() {
  static const std::vector<std::string> kPaths = {"/p.S/M", "/p.S/N", "/p.T/M", "/q.T/M"};
  return kPaths;
}

/// Makes small policies in which entries have much in common. Each entry has a line of its own.
class RandomDocument {
 public:
  explicit RandomDocument(unsigned seed) : random_(seed) {}

  PolicyDocument Make() {
    std::vector<ClientSet> clients;
    for (int i = 0; i < 4; ++i) clients.push_back(Set("c" + std::to_string(i), Entries(3, i)));
    std::vector<MethodRules> methods;
    for (const std::string& key : Keys()) {
      if (Below(3) > 0) methods.push_back(On(key, Entries(4, 4), Entries(2, 4)));
    }
    PolicyDocument document = Document(std::move(methods), std::move(clients));
    for (int i = Below(3); i > 0; --i) {
      document.revoked.push_back(At(Where({Has(Field::kSerial, {Below(2) == 0 ? "A" : "B"})})));
    }
    return document;
  }

 private:
  int Below(int limit) { return std::uniform_int_distribution<int>(0, limit - 1)(random_); }

  Entry At(Entry entry) {
    entry.location = {++line_, 1};
    return entry;
  }

  // At most this many, which refer to client sets before `clients`.
  std::vector<Entry> Entries(int most, int clients) {
    std::vector<Entry> entries;
    for (int i = Below(most + 1); i > 0; --i) entries.push_back(MakeEntry(clients));
    return entries;
  }

  Entry MakeEntry(int clients) {
    std::vector<Selector> selectors;
    if (Below(2) == 0) selectors.push_back(OneOf(Field::kCn, {"a", "b", "ab", "a*", "*b", "*"}));
    if (Below(2) == 0) selectors.push_back(OneOf(Field::kOu, {"x", "y", "xz", "x*"}));
    if (Below(8) == 0) selectors.push_back(OneOf(Field::kSerial, {"A", "B"}));
    if (clients > 0 && Below(3) == 0) {
      selectors.push_back(OneOf(Field::kClient, {"c" + std::to_string(Below(clients)),
                                                 "c" + std::to_string(Below(clients))}));
    }
    if (selectors.empty()) {
      selectors.push_back(Below(8) == 0 ? Any() : OneOf(Field::kCn, {"a", "b", "c"}));
    }
    Entry entry = At(Where(std::move(selectors)));
    const int expiry = Below(6);
    if (expiry == 0) entry.expires = kNow + absl::Hours(1);
    if (expiry == 1) entry.expires = kNow + absl::Hours(3);
    if (expiry == 2 && Below(2) == 0) entry.expires = kNow;
    return entry;
  }

  // One or two of the values, or a regex in the place of one.
  Selector OneOf(Field field, const std::vector<std::string>& values) {
    const auto size = static_cast<int>(values.size());
    std::vector<std::string> chosen = {values[static_cast<std::size_t>(Below(size))]};
    if (Below(3) == 0) chosen.push_back(values[static_cast<std::size_t>(Below(size))]);
    Selector selector = Has(field, chosen);
    if (field == Field::kCn && Below(8) == 0) {
      selector.values.front() = {Below(2) == 0 ? "a.*" : "[ab]+", ValueKind::kRegex};
    }
    return selector;
  }

  std::mt19937 random_;
  std::size_t line_ = 0;
};

inline std::vector<PeerIdentity> Callers() {
  const std::vector<std::vector<std::string>> units = {{}, {"x"}, {"y"}, {"xz"}, {"x", "y"}};
  std::vector<PeerIdentity> callers;
  for (const char* name : {"a", "b", "ab", "c", ""}) {
    for (const std::vector<std::string>& unit : units) {
      for (const char* serial : {"A", "C"}) {
        PeerIdentity caller = Caller(name, unit);
        if (*name == '\0') caller.common_name.reset();
        caller.certificate.serial_number = serial;
        caller.certificate.not_after = kNow + absl::Hours(24);
        callers.push_back(std::move(caller));
      }
    }
  }
  return callers;
}

}  // namespace certgate::testing

#endif  // CERTGATE_TESTS_UNIT_ANALYSIS_RANDOM_DOCUMENT_H_
