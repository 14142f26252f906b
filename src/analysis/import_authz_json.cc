#include "src/analysis/import_authz_json.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <nlohmann/json.hpp>
#include <optional>
#include <set>
#include <span>
#include <string_view>
#include <utility>

#include "src/yaml/encoding.h"
#include "src/yaml/source_cursor.h"
#include "src/yaml/suggest.h"
#include "src/yaml/unicode.h"

namespace certgate {
namespace {

using Json = nlohmann::json;

constexpr std::array<std::string_view, 4> kPolicyFields = {"name", "deny_rules", "allow_rules",
                                                           "audit_logging_options"};
constexpr std::array<std::string_view, 3> kRuleFields = {"name", "source", "request"};
constexpr std::array<std::string_view, 1> kSourceFields = {"principals"};
constexpr std::array<std::string_view, 2> kRequestFields = {"paths", "headers"};
constexpr std::array<std::string_view, 2> kHeaderFields = {"key", "values"};

constexpr std::array<std::string_view, 9> kRefusedHeaders = {
    "host",    "connection",        "keep-alive", "proxy-authenticate", "proxy-authorization", "te",
    "trailer", "transfer-encoding", "upgrade"};

/// Looks at a JSON text while it is parsed, for fields that an object has twice: the parser keeps
/// one of them.
class DuplicateFinder {
 public:
  void OnEvent(Json::parse_event_t event, const Json& parsed) {
    switch (event) {
      case Json::parse_event_t::object_start:
        objects_.emplace_back();
        break;
      case Json::parse_event_t::object_end:
        objects_.pop_back();
        break;
      case Json::parse_event_t::key:
        if (!objects_.back().insert(parsed.get<std::string>()).second && !duplicate_.has_value()) {
          duplicate_ = parsed.get<std::string>();
        }
        break;
      default:
        break;
    }
  }

  const std::optional<std::string>& duplicate() const { return duplicate_; }

 private:
  std::vector<std::set<std::string>> objects_;
  std::optional<std::string> duplicate_;
};

// What a field must be.
enum class Kind { kText, kList, kObject };

const char* Describe(Kind kind) {
  switch (kind) {
    case Kind::kText:
      return "a text";
    case Kind::kList:
      return "a list";
    case Kind::kObject:
      return "an object";
  }
  return "";
}

const char* DescribeType(const Json& json) {
  if (json.is_string()) return Describe(Kind::kText);
  if (json.is_array()) return Describe(Kind::kList);
  if (json.is_object()) return Describe(Kind::kObject);
  if (json.is_boolean()) return "a boolean";
  return json.is_null() ? "null" : "a number";
}

bool Is(Kind kind, const Json& json) {
  switch (kind) {
    case Kind::kText:
      return json.is_string();
    case Kind::kList:
      return json.is_array();
    case Kind::kObject:
      return json.is_object();
  }
  return false;
}

class Reader {
 public:
  explicit Reader(DiagnosticLog& log) : log_(log) {}

  AuthzPolicy Read(const Json& json) {
    AuthzPolicy policy;
    if (!Expect(Kind::kObject, json, "", "the policy")) return policy;
    CheckFields(json, "", kPolicyFields);
    policy.name = RequiredText(json, "", "name");
    policy.deny = Rules(json, "deny_rules");
    if (!json.contains("allow_rules")) {
      Error("", "`allow_rules` is missing", "a gRPC authorization policy must have it");
    }
    policy.allow = Rules(json, "allow_rules");
    policy.has_audit_options = Find(json, "", "audit_logging_options", Kind::kObject) != nullptr;
    return policy;
  }

 private:
  void Error(const std::string& place, const std::string& message, std::string hint = {}) {
    log_.Error({}, (place.empty() ? "" : place + ": ") + message, std::move(hint));
  }

  bool Expect(Kind kind, const Json& json, const std::string& place, const std::string& what) {
    if (Is(kind, json)) return true;
    Error(place, what + " must be " + Describe(kind) + ", but is " + DescribeType(json));
    return false;
  }

  void CheckFields(const Json& object, const std::string& place,
                   std::span<const std::string_view> known) {
    for (const auto& [key, value] : object.items()) {
      if (std::find(known.begin(), known.end(), key) != known.end()) continue;
      Error(place, "unknown field " + Quote(key),
            DidYouMean(key, known, "gRPC refuses policies with fields that it does not know"));
    }
  }

  // The value of an optional field, if it is of this kind.
  const Json* Find(const Json& object, const std::string& place, const char* key, Kind kind) {
    const auto found = object.find(key);
    if (found == object.end()) return nullptr;
    return Expect(kind, *found, place, Quote(key)) ? &*found : nullptr;
  }

