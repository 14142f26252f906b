#include "src/analysis/import_subject.h"

#include <string>

#include "src/analysis/clause.h"
#include "tests/support/catch2.h"

namespace certgate::testing {
namespace {

std::string TextOf(const std::optional<Entry>& entry) {
  if (!entry.has_value()) return "none";
  std::string text;
  for (const Selector& selector : entry->selectors) {
    text += (text.empty() ? "" : ", ") + DescribeSelector(selector);
  }
  return text;
}

TEST_CASE("only a text with an attribute in front can be a subject") {
  for (const char* text : {"CN=app", "CN=app,OU=payments", "2.5.4.5=7", "emailAddress=a@b.c"}) {
    INFO(text);
    CHECK(CanBeSubject(text));
    CHECK(CanBeginSubject(text));
  }
  for (const char* text : {"app", "app.acme.example", "spiffe://a/b?c=d", "=app", "C N=a", ""}) {
    INFO(text);
    CHECK_FALSE(CanBeSubject(text));
    CHECK_FALSE(CanBeginSubject(text));
  }
}

TEST_CASE("a beginning without an equals sign must begin the name of an attribute") {
  for (const char* text : {"C", "CN", "O", "serialN", "SERIALN", "2.5.4", "emailAddress"}) {
    INFO(text);
    CHECK(CanBeginSubject(text));
  }
  for (const char* text : {"edge-", "app.acme", "spiffe:", "CNX", "https"}) {
    INFO(text);
    CHECK_FALSE(CanBeginSubject(text));
  }
}

TEST_CASE("an entry for a subject selects by what an entry can") {
  CHECK(TextOf(EntryForSubject("CN=app,OU=payments,O=Acme,C=DE")) ==
        "cn `app`, ou `payments`, o `Acme`");
  CHECK(TextOf(EntryForSubject("CN=app+OU=payments")) == "cn `app`, ou `payments`");
  CHECK(TextOf(EntryForSubject("OU=a,OU=b")) == "ou `a`");
  CHECK(TextOf(EntryForSubject("C=DE")) == "none");
  CHECK(TextOf(EntryForSubject("CN=")) == "none");
}

TEST_CASE("a value that may be written otherwise in the certificate is not used") {
  CHECK(TextOf(EntryForSubject("CN=a\\,b,O=Acme")) == "o `Acme`");
  CHECK(TextOf(EntryForSubject("CN=a\\,O=x,OU=b")) == "ou `b`");
  CHECK(TextOf(EntryForSubject("CN=\\C3\\BC,O=Acme")) == "o `Acme`");
  CHECK(TextOf(EntryForSubject("CN=#0403616263,O=Acme")) == "o `Acme`");
  CHECK(TextOf(EntryForSubject("O=Acme\\")) == "none");
}

TEST_CASE("of a beginning the last value may go on") {
  CHECK(TextOf(EntryForSubjectBeginning("CN=app,OU=pay")) == "cn `app`, ou `pay*`");
  CHECK(TextOf(EntryForSubjectBeginning("CN=app,")) == "cn `app`");
  CHECK(TextOf(EntryForSubjectBeginning("CN=app,O")) == "cn `app`");
  CHECK(TextOf(EntryForSubjectBeginning("CN=a*b")) == "none");
  CHECK(TextOf(EntryForSubjectBeginning("CN=")) == "none");
  CHECK(TextOf(EntryForSubject("CN=a*b")) == "cn `a*b` (literally)");
}

}  // namespace
}  // namespace certgate::testing
