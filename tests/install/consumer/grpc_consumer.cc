// Links the installed certgate::certgate: a builder without an authorizer says what it needs.
#include <certgate/server_builder.h>
#include <certgate/version.h>

#include <cstdio>
#include <string>

int main() {
  certgate::ServerBuilder builder(nullptr);
  const bool refused = builder.BuildAndStart() == nullptr && !builder.status().ok();
  std::printf("certgate %s: %s\n", CERTGATE_VERSION,
              std::string(builder.status().message()).c_str());
  return refused ? 0 : 1;
}
