#include "src/policy/load_references.h"

#include <string_view>
#include <unordered_map>
#include <utility>

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

/// The names that references may name, and what to say of one that is none of them.
class Names {
 public:
  Names(std::string what, std::string hint) : what_(std::move(what)), hint_(std::move(hint)) {}

  void Add(std::string_view name) {
    indexes_.try_emplace(name, names_.size());
    names_.push_back(name);
  }

  std::optional<std::size_t> Find(std::string_view name) const {
    const auto found = indexes_.find(name);
    return found == indexes_.end() ? std::nullopt : std::optional(found->second);
  }

  void ReportUnknown(std::string_view name, SourceLocation location, DiagnosticLog& log) {
    const bool suggest = suggestions_++ < kMostSuggestions;
    log.Error(location, "unknown " + what_ + " " + Quote(name),
              suggest ? DidYouMean(name, names_, hint_) : hint_);
  }

 private:
  const std::string what_;
  const std::string hint_;
  std::vector<std::string_view> names_;
  std::unordered_map<std::string_view, std::size_t> indexes_;
  std::size_t suggestions_ = 0;
};

}  // namespace

void CheckReferences(const std::vector<AuthorityRules>& authorities,
                     const std::vector<AuthorityReference>& references, DiagnosticLog& log) {
  Names names("issuer", "name it under `authorities`");
  for (const AuthorityRules& rules : authorities) names.Add(rules.authority.name);
  for (const AuthorityReference& reference : references) {
    if (!names.Find(reference.name)) names.ReportUnknown(reference.name, reference.location, log);
  }
}

void CheckReferences(const std::vector<ClientSet>& clients,
                     const std::vector<ClientReference>& references, DiagnosticLog& log) {
  Names names("client", "name it under `clients`");
  for (const ClientSet& client : clients) names.Add(client.name);
  CycleSearch search(clients, log);
  for (const ClientReference& reference : references) {
    const std::optional<std::size_t> found = names.Find(reference.name);
    if (!found) {
      names.ReportUnknown(reference.name, reference.location, log);
    } else if (reference.from) {
      search.AddEdge(*reference.from, {*found, reference.location});
    }
  }
  search.Run();
}

}  // namespace certgate
