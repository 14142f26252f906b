#include "src/analysis/import_ghostunnel_flags.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <optional>
#include <utility>

#include "src/yaml/suggest.h"
#include "src/yaml/unicode.h"

namespace certgate {
namespace {

using Role = GhostunnelRole;

struct KnownFlag {
  std::string_view name;
  bool takes_value = true;
  Role role = Role::kOther;
};

// Of release 1.11: those of the server, and those that both modes have; hidden ones too.
constexpr std::array<KnownFlag, 64> kFlags = {{
    {"allow-all", false, Role::kAllowAll},
    {"allow-cn", true, Role::kAllowCn},
    {"allow-ou", true, Role::kAllowOu},
    {"allow-dns", true, Role::kAllowDns},
    {"allow-dns-san", true, Role::kAllowDns},
    {"allow-uri", true, Role::kAllowUri},
    {"allow-uri-san", true, Role::kAllowUri},
    {"allow-ip", true, Role::kAllowOther},
    {"allow-ip-san", true, Role::kAllowOther},
    {"allow-spki-pin", true, Role::kAllowOther},
    {"allow-policy", true, Role::kAllowOther},
    {"allow-query", true, Role::kAllowOther},
    {"disable-authentication", false, Role::kAllowOther},
    {"cacert", true, Role::kTrust},
    {"use-workload-api", false, Role::kTrust},
    {"use-workload-api-addr", true, Role::kTrust},
    {"use-workload-api-timeout"},
    {"listen"},
    {"target"},
    {"target-status"},
    {"proxy-protocol", false},
    {"proxy-protocol-mode"},
    {"unsafe-target", false},
    {"auto-acme-cert"},
    {"auto-acme-email"},
    {"auto-acme-agree-to-tos", false},
    {"auto-acme-ca"},
    {"auto-acme-testca"},
    {"auto-acme-renew-check-interval"},
    {"auto-acme-alt-tls-alpn-port"},
    {"keystore"},
    {"cert"},
    {"key"},
    {"storepass"},
    {"cipher-suites"},
    {"allow-unsafe-cipher-suites", false},
    {"max-tls-version"},
    {"timed-reload"},
    {"shutdown-timeout"},
    {"connect-timeout"},
    {"close-timeout"},
    {"max-conn-lifetime"},
    {"max-concurrent-conns"},
    {"metrics-graphite"},
    {"metrics-url"},
    {"metrics-prefix"},
    {"metrics-interval"},
    {"status"},
    {"enable-pprof", false},
    {"enable-shutdown", false},
    {"quiet"},
    {"skip-resolve", false},
    {"keychain-identity"},
    {"keychain-issuer"},
    {"keychain-require-token", false},
    {"pkcs11-module"},
    {"pkcs11-token-label"},
    {"pkcs11-pin"},
    {"use-landlock", false},
    {"disable-landlock", false},
    {"syslog", false},
    {"eventlog", false},
    {"help-custom-man", false},
    {"version", false},
}};

const KnownFlag* Find(std::string_view name) {
  const auto found = std::find_if(kFlags.begin(), kFlags.end(),
                                  [name](const KnownFlag& flag) { return flag.name == name; });
  return found == kFlags.end() ? nullptr : &*found;
}

Problem UnknownFlag(std::string_view word, std::string_view name) {
  std::vector<std::string_view> names;
  for (const KnownFlag& flag : kFlags) names.push_back(flag.name);
  const std::string_view nearest = Suggest(name, names);
  std::string hint = "give flags of `ghostunnel server`";
  if (!nearest.empty()) hint = "did you mean " + Quote("--" + std::string(nearest)) + "?";
  return {"ghostunnel has no flag " + Quote(word), std::move(hint)};
}

class Parser {
 public:
  explicit Parser(const std::vector<std::string>& arguments) : arguments_(arguments) {}

  std::optional<Problem> Parse() {
    SkipCommand();
    while (next_ < arguments_.size()) {
      if (std::optional<Problem> problem = ParseOne(arguments_[next_++])) return problem;
    }
    return std::nullopt;
  }

  std::vector<GhostunnelFlag> TakeFlags() { return std::move(flags_); }

 private:
  void SkipCommand() {
    const auto skip = [this](std::string_view word) {
      if (next_ < arguments_.size() && arguments_[next_] == word) ++next_;
    };
    skip("--");
    skip("ghostunnel");
    skip("server");
  }

  std::optional<Problem> ParseOne(const std::string& word) {
    if (word == "server") return std::nullopt;  // may stand behind flags, too
    if (word == "client") {
      return Problem{"these are flags of `ghostunnel client`, which checks servers",
                     "give those of `ghostunnel server`"};
    }
    if (!word.starts_with('-') || word == "-" || word == "--") {
      return Problem{"unexpected " + Quote(word),
                     "give the flags of `ghostunnel server` themselves, such as `--allow-cn NAME`"};
    }
    std::string_view name = std::string_view(word).substr(word.starts_with("--") ? 2 : 1);
    const std::size_t equals = name.find('=');
    std::optional<std::string> value;
    if (equals != name.npos) {
      value = std::string(name.substr(equals + 1));
      name = name.substr(0, equals);
    }
    if (const KnownFlag* const flag = Find(name)) return Add(*flag, std::move(value));
    const KnownFlag* const negated = name.starts_with("no-") ? Find(name.substr(3)) : nullptr;
    if (negated == nullptr || negated->takes_value) return UnknownFlag(word, name);
    std::erase_if(flags_, [&](const GhostunnelFlag& flag) {
      return flag.name == "--" + std::string(negated->name);
    });
    return std::nullopt;
  }

  std::optional<Problem> Add(const KnownFlag& known, std::optional<std::string> value) {
    GhostunnelFlag flag;
    flag.name = "--" + std::string(known.name);
    flag.role = known.role;
    if (!known.takes_value && value.has_value()) {
      return Problem{"the flag " + Quote(flag.name) + " takes no value", "remove it"};
    }
    if (known.takes_value && !value.has_value()) {
      // ghostunnel takes neither of these for a value: one is a flag, one names a file with flags.
      const bool is_absent = next_ == arguments_.size() || arguments_[next_].starts_with('-') ||
                             arguments_[next_].starts_with('@');
      if (is_absent) {
        return Problem{"the flag " + Quote(flag.name) + " has no value",
                       "add it, as in " + Quote(flag.name + "=VALUE")};
      }
      value = arguments_[next_++];
    }
    flag.value = value.value_or("");
    flags_.push_back(std::move(flag));
    return std::nullopt;
  }

  const std::vector<std::string>& arguments_;
  std::size_t next_ = 0;
  std::vector<GhostunnelFlag> flags_;
};

}  // namespace

std::variant<std::vector<GhostunnelFlag>, Problem> ParseGhostunnelFlags(
    const std::vector<std::string>& arguments) {
  Parser parser(arguments);
  if (std::optional<Problem> problem = parser.Parse()) return *std::move(problem);
  return parser.TakeFlags();
}

}  // namespace certgate