  std::string RequiredText(const Json& object, const std::string& place, const char* key) {
    if (!object.contains(key)) {
      Error(place, Quote(key) + " is missing");
      return "";
    }
    const Json* const text = Find(object, place, key, Kind::kText);
    if (text == nullptr) return "";
    if (text->get_ref<const std::string&>().empty()) Error(place, Quote(key) + " is empty");
    return text->get<std::string>();
  }

  std::vector<std::string> Texts(const Json& object, const std::string& place, const char* key) {
    std::vector<std::string> texts;
    const Json* const list = Find(object, place, key, Kind::kList);
    if (list == nullptr) return texts;
    for (std::size_t i = 0; i < list->size(); ++i) {
      const std::string item = place + "/" + key + "/" + std::to_string(i);
      if (Expect(Kind::kText, (*list)[i], item, "the value")) texts.push_back((*list)[i]);
    }
    return texts;
  }

  std::vector<AuthzRule> Rules(const Json& json, const char* key) {
    std::vector<AuthzRule> rules;
    const Json* const list = Find(json, "", key, Kind::kList);
    if (list == nullptr) return rules;
    std::set<std::string> names;
    for (std::size_t i = 0; i < list->size(); ++i) {
      const std::string place = std::string("/") + key + "/" + std::to_string(i);
      if (!Expect(Kind::kObject, (*list)[i], place, "the rule")) continue;
      rules.push_back(Rule((*list)[i], place));
      if (names.insert(rules.back().name).second) continue;
      Error(place, "there is another rule " + Quote(rules.back().name),
            "gRPC silently keeps the last one of a name: rename or remove one");
    }
    return rules;
  }

  AuthzRule Rule(const Json& json, const std::string& place) {
    AuthzRule rule;
    rule.place = place;
    CheckFields(json, place, kRuleFields);
    rule.name = RequiredText(json, place, "name");
    if (const Json* const source = Find(json, place, "source", Kind::kObject)) {
      CheckFields(*source, place + "/source", kSourceFields);
      rule.principals = Texts(*source, place + "/source", "principals");
    }
    if (const Json* const request = Find(json, place, "request", Kind::kObject)) {
      CheckFields(*request, place + "/request", kRequestFields);
      rule.paths = Texts(*request, place + "/request", "paths");
      if (const Json* const list = Find(*request, place + "/request", "headers", Kind::kList)) {
        rule.has_headers = !list->empty();
        CheckHeaders(*list, place + "/request/headers");
      }
    }
    if (log_.error_count() == 0) rule.json = json.dump();
    return rule;
  }

  void CheckHeaders(const Json& list, const std::string& list_place) {
    for (std::size_t i = 0; i < list.size(); ++i) {
      const std::string place = list_place + "/" + std::to_string(i);
      if (!Expect(Kind::kObject, list[i], place, "the header")) continue;
      CheckFields(list[i], place, kHeaderFields);
      const std::string key = AsciiLower(RequiredText(list[i], place, "key"));
      const bool is_refused =
          key.starts_with(':') || key.starts_with("grpc-") ||
          std::find(kRefusedHeaders.begin(), kRefusedHeaders.end(), key) != kRefusedHeaders.end();
      if (is_refused) Error(place, "gRPC refuses rules about the header " + Quote(key));
      if (!list[i].contains("values") || Texts(list[i], place, "values").empty()) {
        Error(place, "`values` is missing or empty");
      }
    }
  }

  DiagnosticLog& log_;
};

// nlohmann-json's own messages name its exceptions first: "[json.exception.parse_error.101] parse
// error at line 1, column 2: syntax error while parsing value - ...".
std::string Shortened(std::string_view message) {
  constexpr std::string_view kMark = "syntax error ";
  const std::size_t mark = message.find(kMark);
  if (mark != message.npos) message.remove_prefix(mark);
  const std::size_t end = message.find("; last read");
  return MakePrintable(message.substr(0, end));
}

}  // namespace

AuthzPolicy ReadAuthzPolicy(DiagnosticLog& log) {
  if (!CheckEncoding(log)) return {};
  DuplicateFinder duplicates;
  Json json;
  try {
    json = Json::parse(log.text(), [&](int /*depth*/, Json::parse_event_t event, Json& parsed) {
      duplicates.OnEvent(event, parsed);
      return true;
    });
  } catch (const Json::parse_error& error) {
    const std::size_t offset = error.byte == 0 ? 0 : error.byte - 1;
    log.Error(SourceCursor(log.text()).Locate(std::min(offset, log.text().size())),
              "this is no JSON: " + Shortened(error.what()));
    return {};
  }
  if (duplicates.duplicate().has_value()) {
    log.Error({}, "the field " + Quote(*duplicates.duplicate()) + " occurs twice in one object",
              "merge the two or remove one");
  }
  return Reader(log).Read(json);
}

}  // namespace certgate
