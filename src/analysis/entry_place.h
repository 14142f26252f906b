#ifndef CERTGATE_SRC_ANALYSIS_ENTRY_PLACE_H_
#define CERTGATE_SRC_ANALYSIS_ENTRY_PLACE_H_

#include <cstddef>
#include <string>
#include <vector>

#include "src/policy/document.h"

namespace certgate {

/// An entry with the list that it stands in; the pointers are borrowed from the document.
struct EntryPlace {
  enum class List { kAllow, kDeny, kRevoked, kClient };

  List list = List::kAllow;
  /// For `allow` and `deny`.
  const MethodRules* method = nullptr;
  /// For a client set.
  const ClientSet* client = nullptr;
  const Entry* entry = nullptr;
  /// Its place in the list, from 1.
  std::size_t position = 0;

  /// For a message: "entry `payments-team`", "entry `/helloworld.Greeter/SayHello allow[2]`",
  /// "entry 2 of client `edge`".
  std::string name() const;
};

/// All entries: those of each method, `allow` before `deny`, then `revoked`, then client sets.
std::vector<EntryPlace> PlacesOf(const PolicyDocument& document);

}  // namespace certgate

#endif  // CERTGATE_SRC_ANALYSIS_ENTRY_PLACE_H_
