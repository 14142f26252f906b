#include <algorithm>
#include <cstddef>
#include <cstdint>

#include "src/cli/diff_report.h"
#include "src/yaml/unicode.h"

namespace certgate {
namespace {

// More are in the JSON form.
constexpr std::size_t kMostGroupsShown = 100;

std::string Calls(std::uint64_t count) {
  return std::to_string(count) + (count == 1 ? " call" : " calls");
}

std::string Records(std::uint64_t count) {
  return std::to_string(count) + (count == 1 ? " record" : " records");
}

std::string Describe(const ReplayedDecision& decision, const std::string& file) {
  std::string text;
  if (decision.reason == Reason::kWouldDeny) {
    text = "let through by observe, would be denied: ";
    text += ToString(decision.observed);
  } else if (decision.effect == Effect::kAllow) {
    text = "allowed";
  } else {
    text = "refused: ";
    text += ToString(decision.reason);
  }
  if (decision.rule.empty()) return text;
  return text + " by " + Quote(decision.rule) + " (" + file + ":" + std::to_string(decision.line) +
         ")";
}

ReplayLine LineOf(const ReplayGroup& group, const DiffFiles& files) {
  ReplayLine line;
  if (group.before.effect != group.after.effect) {
    line.sign = group.after.effect == Effect::kAllow ? '+' : '-';
  }
  line.text = Calls(group.count) + " of " + group.caller + " to " + MakePrintable(group.path);
  line.details = {"before: " + Describe(group.before, files.before),
                  "after:  " + Describe(group.after, files.after)};
  return line;
}

void AddNotes(const ReplayResult& replay, std::vector<std::string>& notes) {
  const auto add = [&notes](std::uint64_t count, const std::string& what) {
    if (count > 0) notes.push_back(Records(count) + what);
  };
  add(replay.decided_otherwise,
      " did not go as the old policy decides: another policy was in force, or another version");
  add(replay.authority_assumed,
      " without an authority: the only one that a policy names was taken to vouch for the caller");
  add(replay.authority_unknown,
      " not replayed: no authority is recorded, and a policy names several");
  add(replay.without_identity, " not replayed: no certificate was accepted");
  add(replay.truncated, " not replayed: a field was too long for the record");
  add(replay.other_actions, " not replayed: not about a decision");
  add(replay.broken, " not replayed: the line is broken");
  for (const BrokenLine& line : replay.broken_lines) {
    notes.push_back("  " + MakePrintable(line.file) + ":" + std::to_string(line.line) + ": " +
                    MakePrintable(line.fault));
  }
  if (replay.broken > replay.broken_lines.size()) notes.emplace_back("  and more");
}

}  // namespace

ReplayText DescribeReplay(const ReplayResult& replay, const DiffFiles& files) {
  ReplayText text;
  const std::uint64_t changed = replay.ChangedCalls();
  text.summary = changed == 0 ? "no recorded call is" : Calls(changed);
  if (changed > 0) text.summary += changed == 1 ? " is" : " are";
  text.summary += " decided otherwise, of " + std::to_string(replay.replayed) + " replayed";
  const std::size_t shown = std::min(replay.changed.size(), kMostGroupsShown);
  for (std::size_t i = 0; i < shown; ++i) text.lines.push_back(LineOf(replay.changed[i], files));
  std::uint64_t rest = replay.ungrouped;
  for (std::size_t i = shown; i < replay.changed.size(); ++i) rest += replay.changed[i].count;
  if (rest > 0) text.lines.push_back({'!', "and " + Calls(rest) + " of further callers", {}});
  AddNotes(replay, text.notes);
  return text;
}

}  // namespace certgate
