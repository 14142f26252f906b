#include <cstdio>
#include <functional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "src/policy/load_expires.h"
#include "src/policy/load_method_key.h"
#include "src/policy/load_text.h"
#include "src/policy/load_value.h"
#include "tests/schema/json_schema.h"
#include "tests/support/catch2.h"

// The patterns of the schema against the loader's own functions, for every text of some shape.

namespace certgate {
namespace {

using Loader = std::function<bool(const std::string&)>;

// Both answers to each text are counted, so that a test that never refuses does not pass.
class Comparison {
 public:
  Comparison(const nlohmann::json& part, Loader loader)
      : schema_(testing::PartOfPolicySchema(part)), loader_(std::move(loader)) {}
  ~Comparison() {
    CHECK(accepted_ > 0);
    CHECK(refused_ > 0);
  }

  void Compare(const std::string& text) {
    const bool expected = loader_(text);
    ++(expected ? accepted_ : refused_);
    if (schema_.Accepts(Wrap(text)) == expected) return;
    FAIL_CHECK("`" << text << "` is " << (expected ? "" : "not ") << "valid for the loader");
  }

  void ComparesExactForm() { is_exact_ = true; }

 private:
  nlohmann::json Wrap(const std::string& text) const {
    return is_exact_ ? nlohmann::json{{"exact", text}} : nlohmann::json(text);
  }

