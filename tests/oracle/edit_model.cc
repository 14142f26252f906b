#include "tests/oracle/edit_model.h"

#include <algorithm>
#include <cstddef>
#include <random>
#include <string>
#include <utility>

#include "tests/oracle/make_valid.h"
#include "tests/oracle/random.h"
#include "tests/oracle/vocabulary.h"

namespace certgate::oracle {
namespace {

class Dice {
 public:
  explicit Dice(std::uint32_t number) : random_(number) {}

  std::size_t Below(std::size_t end) { return random_() % end; }
  bool Once(std::size_t in) { return Below(in) == 0; }
  template <typename Items>
  auto& In(Items& items) {
    return items[Below(items.size())];
  }
  template <typename Items>
  void Shuffle(Items& items) {
    std::shuffle(items.begin(), items.end(), random_);
  }
  template <typename Items>
  void RemoveFrom(Items& items) {
    items.erase(items.begin() + static_cast<std::ptrdiff_t>(Below(items.size())));
  }

 private:
  std::mt19937 random_;
};

std::vector<std::vector<Entry>*> ListsOf(Model& model) {
  std::vector<std::vector<Entry>*> lists;
  for (Method& method : model.methods) {
    lists.push_back(&method.allow);
    lists.push_back(&method.deny);
  }
  for (ClientSet& set : model.clients) lists.push_back(&set.entries);
  return lists;
}

template <typename Visit>
void EachEntry(Model& model, Visit visit) {
  for (std::vector<Entry>* list : ListsOf(model)) {
    for (Entry& entry : *list) visit(entry);
  }
  for (Entry& entry : model.revoked) visit(entry);
}

void Rename(Model& model, const std::string& field, const std::string& from,
            const std::string& to) {
  EachEntry(model, [&](Entry& entry) {
    for (Condition& condition : entry.conditions) {
      if (condition.field != field) continue;
      for (Value& value : condition.values) {
        if (value.text == from) value.text = to;
      }
    }
  });
}

class Editor {
 public:
  Editor(Model model, const std::vector<Addition>& additions, std::uint32_t number)
      : model_(std::move(model)), additions_(additions), dice_(number) {}

  Model Run() {
    const std::size_t edits = 1 + dice_.Below(4);
    for (std::size_t i = 0; i < edits; ++i) Edit();
    Tidy();
    return std::move(model_);
  }

 private:
  void Edit() {
    switch (dice_.Below(12)) {
      case 0:
      case 1:
        return AddEntry();
      case 2:
      case 3:
        return RemoveEntry();
      case 4:
        return MoveEntry();
      case 5:
        return ChangeExpiry();
      case 6:
        return ChangeMode();
      case 7:
        return ChangeValues();
      case 8:
        return RemoveMethod();
      case 9:
        return ChangeRevoked();
      case 10:
        return ChangeAuthorities();
      default:
        return ChangeAuthorityFile();
    }
  }

  std::vector<Entry>& SomeList() {
    std::vector<std::vector<Entry>*> lists = ListsOf(model_);
    return *dice_.In(lists);
  }

  Method& MethodOf(const std::string& key) {
    for (Method& method : model_.methods) {
      if (method.key == key) return method;
    }
    return model_.methods.emplace_back(Method{key, "", {}, {}});
  }

  void AddEntry() {
    if (additions_.empty()) return;
    const Addition& addition = dice_.In(additions_);
    Entry entry = MakeValid(addition.entry, model_);
    entry.id.clear();
    // A set that gets a reference could lead to itself.
    Method& method = MethodOf(addition.key);
    (dice_.Once(3) ? method.deny : method.allow).push_back(std::move(entry));
  }

  void RemoveEntry() {
    if (std::vector<Entry>& list = SomeList(); !list.empty()) dice_.RemoveFrom(list);
  }

  void MoveEntry() {
    Method& method = dice_.In(model_.methods);
    std::vector<Entry>& from = dice_.Once(2) ? method.allow : method.deny;
    if (from.empty()) return;
    Entry entry = dice_.In(from);
    dice_.RemoveFrom(from);
    entry.id.clear();
    Method& other = dice_.In(model_.methods);
    (dice_.Once(2) ? other.allow : other.deny).push_back(std::move(entry));
  }

  void ChangeExpiry() {
    std::vector<Entry>& list = SomeList();
    if (list.empty()) return;
    static const std::vector<std::optional<absl::Time>> kTimes = {
        std::nullopt, kNow, kNow + absl::Seconds(1), kNow - absl::Hours(8), kNow + absl::Hours(16)};
    dice_.In(list).expires = dice_.In(kTimes);
  }

  void ChangeMode() {
    static const Words kModes = {"", "enforce", "observe"};
    (dice_.Once(3) ? model_.mode : dice_.In(model_.methods).mode) = dice_.In(kModes);
  }

  void ChangeValues() {
    std::vector<Entry>& list = SomeList();
    if (list.empty()) return;
    Entry& entry = dice_.In(list);
    Condition& condition = dice_.In(entry.conditions);
    if (entry.conditions.size() > 1 && dice_.Once(3)) return dice_.RemoveFrom(entry.conditions);
    if (condition.values.size() > 1 && dice_.Once(2)) return dice_.RemoveFrom(condition.values);
    if (condition.field == "any" || condition.field == "client" || condition.field == "issuer") {
      return;
    }
    condition.values.push_back(dice_.In(WordsOf(condition.field).values));
  }

  void RemoveMethod() {
    if (model_.methods.size() > 1) dice_.RemoveFrom(model_.methods);
  }

