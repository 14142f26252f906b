#include "src/policy/load_node.h"

#include "src/yaml/unicode.h"

namespace certgate {
namespace {

struct Expectation {
  std::string what;
  std::string hint;
};

Expectation ExpectationOf(Node node, const std::string& name) {
  switch (node) {
    case Node::kPolicy:
      return {"a policy must be a mapping", "begin with `version: 1`"};
    case Node::kVersion:
      return {"`version` must be the number 1", "write `version: 1`; this release reads no other"};
    case Node::kMode:
      return {"`mode` must be `enforce` or `observe`", "write `mode: enforce`, or leave it out"};
    case Node::kAuthorities:
      return {"`authorities` must be a mapping",
              "write a name, and behind it the CA: `corp: { ca_file: corp-ca.crt }`"};
    case Node::kAuthority:
      return {"authority " + name + " must be a mapping", "write `{ ca_file: corp-ca.crt }`"};
    case Node::kClients:
      return {"`clients` must be a mapping", "write a name, and below it a list of entries"};
    case Node::kClientSet:
      return {"client " + name + " must be a list of entries",
              "begin each entry with `- `, as in `- cn: my-client`"};
    case Node::kMethods:
      return {"`methods` must be a mapping",
              "write a method key such as `/package.Service/Method:`, and below it `allow:`"};
    case Node::kMethod:
      return {"method " + name + " must be a mapping", "put a list of entries below `allow:`"};
    case Node::kEntries:
      if (name == "`revoked`") {
        return {name + " must be a list of entries",
                "begin each entry with `- `, as in `- { serial: \"0A1B2C\", issuer: corp }`"};
      }
      return {name + " must be a list of entries",
              "begin each entry with `- `, as in `- cn: my-client`"};
    case Node::kEntry:
      return {"an entry must be a mapping",
              "write it as `- cn: my-client`, with a space after the colon"};
    case Node::kField:
      return {name + " must be a text or a list of texts",
              "write `cn: my-client`, `cn: [first, second]` or `cn: { exact: \"a*b\" }`"};
    case Node::kFieldItem:
      return {"a value of " + name + " must be a text",
              "write `cn: [first, second]` or `cn: [{ exact: \"a*b\" }]`"};
    case Node::kAny:
      return {"`any` must be `true`", "write `any: true`, or remove it"};
    case Node::kName:
    case Node::kCaFile:
    case Node::kValue:
    case Node::kExactText:
    case Node::kRegexText:
    case Node::kEntryText:
    case Node::kSkip:
      break;
  }
  return {name + " must be a text", "write one text, in quotes if it holds special characters"};
}

// What an empty collection would mean.
std::string EmptyMeaning(Node node, std::string_view name) {
  switch (node) {
    case Node::kAuthorities:
      return "add an authority, or remove `authorities`";
    case Node::kAuthority:
      return "add `ca_file:` with the file of its CA certificate";
    case Node::kClients:
      return "add a client set, or remove `clients`";
    case Node::kClientSet:
      return "it would silently match nobody: add an entry, or remove it";
    case Node::kMethods:
      return "it would silently allow nobody: add a method";
    case Node::kMethod:
      return "it would silently allow nobody: add `allow:` with a list of entries";
    case Node::kEntries:
      if (name == "revoked") return "it would silently revoke nothing: add an entry, or remove it";
      return name == "deny" ? "it would silently deny nobody: add an entry, or remove it"
                            : "it would silently allow nobody: add an entry, or remove it";
    default:
      return "it would silently match nobody: add a value";
  }
}

}  // namespace

std::string DescribeScalar(const YamlScalar& scalar) {
  if (scalar.is_absent) return "empty";
  if (scalar.text.empty()) return "an empty text";
  return (scalar.is_quoted ? "the text " : "") + Quote(scalar.text);
}

Problem Mismatch(Node expected, std::string_view name, std::string_view found) {
  Expectation expectation = ExpectationOf(expected, Quote(name));
  return {expectation.what + ", but is " + std::string(found), std::move(expectation.hint)};
}

Problem EmptyCollection(Node node, std::string_view name) {
  std::string subject = Quote(name);
  if (node == Node::kClientSet) subject = "client " + subject;
  if (node == Node::kMethod) subject = "method " + subject;
  if (node == Node::kAuthority) subject = "authority " + subject;
  if (node == Node::kEntry) return {"the entry is empty", "give it a field such as `cn`"};
  if (node == Node::kValue) return {"`{}` is not a value", "write a text or `{ exact: \"a*b\" }`"};
  return {subject + " is empty", EmptyMeaning(node, name)};
}

}  // namespace certgate
