#ifndef CERTGATE_RELOADER_H_
#define CERTGATE_RELOADER_H_

#include <absl/status/statusor.h>
#include <absl/time/clock.h>
#include <absl/time/time.h>
#include <certgate/authorizer.h>
#include <certgate/diagnostic.h>
#include <certgate/tls_material.h>
#include <certgate/trust.h>

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace certgate {

class AuditLog;

/// The files of a guarded server, all PEM but the policy (YAML) and CRLs (PEM or DER).
struct ServerFiles {
  std::string policy;
  /// The server's certificate, followed by its intermediates if it has any, and its private key.
  std::string certificate;
  std::string private_key;
  /// The client CAs, and CRLs.
  TrustFiles trust;
};

/// When something ends that the server works with.
struct Expiry {
  enum class Kind { kServerCertificate, kClientCa, kAuthority, kCrl };
  Kind kind = Kind::kServerCertificate;
  /// The file, and the subject or issuer where there are several.
  std::string name;
  absl::Time at = absl::InfiniteFuture();
};

/// "server certificate", "client CA", "authority", "CRL". Thread-safe.
std::string_view ToString(Expiry::Kind kind) noexcept;

/// What is in force, and how the last reading of the files went.
struct ReloadStatus {
  /// The snapshot of policy and trust in force: 1 after the start, one more for each load.
  std::uint64_t generation = 0;
  std::string policy_name;
  std::string policy_version;
  std::size_t policy_entries = 0;
  absl::Time policy_loaded_at = absl::InfinitePast();
  absl::Time certificate_loaded_at = absl::InfinitePast();
  /// What is wrong with the files as they are now; empty when they are what is in force.
  std::vector<Diagnostic> errors;
  /// Since when, if there are errors.
  absl::Time failing_since = absl::InfinitePast();
  /// How often files were taken over, and were refused, since the start: policy, client CAs and
  /// CRLs together, certificate and key together.
  std::uint64_t loads = 0;
  std::uint64_t failures = 0;
  /// Of what is in force.
  std::vector<Expiry> expiries;
};

/// What `Reloader::Start` makes a reloader of.
struct ReloaderOptions {
  ServerFiles files;
  /// Required.
  std::shared_ptr<AuditLog> audit_log;
  /// Whether changes are seen as they happen (inotify).
  bool watch = true;
  /// How often the files are read and compared beside that, at least 100 ms; zero for never.
  absl::Duration poll_interval = absl::Seconds(5);
  /// Called, by one thread at a time, after each reading that changed the status. It must not wait.
  std::function<void(const ReloadStatus&)> on_status = nullptr;
  /// See `AuthorizerOptions`.
  std::size_t identity_cache_capacity = 4096;
  std::function<absl::Time()> clock = absl::Now;
};

class Reloader;

/// What `Reloader::Start` found: the reloader, or what is wrong with the files.
struct ReloaderStart {
  /// Null exactly if one of `diagnostics` is an error.
  std::unique_ptr<Reloader> reloader;
  std::vector<Diagnostic> diagnostics;
};

/// Keeps a server's policy, client CAs, CRLs, certificate and key in step with their files, without
/// a restart and without losing a call:
///
///     certgate::ReloaderStart start =
///         certgate::Reloader::Start({.files = {...}, .audit_log = log});
///     if (start.reloader == nullptr) std::cerr << certgate::Render(start.diagnostics);
///     certgate::ServerBuilder builder(start.reloader->authorizer());
///     builder.AddListeningPort(
///         address, *certgate::MutualTlsServerCredentials(start.reloader->tls_material()));
///
/// A change is read once, checked whole, and taken into force in one step: policy, client CAs and
/// CRLs together, the server's certificate and key together. A file that somebody is still writing
/// is waited for, but for no more than some 15 seconds: then what can be read whole is taken, and
/// what cannot is an error. Where anything is wrong with one of the files that belong together,
/// none of them is taken: what was in force stays, and the operational log, a `policy-load` record
/// and `status()` say what is wrong, until the files are good again. The certificate and key are a
/// part of their own, so that a bad key does not hold up a revocation.
///
/// It also warns, in the operational log, of certificates and CRLs that are about to end.
///
/// Thread-safe. The server must be gone before the reloader is.
class Reloader {
 public:
  /// Reads the files and starts the thread that follows them. Never throws.
  static ReloaderStart Start(ReloaderOptions options);
  ~Reloader();
  Reloader(const Reloader&) = delete;
  Reloader& operator=(const Reloader&) = delete;

  /// Never null.
  const std::shared_ptr<Authorizer>& authorizer() const;
  /// Gives the certificate, key and client CAs that are in force; see `TlsMaterialSource`. It may
  /// be called after the reloader has gone.
  std::function<std::shared_ptr<const TlsMaterial>()> tls_material() const;

  /// Reads the files now, and takes them over or says what is wrong with them even if they have not
  /// changed: for SIGHUP. Returns at once. Async-signal-safe.
  void Reload() noexcept;

  ReloadStatus status() const;

 private:
  class Worker;
  explicit Reloader(std::unique_ptr<Worker> worker);
  const std::unique_ptr<Worker> worker_;
};

}  // namespace certgate

#endif  // CERTGATE_RELOADER_H_
