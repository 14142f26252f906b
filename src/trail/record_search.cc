#include "src/trail/record_search.h"

#include <memory>
#include <utility>

#include "src/trail/block_workers.h"

namespace certgate {
namespace {

/// Reads the records of blocks, and counts the broken lines.
class SearchWorker : public BlockWorker {
 public:
  SearchWorker(const RecordFilter& filter, BrokenLines& all_broken)
      : filter_(filter), all_broken_(all_broken) {}

  void set_file(const std::string& file) { file_ = file; }

  void Work(const LineBlock& block) final {
    block.EachLine([this](const TrailLine& line) { Look(line); });
  }

  void Deliver() final {
    all_broken_.Add(std::exchange(broken_, {}));
    DeliverFound();
  }

 protected:
  virtual void Found(const ParsedRecord& record, std::string_view line) = 0;
  virtual void DeliverFound() {}

 private:
  void Look(const TrailLine& line) {
    if (line.is_too_long) return Broken(line, "it is longer than 1 MiB");
    if (!filter_.MayMatch(line.text)) return;
    const std::string_view fault = reader_.Read(line.text, record_);
    if (!fault.empty()) return Broken(line, fault);
    if (filter_.Matches(record_)) Found(record_, line.text);
  }

  void Broken(const TrailLine& line, std::string_view fault) {
    broken_.Add({1, file_, line.number, std::string(fault)});
  }

  const RecordFilter& filter_;
  BrokenLines& all_broken_;
  std::string file_;
  RecordReader reader_;
  ParsedRecord record_;
  BrokenLines broken_;
};

class RenderingWorker final : public SearchWorker {
 public:
  RenderingWorker(const RecordFilter& filter, BrokenLines& broken,
                  const RecordSearch::Render& render, const RecordSearch::Print& print)
      : SearchWorker(filter, broken), render_(render), print_(print) {}

 private:
  void Found(const ParsedRecord& record, std::string_view line) override {
    rendered_.push_back(render_(record, line));
  }
  void DeliverFound() override {
    for (std::string& one : rendered_) print_(std::move(one));
    rendered_.clear();
  }

  const RecordSearch::Render& render_;
  const RecordSearch::Print& print_;
  std::vector<std::string> rendered_;
};

class VisitingWorker final : public SearchWorker {
 public:
  VisitingWorker(const RecordFilter& filter, BrokenLines& broken, unsigned number,
                 const RecordSearch::Visit& visit)
      : SearchWorker(filter, broken), number_(number), visit_(visit) {}

 private:
  void Found(const ParsedRecord& record, std::string_view) override { visit_(number_, record); }

  const unsigned number_;
  const RecordSearch::Visit& visit_;
};

template <typename MakeWorker>
absl::Status Search(const std::vector<TrailFile>& files, MakeWorker make) {
  std::vector<std::unique_ptr<BlockWorker>> workers;
  std::vector<SearchWorker*> same;
  for (unsigned i = 0; i < UsualWorkers(); ++i) {
    auto worker = make(i);
    same.push_back(worker.get());
    workers.push_back(std::move(worker));
  }
  absl::Status status;
  for (const TrailFile& file : files) {
    for (SearchWorker* worker : same) worker->set_file(file.path);
    auto reader = BlockReader::Open(file.path);
    status.Update(reader.ok() ? WorkOnBlocks(*reader, workers) : reader.status());
  }
  return status;
}

}  // namespace

void BrokenLines::Add(const BrokenLines& later) {
  if (count == 0) {
    *this = later;
  } else {
    count += later.count;
  }
}

absl::Status RecordSearch::Find(const std::vector<TrailFile>& files, const Render& render,
                                const Print& print) {
  return Search(files, [&](unsigned) {
    return std::make_unique<RenderingWorker>(filter_, broken_, render, print);
  });
}

absl::Status RecordSearch::Each(const std::vector<TrailFile>& files, const Visit& visit) {
  return Search(files, [&](unsigned number) {
    return std::make_unique<VisitingWorker>(filter_, broken_, number, visit);
  });
}

}  // namespace certgate
