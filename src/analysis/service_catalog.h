#ifndef CERTGATE_SRC_ANALYSIS_SERVICE_CATALOG_H_
#define CERTGATE_SRC_ANALYSIS_SERVICE_CATALOG_H_

#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace certgate {

/// One method, as a service's descriptor declares it.
struct ServiceMethod {
  std::string name;
  /// What the option `idempotency_level` says: true for NO_SIDE_EFFECTS, false for IDEMPOTENT;
  /// nothing without it.
  std::optional<bool> reads_only;
  /// True if the client, the server or both send a stream of messages.
  bool is_streaming = false;
};

struct Service {
  /// With its package: `helloworld.Greeter`.
  std::string name;
  std::vector<ServiceMethod> methods;

  const ServiceMethod* Find(std::string_view method) const;
};

/// The services that are known, wherever from. Not thread-safe while it is filled.
class ServiceCatalog {
 public:
  ServiceCatalog() = default;
  ServiceCatalog(ServiceCatalog&&) = default;
  ServiceCatalog& operator=(ServiceCatalog&&) = default;

  /// A service that was added before stays as it is.
  void Add(Service service);

  /// Says that every service that matters is here, but for gRPC's own: then a name that is not is
  /// a mistake. Else it is one only if it looks like a misspelling.
  void SetComplete() { is_complete_ = true; }
  bool is_complete() const { return is_complete_; }

  const Service* Find(std::string_view name) const;
  /// In the order in which they were added.
  const std::deque<Service>& services() const { return services_; }

 private:
  std::deque<Service> services_;  // their names do not move
  std::unordered_map<std::string_view, const Service*> by_name_;
  bool is_complete_ = false;
};

/// True for the services that gRPC itself defines: health, reflection, channelz. Takes a service's
/// name, or the name of a package with a dot behind it.
bool IsGrpcsOwn(std::string_view name);

/// True if the name begins with a verb of reading, as `GetUser` and `list_users` do, and names no
/// second thing that is done, as `GetOrCreate` does.
bool SoundsReadOnly(std::string_view method);

/// Whether a method of the service changes nothing: by its option, or else by the two above.
bool IsReadOnly(std::string_view service, const ServiceMethod& method);

}  // namespace certgate

#endif  // CERTGATE_SRC_ANALYSIS_SERVICE_CATALOG_H_
