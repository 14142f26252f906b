#include "src/trail/chain_follower.h"

#include <algorithm>
#include <utility>

namespace certgate {
namespace {

using Kind = TrailFault::Kind;

constexpr char kCompare[] =
    "compare it with a copy from elsewhere, such as the one of a log collector";

std::string Number(std::uint64_t number) { return std::to_string(number); }

std::string Records(std::uint64_t from, std::uint64_t to) {
  if (from == to) return "record " + Number(from);
  return "records " + Number(from) + " to " + Number(to);
}

}  // namespace

bool SoundLine::IsGenesis() const { return link.previous == ChainHash().text(); }

bool ChainFollower::IsOtherBeginning(const SoundLine& line) const {
  return has_begun() && line.IsGenesis() && line.record.sequence == 1 && line.IsOpen() &&
         line.link.hash != summary_.first.hash && line.link.hash != summary_.last.hash;
}

void ChainFollower::Follow(const SoundLine& line, bool is_part) {
  if (!has_begun()) {
    Begin(line, is_part);
  } else if (unsound_ > 0) {
    ContinueBehindUnsound(line);
  } else {
    Continue(line);
  }
  unsound_ = 0;
}

void ChainFollower::Begin(const SoundLine& line, bool is_part) {
  summary_.begins_at_genesis = line.IsGenesis();
  summary_.first = {line.record.sequence, std::string(line.record.time),
                    std::string(line.link.hash)};
  if (line.IsGenesis() && line.record.sequence != 1) {
    faults_.Add(Kind::kReplaced, line.place,
                "record " + Number(line.record.sequence) +
                    " names no record before it, as only record 1 may",
                kCompare);
  } else if (line.place.line == 1 && !line.IsOpen() && !is_part) {
    faults_.Add(Kind::kRemoved, line.place,
                "records before this line are missing: the file begins with record " +
                    Number(line.record.sequence) + ", and not with `audit-open`",
                "if it is a part that was cut out on purpose, give it on standard input, as `-`");
  }
  Advance(line);
}

void ChainFollower::Continue(const SoundLine& line) {
  const std::uint64_t next = summary_.last.sequence + 1;
  const bool follows = line.link.previous == summary_.last.hash;
  const std::uint64_t sequence = line.record.sequence;
  if (follows && sequence == next) return Advance(line);
  if (IsLate(line)) return;
  if (sequence < next) return Repeat(line);
  if (sequence > next) return Skip(line, next);
  faults_.Add(Kind::kReplaced, line.place,
              "record " + Number(sequence) + " does not follow record " + Number(next - 1) +
                  " in " + last_place_.file + ":" + Number(last_place_.line) +
                  ": it was written behind another one, so one of the two was replaced",
              "compare both with a copy from elsewhere, such as the one of a log collector");
  Advance(line);
}

// What stands between two sound lines was changed, if it takes the place of as many records, and
// was added, if the two follow one another.
void ChainFollower::ContinueBehindUnsound(const SoundLine& line) {
  const std::uint64_t next = summary_.last.sequence + 1;
  const std::uint64_t sequence = line.record.sequence;
  if (line.link.previous == summary_.last.hash && sequence == next) {
    faults_.Revise(unsound_fault_, Kind::kInserted,
                   "this line was inserted: the records before and behind it follow one another",
                   "no record is missing here; keep the line aside, and find out who wrote it");
    return Advance(line);
  }
  if (IsLate(line)) return;
  if (sequence < next) return Repeat(line);
  if (sequence > next + unsound_) return Skip(line, next + unsound_);
  Advance(line);
}

// A record that was missing where it belongs, or the one that stood in its place.
bool ChainFollower::IsLate(const SoundLine& line) {
  if (!gap_.has_value()) return false;
  const std::string place = line.place.file + ":" + Number(line.place.line);
  const std::uint64_t sequence = line.record.sequence;
  if (sequence >= gap_->from && sequence <= gap_->to) {
    faults_.Revise(gap_->fault, Kind::kReordered,
                   "this line stands too early: " + Records(gap_->from, gap_->to) +
                       " should come before it, and record " + Number(sequence) + " stands in " +
                       place,
                   "lines were put into another order; no record is missing if no further fault "
                   "is counted");
    return true;
  }
  if (line.link.hash != gap_->hash) return false;
  faults_.Revise(
      gap_->fault, Kind::kDuplicated,
      "this line was inserted: it is a copy of record " + Number(sequence) + " in " + place,
      "no record is missing here; keep the line aside, and find out who wrote it");
  gap_.reset();
  return true;
}

void ChainFollower::Repeat(const SoundLine& line) {
  const bool is_copy = line.link.hash == summary_.last.hash;
  faults_.Add(Kind::kDuplicated, line.place,
              is_copy
                  ? "this line is a copy of the line before it"
                  : "record " + Number(line.record.sequence) +
                        " stands here once more, behind record " + Number(summary_.last.sequence),
              "no record is missing here; keep the line aside, and find out who wrote it");
}

void ChainFollower::Skip(const SoundLine& line, std::uint64_t from) {
  const std::uint64_t to = line.record.sequence - 1;
  const std::uint64_t count = to - from + 1;
  std::string message = Number(count) + (count == 1 ? " record is" : " records are") +
                        " missing before this line: " + Records(from, to);
  std::string hint = "they were removed; a copy from elsewhere may still have them";
  if (line.place.file != last_place_.file) {
    message += "; " + last_place_.file + " ends with record " + Number(summary_.last.sequence);
    hint = "a file between the two is not given, or the end of the first was cut off";
  }
  const std::uint64_t fault =
      faults_.Add(Kind::kRemoved, line.place, std::move(message), std::move(hint), count);
  if (!gap_.has_value()) gap_ = Gap{from, to, std::string(line.link.hash), fault};
  Advance(line);
}

void ChainFollower::PassOver(const LinePlace& place, Kind kind, std::string message,
                             std::string hint) {
  const std::uint64_t fault = faults_.Add(kind, place, std::move(message), std::move(hint));
  if (unsound_++ == 0) unsound_fault_ = fault;
}

void ChainFollower::Advance(const SoundLine& line) {
  ++summary_.records;
  RecordMark& last = summary_.last;
  last.sequence = line.record.sequence;
  last.time = line.record.time;
  last.hash = line.link.hash;
  last_place_.line = line.place.line;
  if (last_place_.file != line.place.file) last_place_.file = line.place.file;
  if (line.IsOpen()) summary_.place = line.record.place;
  summary_.is_closed = line.record.action == "audit-close";
  summary_.has_signatures = summary_.has_signatures || !line.link.signature.empty();
  if (!keys_.empty()) CheckSignature(line);
}

void ChainFollower::CheckSignature(const SoundLine& line) {
  const std::string record = "record " + Number(line.record.sequence);
  if (!line.link.signature.empty()) {
    const ChainHash hash = ChainHash::Of(line.link.signed_part);
    const bool holds = std::any_of(keys_.begin(), keys_.end(), [&](const VerifyingKey& key) {
      return key.Verifies(hash, line.link.signature);
    });
    if (holds) {
      summary_.signed_until = summary_.last;
      summary_.unsigned_at_end = 0;
      return;
    }
    const bool is_other_key =
        !line.record.key_id.empty() &&
        std::none_of(keys_.begin(), keys_.end(),
                     [&](const VerifyingKey& key) { return key.key_id() == line.record.key_id; });
    faults_.Add(Kind::kSignature, line.place,
                "the signature of " + record + " does not fit the public key",
                is_other_key ? "the record names the key " + std::string(line.record.key_id) +
                                   "; give that one too, if it was in use"
                             : "give the key that signed this trail; if you did, the record was "
                               "written by somebody else");
  } else if (summary_.signed_until.has_value() && line.record.action.starts_with("audit-") &&
             line.record.action != "audit-suppressed") {
    faults_.Add(Kind::kSignature, line.place,
                record + ", `" + std::string(line.record.action) +
                    "`, is not signed, as those before it were",
                "if the server's signing key was not taken away on purpose, the records from here "
                "on were written by somebody else");
  }
  if (++summary_.unsigned_at_end == kMostUnsignedRecords + 1 && summary_.signed_until.has_value()) {
    faults_.Add(Kind::kSignature, line.place,
                "more than " + Number(kMostUnsignedRecords) +
                    " records follow one another without a signature",
                "a server with a signing key signs more often: the records behind record " +
                    Number(summary_.signed_until->sequence) + " may be anybody's");
  }
}

void ChainFollower::Finish(bool must_be_closed) {
  if (!has_begun()) return;
  if (!keys_.empty() && !summary_.signed_until.has_value()) {
    faults_.Add(Kind::kSignature, {last_place_.file, 0}, "no record is signed with the public key",
                "give the key that signed this trail, or look why the server had none");
  }
  if (must_be_closed && !summary_.is_closed) {
    faults_.Add(Kind::kOpenEnd, last_place_,
                "the trail does not end with `audit-close`, but with record " +
                    Number(summary_.last.sequence),
                "the server still runs, was killed, or the end was cut off");
  }
}

}  // namespace certgate
