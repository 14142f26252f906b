#include "src/analysis/told_changes.h"

#include <absl/time/time.h>

#include <string>
#include <unordered_map>
#include <unordered_set>
#include <utility>

#include "src/analysis/clause_algebra.h"

namespace certgate {
namespace {

// All that a change says, but for its place in the file.
std::string TextOfChange(const Change& change) {
  std::string text(ToString(change.kind));
  text += ' ' + TextOf(change.clause);
  for (const absl::Time time : {change.ended, change.ends}) {
    text += ' ' + absl::FormatTime(time, absl::UTCTimeZone());
  }
  for (const std::string& denial : change.but_not) text += ' ' + denial;
  return text;
}

class Teller {
 public:
  explicit Teller(const PolicyDiff& diff) : diff_(diff), texts_(diff.classes.size()) {
    children_.resize(diff.classes.size());
    for (std::size_t i = 0; i < diff.classes.size(); ++i) {
      const ClassDiff& one = diff.classes[i];
      if (one.parent != i) children_[one.parent].push_back(i);
      for (const Change& change : one.changes) texts_[i].insert(TextOfChange(change));
    }
  }

  std::vector<ToldClasses> Run() {
    for (std::size_t i = 0; i < diff_.classes.size(); ++i) TellClass(i);
    return std::move(told_);
  }

 private:
  void TellClass(std::size_t number) {
    const ClassDiff& own = diff_.classes[number];
    ToldClasses told{{number}, {}};
    std::string text;
    bool is_narrow = true;
    for (const Change& change : own.changes) {
      const std::string change_text = TextOfChange(change);
      const bool is_told_above = own.parent != number && texts_[own.parent].contains(change_text);
      if (is_told_above) continue;
      ToldChange& added = told.changes.emplace_back();
      added.change = &change;
      added.at = number;
      Reach(number, change_text, added);
      is_narrow = is_narrow && added.also.empty() && added.except.empty();
      text += std::to_string(change_text.size()) + ':' + change_text;
    }
    if (told.changes.empty()) return;
    if (is_narrow && own.scope != MethodScope::kAll) {
      const auto [found, is_new] = same_.try_emplace(text, told_.size());
      if (!is_new) return told_[found->second].classes.push_back(number);
    }
    told_.push_back(std::move(told));
  }

  void Reach(std::size_t number, const std::string& text, ToldChange& told) const {
    std::vector<std::size_t> waiting = {number};
    while (!waiting.empty()) {
      const std::size_t next = waiting.back();
      waiting.pop_back();
      for (const std::size_t child : children_[next]) {
        const bool has_it = texts_[child].contains(text);
        (has_it ? told.also : told.except).push_back(child);
        if (has_it) waiting.push_back(child);
      }
    }
  }

  const PolicyDiff& diff_;
  std::vector<std::unordered_set<std::string>> texts_;
  std::vector<std::vector<std::size_t>> children_;
  /// What was told of narrow classes, and where.
  std::unordered_map<std::string, std::size_t> same_;
  std::vector<ToldClasses> told_;
};

}  // namespace

std::vector<ToldClasses> TellChanges(const PolicyDiff& diff) { return Teller(diff).Run(); }

}  // namespace certgate
