#ifndef CERTGATE_SRC_CLIENT_STATUS_REPORT_H_
#define CERTGATE_SRC_CLIENT_STATUS_REPORT_H_

#include "certgate/v1/status.pb.h"
#include "src/client/options.h"

namespace certgate {

/// True if the files of the server are what is in force, and nothing has ended or ends within a
/// day.
bool IsWell(const v1::GetStatusResponse& status);

/// What is wrong first, with the place and the next step; then the figures. See `output.h`.
void PrintStatus(const v1::GetStatusResponse& status, OutputFormat format);

}  // namespace certgate

#endif  // CERTGATE_SRC_CLIENT_STATUS_REPORT_H_
