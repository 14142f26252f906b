#ifndef CERTGATE_TESTS_UNIT_IDENTITY_CHAIN_CASES_H_
#define CERTGATE_TESTS_UNIT_IDENTITY_CHAIN_CASES_H_

#include <certgate/peer_identity.h>

#include <string>
#include <vector>

namespace certgate::testing {

/// A chain, all that it is verified against, and what has to be found.
struct ChainCase {
  std::string name;
  ChainStanding expected = ChainStanding::kUnproven;
  std::string leaf = {};
  /// What is presented beside the leaf.
  std::string chain = {};
  /// The CA file.
  std::string cas = {};
  /// PEM; revocation is checked if there are any.
  std::vector<std::string> crls = {};
  /// Whether the chain is to end at an intermediate.
  bool is_partial = false;
  /// Why `openssl verify` says something else; empty where it has to agree.
  std::string difference = {};
};

/// Chains that are as they should be or broken, without CRLs.
std::vector<ChainCase> PathCases();
/// Chains of which CAs are cross-signed, out of date, of one name, or anchors themselves.
std::vector<ChainCase> AnchorCases();
/// Chains that are looked up in CRLs.
std::vector<ChainCase> RevocationCases();

}  // namespace certgate::testing

#endif  // CERTGATE_TESTS_UNIT_IDENTITY_CHAIN_CASES_H_
