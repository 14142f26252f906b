#include "src/analysis/told_changes.h"

#include <string>

#include "tests/support/catch2.h"
#include "tests/unit/analysis/diffs.h"

namespace certgate::testing {
namespace {

// Each told change: "/a.S/*: gains cn `b`, also /a.S/M, not /a.S/N".
Lines ToldBetween(const std::string& old_body, const std::string& new_body) {
  const Compared compared(old_body, new_body);
  const auto keys = [&](const std::vector<std::size_t>& classes, const std::string& before) {
    std::string text;
    for (const std::size_t number : classes) {
      text += before;
      text += compared.diff.classes[number].key;
    }
    return text;
  };
  Lines lines;
  for (const ToldClasses& told : TellChanges(compared.diff)) {
    for (const ToldChange& one : told.changes) {
      std::string line = keys(told.classes, " ") + ": ";
      line += ToString(one.change->kind);
      if (!one.change->who.empty()) line += " " + one.change->who;
      lines.push_back(line.substr(1) + keys(one.also, ", also ") + keys(one.except, ", not "));
    }
  }
  return lines;
}

TEST_CASE("what is the same for a whole service is told once") {
  const auto service = [](const std::string& entry) {
    return "methods:\n  /a.S/*: { allow: [" + entry + "] }\n" +
           "  /a.S/M: { allow: [{ cn: m }] }\n  /a.S/N: { deny: [{ cn: k }] }\n";
  };
  CHECK(ToldBetween(service("{ cn: a }"), service("{ cn: b }")) ==
        Lines{"/a.S/*: gains cn `b`, also /a.S/M, also /a.S/N",
              "/a.S/*: loses cn `a`, also /a.S/M, also /a.S/N"});
}

TEST_CASE("the methods that a change of their service does not concern are named") {
  const auto service = [](const std::string& entry) {
    return "methods:\n  /a.S/*: { allow: [" + entry + "] }\n" +
           "  /a.S/M: { allow: [{ cn: b }] }\n  /a.S/N: { allow: [{ cn: k }] }\n";
  };
  CHECK(ToldBetween(service("{ cn: a }"), service("{ cn: a }, { cn: b }")) ==
        Lines{"/a.S/*: gains cn `b`, also /a.S/N, not /a.S/M"});
}

TEST_CASE("what comes again below a key without it is told again") {
  const auto package = [](const std::string& entry) {
    return "methods:\n  /a.*: { allow: [" + entry + "] }\n" +
           "  /a.S/*: { allow: [{ cn: a }], deny: [{ ou: u }] }\n";
  };
  // The deny entry makes it another change.
  CHECK(ToldBetween(package("{ cn: a }"), package("{ cn: a }, { cn: b }")) ==
        Lines{"/a.*: gains cn `b`, not /a.S/*", "/a.S/*: gains cn `b`"});
}

TEST_CASE("methods that change in the same way are told together") {
  const auto methods = [](const std::string& entry) {
    return "methods:\n  /a.S/M: { allow: [" + entry + "] }\n  /b.S/N: { allow: [" + entry +
           "] }\n  /c.S/O: { allow: [{ cn: c }] }\n";
  };
  CHECK(ToldBetween(methods("{ cn: a }"), methods("{ cn: a }, { cn: b }")) ==
        Lines{"/a.S/M /b.S/N: gains cn `b`"});
}

TEST_CASE("the policys own mode is told for all methods at once") {
  const std::string body =
      "methods:\n  /a.S/M: { allow: [{ cn: a }] }\n"
      "  /a.S/N: { mode: enforce, allow: [{ cn: a }] }\n";
  CHECK(ToldBetween(body, "mode: observe\n" + body) ==
        Lines{"*: now_observes, also /a.S/M, not /a.S/N"});
}

}  // namespace
}  // namespace certgate::testing
