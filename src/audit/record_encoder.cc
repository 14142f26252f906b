#include "src/audit/record_encoder.h"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "src/audit/json_writer.h"
#include "src/audit/message.h"
#include "src/audit/record_fields.h"
#include "src/audit/source_address.h"
#include "src/audit/timestamp.h"

namespace certgate {
namespace {

// Texts of certgate's own, far shorter than this.
constexpr std::size_t kWordBudget = 64;

// What most records need; longer ones grow once.
constexpr std::size_t kUsualBytes = 2048;

bool IsMethodPath(std::string_view path) {
  const auto graphic = [](char c) { return c > ' ' && c <= '~'; };
  if (path.empty() || path.front() != '/') return false;
  const std::size_t slash = path.find('/', 1);
  return slash != std::string_view::npos && slash > 1 && slash + 1 < path.size() &&
         path.find('/', slash + 1) == std::string_view::npos &&
         std::all_of(path.begin(), path.end(), graphic);
}

class RecordEncoder {
 public:
  RecordEncoder(const DecisionRecord& record, UnnumberedRecord& encoded)
      : record_(record), encoded_(encoded), json_(encoded.line) {
    encoded_.line.reserve(kUsualBytes);
  }

  void Encode(std::string_view service_name, std::string_view service_version) {
    json_.Begin();
    Word("@timestamp", Timestamp(record_.time, Precision::kMicroseconds));
    json_.Open("ecs");
    Word("version", "8.17");
    json_.Close();
    Event();
    Message();
    Rule();
    Rpc();
    Source();
    Tls();
    Service(service_name, service_version);
    Certgate();
    json_.End();
    encoded_.line.push_back('\n');
  }

 private:
  void Word(std::string_view key, std::string_view word) { json_.Text(key, word, kWordBudget); }

  void Text(const RecordField& field, std::string_view text) {
    if (!json_.Text(field.key(), text, field.budget)) truncated_.push_back(field.name);
  }

  void WordList(std::string_view key, std::string_view first, std::string_view second = {}) {
    json_.OpenList(key, 2 * kWordBudget);
    json_.Add("", first);
    if (!second.empty()) json_.Add("", second);
    json_.CloseList();
  }

  // Adds to the open list until it is full.
  bool AddAll(std::string_view prefix, const std::vector<std::string>& names) {
    return std::all_of(names.begin(), names.end(),
                       [&](const std::string& name) { return json_.Add(prefix, name); });
  }

  void Names(const RecordField& field, const std::vector<std::string>& names) {
    json_.OpenList(field.key(), field.budget);
    if (!AddAll("", names)) truncated_.push_back(field.name);
    json_.CloseList();
  }

  void Event() {
    const bool allowed = record_.effect == Effect::kAllow;
    json_.Open("event");
    Word("kind", "event");
    WordList("category", "network");
    WordList("type", "access", allowed ? "allowed" : "denied");
    Word("action", "authorize");
    Word("outcome", allowed ? "success" : "failure");
    Word("reason", ToString(record_.reason));
    Text(kEventId, record_.id);
    json_.Key("sequence");
    encoded_.sequence_at = encoded_.line.size();
    json_.Close();
  }

  void Message() {
    json_.Key(kMessage.key());
    encoded_.line.push_back('"');
    if (!AppendMessage(record_, encoded_.line)) truncated_.push_back(kMessage.name);
    encoded_.line.push_back('"');
  }

  void Rule() {
    json_.Open("rule");
    Text(kRuleName, record_.rule_name);
    Text(kRuleset, record_.policy_name);
    Text(kRuleVersion, record_.policy_version);
    json_.Close();
  }

  void Rpc() {
    json_.Open("rpc");
    Word("system", "grpc");
    Text(kRpcMethod, IsMethodPath(record_.path) ? record_.path.substr(1) : record_.path);
    json_.Close();
  }

  void Source() {
    const SourceAddress source = ParseSourceAddress(record_.peer.uri);
    json_.Open("source");
    Text(kSourceAddress, source.address);
    Word("ip", source.ip);
    if (source.port) json_.Number("port", *source.port);
    json_.Close();
  }

  void Tls() {
    json_.Open("tls");
    json_.Open("client");
    if (const CertificateSummary* certificate = Certificate()) Client(*certificate);
    json_.Close();
    json_.Boolean("resumed", record_.tls_resumed);
    json_.Close();
  }

  const CertificateSummary* Certificate() const {
    if (record_.certificate != nullptr) return record_.certificate;
    return record_.caller != nullptr ? &record_.caller->certificate : nullptr;
  }

