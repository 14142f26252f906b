#ifndef CERTGATE_SRC_AUDIT_PREDECESSOR_H_
#define CERTGATE_SRC_AUDIT_PREDECESSOR_H_

#include <optional>
#include <string>

#include "src/audit/file_place.h"
#include "src/audit/trail_position.h"

namespace certgate {

/// The closed file in which a trail stood before its audit file was made anew.
struct Predecessor {
  /// Empty if there is none, or none from which a trail can go on.
  std::string name;
  /// Its last record.
  std::optional<TrailPosition> position;
  /// Why the trail cannot go on from it, or what else was found. May be empty.
  std::string remark;
};

/// Looks among the closed files beside that of `place`, whether certgate or logrotate closed them,
/// for the one with the latest record. Reads packed files from their beginning. Throws what
/// `ReadPosition` does.
Predecessor FindPredecessor(const FilePlace& place);

}  // namespace certgate

#endif  // CERTGATE_SRC_AUDIT_PREDECESSOR_H_
