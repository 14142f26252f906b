#ifndef CERTGATE_SRC_CLIENT_STATUS_REPORT_H_
#define CERTGATE_SRC_CLIENT_STATUS_REPORT_H_

#include <absl/time/time.h>

#include "certgate/v1/status.pb.h"
#include "src/client/options.h"

namespace certgate {

/// True if the files of the server are what is in force, and nothing has ended or ends within
/// `margin`.
bool IsWell(const v1::GetStatusResponse& status, absl::Duration margin);

/// What is wrong first, with the place and the next step; then the figures. See `output.h`.
void PrintStatus(const v1::GetStatusResponse& status, absl::Duration margin, OutputFormat format);

}  // namespace certgate

#endif  // CERTGATE_SRC_CLIENT_STATUS_REPORT_H_
