#include "src/analysis/entry_place.h"

#include "src/yaml/unicode.h"

namespace certgate {

std::string EntryPlace::name() const {
  if (!entry->id.empty()) return "entry " + QuotePath(entry->id);
  const std::string number = std::to_string(position);
  switch (list) {
    case List::kAllow:
      return "entry " + QuotePath(method->key + " allow[" + number + "]");
    case List::kDeny:
      return "entry " + QuotePath(method->key + " deny[" + number + "]");
    case List::kRevoked:
      return "entry " + QuotePath("revoked[" + number + "]");
    case List::kClient:
      break;
  }
  return "entry " + number + " of client " + Quote(client->name);
}

std::vector<EntryPlace> PlacesOf(const PolicyDocument& document) {
  std::vector<EntryPlace> places;
  const auto add = [&places](EntryPlace::List list, const MethodRules* method,
                             const ClientSet* client, const std::vector<Entry>& entries) {
    for (std::size_t i = 0; i < entries.size(); ++i) {
      places.push_back({list, method, client, &entries[i], i + 1});
    }
  };
  for (const MethodRules& method : document.methods) {
    add(EntryPlace::List::kAllow, &method, nullptr, method.allow);
    add(EntryPlace::List::kDeny, &method, nullptr, method.deny);
  }
  add(EntryPlace::List::kRevoked, nullptr, nullptr, document.revoked);
  for (const ClientSet& client : document.clients) {
    add(EntryPlace::List::kClient, nullptr, &client, client.entries);
  }
  return places;
}

}  // namespace certgate