  testing::JsonSchema schema_;
  Loader loader_;
  bool is_exact_ = false;
  int accepted_ = 0;
  int refused_ = 0;
};

nlohmann::json Definition(const std::string& name) { return {{"$ref", "#/definitions/" + name}}; }

const nlohmann::json& Expires() {
  return testing::PolicySchema()["definitions"]["entry"]["properties"]["expires"];
}

YamlScalar Quoted(const std::string& text) { return {text, {1, 1}, true, false}; }

Loader FieldLoader(Field field, ValueForm form = ValueForm::kPlain) {
  return [field, form](const std::string& text) {
    return !CheckText("x", Quoted(text)) &&
           std::holds_alternative<SelectorValue>(ParseSelectorValue(field, text, form));
  };
}

// Calls `visit` for each text of up to `most` of the `pieces`.
void EachText(const std::vector<std::string>& pieces, int most,
              const std::function<void(const std::string&)>& visit, const std::string& text = "") {
  visit(text);
  if (most == 0) return;
  for (const std::string& piece : pieces) EachText(pieces, most - 1, visit, text + piece);
}

std::string Repeat(std::string_view text, int times) {
  std::string out;
  for (int i = 0; i < times; ++i) out += text;
  return out;
}

std::string Number(int value, int digits) {
  char text[16];
  std::snprintf(text, sizeof text, "%0*d", digits, value);
  return text;
}

TEST_CASE("the schema takes the URIs and patterns of URIs that the loader takes") {
  Comparison comparison(Definition("uriField"), FieldLoader(Field::kUri));
  const auto compare = [&](const std::string& text) { comparison.Compare(text); };
  EachText({"a", "*", "/"}, 8, [&](const std::string& text) { comparison.Compare("x:" + text); });
  EachText({"a", "1", "+", ":", "/", "*"}, 5, compare);
}

TEST_CASE("the schema takes the exact URIs that the loader takes") {
  Comparison comparison(Definition("uriField"), FieldLoader(Field::kUri, ValueForm::kExact));
  comparison.ComparesExactForm();
  EachText({"a", "1", "+", ":", "/", "*"}, 5,
           [&](const std::string& text) { comparison.Compare(text); });
}

TEST_CASE("the schema takes the DNS names and patterns that the loader takes") {
  Comparison plain(Definition("dnsField"), FieldLoader(Field::kDns));
  Comparison exact(Definition("dnsField"), FieldLoader(Field::kDns, ValueForm::kExact));
  exact.ComparesExactForm();
  EachText({"a", "-", "*", "."}, 7, [&](const std::string& text) {
    plain.Compare(text);
    exact.Compare(text);
  });
}

TEST_CASE("the schema takes the serial numbers that the loader takes") {
  Comparison comparison(Definition("serialField"), FieldLoader(Field::kSerial));
  const auto compare = [&](const std::string& text) { comparison.Compare(text); };
  EachText({"0", "A", ":", "g"}, 6, compare);
  for (int digits = 0; digits <= 42; ++digits) {
    for (const int zeros : {0, 1, 2, 50, 2006, 2008, 2010}) {
      comparison.Compare(Repeat("0", zeros) + Repeat("f", digits));
    }
  }
  for (int bytes = 0; bytes <= 22; ++bytes) {
    for (const int zeros : {0, 1, 2, 50, 700}) {
      for (const char* last : {"0a", "a0", "00", "a", ""}) {
        comparison.Compare(Repeat("00:", zeros) + Repeat("0a:", bytes) + last);
        comparison.Compare(Repeat("00:", zeros) + Repeat("a0:", bytes) + last);
      }
    }
  }
}

TEST_CASE("the schema takes the fingerprints that the loader takes") {
  Comparison comparison(Definition("sha256Field"), FieldLoader(Field::kSha256));
  for (int bytes = 0; bytes <= 34; ++bytes) {
    for (const char* last : {"a", "aF", "0g", "a:", "*", ""}) {
      comparison.Compare(Repeat("0f", bytes) + last);
      comparison.Compare(Repeat("0F:", bytes) + last);
      comparison.Compare("0f" + Repeat("0F:", bytes) + last);
    }
  }
}

TEST_CASE("the schema takes the method keys that the loader takes") {
  const nlohmann::json names = testing::PolicySchema()["properties"]["methods"]["propertyNames"];
  Comparison comparison(names, [](const std::string& key) {
    return std::holds_alternative<MethodScope>(ParseMethodKey(key));
  });
  EachText({"a", ".", "/", "*"}, 8, [&](const std::string& text) { comparison.Compare(text); });
  for (int c = 1; c < 0x80; ++c) comparison.Compare(std::string("/a/") + static_cast<char>(c));
}

TEST_CASE("the schema takes the dates that the loader takes") {
  Comparison comparison(Expires(), [](const std::string& text) {
    return std::holds_alternative<absl::Time>(ParseExpires(text));
  });
  for (const int year : {0, 1, 4, 1900, 1999, 2000, 2023, 2024, 2028, 2096, 2100, 2400, 9999}) {
    for (int month = 0; month <= 13; ++month) {
      for (int day = 0; day <= 32; ++day) {
        comparison.Compare(Number(year, 4) + "-" + Number(month, 2) + "-" + Number(day, 2));
      }
    }
  }
}

TEST_CASE("the schema takes the times that the loader takes") {
  Comparison comparison(Expires(), [](const std::string& text) {
    return std::holds_alternative<absl::Time>(ParseExpires(text));
  });
  const std::vector<std::string> zones = {"Z",      "z",      "+01:00", "-23:59",
                                          "+24:00", "+00:60", "+1:00",  "+0100",
                                          "CET",    "",       " Z",     "Z later"};
  for (const char* begin : {"2027-01-31T", "2027-01-31t", "2027-01-31 ", "2027-02-29T"}) {
    for (const char* time : {"00:00:00", "23:59:59", "24:00:00", "19:60:00", "20:00:60", "1:00:00",
                             "12:00", "12:00:00.", "12:00:00.5", "12:00:00.123456789", ""}) {
      for (const std::string& zone : zones) comparison.Compare(begin + (time + zone));
    }
  }
}

TEST_CASE("the schema takes the ids that the loader takes") {
  Comparison comparison(Definition("id"), [](const std::string& text) {
    return !CheckText("id", Quoted(text)) && !CheckId(text);
  });
  EachText({"allow", "deny", " ", "[", "]", "1"}, 5,
           [&](const std::string& text) { comparison.Compare(text); });
  for (const int size : {127, 128, 129}) comparison.Compare(Repeat("a", size));
}

// UTF-8 of a character that is no surrogate, below U+10000.
std::string Character(unsigned point) {
  const auto byte = [](unsigned value) { return static_cast<char>(value); };
  if (point < 0x80) return {byte(point)};
  if (point < 0x800) return {byte(0xC0U | (point >> 6U)), byte(0x80U | (point & 0x3FU))};
  return {byte(0xE0U | (point >> 12U)), byte(0x80U | ((point >> 6U) & 0x3FU)),
          byte(0x80U | (point & 0x3FU))};
}

TEST_CASE("the schema takes the characters that the loader takes") {
  Comparison id(Definition("id"), [](const std::string& text) {
    return !CheckText("id", Quoted(text)) && !CheckId(text);
  });
  Comparison name(Definition("nameField"), FieldLoader(Field::kCn));
  Comparison email(Definition("emailField"), FieldLoader(Field::kEmail));
  const auto compare = [&](unsigned point) {
    for (Comparison* comparison : {&id, &name, &email}) {
      comparison->Compare("a" + Character(point) + "b");
      comparison->Compare(Character(point));
    }
  };
  for (unsigned point = 1; point < 0x2100; ++point) compare(point);
  for (unsigned point = 0xFE00; point < 0x10000; ++point) compare(point);
}

TEST_CASE("the schema counts stars and characters as the loader does") {
  Comparison name(Definition("nameField"), FieldLoader(Field::kCn));
  Comparison email(Definition("emailField"), FieldLoader(Field::kEmail));
  for (int stars = 0; stars <= 34; ++stars) {
    name.Compare(Repeat("a*", stars));
    email.Compare(Repeat("*", stars));
  }
  for (const int size : {255, 256, 257}) name.Compare(Repeat("a", size));
  for (const int size : {2047, 2048, 2049}) email.Compare(Repeat("a", size));
}

}  // namespace
}  // namespace certgate
