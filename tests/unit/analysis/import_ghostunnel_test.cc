#include "src/analysis/import_ghostunnel.h"

#include <string>
#include <variant>
#include <vector>

#include "src/analysis/import_ghostunnel_uri.h"
#include "tests/support/catch2.h"

namespace certgate::testing {
namespace {

using Texts = std::vector<std::string>;

// The policy without its comments, or the problem.
std::string Imported(const Texts& flags, const std::string& method = "*") {
  const auto imported = ImportGhostunnel({.flags = flags, .method = method});
  if (const auto* problem = std::get_if<Problem>(&imported)) return problem->message;
  const auto text = WriteImport(std::get<ImportedPolicy>(imported));
  if (const auto* problem = std::get_if<Problem>(&text)) return problem->message;
  const std::string& policy = std::get<std::string>(text);
  return policy.substr(policy.find("methods:"));
}

// "KIND PLACE: MESSAGE" of each note.
Texts Notes(const Texts& flags) {
  const auto imported = std::get<ImportedPolicy>(ImportGhostunnel({.flags = flags}));
  Texts all;
  for (const ImportNote& note : imported.notes) {
    all.push_back(std::string(ToString(note.kind)) + " " + note.place + ": " + note.message);
  }
  return all;
}

bool IsComplete(const Texts& flags) {
  return std::get<ImportedPolicy>(ImportGhostunnel({.flags = flags})).is_complete();
}

constexpr char kNobody[] = "methods:\n  \"*\":\n    deny:\n      - any: true\n...\n";

TEST_CASE("flags become entries of which one is enough") {
  CHECK(Imported({"--allow-cn", "app", "--allow-ou=ops", "--allow-cn=my app", "--allow-dns",
                  "lb.acme.example", "--allow-uri", "spiffe://acme.example/app"},
                 "/a.S/*") ==
        "methods:\n"
        "  /a.S/*:\n"
        "    allow:\n"
        "      - cn:\n"
        "          - app\n"
        "          - my app\n"
        "      - ou: ops\n"
        "      - dns: lb.acme.example\n"
        "      - uri: spiffe://acme.example/app\n"
        "...\n");
}

TEST_CASE("flags are understood in each way in which they may be written") {
  const std::string once = Imported({"--allow-cn", "app"});
  CHECK(Imported({"--allow-cn=app"}) == once);
  CHECK(Imported({"-allow-cn", "app"}) == once);
  CHECK(Imported({"-allow-cn=app"}) == once);
  CHECK(Imported({"ghostunnel", "server", "--allow-cn", "app"}) == once);
  CHECK(Imported({"server", "--allow-cn", "app", "--allow-cn", "app"}) == once);
  CHECK(Imported({"--quiet=all", "server", "--allow-cn", "app"}) == once);
  CHECK(Imported({"--allow-all", "--no-allow-all", "--allow-cn", "app"}) == once);
  CHECK(Imported({"--allow-dns-san", "a.b", "--allow-uri-san=spiffe://a/b"}) ==
        Imported({"--allow-dns", "a.b", "--allow-uri=spiffe://a/b"}));
}

TEST_CASE("names are taken literally") {
  CHECK(Imported({"--allow-cn", "edge-*", "--allow-dns", "*.acme.example"}) ==
        "methods:\n  \"*\":\n    allow:\n      - cn: { exact: \"edge-*\" }\n"
        "      - dns: { exact: \"*.acme.example\" }\n...\n");
}

TEST_CASE("everybody with a certificate is any caller") {
  CHECK(Imported({"--allow-all"}) == "methods:\n  \"*\":\n    allow:\n      - any: true\n...\n");
  CHECK(IsComplete({"--allow-all"}));
}

TEST_CASE("what lets callers in by other means is left out") {
  for (const Texts& flags :
       {Texts{"--disable-authentication"}, Texts{"--allow-policy=b.tar.gz", "--allow-query=q"},
        Texts{"--allow-ip", "192.0.2.1"}, Texts{"--allow-spki-pin", "sha256:AAAA"},
        Texts{"--allow-cn", ""}, Texts{"--allow-cn", std::string(257, 'a')},
        Texts{"--allow-ou", "a\nb"}, Texts{"--allow-dns", "Lb.acme.example"},
        Texts{"--allow-dns", "a..b"}, Texts{"--allow-cn", "\xFF"},
        Texts{"--allow-uri", "spiffe://acme.example/a b"},
        Texts{"--allow-uri", "SPIFFE://acme.example/a"}, Texts{"--allow-uri", "spiffe://a/b#c"}}) {
    INFO(flags.front() << " " << flags.back());
    CHECK(Imported(flags) == kNobody);
    CHECK_FALSE(IsComplete(flags));
  }
}

TEST_CASE("what does not say who may connect is passed over and told") {
  const Texts flags = {"--listen",        ":8443",    "--allow-cn", "app", "--target=localhost:80",
                       "--unsafe-target", "--cacert", "ca.pem"};
  CHECK(IsComplete(flags));
  CHECK(Notes(flags) ==
        Texts{"remark --cacert: the server's own setting for client CAs says whom it trusts, and "
              "so do the policy's `authorities`",
              "remark --listen, --target, --unsafe-target: passed over: does not say who may "
              "connect"});
}

TEST_CASE("command lines that ghostunnel does not take are refused") {
  CHECK(Imported({}) == "no flag says who may connect");
  CHECK(Imported({"--listen=:1"}) == "no flag says who may connect");
  CHECK(Imported({"--alow-cn", "a"}) == "ghostunnel has no flag `--alow-cn`");
  CHECK(Imported({"--no-allow-cn"}) == "ghostunnel has no flag `--no-allow-cn`");
  CHECK(Imported({"--allow-cn"}) == "the flag `--allow-cn` has no value");
  CHECK(Imported({"--allow-cn", "--allow-ou", "x"}) == "the flag `--allow-cn` has no value");
  CHECK(Imported({"--allow-cn", "@names"}) == "the flag `--allow-cn` has no value");
  CHECK(Imported({"--allow-all=true"}) == "the flag `--allow-all` takes no value");
  CHECK(Imported({"app"}) == "unexpected `app`");
  CHECK(Imported({"@flags"}) == "unexpected `@flags`");
  CHECK(Imported({"client", "--verify-cn", "a"}) ==
        "these are flags of `ghostunnel client`, which checks servers");
  CHECK(Imported({"--allow-all", "--allow-cn", "a"}) ==
        "ghostunnel does not take `--allow-all` together with `--allow-cn`");
  CHECK(Imported({"--allow-cn=a", "--disable-authentication"}) ==
        "ghostunnel does not take `--disable-authentication` together with `--allow-cn`");
  CHECK(Imported({"--allow-uri=spiffe://a/b*"}) ==
        "ghostunnel does not take `spiffe://a/b*` for a URI pattern: a `*` stands for one whole "
        "segment");
  CHECK(Imported({"--allow-uri=spiffe://a/**/b"}) ==
        "ghostunnel does not take `spiffe://a/**/b` for a URI pattern: a `**` stands at the end "
        "only");
}

Texts ValuesOf(const std::string& pattern) {
  Texts all;
  for (const SelectorValue& value : ImportGhostunnelUri(pattern).values) {
    all.push_back((value.kind == ValueKind::kRegex ? "regex " : "") + value.text);
  }
  return all;
}

TEST_CASE("patterns of SPIFFE IDs become patterns of a policy") {
  CHECK(ValuesOf("spiffe://acme.example/app") == Texts{"spiffe://acme.example/app"});
  CHECK(ValuesOf("spiffe://acme.example/app/") == Texts{"spiffe://acme.example/app"});
  CHECK(ValuesOf("spiffe://acme.example/*/api") == Texts{"spiffe://acme.example/*/api"});
  // `**` stands for nothing, too.
  CHECK(ValuesOf("spiffe://acme.example/**") ==
        Texts{"spiffe://acme.example/**", "spiffe://acme.example"});
  CHECK(ValuesOf("spiffe://*/api") == Texts{"regex spiffe://[^/]+/api/?"});
}

TEST_CASE("patterns of other URIs become what matches the same texts") {
  CHECK(ValuesOf("https://acme.example/x") ==
        Texts{"https://acme.example/x", "https://acme.example/x/"});
  CHECK(ValuesOf("https://acme.example/*") == Texts{"regex https://acme\\.example/[^/]+/?"});
  CHECK(ValuesOf("https://acme.example/**") == Texts{"regex https://acme\\.example/?(|/.*)"});
  CHECK(ValuesOf("**") == Texts{"regex .*"});
}

}  // namespace
}  // namespace certgate::testing
