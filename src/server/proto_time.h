#ifndef CERTGATE_SRC_SERVER_PROTO_TIME_H_
#define CERTGATE_SRC_SERVER_PROTO_TIME_H_

#include <absl/time/time.h>
#include <google/protobuf/timestamp.pb.h>

namespace certgate {

/// `time` in protobuf's form. It must be finite.
google::protobuf::Timestamp ToTimestamp(absl::Time time);

}  // namespace certgate

#endif  // CERTGATE_SRC_SERVER_PROTO_TIME_H_
