#include "src/trail/verify.h"

#include <algorithm>
#include <memory>
#include <utility>

#include "src/trail/chain_follower.h"
#include "src/trail/fault_log.h"
#include "src/trail/line_block.h"
#include "src/trail/record_reader.h"

namespace certgate {
namespace {

using Kind = TrailFault::Kind;

constexpr char kLookAtCopy[] =
    "compare it with a copy from elsewhere, such as the one of a log collector";

class Verifier {
 public:
  Verifier(const VerifyOptions& options, VerifyResult& result)
      : options_(options), result_(result), faults_(result) {}

  absl::Status Read(const TrailFile& file) {
    auto reader = BlockReader::Open(file.path);
    if (!reader.ok()) return reader.status();
    ChooseTrail(file);
    place_ = {file.path, 0};
    is_part_ = file.path == "-";
    expected_first_ = file.hash;
    was_exchanged_ = false;
    while (true) {
      const auto got = reader->Next(block_);
      if (!got.ok()) return got.status();
      if (!*got) break;
      block_.EachLine([this](const TrailLine& line) {
        if (!was_exchanged_) Judge(line);
      });
      if (was_exchanged_) {
        return absl::UnavailableError("`" + file.path +
                                      "` was rotated while the files were read; try it again");
      }
    }
    if (place_.line == 0) {
      faults_.Add(Kind::kRemoved, place_, "the file is empty: at least its `audit-open` is missing",
                  "look for a copy elsewhere; a server that writes to it begins with a record");
    }
    return absl::OkStatus();
  }

  void Finish() {
    for (const std::unique_ptr<ChainFollower>& trail : trails_) {
      trail->Finish(options_.must_be_closed);
      if (!trail->has_begun()) continue;
      result_.records += trail->summary().records;
      AddNotes(trail->summary());
      result_.trails.push_back(std::move(trail->summary()));
    }
    for (const ChainHash& hash : options_.expected) {
      const bool is_found = std::find(found_.begin(), found_.end(), hash) != found_.end();
      if (is_found) continue;
      faults_.Add(Kind::kUnknownHash, {},
                  "no record has the hash " + std::string(hash.text()) + ", which was expected",
                  "the record was removed or changed, or stands in a file that is not given");
    }
  }

 private:
  void ChooseTrail(const TrailFile& file) {
    current_ = FindTrail(file);
    if (current_ == nullptr) BeginTrail();
    current_->summary().files.push_back(file.path);
  }

  void BeginTrail() {
    trails_.push_back(std::make_unique<ChainFollower>(options_.keys, faults_));
    current_ = trails_.back().get();
  }

  // The trail that the file goes on with; null for a new one.
  ChainFollower* FindTrail(const TrailFile& file) {
    if (file.hash.empty()) return current_;  // all of it is broken
    const auto find = [this](auto holds) {
      const auto found = std::find_if(trails_.begin(), trails_.end(),
                                      [&](const auto& trail) { return holds(trail->summary()); });
      return found == trails_.end() ? nullptr : found->get();
    };
    if (auto* trail =
            find([&](const TrailSummary& one) { return one.last.hash == file.previous; })) {
      return trail;
    }
    if (find([&](const TrailSummary& one) { return one.first.hash == file.hash; }) != nullptr) {
      result_.notes.push_back(file.path +
                              " begins with the same record as another file, and was checked by "
                              "itself");
      return nullptr;
    }
    if (file.previous == ChainHash().text()) return nullptr;
    return NearestTrail(file);
  }

  // Where no hash tells: the trail of the same place, as far as the places are known, that ends
  // least before the file begins. If all reach farther, one of the same place.
  ChainFollower* NearestTrail(const TrailFile& file) {
    ChainFollower* nearest = nullptr;
    ChainFollower* overlapping = nullptr;
    for (const std::unique_ptr<ChainFollower>& trail : trails_) {
      const TrailSummary& one = trail->summary();
      if (!file.place.empty() && !one.place.empty() && one.place != file.place) continue;
      if (one.last.sequence >= file.sequence) {
        if (!file.place.empty()) overlapping = trail.get();
        continue;
      }
      if (nearest == nullptr || nearest->summary().last.sequence <= one.last.sequence) {
        nearest = trail.get();
      }
    }
    return nearest != nullptr ? nearest : overlapping;
  }

