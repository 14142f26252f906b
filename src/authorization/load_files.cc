#include "src/authorization/load_files.h"

#include <absl/status/status.h>
#include <absl/status/statusor.h>
#include <absl/strings/str_cat.h>
#include <absl/time/clock.h>
#include <certgate/tls_material.h>
#include <spdlog/spdlog.h>
#include <sys/stat.h>

#include <cstddef>
#include <filesystem>
#include <string_view>
#include <system_error>
#include <utility>
#include <variant>

#include "src/authorization/snapshot.h"
#include "src/identity/server_key_pair.h"
#include "src/identity/trust.h"
#include "src/policy/policy_source.h"

namespace certgate {
namespace {

using Severity = Diagnostic::Severity;

void Add(std::vector<Diagnostic>& diagnostics, Severity severity, const std::string& file,
         std::string message, std::string hint = "") {
  Diagnostic& added = diagnostics.emplace_back();
  added.severity = severity;
  added.file = file;
  added.message = std::move(message);
  added.hint = std::move(hint);
}

// A status names the file itself.
void Add(std::vector<Diagnostic>& diagnostics, const absl::Status& status) {
  Add(diagnostics, Severity::kError, "", std::string(status.message()));
}

// As does what is wrong with reading a file.
void Add(std::vector<Diagnostic>& diagnostics, const Problem& problem) {
  Add(diagnostics, Severity::kError, "", problem.message, problem.hint);
}

// Several roots under entries that select by what each of them can issue alike: each of the entries
// at its place.
void AddGaps(std::vector<Diagnostic>& diagnostics, const std::string& policy_file,
             const IssuerGaps& gaps, const std::string& client_ca, std::size_t roots) {
  const bool is_one = gaps.count == 1;
  Add(diagnostics, Severity::kError, "",
      absl::StrCat(
          "the client CA file `", client_ca, "` holds ", roots, " roots, and ", gaps.count,
          is_one ? " entry of the policy selects" : " entries of the policy select",
          " callers by `cn`, `ou`, `o` or `serial` alone, which each root can issue alike"),
      "name the roots under `authorities`, each with its `ca_file`, and add `issuer: NAME` to each "
      "of these entries; or leave one root in the client CA file");
  for (const IssuerGaps::Gap& gap : gaps.first) {
    Add(diagnostics, Severity::kError, policy_file,
        absl::StrCat("`", gap.selector, "` without `issuer`"));
    diagnostics.back().location.line = gap.line;
  }
  if (gaps.count > gaps.first.size()) {
    Add(diagnostics, Severity::kError, policy_file,
        absl::StrCat("and ", gaps.count - gaps.first.size(), " more entries without `issuer`"));
  }
}

// The content, or null after saying why there is none.
const std::string* ReadOrReport(const std::string& path, std::string_view what, SourceReader& files,
                                std::vector<Diagnostic>& diagnostics) {
  const auto& content = files.Read(path, what);
  if (const auto* problem = std::get_if<Problem>(&content)) {
    Add(diagnostics, *problem);
    return nullptr;
  }
  return &std::get<std::string>(content);
}

bool ReadCrls(const std::vector<std::string>& paths, SourceReader& files,
              std::vector<CrlFile>& crls, std::vector<Diagnostic>& diagnostics) {
  bool all_read = true;
  for (const std::string& path : paths) {
    const auto listing = ListCrlFiles(path, files);
    if (const auto* problem = std::get_if<Problem>(&listing)) {
      Add(diagnostics, *problem);
      all_read = false;
      continue;
    }
    for (const std::string& file : std::get<std::vector<std::string>>(listing)) {
      const std::string* const content = ReadOrReport(file, "CRL file", files, diagnostics);
      all_read = all_read && content != nullptr;
      if (content != nullptr) crls.push_back({file, *content});
    }
  }
  return all_read;
}

absl::Status StatusOf(const std::vector<Diagnostic>& diagnostics) {
  std::string message;
  for (const Diagnostic& one : diagnostics) {
    if (one.severity != Severity::kError) continue;
    if (!message.empty()) message += "\n";
    message += one.message;
  }
  return absl::InvalidArgumentError(message);
}

}  // namespace

std::variant<std::vector<std::string>, Problem> ListCrlFiles(const std::string& path,
                                                             SourceReader& files) {
  std::error_code unknown;  // What cannot be looked at is read like a file, which says why.
  if (std::filesystem::is_directory(path, unknown)) return files.List(path, "CRL directory");
  return std::vector<std::string>{path};
}

std::shared_ptr<const Trust> LoadTrustFiles(const TrustFiles& trust,
                                            const std::vector<Authority>& authorities,
                                            SourceReader& files,
                                            std::vector<Diagnostic>& diagnostics) {
  TrustSources sources;
  const std::string* const ca = ReadOrReport(trust.client_ca, "client CA file", files, diagnostics);
  sources.check_revocation = !trust.crls.empty();
  sources.on_missing = trust.on_missing;
  sources.on_expired = trust.on_expired;
  const bool all_crls = ReadCrls(trust.crls, files, sources.crls, diagnostics);
  if (ca == nullptr || !all_crls) return nullptr;
  sources.client_ca_name = trust.client_ca;
  sources.client_ca_pem = *ca;
  sources.authorities = authorities;
  auto made = Trust::Create(std::move(sources));
  if (!made.ok()) {
    Add(diagnostics, made.status());
    return nullptr;
  }
  for (const std::string& doubt : (*made)->doubts()) {
    Add(diagnostics, Severity::kWarning, "", doubt);
  }
  return *std::move(made);
}

RulesLoad LoadRules(const std::string& policy_file, const TrustFiles& trust, SourceReader& files) {
  RulesLoad load;
  const std::string* const text = ReadOrReport(policy_file, "policy file", files, load.diagnostics);
  std::shared_ptr<const Policy> policy;
  if (text != nullptr) {
    PolicyLoad parsed =
        ParsePolicy(*text, policy_file, [&](const std::string& path, std::string_view what) {
          const SourceReader::Content& content = files.Read(path, what);
          load.authority_files[path] = content;
          return content;
        });
    policy = std::move(parsed.policy);
    for (Diagnostic& one : parsed.diagnostics) load.diagnostics.push_back(std::move(one));
    load.policy_text = *text;
  }
  // Without a policy too, for what is wrong with these files.
  std::shared_ptr<const Trust> trusted =
      LoadTrustFiles(trust, policy == nullptr ? std::vector<Authority>() : policy->authorities(),
                     files, load.diagnostics);
  if (policy == nullptr || trusted == nullptr) return load;
  if (trusted->root_count() > 1 && policy->issuer_gaps().count > 0) {
    AddGaps(load.diagnostics, policy_file, policy->issuer_gaps(), trust.client_ca,
            trusted->root_count());
    return load;
  }
  if (const absl::Status together = CheckTogether(*policy, *trusted); !together.ok()) {
    Add(load.diagnostics, together);
    return load;
  }
  load.policy = std::move(policy);
  load.trust = std::move(trusted);
  return load;
}

KeyPairLoad LoadKeyPair(const std::string& certificate_file, const std::string& key_file,
                        absl::Time now, SourceReader& files) {
  KeyPairLoad load;
  const std::string* const certificate =
      ReadOrReport(certificate_file, "server certificate", files, load.diagnostics);
  const std::string* const key = ReadOrReport(key_file, "private key", files, load.diagnostics);
  if (certificate == nullptr || key == nullptr) return load;
  const auto not_after =
      CheckServerKeyPair({certificate_file, *certificate}, {key_file, *key}, now);
  if (!not_after.ok()) {
    Add(load.diagnostics, not_after.status());
    return load;
  }
  struct stat facts {};
  if (stat(key_file.c_str(), &facts) == 0 && (facts.st_mode & S_IRWXO) != 0) {
    Add(load.diagnostics, Severity::kWarning, "",
        "the private key `" + key_file + "` can be read by every user of this machine",
        "chmod 0600 it");
  }
  load.certificate = *certificate;
  load.private_key = *key;
  load.not_after = *not_after;
  return load;
}

absl::StatusOr<std::shared_ptr<const Trust>> LoadTrust(const TrustFiles& files,
                                                       const Policy& policy) {
  SourceReader sources;
  std::vector<Diagnostic> diagnostics;
  std::shared_ptr<const Trust> trust =
      LoadTrustFiles(files, policy.authorities(), sources, diagnostics);
  if (trust == nullptr) return StatusOf(diagnostics);
  return trust;
}

absl::StatusOr<std::shared_ptr<const TlsMaterial>> LoadTlsMaterial(const MutualTlsFiles& files) {
  SourceReader sources;
  KeyPairLoad pair = LoadKeyPair(files.certificate, files.private_key, absl::Now(), sources);
  std::vector<Diagnostic> of_ca;
  const std::shared_ptr<const Trust> trust =
      LoadTrustFiles({.client_ca = files.client_ca}, {}, sources, of_ca);
  const bool is_whole = trust != nullptr && !HasErrors(pair.diagnostics);
  for (Diagnostic& one : of_ca) pair.diagnostics.push_back(std::move(one));
  if (!is_whole) return StatusOf(pair.diagnostics);
  for (const Diagnostic& one : pair.diagnostics) spdlog::warn("{}; {}", one.message, one.hint);
  auto material = std::make_shared<TlsMaterial>();
  material->certificate = std::move(pair.certificate);
  material->private_key = std::move(pair.private_key);
  material->client_ca = trust->client_ca_pem();
  material->not_after = pair.not_after;
  return material;
}

}  // namespace certgate
