#include "tests/oracle/vocabulary.h"

#include <stdexcept>

namespace certgate::oracle {
namespace {

Value Exact(const std::string& text) { return {text, Form::kExact}; }
Value Regex(const std::string& text) { return {text, Form::kRegex}; }

std::vector<Value> Values(const Words& plain, const std::vector<Value>& others = {}) {
  std::vector<Value> values;
  for (const std::string& text : plain) values.push_back({text, Form::kPlain});
  values.insert(values.end(), others.begin(), others.end());
  return values;
}

std::string Repeated(const std::string& digits, std::size_t count) {
  std::string text;
  while (text.size() < count) text += digits;
  return text;
}

std::string WithColons(const std::string& digits) {
  std::string text;
  for (std::size_t i = 0; i < digits.size(); i += 2) {
    text += (i == 0 ? "" : ":") + digits.substr(i, 2);
  }
  return text;
}

std::vector<FieldWords> MakeFields() {
  return {
      {"cn",
       {"a", "b", "ab", "aba", "abab", "edge-1", "edge-2", "a*b", "A", "caf\u00E9", "no", "010",
        R"(it's "x" #1: y\z)"},
       Values({"a",     "b",      "ab",        "edge-1", "*",    "a*",   "*a",
               "a*b*",  "aba*ba", "edge-*",    "*-1",    "*b*a", "e*-*", "*b*",
               "**a",   "A",      "caf\u00E9", "caf*",   "no",   "010",  R"(it's "x" #1: y\z)",
               "it's*", "*\\z"},
              {Exact("a*b"), Exact("*"), Exact("a"), Regex("a|ab"), Regex("edge-[0-9]+"),
               Regex("caf."), Regex(".*b"), Regex("(a|b)*"), Regex("[^e].*"), Regex(R"(a\*b)"),
               Regex("(?:ab){1,2}"), Regex("^e.*-1$"), Regex("no|0*10"), Regex("b?")})},
      {"ou",
       {"x", "y", "z", "xy", "xyz", "null", "x y"},
       Values({"x", "y", "z", "xy", "x*", "*y*", "*z", "null", "x y", "*"},
              {Exact("x*"), Regex("x.?"), Regex("x|y|z"), Regex("[a-z]+")})},
      {"o",
       {"acme", "other", "Acme, Inc."},
       Values({"acme", "other", "Acme, Inc.", "*c*"}, {Regex("acme|Acme,.*")})},
      {"dns",
       {"a.acme.example", "b.ACME.example", "a.b.acme.example", "*.acme.example", "acme.example",
        ".acme.example", "edge.acme.example", "1.acme.example", "localhost", "a.acme.example."},
       Values({"a.acme.example", "B.acme.example", "*.acme.example", "*.*.acme.example",
               "a.*.acme.example", "*.acme.EXAMPLE", "*.example", "acme.*", "*", "localhost"},
              {Exact("*.acme.example"), Exact("Edge.acme.example"), Regex("[A-C]\\.ACME\\.example"),
               Regex(".*\\.acme\\.example"), Regex("1[.]ACME.*"), Regex("[a-z.]*"),
               Regex("[^A-Z]+")})},
      {"uri",
       {"spiffe://acme/a", "spiffe://acme/a/b", "spiffe://acme/a/", "spiffe://acme/",
        "spiffe://acme/a?b", "spiffe://acme//b", "spiffe://acme/ns/x/sa/y", "spiffe://acme",
        "spiffe://Acme/a", "urn:a/b", "spiffe://acme/*"},
       Values({"spiffe://acme/a", "spiffe://acme/*", "spiffe://acme/**", "spiffe://acme/*/b",
               "spiffe://acme/a/**", "spiffe://acme/ns/*/sa/*", "spiffe://acme/*/*",
               "spiffe://acme/*/**", "spiffe://Acme/a", "urn:a/*"},
              {Exact("spiffe://acme/*"), Exact("spiffe://acme/a/"), Regex("spiffe://acme/.*"),
               Regex("[a-z]+:[^?#]*"), Regex("spiffe://[^/]+/a")})},
      {"email",
       {"a@acme.example", "b@acme.example", "a@other.example", "A@acme.example"},
       Values({"a@acme.example", "*@acme.example", "a@*", "*@*.example", "*a*"},
              {Exact("a@acme.example"), Regex("[ab]@.*"), Regex(".*@acme\\.example")})},
      {"serial",
       {"A1", "FF00", "0", "1", Repeated("7", 40)},
       Values({"A1", "a1", "00A1", "00:A1", "ff00", "FF:00", "0", "00", "01", Repeated("7", 40)})},
      {"sha256",
       {Repeated("a", 64), Repeated("0f", 64)},
       Values({Repeated("a", 64), Repeated("0f", 64), Repeated("0F", 64),
               WithColons(Repeated("aA", 64)), Repeated("a", 63) + "b"})},
  };
}

}  // namespace

const Words& Keys() {
  static const Words keys = {"*",        "/a.S/M",   "/a.S/*", "/a.*",     "/a.b.S/M",
                             "/a.b.S/*", "/a.b.S/N", "/a.b.*", "/b.*",     "/a.b.c.*",
                             "/S/*",     "/S/M",     "/a/M",   "/x#y.S/M", "/A.S/M"};
  return keys;
}

// Some hold a `*`: in a path it is a character like others.
const Words& Paths() {
  static const Words paths = {"/a.S/M",   "/a.S/M", "/a.b.S/M", "/a.b.S/M",   "/a.b.S/M",
                              "/a.b.S/N", "/S/M",   "/b.S/M",   "/a.b.c.S/M", "/a.b.S/X",
                              "/ab.S/M",  "/a./M",  "/a.S/*",   "/a.*/M",     "/*/M",
                              "/A.S/M",   "/a/M",   "/a.b/M",   "/x#y.S/M"};
  return paths;
}

const Words& MalformedPaths() {
  static const Words paths = {
      "a.S/M", "/a.S//M", "/a.S/M ", "/a.S/\x7F", "",    "/",    "/a.S/M/x", "/a.S/",
      "//M",   "*",       "/a.*",    "//",        "//*", "/a.S", "/a.S/*/",  "/a.S/caf\u00E9"};
  return paths;
}

const Words& SetNames() {
  static const Words names = {"s0", "set one", "no", "010", "edge: x", "*", "caf\u00E9"};
  return names;
}

const Words& AuthorityNames() {
  static const Words names = {"corp", "partner: #1", "stranger"};
  return names;
}

const std::vector<FieldWords>& Fields() {
  static const std::vector<FieldWords> fields = MakeFields();
  return fields;
}

const FieldWords& WordsOf(const std::string& field) {
  for (const FieldWords& words : Fields()) {
    if (words.field == field) return words;
  }
  throw std::out_of_range("no words for the field " + field);
}

}  // namespace certgate::oracle
