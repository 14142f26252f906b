#include "src/policy/load_authorities.h"

#include <absl/status/statusor.h>

#include <cstddef>
#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <utility>
#include <variant>

#include "src/identity/trust_anchors.h"
#include "src/policy/load_keys.h"
#include "src/policy/load_text.h"
#include "src/yaml/unicode.h"

namespace certgate {
namespace {

constexpr std::size_t kMostNameBytes = 64;

std::optional<Problem> CheckName(std::string_view name) {
  if (name.empty()) return Problem{"the name of an authority is empty", "give it a name"};
  if (HasControl(name)) {
    return Problem{"the name of an authority holds a control character", "remove it"};
  }
  if (name.size() > kMostNameBytes) {
    return Problem{
        "the name of an authority is longer than " + std::to_string(kMostNameBytes) + " bytes",
        "shorten it: it stands in every audit record"};
  }
  return std::nullopt;
}

std::variant<std::shared_ptr<const TrustAnchors>, Problem> ReadAnchors(const std::string& path,
                                                                       const FileReader& read) {
  const std::variant<std::string, Problem> pem = read(path, "CA file");
  if (const auto* problem = std::get_if<Problem>(&pem)) return *problem;
  auto anchors = TrustAnchors::Parse(std::get<std::string>(pem));
  if (anchors.ok()) return *std::move(anchors);
  return Problem{"the CA file " + QuotePath(path) +
                     " cannot be used: " + std::string(anchors.status().message()),
                 "name a PEM file with the certificates of this authority's CAs"};
}

}  // namespace

void AuthorityReader::Begin(const YamlScalar& name) {
  if (std::optional<Problem> problem = CheckName(name.text)) {
    log_.Error(name.location, *std::move(problem));
  }
  AuthorityRules rules;
  rules.authority.name.assign(name.text);
  rules.location = name.location;
  authorities_.push_back(std::move(rules));
  has_ca_file_ = false;
}

Node AuthorityReader::OnKey(const YamlScalar& key) {
  has_ca_file_ = true;  // A misspelt key was probably meant to be this one.
  if (key.text == "ca_file") return Node::kCaFile;
  log_.Error(key.location, UnknownAuthorityKey(key.text));
  return Node::kSkip;
}

void AuthorityReader::OnCaFile(const YamlScalar& scalar) {
  if (std::optional<Problem> problem = CheckText("ca_file", scalar)) {
    return log_.Error(scalar.location, *std::move(problem));
  }
  AuthorityRules& rules = authorities_.back();
  rules.ca_file.assign(scalar.text);
  const std::filesystem::path folder = std::filesystem::path(policy_file_).parent_path();
  auto anchors = ReadAnchors((folder / rules.ca_file).string(), read_);
  if (auto* problem = std::get_if<Problem>(&anchors)) {
    return log_.Error(scalar.location, std::move(*problem));
  }
  rules.authority.anchors = std::get<std::shared_ptr<const TrustAnchors>>(std::move(anchors));
}

void AuthorityReader::End() {
  if (has_ca_file_) return;
  const AuthorityRules& rules = authorities_.back();
  log_.Error(rules.location, "authority " + Quote(rules.authority.name) + " has no `ca_file`",
             "add `ca_file:` with the file of its CA certificate");
}

std::vector<AuthorityRules> AuthorityReader::Finish() {
  std::map<std::string, const AuthorityRules*> owners;
  for (const AuthorityRules& rules : authorities_) {
    if (rules.authority.anchors == nullptr) continue;
    for (const std::string& key : rules.authority.anchors->keys()) {
      const auto [owner, is_new] = owners.try_emplace(key, &rules);
      if (is_new || owner->second == &rules) continue;
      log_.Error(rules.location,
                 "authorities " + Quote(owner->second->authority.name) + " and " +
                     Quote(rules.authority.name) + " have a CA certificate in common",
                 "give each a CA of its own: `issuer` could not tell them apart");
      break;
    }
  }
  return std::move(authorities_);
}

}  // namespace certgate
