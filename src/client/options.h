#ifndef CERTGATE_SRC_CLIENT_OPTIONS_H_
#define CERTGATE_SRC_CLIENT_OPTIONS_H_

#include <optional>
#include <string>
#include <vector>

namespace certgate {

/// How the program ends when no call failed; a failed call ends it with 64 + the gRPC status code.
enum ExitCode : int { kExitOk = 0, kExitNo = 1, kExitUsage = 2, kExitInput = 3 };
inline constexpr int kExitStatusBase = 64;

enum class OutputFormat { kText, kJson };

/// What the command line asks for.
struct ClientOptions {
  std::string target;
  std::string ca;
  /// Both or neither are empty.
  std::string cert;
  std::string key;
  /// The name that the server's certificate must bear, if it is not the target's host.
  std::string server_name;
  std::string name = "world";
  /// Seconds for the whole call; 0 for no limit.
  double timeout = 5;
  /// For `stream`: how many replies, and the seconds between them; 0 for what the server takes.
  int count = 0;
  double interval = 0;
  /// For `status`: what ends within so many hours is told as wrong; a day if absent.
  std::optional<double> ends_within;
  OutputFormat format = OutputFormat::kText;
  /// hello, stream, collect, chat, whoami, status or health.
  std::string command = "hello";
  /// What follows the command: names (collect, chat) or a service (health).
  std::vector<std::string> arguments;
};

/// The outcome of reading the command line: options, or the exit code to stop with (after `--help`,
/// say). What there is to say has been written to standard output or error.
struct OptionsReading {
  std::optional<ClientOptions> options;
  int exit_code = kExitUsage;
};

OptionsReading ReadOptions(int argc, const char* const* argv);

}  // namespace certgate

#endif  // CERTGATE_SRC_CLIENT_OPTIONS_H_
