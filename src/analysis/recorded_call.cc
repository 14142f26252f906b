#include "src/analysis/recorded_call.h"

#include <certgate/decision.h>

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>
#include <optional>
#include <utility>

namespace certgate {
namespace {

using Json = nlohmann::json;
using Kind = UnusableRecord::Kind;

// What a policy asks for. The display forms and the message may be cut.
constexpr std::array<std::string_view, 8> kFieldsAskedFor = {
    "rpc.method",
    "tls.client.hash.sha256",
    "tls.client.x509.serial_number",
    "tls.client.x509.subject.common_name",
    "tls.client.x509.subject.organizational_unit",
    "tls.client.x509.subject.organization",
    "tls.client.x509.alternative_names",
    "certgate.authority",
};

/// Reads fields by their names; remembers what was wrong first.
class Fields {
 public:
  explicit Fields(const Json& record) : record_(record) {}

  const std::string& fault() const { return fault_; }

  bool Has(std::string_view name) const { return Find(name) != nullptr; }

  // Empty where the field is absent.
  std::string Text(std::string_view name) {
    const Json* const field = Find(name);
    if (field == nullptr) return "";
    if (!field->is_string()) return Fail(name, "is not a text"), "";
    return field->get<std::string>();
  }

  std::string RequiredText(std::string_view name) {
    if (!Has(name)) Fail(name, "is missing");
    return Text(name);
  }

  // A list of texts, or one text.
  std::vector<std::string> Texts(std::string_view name) {
    const Json* const field = Find(name);
    if (field == nullptr) return {};
    if (field->is_string()) return {field->get<std::string>()};
    const bool is_list =
        field->is_array() &&
        std::all_of(field->begin(), field->end(), [](const Json& one) { return one.is_string(); });
    if (!is_list) return Fail(name, "is not a list of texts"), std::vector<std::string>();
    return field->get<std::vector<std::string>>();
  }

  absl::Time Time(std::string_view name) {
    absl::Time time;
    std::string error;
    const std::string text = RequiredText(name);
    if (!text.empty() && !absl::ParseTime(absl::RFC3339_full, text, &time, &error)) {
      Fail(name, "is not a time");
    }
    return time;
  }

 private:
  // By the names of the objects on the way, joined by dots.
  const Json* Find(std::string_view name) const {
    const Json* place = &record_;
    while (true) {
      const std::size_t dot = name.find('.');
      if (!place->is_object()) return nullptr;
      const auto found = place->find(std::string(name.substr(0, dot)));
      if (found == place->end()) return nullptr;
      if (dot == name.npos) return &*found;
      place = &*found;
      name.remove_prefix(dot + 1);
    }
  }

  void Fail(std::string_view name, std::string_view what) {
    if (!fault_.empty()) return;
    fault_ = "`";
    fault_ += name;
    fault_ += "` ";
    fault_ += what;
  }

  const Json& record_;
  std::string fault_;
};

void AddAlternativeName(std::string_view name, PeerIdentity& caller) {
  const std::pair<std::string_view, std::vector<std::string>*> kinds[] = {
      {"DNS:", &caller.dns_names},
      {"URI:", &caller.uris},
      {"email:", &caller.emails},
      {"IP:", &caller.ip_addresses}};
  for (const auto& [prefix, names] : kinds) {
    if (name.starts_with(prefix)) names->emplace_back(name.substr(prefix.size()));
  }
}

PeerIdentity CallerOf(Fields& fields) {
  PeerIdentity caller;
  caller.standing = ChainStanding::kProven;
  std::vector<std::string> names = fields.Texts("tls.client.x509.subject.common_name");
  if (!names.empty()) caller.common_name = std::move(names.front());
  caller.organizational_units = fields.Texts("tls.client.x509.subject.organizational_unit");
  caller.organizations = fields.Texts("tls.client.x509.subject.organization");
  for (const std::string& name : fields.Texts("tls.client.x509.alternative_names")) {
    AddAlternativeName(name, caller);
  }
  CertificateSummary& certificate = caller.certificate;
  certificate.subject = fields.Text("tls.client.subject");
  certificate.serial_number = fields.RequiredText("tls.client.x509.serial_number");
  certificate.sha256 = fields.RequiredText("tls.client.hash.sha256");
  certificate.not_before = fields.Time("tls.client.not_before");
  certificate.not_after = fields.Time("tls.client.not_after");
  return caller;
}

// A record of an accepted caller has its names, unless the certificate has none. Under an internal
// error there may not have been an identity.
bool IsAccepted(const Fields& fields, std::string_view reason) {
  if (reason == ToString(Reason::kNoCertificate)) return false;
  if (reason == ToString(Reason::kIdentityRejected)) return false;
  return reason != ToString(Reason::kInternalError) || fields.Has("tls.client.x509.subject") ||
         fields.Has("tls.client.x509.alternative_names");
}

std::optional<std::string> FindTruncated(Fields& fields) {
  for (std::string& name : fields.Texts("certgate.truncated")) {
    if (std::find(kFieldsAskedFor.begin(), kFieldsAskedFor.end(), name) != kFieldsAskedFor.end()) {
      return std::move(name);
    }
  }
  return std::nullopt;
}

// A byte that is not UTF-8 stands in a record as the characters `\xnn`, which would be well formed.
std::string WithReplacementCharacters(std::string text) {
  constexpr std::string_view kReplacementCharacter = "\xEF\xBF\xBD";
  constexpr std::size_t kEscapeSize = 4;
  for (std::size_t at = text.find("\\x"); at != text.npos; at = text.find("\\x", at)) {
    text.replace(at, kEscapeSize, kReplacementCharacter);
  }
  return text;
}

// The record of a malformed path has it as it came.
std::string PathOf(Fields& fields, const std::string& reason) {
  std::string method = fields.Text("rpc.method");
  if (reason == ToString(Reason::kMalformedMethod)) {
    return WithReplacementCharacters(std::move(method));
  }
  return method.starts_with('/') ? method : '/' + method;
}

}  // namespace

std::variant<RecordedCall, UnusableRecord> ReadRecordedCall(std::string_view line) {
  const Json record = Json::parse(line, nullptr, /*allow_exceptions=*/false);
  if (!record.is_object()) return UnusableRecord{Kind::kBroken, "it is no JSON object"};
  Fields fields(record);
  const std::string action = fields.RequiredText("event.action");
  if (!fields.fault().empty()) return UnusableRecord{Kind::kBroken, fields.fault()};
  if (action != "authorize") return UnusableRecord{Kind::kOtherAction, ""};

  RecordedCall call;
  call.reason = fields.RequiredText("event.reason");
  call.was_let_through = fields.RequiredText("event.outcome") == "success";
  call.time = fields.Time("@timestamp");
  call.policy_version = fields.Text("rule.version");
  call.authorities = fields.Texts("certgate.authority");
  call.path = PathOf(fields, call.reason);
  if (!fields.fault().empty()) return UnusableRecord{Kind::kBroken, fields.fault()};
  if (!IsAccepted(fields, call.reason)) return UnusableRecord{Kind::kNoIdentity, ""};
  if (std::optional<std::string> field = FindTruncated(fields)) {
    return UnusableRecord{Kind::kTruncated, *std::move(field)};
  }
  call.caller = CallerOf(fields);
  if (!fields.fault().empty()) return UnusableRecord{Kind::kBroken, fields.fault()};
  return call;
}

}  // namespace certgate
