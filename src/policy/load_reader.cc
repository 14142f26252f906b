#include "src/policy/load_reader.h"

#include <array>
#include <optional>
#include <utility>
#include <variant>

#include "src/policy/load_keys.h"
#include "src/policy/load_method_key.h"
#include "src/policy/load_text.h"
#include "src/yaml/suggest.h"
#include "src/yaml/unicode.h"

namespace certgate {
namespace {

constexpr std::array<std::string_view, 2> kModes = {"enforce", "observe"};

Node NodeOfPolicyKey(std::string_view key) {
  if (key == "version") return Node::kVersion;
  if (key == "name") return Node::kName;
  if (key == "mode") return Node::kMode;
  if (key == "authorities") return Node::kAuthorities;
  if (key == "clients") return Node::kClients;
  if (key == "methods") return Node::kMethods;
  if (key == "revoked") return Node::kEntries;
  return Node::kSkip;
}

bool TakesMap(Node node) {
  return node == Node::kPolicy || node == Node::kAuthorities || node == Node::kAuthority ||
         node == Node::kClients || node == Node::kMethods || node == Node::kMethod ||
         node == Node::kEntry;
}

bool TakesSequence(Node node) {
  return node == Node::kClientSet || node == Node::kEntries || node == Node::kField;
}

}  // namespace

// What the node that begins now is, by the collection that it stands in.
Node PolicyReader::Next() {
  if (open_.empty()) return Node::kPolicy;
  Open& parent = open_.back();
  parent.is_empty = false;
  switch (parent.node) {
    case Node::kClientSet:
    case Node::kEntries:
      return Node::kEntry;
    case Node::kField:
      return Node::kFieldItem;
    case Node::kSkip:
      return Node::kSkip;
    default:
      return next_;
  }
}

// The key whose value the node is, or is in.
std::string_view PolicyReader::NameOf(Node node) const {
  return node == Node::kFieldItem ? std::string_view(open_.back().name) : key_;
}

void PolicyReader::Push(Node node, SourceLocation location) {
  open_.push_back({node, location, key_, true});
}

PolicyReader::Open PolicyReader::Pop() {
  Open open = std::move(open_.back());
  open_.pop_back();
  return open;
}

void PolicyReader::OnMapStart(SourceLocation location) {
  const Node node = Next();
  if (node == Node::kField || node == Node::kFieldItem) return Push(Node::kValue, location);
  if (!TakesMap(node)) {
    if (node != Node::kSkip) log_.Error(location, Mismatch(node, NameOf(node), "a mapping"));
    return Push(Node::kSkip, location);
  }
  if (node == Node::kPolicy) {
    policy_location_ = location;
    is_mapping_ = true;
  }
  if (node == Node::kEntry) BeginEntry(location);
  Push(node, location);
}

void PolicyReader::BeginEntry(SourceLocation location) {
  const Open& list = open_.back();
  if (list.node == Node::kClientSet) {
    entry_reader_.BeginInClientSet(location, document_.clients.size() - 1);
  } else if (list.name == "revoked") {
    entry_reader_.BeginRevoked(location);
  } else {
    entry_reader_.Begin(location);
  }
}

void PolicyReader::OnSequenceStart(SourceLocation location) {
  const Node node = Next();
  if (TakesSequence(node)) return Push(node, location);
  if (node != Node::kSkip) log_.Error(location, Mismatch(node, NameOf(node), "a list"));
  Push(Node::kSkip, location);
}

void PolicyReader::OnKey(const YamlScalar& key) {
  Open& parent = open_.back();
  const bool is_first = std::exchange(parent.is_empty, false);
  key_.assign(key.text);
  key_location_ = key.location;
  switch (parent.node) {
    case Node::kPolicy:
      next_ = PolicyKey(key);
      break;
    case Node::kAuthorities:
      authority_reader_.Begin(key);
      next_ = Node::kAuthority;
      break;
    case Node::kAuthority:
      next_ = authority_reader_.OnKey(key);
      break;
    case Node::kClients:
      next_ = ClientKey(key);
      break;
    case Node::kMethods:
      next_ = MethodsKey(key);
      break;
    case Node::kMethod:
      next_ = MethodKey(key);
      break;
    case Node::kEntry:
      next_ = entry_reader_.OnKey(key);
      break;
    case Node::kValue:
      next_ = ValueKey(key, is_first);
      break;
    default:
      next_ = Node::kSkip;
  }
}

Node PolicyReader::PolicyKey(const YamlScalar& key) {
  const Node node = NodeOfPolicyKey(key.text);
  std::string_view meant = key.text;
  if (node == Node::kSkip) {
    log_.Error(key.location, UnknownPolicyKey(key.text));
    meant = NearestPolicyKey(key.text);  // which is then not missing too
  }
  if (meant == "version") has_version_ = true;
  if (meant == "name") has_name_ = true;
  if (meant == "methods") has_methods_ = true;
  return node;
}

Node PolicyReader::ClientKey(const YamlScalar& key) {
  if (key.text.empty()) {
    log_.Error(key.location, "the name of a client set is empty", "give it a name");
  } else if (HasControl(key.text)) {
    log_.Error(key.location, "the name of a client set holds a control character", "remove it");
  }
  document_.clients.push_back({std::string(key.text), {}, key.location});
  return Node::kClientSet;
}

Node PolicyReader::MethodsKey(const YamlScalar& key) {
  has_rules_ = false;
  MethodRules rules;
  rules.key.assign(key.text);
  rules.location = key.location;
  auto scope = ParseMethodKey(key.text);
  if (auto* problem = std::get_if<Problem>(&scope)) {
    log_.Error(key.location, std::move(*problem));
  } else {
    rules.scope = std::get<MethodScope>(scope);
  }
  document_.methods.push_back(std::move(rules));
  return Node::kMethod;
}

Node PolicyReader::MethodKey(const YamlScalar& key) {
  if (key.text == "mode") return Node::kMode;
  // A misspelt key was probably meant to be one of the lists.
  has_rules_ = true;
  if (key.text == "allow" || key.text == "deny") return Node::kEntries;
  log_.Error(key.location, UnknownMethodKey(key.text));
  return Node::kSkip;
}

Node PolicyReader::ValueKey(const YamlScalar& key, bool is_first) {
  const bool is_known = key.text == "exact" || key.text == "regex";
  if (is_known && is_first) return key.text == "exact" ? Node::kExactText : Node::kRegexText;
  if (is_known) {
    log_.Error(key.location, "a value has one key, `exact` or `regex`",
               "write a list of several values: `[{ exact: \"a*b\" }, { regex: 'a+' }]`");
    return Node::kSkip;
  }
  log_.Error(key.location, UnknownValueKey(key.text));
  return Node::kSkip;
}

void PolicyReader::OnScalar(const YamlScalar& scalar) {
  const Node node = Next();
  switch (node) {
    case Node::kVersion:
      return TakeVersion(scalar);
    case Node::kName:
      return TakeName(scalar);
    case Node::kMode:
      return TakeMode(scalar);
    case Node::kField:
    case Node::kFieldItem:
      return entry_reader_.OnFieldValue(scalar, ValueForm::kPlain);
    case Node::kExactText:
      return entry_reader_.OnFieldValue(scalar, ValueForm::kExact);
    case Node::kRegexText:
      return entry_reader_.OnFieldValue(scalar, ValueForm::kRegex);
    case Node::kCaFile:
      return authority_reader_.OnCaFile(scalar);
    case Node::kAny:
      return entry_reader_.OnAny(scalar);
    case Node::kEntryText:
      return entry_reader_.OnText(scalar);
    case Node::kSkip:
      return;
    default:
      log_.Error(scalar.location, Mismatch(node, NameOf(node), DescribeScalar(scalar)));
  }
}

void PolicyReader::OnRejected() { Next(); }

void PolicyReader::OnRejectedKey() {
  open_.back().is_empty = false;
  has_rules_ = true;
  entry_reader_.OnRejectedKey();
  authority_reader_.OnRejectedKey();
}

void PolicyReader::TakeVersion(const YamlScalar& scalar) {
  if (scalar.text == "1" && !scalar.is_quoted) return;
  log_.Error(scalar.location, Mismatch(Node::kVersion, "version", DescribeScalar(scalar)));
}

void PolicyReader::TakeName(const YamlScalar& scalar) {
  if (std::optional<Problem> problem = CheckText("name", scalar)) {
    return log_.Error(scalar.location, *std::move(problem));
  }
  document_.name.assign(scalar.text);
}

void PolicyReader::TakeMode(const YamlScalar& scalar) {
  const bool is_observe = scalar.text == "observe";
  if (!is_observe && scalar.text != "enforce") {
    Problem problem = Mismatch(Node::kMode, "mode", DescribeScalar(scalar));
    problem.hint = DidYouMean(scalar.text, kModes, problem.hint);
    return log_.Error(scalar.location, std::move(problem));
  }
  const Mode mode = is_observe ? Mode::kObserve : Mode::kEnforce;
  if (open_.back().node == Node::kMethod) {
    document_.methods.back().mode = mode;
    document_.methods.back().mode_location = scalar.location;
  } else {
    document_.mode = mode;
    document_.mode_location = scalar.location;
  }
}

void PolicyReader::OnSequenceEnd() {
  const Open open = Pop();
  if (open.is_empty && open.node != Node::kSkip) {
    log_.Error(open.location, EmptyCollection(open.node, open.name));
  }
}

void PolicyReader::OnMapEnd() {
  const Open open = Pop();
  if (open.node == Node::kEntry) return EndEntry();
  if (open.is_empty && open.node != Node::kSkip && open.node != Node::kPolicy) {
    log_.Error(open.location, EmptyCollection(open.node, open.name));
  } else if (open.node == Node::kAuthority) {
    authority_reader_.End();
  } else if (open.node == Node::kMethod) {
    EndMethod(open);
  }
}

void PolicyReader::EndEntry() {
  Entry entry = entry_reader_.End();
  const Open& list = open_.back();
  if (list.node == Node::kClientSet) {
    document_.clients.back().entries.push_back(std::move(entry));
  } else if (list.name == "revoked") {
    document_.revoked.push_back(std::move(entry));
  } else if (list.name == "deny") {
    document_.methods.back().deny.push_back(std::move(entry));
  } else {
    document_.methods.back().allow.push_back(std::move(entry));
  }
}

void PolicyReader::EndMethod(const Open& method) {
  if (has_rules_) return;
  log_.Error(document_.methods.back().location,
             "method " + Quote(method.name) + " has neither `allow` nor `deny`",
             "add `allow:` with a list of entries");
}

void PolicyReader::CheckWhole() {
  document_.authorities = authority_reader_.Finish();
  CheckReferences(document_.authorities, entry_reader_.TakeAuthorityReferences(), log_);
  CheckReferences(document_.clients, entry_reader_.TakeClientReferences(), log_);
  if (!is_mapping_) return;
  if (!has_version_) log_.Error(policy_location_, "`version` is missing", "add `version: 1`");
  if (!has_name_) {
    log_.Error(policy_location_, "`name` is missing",
               "add `name:`, under which audit records know the policy");
  }
  if (!has_methods_) {
    log_.Error(policy_location_, "`methods` is missing: the policy would allow nobody",
               "add `methods:` with at least one method");
  }
}

}  // namespace certgate
