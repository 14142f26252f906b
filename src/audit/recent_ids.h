#ifndef CERTGATE_SRC_AUDIT_RECENT_IDS_H_
#define CERTGATE_SRC_AUDIT_RECENT_IDS_H_

#include <string>
#include <string_view>
#include <vector>

namespace certgate {

/// Whether each of `ids`, identifiers of records, is that of a record that was written last to the
/// trail of the audit file `path`: among the last 4 MiB of it, or of the closed file before it.
/// What cannot be read holds none.
std::vector<bool> AreAmongLastRecords(const std::string& path,
                                      const std::vector<std::string_view>& ids);

}  // namespace certgate

#endif  // CERTGATE_SRC_AUDIT_RECENT_IDS_H_
