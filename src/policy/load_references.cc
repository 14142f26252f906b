#include "src/policy/load_references.h"

#include <string_view>
#include <unordered_map>

#include "src/yaml/suggest.h"
#include "src/yaml/unicode.h"

namespace certgate {
namespace {

// A search for a similar name looks at all names: more would take long, and would not be shown.
constexpr std::size_t kMostSuggestions = 100;
constexpr std::size_t kMostCycleNames = 8;

struct Edge {
  std::size_t to = 0;
  SourceLocation location;
};

/// The client sets as a graph, searched depth first without recursion.
class CycleSearch {
 public:
  CycleSearch(const std::vector<ClientSet>& clients, DiagnosticLog& log)
      : clients_(clients), log_(log), edges_(clients.size()), states_(clients.size()) {}

  void AddEdge(std::size_t from, Edge edge) { edges_[from].push_back(edge); }

  void Run() {
    for (std::size_t start = 0; start < clients_.size(); ++start) {
      if (states_[start] != State::kNew) continue;
      Enter(start);
      while (!path_.empty()) Step();
    }
  }

 private:
  enum class State : unsigned char { kNew, kOnPath, kDone };
  struct Visit {
    std::size_t client = 0;
    std::size_t next_edge = 0;
  };

  void Enter(std::size_t client) {
    states_[client] = State::kOnPath;
    path_.push_back({client, 0});
  }

  void Step() {
    Visit& visit = path_.back();
    if (visit.next_edge == edges_[visit.client].size()) {
      states_[visit.client] = State::kDone;
      path_.pop_back();
      return;
    }
    const Edge& edge = edges_[visit.client][visit.next_edge++];
    if (states_[edge.to] == State::kOnPath) Report(edge);
    if (states_[edge.to] == State::kNew) Enter(edge.to);
  }

  // `edge` leads from the end of the path to a client that is on it.
  void Report(const Edge& edge) {
    std::size_t first = path_.size();
    while (path_[--first].client != edge.to) {
    }
    const std::size_t length = path_.size() - first;
    std::string cycle;
    for (std::size_t i = first; i < path_.size(); ++i) {
      if (i - first == kMostCycleNames) {
        cycle += "... (" + std::to_string(length - kMostCycleNames) + " more) -> ";
        break;
      }
      cycle += Quote(clients_[path_[i].client].name) + " -> ";
    }
    const std::string name = Quote(clients_[edge.to].name);
    log_.Error(edge.location, "client " + name + " leads to itself: " + cycle + name,
               "remove one of these references");
  }

  const std::vector<ClientSet>& clients_;
  DiagnosticLog& log_;
  std::vector<std::vector<Edge>> edges_;
  std::vector<State> states_;
  std::vector<Visit> path_;
};

std::vector<std::string_view> NamesOf(const std::vector<ClientSet>& clients) {
  std::vector<std::string_view> names;
  names.reserve(clients.size());
  for (const ClientSet& client : clients) names.push_back(client.name);
  return names;
}

}  // namespace

void CheckReferences(const std::vector<ClientSet>& clients,
                     const std::vector<ClientReference>& references, DiagnosticLog& log) {
  const std::vector<std::string_view> names = NamesOf(clients);
  std::unordered_map<std::string_view, std::size_t> indexes;
  for (std::size_t i = 0; i < names.size(); ++i) indexes.try_emplace(names[i], i);
  CycleSearch search(clients, log);
  std::size_t suggestions = 0;
  for (const ClientReference& reference : references) {
    const auto found = indexes.find(reference.name);
    if (found != indexes.end()) {
      if (reference.from) search.AddEdge(*reference.from, {found->second, reference.location});
      continue;
    }
    std::string hint = "name it under `clients`";
    if (suggestions++ < kMostSuggestions) hint = DidYouMean(reference.name, names, hint);
    log.Error(reference.location, "unknown client " + Quote(reference.name), std::move(hint));
  }
  search.Run();
}

}  // namespace certgate
