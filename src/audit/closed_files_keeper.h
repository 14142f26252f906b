#ifndef CERTGATE_SRC_AUDIT_CLOSED_FILES_KEEPER_H_
#define CERTGATE_SRC_AUDIT_CLOSED_FILES_KEEPER_H_

#include <atomic>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "src/audit/closed_files.h"
#include "src/audit/file_place.h"
#include "src/audit/retention.h"
#include "src/audit/rotated_names.h"

namespace certgate {

/// Packs the closed files of a trail and deletes those that are too many, in a thread of its own
/// with the lowest priority: at the start, after each `Look`, and every ten minutes. It touches
/// only files that certgate named, never the audit file. What it deletes and what fails is told in
/// the operational log; a failure harms nothing and is tried again.
class ClosedFilesKeeper {
 public:
  ClosedFilesKeeper(std::shared_ptr<const FilePlace> place, Packing packing, Retention retention);
  /// Stops the thread, within a moment also while it packs.
  ~ClosedFilesKeeper();
  ClosedFilesKeeper(const ClosedFilesKeeper&) = delete;
  ClosedFilesKeeper& operator=(const ClosedFilesKeeper&) = delete;

  /// Has it look again: there is a new closed file. Thread-safe.
  void Look();

 private:
  void Run();
  void LookOnce();
  void PackFiles(const std::vector<ClosedFile>& files);
  void DeleteSurplus();
  void TellFailure(const std::string& name, const std::string& what);

  const std::shared_ptr<const FilePlace> place_;
  const Packing packing_;
  const Retention retention_;
  std::set<std::string> told_;  // failures; each is told once

  std::mutex mutex_;
  std::condition_variable changed_;
  bool look_ = true;
  std::atomic<bool> stopped_ = false;
  std::thread thread_;
};

}  // namespace certgate

#endif  // CERTGATE_SRC_AUDIT_CLOSED_FILES_KEEPER_H_