  void ChangeRevoked() {
    if (!model_.revoked.empty() && dice_.Once(2)) return dice_.RemoveFrom(model_.revoked);
    const std::string field = dice_.Once(2) ? "serial" : "sha256";
    Entry entry;
    entry.conditions.push_back({field, {dice_.In(WordsOf(field).values)}});
    if (!model_.authorities.empty() && dice_.Once(2)) {
      entry.conditions.push_back({"issuer", {{dice_.In(model_.authorities).name, Form::kPlain}}});
    }
    model_.revoked.push_back(std::move(entry));
  }

  void ChangeAuthorities() {
    static const Words kFiles = {"cas/corp-ca.crt", "cas/partner-ca.crt"};
    if (model_.authorities.size() == 2) {
      Rename(model_, "issuer", model_.authorities[1].name, model_.authorities[0].name);
      model_.authorities.pop_back();
    } else if (model_.authorities.empty()) {
      model_.authorities.push_back({AuthorityNames()[0], kFiles[0]});
    } else {
      const std::size_t free = model_.authorities[0].ca_file == kFiles[0] ? 1 : 0;
      model_.authorities.push_back({"new", kFiles[free]});
    }
  }

  void ChangeAuthorityFile() {
    if (model_.authorities.empty()) return;
    if (model_.authorities.size() == 2) {
      std::swap(model_.authorities[0].ca_file, model_.authorities[1].ca_file);
    } else {
      model_.authorities[0].ca_file = "cas/partner-ca.crt";
    }
  }

  // What was emptied is filled up, or goes.
  void Tidy() {
    std::erase_if(model_.methods,
                  [](const Method& one) { return one.allow.empty() && one.deny.empty(); });
    if (model_.methods.empty()) model_.methods.push_back({"*", "", {OneEntry()}, {}});
    for (ClientSet& set : model_.clients) {
      if (set.entries.empty()) set.entries.push_back(OneEntry());
    }
  }

  static Entry OneEntry() {
    Entry entry;
    entry.conditions.push_back({"cn", {{"a", Form::kPlain}}});
    return entry;
  }

  Model model_;
  const std::vector<Addition>& additions_;
  Dice dice_;
};

class Rewriter {
 public:
  Rewriter(Model model, std::uint32_t number) : model_(std::move(model)), dice_(number) {}

  Model Run() {
    for (std::vector<Entry>* list : ListsOf(model_)) {
      SplitLists(*list);
      Repeat(*list);
    }
    EachEntry(model_, [this](Entry& entry) { Rename(entry); });
    RenameAll();
    MoveIntoSets();
    Shuffle();
    return std::move(model_);
  }

 private:
  // `cn: [a, b]` becomes two entries.
  void SplitLists(std::vector<Entry>& list) {
    std::vector<Entry> split;
    for (Entry& entry : list) {
      Condition& condition = dice_.In(entry.conditions);
      if (condition.values.size() < 2 || dice_.Once(2)) {
        split.push_back(std::move(entry));
        continue;
      }
      const std::vector<Value> values = std::move(condition.values);
      for (const Value& value : values) {
        condition.values.assign(1, value);
        split.push_back(entry);
      }
    }
    list = std::move(split);
  }

  void Repeat(std::vector<Entry>& list) {
    if (list.empty() || !dice_.Once(3)) return;
    const Entry entry = dice_.In(list);
    list.push_back(entry);
  }

  void Rename(Entry& entry) {
    entry.id.clear();
    entry.owner = dice_.Once(2) ? "somebody else" : "";
    entry.reason = dice_.Once(2) ? "another" : "";
    for (Condition& condition : entry.conditions) {
      if (!condition.values.empty()) condition.values.push_back(dice_.In(condition.values));
    }
  }

  void RenameAll() {
    for (ClientSet& set : model_.clients) {
      certgate::oracle::Rename(model_, "client", set.name, set.name + " renamed");
      set.name += " renamed";
    }
    for (Authority& authority : model_.authorities) {
      certgate::oracle::Rename(model_, "issuer", authority.name, authority.name + " renamed");
      authority.name += " renamed";
    }
  }

  // An entry of a method moves into a set, and a reference takes its place.
  void MoveIntoSets() {
    for (Method& method : model_.methods) {
      for (std::vector<Entry>* list : {&method.allow, &method.deny}) {
        for (Entry& entry : *list) {
          if (!dice_.Once(4)) continue;
          const std::string name = "moved " + std::to_string(model_.clients.size());
          Entry reference;
          reference.conditions.push_back({"client", {{name, Form::kPlain}}});
          model_.clients.push_back({name, {std::exchange(entry, std::move(reference))}});
        }
      }
    }
  }

  void Shuffle() {
    EachEntry(model_, [this](Entry& entry) {
      for (Condition& condition : entry.conditions) dice_.Shuffle(condition.values);
      dice_.Shuffle(entry.conditions);
    });
    for (std::vector<Entry>* list : ListsOf(model_)) dice_.Shuffle(*list);
    dice_.Shuffle(model_.clients);
    dice_.Shuffle(model_.methods);
    dice_.Shuffle(model_.revoked);
    dice_.Shuffle(model_.authorities);
  }

  Model model_;
  Dice dice_;
};

}  // namespace

Model Edited(Model model, const std::vector<Addition>& additions, std::uint32_t number) {
  return Editor(std::move(model), additions, number).Run();
}

Model Rewritten(Model model, std::uint32_t number) {
  return Rewriter(std::move(model), number).Run();
}

}  // namespace certgate::oracle