  void Client(const CertificateSummary& certificate) {
    Text(kSubject, certificate.subject);
    Text(kIssuer, certificate.issuer);
    Word("not_before", Timestamp(certificate.not_before, Precision::kSeconds));
    Word("not_after", Timestamp(certificate.not_after, Precision::kSeconds));
    json_.Open("hash");
    Text(kSha256, certificate.sha256);
    json_.Close();
    json_.Open("x509");
    Text(kSerialNumber, certificate.serial_number);
    if (record_.caller != nullptr) Subject(*record_.caller);
    json_.Open("issuer");
    Names(kIssuerNames, certificate.issuer_common_names);
    json_.Close();
    if (record_.caller != nullptr) AlternativeNames(*record_.caller);
    json_.Close();
  }

  void Subject(const PeerIdentity& caller) {
    json_.Open("subject");
    json_.OpenList(kCommonNames.key(), kCommonNames.budget);
    if (caller.common_name && !json_.Add("", *caller.common_name)) {
      truncated_.push_back(kCommonNames.name);
    }
    json_.CloseList();
    Names(kUnits, caller.organizational_units);
    Names(kOrganizations, caller.organizations);
    json_.Close();
  }

  void AlternativeNames(const PeerIdentity& caller) {
    json_.OpenList(kAlternativeNames.key(), kAlternativeNames.budget);
    if (!AddAll("DNS:", caller.dns_names) || !AddAll("URI:", caller.uris) ||
        !AddAll("email:", caller.emails) || !AddAll("IP:", caller.ip_addresses)) {
      truncated_.push_back(kAlternativeNames.name);
    }
    json_.CloseList();
  }

  void Service(std::string_view name, std::string_view version) {
    json_.Open("service");
    Text(kServiceName, name);
    Text(kServiceVersion, version);
    json_.Close();
  }

  void Certgate() {
    const bool would_deny = record_.reason == Reason::kWouldDeny;
    json_.Open("certgate");
    Word("mode", ToString(record_.mode));
    Authorities();
    Text(kDetail, record_.detail);
    json_.Open("rule");
    Text(kRuleOwner, record_.rule_owner);
    Text(kRuleReason, record_.rule_reason);
    json_.Close();
    if (would_deny) Word("observed_reason", ToString(record_.observed));
    if ((would_deny ? record_.observed : record_.reason) == Reason::kNoMatchingRule) Nearest();
    Truncated();
    json_.Close();
  }

  // Who vouched at the time of the call: one name, or the list of several.
  void Authorities() {
    if (record_.caller == nullptr) return;
    const std::vector<VouchingAuthority>& all = record_.caller->authorities;
    const auto vouches = [this](const VouchingAuthority& one) {
      return IsVouching(one, record_.time);
    };
    const auto first = std::find_if(all.begin(), all.end(), vouches);
    if (first == all.end()) return;
    if (std::find_if(first + 1, all.end(), vouches) == all.end()) {
      return Text(kAuthority, first->name);
    }
    json_.OpenList(kAuthority.key(), kAuthority.budget);
    const bool is_whole = std::all_of(first, all.end(), [&](const VouchingAuthority& one) {
      return !vouches(one) || json_.Add("", one.name);
    });
    if (!is_whole) truncated_.push_back(kAuthority.name);
    json_.CloseList();
  }

  void Nearest() {
    if (record_.nearest_rule.empty()) return;
    Text(kNearestRule, record_.nearest_rule);
    // All identity fields held: what failed was the entry's `expires`.
    const bool expired = record_.nearest_failed == Field::kNone;
    Word("nearest_failed", expired ? "expires" : ToString(record_.nearest_failed));
  }

  void Truncated() {
    json_.OpenList("truncated", kFrameBytes);
    for (const std::string_view field : truncated_) json_.Add("", field);
    json_.CloseList();
  }

  const DecisionRecord& record_;
  UnnumberedRecord& encoded_;
  JsonWriter json_;
  std::vector<std::string_view> truncated_;
};

}  // namespace

UnnumberedRecord EncodeUnnumbered(const DecisionRecord& record, std::string_view service_name,
                                  std::string_view service_version) {
  UnnumberedRecord encoded;
  RecordEncoder(record, encoded).Encode(service_name, service_version);
  return encoded;
}

std::string Number(UnnumberedRecord record, std::uint64_t sequence) {
  record.line.insert(record.sequence_at, std::to_string(sequence));
  return std::move(record.line);
}

std::string EncodeRecord(const DecisionRecord& record, std::uint64_t sequence,
                         std::string_view service_name, std::string_view service_version) {
  return Number(EncodeUnnumbered(record, service_name, service_version), sequence);
}

}  // namespace certgate
