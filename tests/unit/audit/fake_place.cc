#include "tests/unit/audit/fake_place.h"

#include <utility>

#include "tests/unit/audit/sample_record.h"

namespace certgate::testing {
namespace {

std::vector<std::string> Split(std::string_view lines) {
  std::vector<std::string> split;
  while (!lines.empty()) {
    const std::size_t end = lines.find('\n') + 1;
    split.emplace_back(lines.substr(0, end));
    lines.remove_prefix(end);
  }
  return split;
}

}  // namespace

class FakeSink final : public AuditSink {
 public:
  explicit FakeSink(FakePlace& place) : place_(place) {}

  Written Write(std::string_view lines) override {
    const std::vector<std::string> split = Split(lines);
    absl::Status status;
    if (place_.before_write != nullptr) status = place_.before_write(split.size());
    const std::lock_guard lock(place_.mutex_);
    ++place_.writes_;
    const std::size_t kept = status.ok() ? split.size() : place_.kept_of_failed;
    std::size_t bytes = 0;
    for (std::size_t i = 0; i < kept && i < split.size(); ++i) {
      place_.lines_.push_back(split[i]);
      bytes += split[i].size();
    }
    if (status.ok()) place_.last_write_ = split.size();
    return {std::move(status), bytes};
  }

  absl::Status Sync() override {
    absl::Status status;
    const std::size_t written = place_.Lines().size();
    if (place_.before_sync != nullptr) status = place_.before_sync();
    const std::lock_guard lock(place_.mutex_);
    ++place_.syncs_;
    if (status.ok()) place_.synced_ = written;
    return status;
  }

  bool TakeBack() override {
    if (!place_.takes_back) return false;
    const std::lock_guard lock(place_.mutex_);
    place_.lines_.resize(place_.lines_.size() - place_.last_write_);
    place_.last_write_ = 0;
    return true;
  }
  bool can_take_back() const override { return place_.takes_back; }

  std::string name() const override { return place_.name_; }
  Opening Open() override { return place_.opening; }
  Turn Due(std::size_t, absl::Time) override { return place_.due; }

  absl::StatusOr<Opening> Next(Turn reason, absl::Time) override {
    absl::StatusOr<Opening> opening = Opening{.place = place_.opening.place};
    if (place_.next != nullptr) opening = place_.next(reason);
    if (opening.ok()) place_.due = Turn::kNone;
    return opening;
  }

  void AskToReopen() noexcept override {
    const std::lock_guard lock(place_.mutex_);
    ++place_.asked_to_reopen_;
  }

 private:
  FakePlace& place_;
};

std::vector<std::string> FakePlace::Lines() const {
  const std::lock_guard lock(mutex_);
  return lines_;
}

std::vector<nlohmann::json> FakePlace::Records() const {
  std::vector<nlohmann::json> records;
  for (const std::string& line : Lines()) records.push_back(nlohmann::json::parse(line));
  return records;
}

std::vector<std::string> FakePlace::Actions() const {
  std::vector<std::string> actions;
  for (const nlohmann::json& record : Records()) actions.push_back(record["event"]["action"]);
  return actions;
}

std::vector<std::string> FakePlace::Ids() const {
  std::vector<std::string> ids;
  for (const nlohmann::json& record : Records()) {
    if (!record["certgate"].contains("trail")) ids.push_back(record["event"]["id"]);
  }
  return ids;
}

std::unique_ptr<AuditSink> FakePlace::Sink() { return std::make_unique<FakeSink>(*this); }

std::string WrongWith(const std::vector<std::string>& lines, ChainHead start) {
  for (const std::string& line : lines) {
    if (!IsOneBoundedLine(line)) return "not one bounded line: " + line;
    const auto link = ReadChain(std::string_view(line).substr(0, line.size() - 1));
    if (!link.has_value()) return "no chain at the end of " + line;
    if (!link->IsSound()) return "not the hash of its line: " + line;
    if (link->previous != start.hash.text()) {
      return "not behind " + std::string(start.hash.text()) + ": " + line;
    }
    const std::uint64_t sequence = nlohmann::json::parse(line)["event"]["sequence"];
    if (sequence != start.sequence + 1) return "not the next number: " + line;
    start = {*ChainHash::Parse(link->hash), sequence};
  }
  return "";
}

}  // namespace certgate::testing