  void Judge(const TrailLine& line) {
    place_.line = line.number;
    const std::optional<ChainLink> link = ReadChain(line.text);
    if (!link.has_value()) return PassOver(line);
    if (!link->IsSound()) {
      return current_->PassOver(place_, Kind::kChanged,
                                "this line was changed: its hash does not fit what it holds",
                                kLookAtCopy);
    }
    std::string_view fault = reader_.Read(line.text, record_);
    if (fault.empty() && record_.sequence == 0) fault = "`event.sequence` is missing";
    if (!fault.empty()) {
      return current_->PassOver(
          place_, Kind::kInserted,
          "this line is no record, although its hash fits: " + std::string(fault), kLookAtCopy);
    }
    // A server that rotates its file meanwhile must not look like somebody who removed records.
    was_exchanged_ = !expected_first_.empty() && expected_first_ != link->hash;
    expected_first_.clear();
    if (was_exchanged_) return;
    if (line.is_torn) {
      faults_.Add(Kind::kTorn, place_, "the line break at the end of this line is missing",
                  "the end was cut off, or is not written yet");
    }
    Follow({*link, record_, place_});
  }

  void PassOver(const TrailLine& line) {
    if (line.is_torn) {
      return current_->PassOver(
          place_, Kind::kTorn, "the file ends in the middle of this line",
          "a crash can do that: at its next start the server cuts the line off, and records it; "
          "otherwise the end was cut off");
    }
    std::string message = "this line does not end with the hash of a record";
    if (line.text.empty()) message = "this line is empty";
    if (line.is_too_long) message = "this line is longer than 1 MiB";
    current_->PassOver(place_, Kind::kChanged, message + ": it was changed or inserted",
                       kLookAtCopy);
  }

  void Follow(const SoundLine& line) {
    if (current_->IsOtherBeginning(line)) {
      result_.notes.push_back("a new trail begins in " + place_.file + ":" +
                              std::to_string(place_.line) +
                              ": nothing links it to the records before");
      BeginTrail();
      current_->summary().files.push_back(place_.file);
    }
    current_->Follow(line, is_part_);
    for (const ChainHash& hash : options_.expected) {
      if (hash.text() == line.link.hash) Found(hash, line);
    }
  }

  void Found(const ChainHash& hash, const SoundLine& line) {
    if (std::find(found_.begin(), found_.end(), hash) != found_.end()) return;
    found_.push_back(hash);
    result_.notes.push_back("the expected hash " + std::string(hash.text()) +
                            " is that of record " + std::to_string(line.record.sequence) + ", " +
                            place_.file + ":" + std::to_string(place_.line));
  }

  void AddNotes(const TrailSummary& trail) {
    const std::string of = trails_.size() > 1 ? ", trail in " + trail.files.front() : "";
    const auto note = [&](const std::string& text) { result_.notes.push_back(text + of); };
    if (!trail.begins_at_genesis && trail.first.sequence > 1) {
      note("begins at record " + std::to_string(trail.first.sequence) +
           "; older records are not here");
    }
    if (!trail.is_closed && !options_.must_be_closed) {
      note(
          "the end has no `audit-close`: the server still runs, was killed, or the end was cut "
          "off");
    }
    if (trail.has_signatures && options_.keys.empty()) {
      note("records are signed; --public-key checks the signatures");
    }
  }

  const VerifyOptions& options_;
  VerifyResult& result_;
  FaultLog faults_;
  std::vector<std::unique_ptr<ChainFollower>> trails_;
  ChainFollower* current_ = nullptr;
  LinePlace place_;
  bool is_part_ = false;
  // The first sound line of the file, as it was when the files were put in order.
  std::string expected_first_;
  bool was_exchanged_ = false;
  LineBlock block_;
  RecordReader reader_;
  ParsedRecord record_;
  std::vector<ChainHash> found_;
};

}  // namespace

absl::Status VerifyTrails(const std::vector<TrailFile>& files, const VerifyOptions& options,
                          VerifyResult& result) {
  Verifier verifier(options, result);
  absl::Status status;
  for (const TrailFile& file : files) {
    status = verifier.Read(file);
    if (!status.ok()) break;
  }
  verifier.Finish();
  return status;
}

}  // namespace certgate
