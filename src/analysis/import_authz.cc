#include "src/analysis/import_authz.h"

#include <algorithm>
#include <cstddef>
#include <set>
#include <string_view>
#include <utility>

#include "src/analysis/import_authz_json.h"
#include "src/analysis/import_authz_path.h"
#include "src/analysis/import_authz_principal.h"
#include "src/policy/load_text.h"
#include "src/yaml/diagnostic_log.h"
#include "src/yaml/unicode.h"

namespace certgate {
namespace {

constexpr std::size_t kLongestName = 100;
constexpr char kWiderReason[] = "wider than the gRPC rule that it was imported from";

// The name of a rule as one of a policy: printable and not long.
std::string NameFor(const std::string& name) {
  std::string printable = MakePrintable(name);
  std::size_t end = 0;
  while (end < printable.size()) {
    const std::size_t length = std::max<std::size_t>(DecodeUtf8(printable, end).length, 1);
    if (end + length > kLongestName) break;
    end += length;
  }
  return printable.substr(0, end);
}

// `name`, or the first of "name 2", "name 3" that is new.
std::string MakeUnique(const std::string& name, std::set<std::string>& used) {
  std::string unique = name;
  for (int number = 2; !used.insert(unique).second; ++number) {
    unique = name + " " + std::to_string(number);
  }
  return unique;
}

class Importer {
 public:
  explicit Importer(ImportedPolicy& imported) : imported_(imported) {}

  void Import(const AuthzPolicy& policy) {
    for (const AuthzRule& rule : policy.allow) ImportAllow(rule);
    for (const AuthzRule& rule : policy.deny) ImportDeny(rule);
    if (policy.has_audit_options) {
      AddRemark("/audit_logging_options",
                "passed over: certgate writes an audit record for each decision");
    }
    if (!imported_.document.methods.empty()) return;
    DenyEverything(imported_.document);
    AddRemark("/allow_rules", "no rule is left that allows anything");
  }

 private:
  void Note(ImportNote::Kind kind, const AuthzRule& rule, const std::string& place,
            const std::string& message, std::string original = {}) {
    imported_.notes.push_back(
        {kind, rule.place + place, "rule " + Quote(rule.name) + message, std::move(original)});
  }

  void LeaveOut(const AuthzRule& rule, const std::string& why) {
    Note(ImportNote::Kind::kLeftOut, rule, "", ": " + why, rule.json);
  }

  void AddRemark(std::string place, std::string message) {
    imported_.notes.push_back(
        {ImportNote::Kind::kRemark, std::move(place), std::move(message), {}});
  }

  void ImportAllow(const AuthzRule& rule) {
    if (rule.has_headers) {
      return LeaveOut(rule, "it allows by headers, which anybody can send; certgate does not");
    }
    AuthzCallers callers = AllowedCallers(rule.principals);
    const std::vector<std::string> keys = AllowedKeys(rule);
    for (const std::string& difference : callers.differences) {
      Note(ImportNote::Kind::kLeftOut, rule, "/source", ", " + difference);
    }
    AddRemarks(rule, callers);
    if (callers.entries.empty() || keys.empty()) {
      return LeaveOut(
          rule, callers.entries.empty() ? "no caller of it is left" : "no path of it is left");
    }
    for (const std::string& key : keys) AddKey(key, allowed_keys_);
    AddEntries(rule, ImportList::kAllow, keys, std::move(callers.entries), "");
  }

  std::vector<std::string> AllowedKeys(const AuthzRule& rule) {
    if (rule.paths.empty()) return {"*"};
    std::vector<std::string> keys;
    for (std::size_t i = 0; i < rule.paths.size(); ++i) {
      const AuthzPath path = ImportAuthzPath(rule.paths[i]);
      if (path.fit == AuthzPath::Fit::kSame) {
        AddKey(path.key, keys);
        continue;
      }
      const std::string why =
          path.fit == AuthzPath::Fit::kNoCall
              ? ": certgate refuses each call of such a path as malformed"
              : ": no method key matches just these paths; the next wider one is " +
                    Quote(path.key);
      Note(ImportNote::Kind::kLeftOut, rule, PlaceOfPath(i),
           ", path " + Quote(rule.paths[i]) + why);
    }
    return keys;
  }

  void ImportDeny(const AuthzRule& rule) {
    AuthzCallers callers = DeniedCallers(rule.principals);
    const std::size_t notes_before = imported_.notes.size();
    if (rule.has_headers) {
      Note(ImportNote::Kind::kWidened, rule, "/request/headers",
           " denies now whatever the headers are", rule.json);
    }
    for (const std::string& difference : callers.differences) {
      Note(ImportNote::Kind::kWidened, rule, "/source", ", " + difference);
    }
    const std::vector<std::string> keys = DeniedKeys(rule);
    const bool is_wider = std::any_of(
        imported_.notes.begin() + static_cast<std::ptrdiff_t>(notes_before), imported_.notes.end(),
        [](const ImportNote& note) { return note.kind == ImportNote::Kind::kWidened; });
    AddRemarks(rule, callers);
    AddEntries(rule, ImportList::kDeny, keys, std::move(callers.entries),
               is_wider ? kWiderReason : "");
  }

