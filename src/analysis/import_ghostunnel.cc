#include "src/analysis/import_ghostunnel.h"

#include <algorithm>
#include <cstddef>
#include <utility>

#include "src/analysis/import_ghostunnel_flags.h"
#include "src/analysis/import_ghostunnel_uri.h"
#include "src/yaml/unicode.h"

namespace certgate {
namespace {

using Role = GhostunnelRole;

bool LetsIn(const GhostunnelFlag& flag) {
  return flag.role != Role::kTrust && flag.role != Role::kOther;
}

// What ghostunnel says of a combination that it refuses.
std::optional<Problem> FindContradiction(const std::vector<GhostunnelFlag>& flags) {
  std::vector<std::string> names;
  for (const GhostunnelFlag& flag : flags) {
    const bool is_new = std::find(names.begin(), names.end(), flag.name) == names.end();
    if (LetsIn(flag) && is_new) names.push_back(flag.name);
  }
  if (names.empty()) {
    return Problem{
        "no flag says who may connect",
        "give `--allow-all`, `--allow-cn`, `--allow-ou`, `--allow-dns` or `--allow-uri`"};
  }
  for (const char* alone : {"--allow-all", "--disable-authentication", "--allow-spki-pin"}) {
    const bool is_given = std::find(names.begin(), names.end(), alone) != names.end();
    if (is_given && names.size() > 1) {
      return Problem{"ghostunnel does not take " + Quote(alone) + " together with " +
                         Quote(names[names.front() == alone ? 1 : 0]),
                     "keep one of them"};
    }
  }
  return std::nullopt;
}

Field FieldOf(Role role) {
  switch (role) {
    case Role::kAllowCn:
      return Field::kCn;
    case Role::kAllowOu:
      return Field::kOu;
    case Role::kAllowDns:
      return Field::kDns;
    case Role::kAllowUri:
      return Field::kUri;
    default:
      return Field::kNone;
  }
}

const char* WhyNot(const std::string& flag) {
  if (flag == "--disable-authentication") {
    return "it lets callers in without a certificate, whom certgate always refuses";
  }
  if (flag == "--allow-policy" || flag == "--allow-query") {
    return "certgate does not evaluate Open Policy Agent's policies";
  }
  if (flag == "--allow-spki-pin") {
    return "it trusts keys without an authority; `sha256` selects a certificate, which must be "
           "valid";
  }
  return "callers are not told apart by IP address";
}

class Importer {
 public:
  explicit Importer(const GhostunnelImport& request) : request_(request) {
    imported_.origin = "the access control flags of ghostunnel";
    imported_.document.name = request.name;
  }

  std::optional<Problem> Import(const std::vector<GhostunnelFlag>& flags) {
    for (const GhostunnelFlag& flag : flags) {
      if (std::optional<Problem> problem = ImportFlag(flag)) return problem;
    }
    AddEntries();
    AddRemarks(flags);
    return std::nullopt;
  }

  ImportedPolicy TakePolicy() { return std::move(imported_); }

 private:
  void Note(ImportNote::Kind kind, const std::string& flag, std::string message) {
    imported_.notes.push_back({kind, flag, std::move(message), {}});
  }

  std::optional<Problem> ImportFlag(const GhostunnelFlag& flag) {
    switch (flag.role) {
      case Role::kAllowAll:
        allows_all_ = true;
        break;
      case Role::kAllowCn:
      case Role::kAllowOu:
      case Role::kAllowDns:
        ImportLiteral(flag);
        break;
      case Role::kAllowUri:
        return ImportUri(flag);
      case Role::kAllowOther:
        Note(ImportNote::Kind::kLeftOut, flag.name, WhyNot(flag.name));
        break;
      case Role::kTrust:
      case Role::kOther:
        break;
    }
    return std::nullopt;
  }

  void ImportLiteral(const GhostunnelFlag& flag) {
    auto value = LiteralValue(FieldOf(flag.role), flag.value);
    if (const auto* problem = std::get_if<Problem>(&value)) {
      return Note(ImportNote::Kind::kLeftOut, flag.name,
                  Quote(flag.value) + ": " + problem->message);
    }
    const auto& found = std::get<SelectorValue>(value);
    if (found.text != flag.value) {
      return Note(ImportNote::Kind::kLeftOut, flag.name,
                  Quote(flag.value) + ": certgate does not tell capitals apart in DNS names");
    }
    AddValue(FieldOf(flag.role), found);
  }

  std::optional<Problem> ImportUri(const GhostunnelFlag& flag) {
    GhostunnelUri uri = ImportGhostunnelUri(flag.value);
    if (uri.is_invalid) {
      return Problem{
          "ghostunnel does not take " + Quote(flag.value) + " for a URI pattern: " + uri.problem,
          "correct the value of " + Quote(flag.name)};
    }
    if (uri.values.empty()) {
      Note(ImportNote::Kind::kLeftOut, flag.name, Quote(flag.value) + ": " + uri.problem);
    }
    for (SelectorValue& value : uri.values) AddValue(Field::kUri, std::move(value));
    return std::nullopt;
  }

  void AddValue(Field field, SelectorValue value) {
    auto found = std::find_if(selectors_.begin(), selectors_.end(),
                              [field](const Selector& one) { return one.field == field; });
    if (found == selectors_.end()) {
      selectors_.push_back({field, {}});
      found = selectors_.end() - 1;
    }
    const bool is_new =
        std::find(found->values.begin(), found->values.end(), value) == found->values.end();
    if (is_new) found->values.push_back(std::move(value));
  }

  // One entry for each field, of which one is enough.
  void AddEntries() {
    if (allows_all_) AddEntry(imported_.document, request_.method, ImportList::kAllow, AnyCaller());
    for (Selector& selector : selectors_) {
      Entry entry;
      entry.selectors.push_back(std::move(selector));
      AddEntry(imported_.document, request_.method, ImportList::kAllow, std::move(entry));
    }
    if (!imported_.document.methods.empty()) return;
    DenyEverything(imported_.document);
    Note(ImportNote::Kind::kRemark, "allow", "nobody is left who is allowed");
  }

  void AddRemarks(const std::vector<GhostunnelFlag>& flags) {
    std::string passed_over;
    for (const GhostunnelFlag& flag : flags) {
      if (flag.role == Role::kTrust) {
        Note(ImportNote::Kind::kRemark, flag.name,
             "the server's own setting for client CAs says whom it trusts, and so do the policy's "
             "`authorities`");
      }
      if (flag.role != Role::kOther) continue;
      if (!passed_over.empty()) passed_over += ", ";
      passed_over += flag.name;
    }
    if (passed_over.empty()) return;
    Note(ImportNote::Kind::kRemark, passed_over, "passed over: does not say who may connect");
  }

  const GhostunnelImport& request_;
  ImportedPolicy imported_;
  bool allows_all_ = false;
  std::vector<Selector> selectors_;
};

}  // namespace

std::variant<ImportedPolicy, Problem> ImportGhostunnel(const GhostunnelImport& request) {
  auto parsed = ParseGhostunnelFlags(request.flags);
  if (auto* problem = std::get_if<Problem>(&parsed)) return std::move(*problem);
  const auto& flags = std::get<std::vector<GhostunnelFlag>>(parsed);
  if (std::optional<Problem> problem = FindContradiction(flags)) return *std::move(problem);
  Importer importer(request);
  if (std::optional<Problem> problem = importer.Import(flags)) return *std::move(problem);
  return importer.TakePolicy();
}

}  // namespace certgate
