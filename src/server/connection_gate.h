#ifndef CERTGATE_SRC_SERVER_CONNECTION_GATE_H_
#define CERTGATE_SRC_SERVER_CONNECTION_GATE_H_

#include <absl/status/statusor.h>

#include <functional>
#include <string_view>

namespace certgate {

/// Takes the address of a client whose connection was closed, as gRPC writes it:
/// `ipv4:192.0.2.7:50000`; empty if it has none. Called by several threads; must not throw.
using TurnedAway = std::function<void(std::string_view peer)>;

/// Lets no more than about `most` connections be open at a time in this process: what exceeds them
/// is accepted, closed at once and told to `turned_away`. Descriptors remain for the server's own
/// files, so that it can still take over a policy that revokes those who hold the connections.
///
/// Raises the limit of open files (RLIMIT_NOFILE) as far as `most` needs. Where that is not
/// permitted, fewer connections are let in; returns how many, or an error that says what to do if
/// there is no room for any. Call it once, before there is a server.
///
/// gRPC 1.51 knows no such limit, and it never accepts a connection again once accept4(2) has
/// failed for want of a descriptor (on_read in tcp_server_posix.cc): a client without a certificate
/// could shut the server to everybody, for good. So this program has an accept4 of its own, which
/// never fails in that way.
absl::StatusOr<int> OpenConnectionGate(int most, TurnedAway turned_away);

}  // namespace certgate

#endif  // CERTGATE_SRC_SERVER_CONNECTION_GATE_H_