  std::vector<std::string> DeniedKeys(const AuthzRule& rule) {
    if (rule.paths.empty()) return {"*"};
    std::vector<std::string> keys;
    for (std::size_t i = 0; i < rule.paths.size(); ++i) {
      const AuthzPath path = ImportAuthzPath(rule.paths[i]);
      switch (path.fit) {
        case AuthzPath::Fit::kSame:
          AddKey(path.key, keys);
          break;
        case AuthzPath::Fit::kWider:
          DenyWithin(rule, i, keys);
          break;
        case AuthzPath::Fit::kNoCall:
          Note(ImportNote::Kind::kRemark, rule, PlaceOfPath(i),
               ", path " + Quote(rule.paths[i]) +
                   ": certgate refuses each call of such a path as malformed");
          break;
      }
    }
    return keys;
  }

  // A path for which there is no method key: denied is what of it is allowed.
  void DenyWithin(const AuthzRule& rule, std::size_t index, std::vector<std::string>& keys) {
    const std::string path = ", path " + Quote(rule.paths[index]);
    const std::vector<AuthzPath> within = ImportAuthzPathWithin(rule.paths[index], allowed_keys_);
    if (within.empty()) {
      return Note(ImportNote::Kind::kRemark, rule, PlaceOfPath(index),
                  path +
                      ": no such path is allowed, so that it need not be denied; mind it when "
                      "you allow more",
                  rule.json);
    }
    std::vector<std::string> noted;
    for (const AuthzPath& one : within) {
      AddKey(one.key, keys);
      if (std::find(noted.begin(), noted.end(), one.key) != noted.end()) continue;
      noted.push_back(one.key);
      const bool is_same = one.fit == AuthzPath::Fit::kSame;
      Note(is_same ? ImportNote::Kind::kRemark : ImportNote::Kind::kWidened, rule,
           PlaceOfPath(index),
           path + " becomes " + Quote(one.key) +
               (is_same ? ", which is what of it is allowed; mind it when you allow more"
                        : ", the next wider method key"));
    }
  }

  static std::string PlaceOfPath(std::size_t index) {
    return "/request/paths/" + std::to_string(index);
  }

  static void AddKey(const std::string& key, std::vector<std::string>& keys) {
    if (std::find(keys.begin(), keys.end(), key) == keys.end()) keys.push_back(key);
  }

  void AddRemarks(const AuthzRule& rule, const AuthzCallers& callers) {
    for (const std::string& remark : callers.remarks) {
      Note(ImportNote::Kind::kRemark, rule, "/source", ", " + remark);
    }
  }

  // The rule's entries under each of its keys: by themselves if there is one, else as a client set.
  void AddEntries(const AuthzRule& rule, ImportList list, const std::vector<std::string>& keys,
                  std::vector<Entry> entries, const std::string& reason) {
    if (keys.empty()) return;
    const std::string name = NameFor(rule.name);
    Entry entry =
        entries.size() == 1 ? std::move(entries.front()) : MakeClientSet(name, std::move(entries));
    entry.reason = reason;
    for (const std::string& key : keys) {
      entry.id = CheckId(name) ? "" : MakeUnique(name, ids_);
      AddEntry(imported_.document, key, list, entry);
    }
  }

  Entry MakeClientSet(const std::string& name, std::vector<Entry> entries) {
    ClientSet set;
    set.name = MakeUnique(name, sets_);
    set.entries = std::move(entries);
    imported_.document.clients.push_back(set);
    return CallersWith(Field::kClient, {{set.name, ValueKind::kExact}});
  }

  ImportedPolicy& imported_;
  std::vector<std::string> allowed_keys_;
  std::set<std::string> ids_;
  std::set<std::string> sets_;
};

}  // namespace

std::variant<ImportedPolicy, std::vector<Diagnostic>> ImportAuthzPolicy(const std::string& text,
                                                                        const std::string& file,
                                                                        const std::string& name) {
  DiagnosticLog log(text, file);
  const AuthzPolicy policy = ReadAuthzPolicy(log);
  if (log.error_count() > 0) return std::move(log).Finish();
  ImportedPolicy imported;
  imported.origin =
      "the gRPC authorization policy " + Quote(policy.name) + " in " + QuotePath(file);
  imported.document.name = name.empty() ? NameFor(policy.name) : name;
  Importer(imported).Import(policy);
  return imported;
}

}  // namespace certgate
