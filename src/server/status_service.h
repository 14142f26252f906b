#ifndef CERTGATE_SRC_SERVER_STATUS_SERVICE_H_
#define CERTGATE_SRC_SERVER_STATUS_SERVICE_H_

#include "certgate/v1/status.grpc.pb.h"
#include "src/server/figures.h"

namespace certgate {

/// Tells operators what is in force and what is wrong.
class StatusService final : public v1::StatusService::CallbackService {
 public:
  /// Where the figures come from. Call it before the server starts.
  void Ask(ServerFiguresSource figures);

  grpc::ServerUnaryReactor* GetStatus(grpc::CallbackServerContext* context,
                                      const v1::GetStatusRequest* request,
                                      v1::GetStatusResponse* response) override;

 private:
  ServerFiguresSource figures_;
};

}  // namespace certgate

#endif  // CERTGATE_SRC_SERVER_STATUS_SERVICE_H_
