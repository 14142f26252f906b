// Usage: make_trail CALLS [KEY] > FILE
// Writes the file of a trail: `audit-open`, as many calls, a summary of counted denials and
// `audit-close`; signed if KEY, an Ed25519 private key in PEM, is given.

#include <cstdlib>
#include <iostream>
#include <memory>

#include "src/audit/signing_key.h"
#include "tests/support/trail_writer.h"

int main(int argc, char** argv) {
  using certgate::SigningKey;
  if (argc < 2) return 2;
  std::shared_ptr<const SigningKey> key;
  if (argc > 2) {
    auto loaded = SigningKey::Load(argv[2]);
    if (!loaded.ok()) {
      std::cerr << loaded.status().message() << '\n';
      return 3;
    }
    key = *loaded;
  }
  certgate::testing::TrailWriter trail("/var/log/certgate/audit.jsonl", key.get());
  const int calls = std::atoi(argv[1]);
  std::cout << trail.Open("start");
  int unsigned_records = 0;
  for (int i = 0; i < calls; ++i) {
    const std::string number = std::to_string(i % 997);
    const bool is_allowed = i % 5 != 0;
    std::cout << trail.Call(
        {.caller = "till-" + number,
         .unit = "sales",
         .method = i % 3 == 0 ? "acme.shop.Orders/Place" : "acme.shop.Stock/List",
         .ip = "192.0.2." + std::to_string(i % 250),
         .rule = is_allowed ? "tills" : "",
         .reason = is_allowed ? "allowed" : "no_matching_rule"});
    if (key != nullptr && ++unsigned_records == 1000) {
      std::cout << trail.Checkpoint();
      unsigned_records = 0;
    }
  }
  if (calls > 0) std::cout << trail.Suppressed(1234);
  std::cout << trail.Close("stop");
  return std::cout.flush() ? 0 : 3;
}
