#include "src/client/options.h"

#include <certgate/version.h>

#include <CLI/CLI.hpp>
#include <cstddef>
#include <iostream>
#include <string_view>
#include <vector>

#include "src/command_line/number_within.h"
#include "src/command_line/usage_mistake.h"
#include "src/yaml/unicode.h"

namespace certgate {
namespace {

constexpr char kDescription[] =
    "Calls the Greeter over mutual TLS.\n\n"
    "  hello                greet --name once (what happens without a command)\n"
    "  stream               greet --name several times; see --count and --interval\n"
    "  collect [NAME ...]   send the names, get one greeting for all\n"
    "  chat [NAME ...]      send a name, get its greeting, send the next\n"
    "  whoami               who the caller is to the server, and what it may call\n"
    "  status               what is in force on the server, what is wrong, what ends soon\n"
    "  health [SERVICE]     whether the server, or one of its services, is serving\n\n"
    "collect and chat read names from standard input, one a line, if none are given.";

constexpr char kFooter[] =
    "Without --cert and --key the client shows no certificate.\n"
    "Exit codes: 0 all is well; 1 health: the server is not serving, status: it is not well (its\n"
    "files are not in force, or something ends within --ends-within); 2 wrong usage; 3 a file is\n"
    "missing or invalid; 64 + N the call failed with gRPC's status code N, such as 71 for\n"
    "PERMISSION_DENIED.\n"
    "\n"
    "Example:\n"
    "  greeter-client --target localhost:50051 --ca certs/ca.crt --cert certs/client.crt \\\n"
    "    --key certs/client.key --name Ada";

constexpr char kReadOn[] = "run `greeter-client --help`";

struct Command {
  std::string_view name;
  std::size_t most_arguments;
};

constexpr std::size_t kAnyNumber = 10'000;
constexpr Command kCommands[] = {{"hello", 0},         {"stream", 0}, {"collect", kAnyNumber},
                                 {"chat", kAnyNumber}, {"whoami", 0}, {"status", 0},
                                 {"health", 1}};

void AddOptions(CLI::App& app, ClientOptions& options, std::vector<std::string>& words) {
  app.description(kDescription);
  app.footer(kFooter);
  app.set_version_flag("--version", "greeter-client " CERTGATE_VERSION);
  app.add_option("--target", options.target, "the server's address (required)")
      ->option_text("HOST:PORT");
  app.add_option("--ca", options.ca,
                 "the authority that issued the server's certificate, PEM (required)")
      ->option_text("FILE");
  app.add_option("--cert", options.cert, "the client's certificate and its intermediates, PEM")
      ->option_text("FILE");
  app.add_option("--key", options.key, "the private key of the certificate, PEM")
      ->option_text("FILE");
  app.add_option("--name", options.name, "whom to greet (default world)")->option_text("NAME");
  app.add_option("--server-name", options.server_name,
                 "name that the server's certificate must bear (default: the target's host)")
      ->option_text("NAME");
  app.add_option("--timeout", options.timeout, "for the whole call; 0 for no limit (default 5)")
      ->option_text("SECONDS")
      ->check(NumberWithin(0, 86'400));
  app.add_option("--count", options.count, "stream: how many greetings (default 3)")
      ->option_text("N")
      ->check(WholeNumberWithin(1, 10'000));
  app.add_option("--interval", options.interval, "stream: time between them (default 0)")
      ->option_text("SECONDS")
      ->check(NumberWithin(0, 60));
  app.add_option("--ends-within", options.ends_within,
                 "status: what ends so soon is told as wrong (default 24)")
      ->option_text("HOURS")
      ->check(NumberWithin(0, 87'600));
  const std::map<std::string, OutputFormat> formats{{"text", OutputFormat::kText},
                                                    {"json", OutputFormat::kJson}};
  app.add_option("--format", options.format, "form of the output (default text)")
      ->option_text("text|json")
      ->transform(CLI::CheckedTransformer(formats));
  app.add_option("command", words, "what to call, and its arguments")->option_text(" ");
}

// Null if there is none of that name.
const Command* FindCommand(std::string_view name) {
  for (const Command& command : kCommands) {
    if (command.name == name) return &command;
  }
  return nullptr;
}

UsageMistake UnknownCommand(std::string_view name) {
  std::vector<std::string_view> known;
  for (const Command& command : kCommands) known.push_back(command.name);
  return UnknownWord("command", name, known, kReadOn);
}

// The first thing that is wrong with the options as a whole; empty if nothing is.
std::string FindMistake(const Command& command, const ClientOptions& options) {
  if (options.target.empty()) return "no server is given: pass --target HOST:PORT";
  if (options.ca.empty()) {
    return "no authority is given: pass --ca FILE, the certificate of who issued the server's";
  }
  if (options.cert.empty() != options.key.empty()) {
    return options.key.empty() ? "--cert needs --key, the certificate's private key"
                               : "--key needs --cert, the certificate that it belongs to";
  }
  if (options.command != "stream" && (options.count != 0 || options.interval > 0)) {
    return "--count and --interval are for the command `stream`";
  }
  if (options.command != "status" && options.ends_within.has_value()) {
    return "--ends-within is for the command `status`";
  }
  if (options.arguments.size() <= command.most_arguments) return "";
  return Quote(command.name) + " takes no argument " +
         Quote(options.arguments[command.most_arguments]);
}

OptionsReading Complain(const UsageMistake& mistake) {
  std::cerr << "greeter-client: " << mistake.message << "\n  = " << mistake.hint << '\n';
  return {std::nullopt, kExitUsage};
}

}  // namespace

OptionsReading ReadOptions(int argc, const char* const* argv) {
  CLI::App app("", "greeter-client");
  ClientOptions options;
  std::vector<std::string> words;
  AddOptions(app, options, words);
  try {
    app.parse(argc, argv);
  } catch (const CLI::Success& asked) {
    return {std::nullopt, app.exit(asked)};
  } catch (const CLI::ParseError& error) {
    return Complain(ExplainUsage(app, error));
  }
  if (!words.empty()) {
    options.command = words.front();
    options.arguments.assign(words.begin() + 1, words.end());
  }
  const Command* const command = FindCommand(options.command);
  if (command == nullptr) return Complain(UnknownCommand(options.command));
  const std::string mistake = FindMistake(*command, options);
  if (!mistake.empty()) return Complain({mistake, kReadOn});
  return {options, kExitOk};
}

}  // namespace certgate
