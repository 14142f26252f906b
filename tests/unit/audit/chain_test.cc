#include "src/audit/chain.h"

#include <cstddef>
#include <string>
#include <vector>

#include "src/audit/signing_key.h"
#include "tests/support/catch2.h"
#include "tests/unit/audit/key_files.h"
#include "tests/unit/audit/sample_record.h"

namespace certgate {
namespace {

constexpr std::size_t kSignatureBytes = 88;

// A line without its newline.
std::string Line(const ChainSigner* signer = nullptr) {
  std::string line =
      testing::EncodedLine(testing::OpenRecord(), 7, "greeter-server", "0.1.0", signer);
  line.pop_back();
  return line;
}

// Whether `line` still passes for a record behind `previous`.
bool Passes(const std::string& line, const ChainHash& previous) {
  const auto link = ReadChain(line);
  return link.has_value() && link->IsSound() && link->previous == previous.text();
}

TEST_CASE("a hash is that of the standard") {
  // FIPS 180-4's own example.
  CHECK(ChainHash::Of("abc").text() ==
        "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  CHECK(ChainHash().is_genesis());
  CHECK(ChainHash().text() == std::string(64, '0'));
}

TEST_CASE("only sixty four lower case hexadecimal digits are a hash") {
  const std::string good(ChainHash::Of("abc").text());
  REQUIRE(ChainHash::Parse(good) == ChainHash::Of("abc"));
  for (std::string bad : {good.substr(1), good + "0", std::string(), "A" + good.substr(1),
                          "g" + good.substr(1), " " + good.substr(1), good.substr(1) + '\0'}) {
    INFO(bad);
    CHECK_FALSE(ChainHash::Parse(bad).has_value());
  }
}

TEST_CASE("what ends a record is read back") {
  const ChainHash previous = ChainHash::Of("the record before");
  std::string out = "some other line\n";
  const std::size_t start = out.size();
  out += R"({"certgate":{"x":1)";
  const ChainHash hash = EndRecord(start, previous, nullptr, out);
  REQUIRE(out.back() == '\n');
  const std::string line = out.substr(start, out.size() - start - 1);
  CHECK(line == R"({"certgate":{"x":1,"chain":{"previous":")" + std::string(previous.text()) +
                    R"(","hash":")" + std::string(hash.text()) + R"("}}})");
  const auto link = ReadChain(line);
  REQUIRE(link.has_value());
  CHECK(link->previous == previous.text());
  CHECK(link->hash == hash.text());
  CHECK(link->signature.empty());
  CHECK(link->IsSound());
  CHECK(ChainHash::Of(link->hashed) == hash);
}

TEST_CASE("a signed record is read back and no longer than allowed") {
  const testing::KeyFiles files;
  const auto key = SigningKey::Load(files.private_key());
  REQUIRE(key.ok());
  std::string out = R"({"certgate":{"x":1)";
  const std::string signed_part = out + R"(,"chain":{"previous":")" + std::string(64, '0') + R"(")";
  const std::size_t before = out.size();
  EndRecord(0, ChainHash(), key->get(), out);
  CHECK(out.size() - before <= kMostChainBytes);
  out.pop_back();
  const auto link = ReadChain(out);
  REQUIRE(link.has_value());
  CHECK(link->IsSound());
  CHECK(link->signature.size() == kSignatureBytes);
  CHECK(link->signed_part == signed_part);
}

TEST_CASE("a change of any byte of a line is noticed") {
  const testing::KeyFiles files;
  const auto key = SigningKey::Load(files.private_key());
  REQUIRE(key.ok());
  const bool is_signed = GENERATE(false, true);
  const std::string line = Line(is_signed ? key->get() : nullptr);
  REQUIRE(Passes(line, ChainHash()));
  for (std::size_t i = 0; i < line.size(); ++i) {
    for (int bit = 0; bit < 8; ++bit) {
      std::string changed = line;
      changed[i] = static_cast<char>(changed[i] ^ (1 << bit));
      INFO(i << ": " << changed);
      REQUIRE_FALSE(Passes(changed, ChainHash()));
    }
  }
}

TEST_CASE("a byte that is missing or too many is noticed") {
  const std::string line = Line();
  for (std::size_t i = 0; i < line.size(); ++i) {
    std::string shorter = line;
    shorter.erase(i, 1);
    std::string longer = line;
    longer.insert(i, 1, ' ');
    INFO(i);
    REQUIRE_FALSE(Passes(shorter, ChainHash()));
    REQUIRE_FALSE(Passes(longer, ChainHash()));
  }
  CHECK_FALSE(Passes(line + " ", ChainHash()));
  CHECK_FALSE(Passes(line + "\n", ChainHash()));
  CHECK_FALSE(Passes("", ChainHash()));
}

TEST_CASE("the same chain in other JSON is no chain") {
  const std::string hash(64, 'a');
  const std::string previous = R"({"x":1,"chain":{"previous":")" + hash + '"';
  REQUIRE(ReadChain(previous + R"(,"hash":")" + hash + R"("}}})").has_value());
  for (const std::string& end :
       {R"(, "hash":")" + hash + R"("}}})", R"(,"hash": ")" + hash + R"("}}})",
        R"(,"hash":")" + hash + R"("}} })", R"(,"hash":")" + hash + R"("}}}})",
        R"(,"hash":")" + hash + R"(","x":1}}})", R"(,"signature":"","hash":")" + hash + R"("}}})",
        R"(,"signature":")" + std::string(87, 'a') + R"(","hash":")" + hash + R"("}}})"}) {
    INFO(end);
    CHECK_FALSE(ReadChain(previous + end).has_value());
  }
  CHECK_FALSE(ReadChain(R"("}}})").has_value());
  CHECK_FALSE(ReadChain(hash + R"("}}})").has_value());
}

}  // namespace
}  // namespace certgate
