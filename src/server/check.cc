#include <absl/status/status.h>
#include <absl/strings/str_cat.h>
#include <absl/time/time.h>
#include <certgate/audit_log.h>
#include <certgate/peer_identity.h>
#include <certgate/reloader.h>
#include <certgate/version.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>
#include <memory>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

#include "src/server/complain.h"
#include "src/server/inputs.h"

namespace certgate {
namespace {

// Subjects are the file owner's own, but a terminal is shown no control characters whoever wrote
// them.
std::string Printable(std::string text) {
  for (char& c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 0x20 || byte == 0x7f) c = '?';
  }
  return text;
}

std::string DescribeCertificate(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  const std::string pem{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
  const CertificateSummary summary = ReadPeerIdentity(pem).certificate;
  const auto days = absl::ToInt64Hours(summary.not_after - absl::Now()) / 24;
  return absl::StrCat(
      path, ": ", Printable(summary.subject), ", valid until ",
      absl::FormatTime("%Y-%m-%d %H:%M UTC", summary.not_after, absl::UTCTimeZone()), " (", days,
      " days)");
}

// Empty if `path` can be appended to, or created; else why not.
std::string WhyAuditFileCannotBeWritten(const std::filesystem::path& path) {
  std::error_code error;
  const std::filesystem::file_status status = std::filesystem::status(path, error);
  if (std::filesystem::exists(status)) {
    if (!std::filesystem::is_regular_file(status)) return "it is not a regular file";
    return access(path.c_str(), W_OK) == 0 ? "" : std::strerror(errno);
  }
  const std::filesystem::path folder = path.has_parent_path() ? path.parent_path() : ".";
  if (!std::filesystem::is_directory(folder, error)) {
    return absl::StrCat("there is no directory `", folder.string(), "`");
  }
  return access(folder.c_str(), W_OK | X_OK) == 0 ? "" : std::strerror(errno);
}

bool CheckAuditFile(const std::string& path) {
  if (path.empty()) return true;
  const std::string problem = WhyAuditFileCannotBeWritten(path);
  if (problem.empty()) return true;
  std::cerr << "greeter-server: the audit file `" << path << "` cannot be written: " << problem
            << '\n';
  return false;
}

class NowhereSink final : public AuditSink {
 public:
  Written Write(std::string_view lines) override { return {absl::OkStatus(), lines.size()}; }
  std::string name() const override { return "nowhere"; }
};

// A reloader without a server finds all that is wrong with the files. No record is written.
bool CheckFiles(const ServerSettings& settings, ReloadStatus& status) {
  AuditOptions nowhere;
  nowhere.places.push_back({.sink = std::make_unique<NowhereSink>()});
  nowhere.service = {"greeter-server", CERTGATE_VERSION};
  auto log = AuditLog::Create(std::move(nowhere));
  ReloaderOptions options;
  options.files = FilesOf(settings);
  options.audit_log = *std::move(log);
  options.watch = false;
  const ReloaderStart start = Reloader::Start(std::move(options));
  if (start.reloader == nullptr) {
    Complain(start.diagnostics);
    return false;
  }
  status = start.reloader->status();
  return true;
}

void Print(const std::string& what, const std::string& value) {
  std::cout << what << std::string(what.size() < 15 ? 15 - what.size() : 1, ' ') << value << '\n';
}

}  // namespace

bool CheckInputs(const ServerSettings& settings) {
  ReloadStatus status;
  const bool files_are_well = CheckFiles(settings, status);
  const bool audit_is_well = CheckAuditFile(settings.audit.file);
  if (!files_are_well || !audit_is_well) return false;

  Print("listen", settings.listen);
  if (!settings.metrics_listen.empty()) Print("metrics", settings.metrics_listen);
  Print("certificate", DescribeCertificate(settings.cert));
  Print("private key", absl::StrCat(settings.key, ": belongs to the certificate"));
  Print("client CA", DescribeCertificate(settings.client_ca));
  for (const std::string& crl : settings.crl.files) Print("CRL", crl);
  Print("policy", absl::StrCat(settings.policy, ": `", status.policy_name, "`, ",
                               status.policy_entries, " entries"));
  Print("", status.policy_version);
  if (!settings.audit.file.empty()) Print("audit", settings.audit.file);
  if (settings.audit.to_stdout) Print("audit", "standard output");
  for (const std::string& place : settings.audit.sinks) Print("audit", place);
  std::cout << "all is well\n";
  return true;
}

}  // namespace certgate
