#include "src/interceptor/callback_call.h"

#include <grpcpp/impl/codegen/server_callback_handlers.h>
#include <grpcpp/support/byte_buffer.h>
#include <grpcpp/support/message_allocator.h>
#include <grpcpp/support/server_callback.h>

#include <functional>
#include <new>
#include <utility>

namespace certgate {
namespace {

using HandlerParameter = grpc::internal::MethodHandler::HandlerParameter;

class RefusingReactor final : public grpc::ServerBidiReactor<grpc::ByteBuffer, grpc::ByteBuffer> {
 public:
  explicit RefusingReactor(const grpc::Status& status) { Finish(status); }
  void OnDone() override { delete this; }
};

/// The request and the reply of a call that has neither any more.
class NoMessages final : public grpc::MessageHolder<grpc::ByteBuffer, grpc::ByteBuffer> {
 public:
  NoMessages() {
    set_request(nullptr);
    set_response(nullptr);
  }
  void Release() override {}
};

// With a status other than OK gRPC would answer UNIMPLEMENTED in place of it.
HandlerParameter ForRefusal(const HandlerParameter& parameter, void* internal_data) {
  return HandlerParameter(parameter.call, parameter.server_context, nullptr, grpc::Status::OK,
                          internal_data, parameter.call_requester);
}

// A bidirectional handler finishes all kinds: it reads nothing and writes only the status.
void RefuseStream(const HandlerParameter& parameter, const grpc::Status& status) {
  grpc::internal::CallbackBidiHandler<grpc::ByteBuffer, grpc::ByteBuffer> refusing(
      [&status](grpc::CallbackServerContext*) { return new RefusingReactor(status); });
  refusing.RunHandler(ForRefusal(parameter, nullptr));
}

// A unary one finishes those whose one request has been taken, and only it does so without another
// thread, which costs more than all the rest of a refusal.
void RefuseRequest(const HandlerParameter& parameter, const grpc::Status& status) {
  static NoMessages no_messages;
  grpc::MessageHolder<grpc::ByteBuffer, grpc::ByteBuffer>* const messages = &no_messages;
  grpc::internal::CallbackUnaryHandler<grpc::ByteBuffer, grpc::ByteBuffer> refusing(
      [&status](grpc::CallbackServerContext* context, const grpc::ByteBuffer*, grpc::ByteBuffer*) {
        grpc::ServerUnaryReactor* const reactor = context->DefaultReactor();
        reactor->Finish(status);
        return reactor;
      });
  refusing.RunHandler(ForRefusal(parameter, messages));
}

}  // namespace

CallbackCall& CallbackCall::Begin(const Guard& guard, grpc_call* call, const Guard::Method& method,
                                  bool streams_requests) noexcept {
  void* const place = grpc_call_arena_alloc(call, sizeof(CallbackCall));
  auto* const self = new (place) CallbackCall(guard, call, method, streams_requests);
  self->authorization_ = guard.Authorize(call, method, [self](bool is_recorded) {
    self->wait_.Know(is_recorded, [self] { self->GoOn(); });
  });
  if (!self->authorization_.is_pending) self->wait_.Know(true);
  return *self;
}

void CallbackCall::Run(grpc::internal::MethodHandler& handler, const HandlerParameter& parameter) {
  handler_ = &handler;
  when_done_ = parameter.call_requester;
  parameter_.emplace(parameter.call, parameter.server_context, parameter.request, parameter.status,
                     handler_data_, [this] {
                       is_complete_.wait(false, std::memory_order_acquire);
                       End();
                     });
  if (wait_.Arrive()) GoOn();
}

void CallbackCall::GoOn() {
  authorization_.Settle(wait_.is_recorded());
  if (authorization_.admitted()) return RunAdmitted();
  if (has_parsed_request()) return RefuseParsed();
  const grpc::Status status = Guard::RefusalStatus(authorization_);
  const HandlerParameter parameter = OwnParameter(grpc::Status::OK);
  const bool streams_requests = streams_requests_;
  this->~CallbackCall();
  (streams_requests ? RefuseStream : RefuseRequest)(parameter, status);
}

void CallbackCall::RunAdmitted() {
  RunningCall& entry = entry_.emplace(call_, method_.path, std::move(authorization_));
  guard_.supervisor().Enter(entry);
  // gRPC drops its reference before it calls the last function, and this with the call's memory.
  grpc_call_ref(call_);
  is_complete_.store(true, std::memory_order_release);
  handler_->RunHandler(*parameter_);
}

void CallbackCall::End() noexcept {
  grpc_call* const call = call_;
  const std::function<void()> when_done = std::move(when_done_);
  RunningCalls::Instance().Remove(*entry_);
  this->~CallbackCall();
  grpc_call_unref(call);
  when_done();
}

// What outlives this object, with gRPC's own last function.
CallbackCall::HandlerParameter CallbackCall::OwnParameter(const grpc::Status& status) {
  return HandlerParameter(parameter_->call, parameter_->server_context, parameter_->request, status,
                          parameter_->internal_data, std::move(when_done_));
}

bool CallbackCall::has_parsed_request() const {
  return handler_data_ != nullptr || parameter_->request != nullptr;
}

// The request has been parsed, and is the real handler's to free: it is given a call that has
// ended, which it finishes without running the method.
void CallbackCall::RefuseParsed() {
  Guard::End(call_, authorization_);
  grpc::internal::MethodHandler& handler = *handler_;
  const HandlerParameter parameter = OwnParameter(Guard::RefusalStatus(authorization_));
  this->~CallbackCall();
  handler.RunHandler(parameter);
}

void CallbackCall::RefuseUndecided(const HandlerParameter& parameter) {
  RefuseStream(parameter, grpc::Status(grpc::StatusCode::INTERNAL, "the call was not decided"));
}

}  // namespace certgate
