// Six ways to lose a right, in nine places, on sync and on callback services: from the loss to the
// refusal it takes less than a second, and it leaves the records that it should.

#include <absl/time/clock.h>

#include <algorithm>
#include <array>
#include <functional>
#include <iomanip>
#include <iostream>
#include <iterator>
#include <map>
#include <memory>
#include <set>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

#include "tests/behaviour/losing_scene.h"
#include "tests/support/catch2.h"
#include "tests/support/guarded_server.h"

namespace certgate::testing {
namespace {

using Records = std::vector<nlohmann::json>;

// The promise itself; not a guess at what is fast.
constexpr absl::Duration kAtOnce = absl::Seconds(1);

struct Place {
  const char* name;
  bool is_resumed = false;
  bool is_open = false;
};
constexpr std::array kProbedPlaces = {
    Place{"new connection"}, Place{"open connection", false, true}, Place{"resumed, TLS 1.2", true},
    Place{"resumed, TLS 1.3", true}, Place{"resumed by gRPC", true}};
constexpr std::array kRunningPlaces = {"unary", "server stream", "client stream", "bidi stream"};

// Milliseconds by loss and place.
class Table {
 public:
  void Begin(const std::string& row) { rows_.emplace_back(row, std::vector<absl::Duration>()); }
  void Add(absl::Duration took) { rows_.back().second.push_back(took); }
  std::string Text() const {
    std::ostringstream out;
    out << "milliseconds from the loss to the refusal\n" << std::left << std::setw(34) << "";
    for (const Place& place : kProbedPlaces) out << " | " << place.name;
    for (const char* place : kRunningPlaces) out << " | " << place;
    out << '\n';
    for (const auto& [row, cells] : rows_) {
      out << std::left << std::setw(34) << row << std::right;
      for (std::size_t i = 0; i < cells.size(); ++i) {
        const std::string head = i < kProbedPlaces.size()
                                     ? kProbedPlaces[i].name
                                     : kRunningPlaces[i - kProbedPlaces.size()];
        out << " | " << std::setw(static_cast<int>(head.size()))
            << absl::ToInt64Milliseconds(cells[i]);
      }
      out << '\n';
    }
    return out.str();
  }

 private:
  std::vector<std::pair<std::string, std::vector<absl::Duration>>> rows_;
};

bool IsOf(const nlohmann::json& record, const std::string& action, const std::string& caller) {
  return record["event"]["action"] == action &&
         record["tls"]["client"]["x509"]["subject"]["common_name"] ==
             nlohmann::json::array({caller});
}

Records Select(const Records& records, const std::string& action, const std::string& caller) {
  Records selected;
  std::copy_if(records.begin(), records.end(), std::back_inserter(selected),
               [&](const nlohmann::json& record) { return IsOf(record, action, caller); });
  return selected;
}

// The records that admitted the calls, by method.
std::map<std::string, std::string> AdmittedBy(const Records& records) {
  std::map<std::string, std::string> ids;
  for (const nlohmann::json& record : Select(records, "authorize", "loser")) {
    ids[record["rpc"]["method"]] = record["event"]["id"];
  }
  return ids;
}

AccessProbe::Answer AnswerOver(const TlsTunnel& tunnel) {
  if (tunnel.channel() == nullptr) {
    return {grpc::Status(grpc::StatusCode::UNAVAILABLE, "the handshake failed")};
  }
  return {SayHello(tunnel.channel()), tunnel.is_resumed()};
}

// A client that has a TLS session of version `version`, and calls over resumptions of it.
std::function<AccessProbe::Answer()> Resuming(LosingScene& scene, int version) {
  const int port = scene.server().port();
  const auto client = std::make_shared<ResumingClient>(
      scene.loser(), scene.server().authority().certificate_pem(), version);
  REQUIRE(AnswerOver(*client->Connect(port)).status.ok());
  return [client, port] { return AnswerOver(*client->Resume(port)); };
}

// The same with the sessions that gRPC's own client keeps.
std::function<AccessProbe::Answer()> ResumingByGrpc(LosingScene& scene) {
  const std::shared_ptr<grpc_ssl_session_cache> sessions(grpc_ssl_session_cache_create_lru(4),
                                                         &grpc_ssl_session_cache_destroy);
  const auto attempt = [&scene, sessions] {
    AccessProbe::Answer answer;
    answer.status =
        SayHello(scene.server().Connect(scene.loser(), sessions.get()), &answer.is_resumed);
    return answer;
  };
  REQUIRE(attempt().status.ok());
  return attempt;
}

// One for each of the places.
std::vector<std::unique_ptr<AccessProbe>> BeginProbes(LosingScene& scene) {
  std::vector<std::function<AccessProbe::Answer()>> attempts;
  attempts.emplace_back(
      [&scene] { return AccessProbe::Answer{SayHello(scene.server().Connect(scene.loser()))}; });
  attempts.emplace_back([channel = scene.server().Connect(scene.loser())] {
    return AccessProbe::Answer{SayHello(channel)};
  });
  attempts.push_back(Resuming(scene, TLS1_2_VERSION));
  attempts.push_back(Resuming(scene, TLS1_3_VERSION));
  attempts.push_back(ResumingByGrpc(scene));
  std::vector<std::unique_ptr<AccessProbe>> probes;
  for (auto& attempt : attempts) {
    probes.push_back(std::make_unique<AccessProbe>(std::move(attempt)));
  }
  for (const auto& probe : probes) REQUIRE(probe->WaitForAdmitted(2));
  return probes;
}

// The first refusal, after which there is nothing else.
AccessProbe::Attempt CheckAttempts(const std::vector<AccessProbe::Attempt>& attempts,
                                   const Loss& loss, const Place& place, absl::Time lost_at) {
  INFO(place.name);
  const auto refused = [](const AccessProbe::Attempt& one) { return !one.answer.status.ok(); };
  const auto first = std::find_if(attempts.begin(), attempts.end(), refused);
  REQUIRE(first != attempts.end());
  CHECK(first->ended >= lost_at);
  CHECK(std::all_of(first, attempts.end(), refused));
  for (auto attempt = first; attempt != attempts.end(); ++attempt) {
    const grpc::Status& status = attempt->answer.status;
    INFO(status.error_code() << ": " << status.error_message());
    const bool by_handshake = loss.fails_handshakes && !place.is_open &&
                              status.error_code() == grpc::StatusCode::UNAVAILABLE;
    CHECK((by_handshake || status.error_code() == loss.code));
  }
  if (place.is_resumed) {
    CHECK(attempts.front().answer.is_resumed);
    // New CAs are a new TLS context, which knows no sessions from before.
    CHECK(attempts.back().answer.is_resumed == (loss.kind != Loss::Kind::kAuthority));
  }
  return *first;
}

// Exactly one record for the call that `admitted_by` let in; its reason and identifier.
void CheckRevocation(const Records& revocations, const Loss& loss, const std::string& admitted_by,
                     const grpc::Status& status) {
  Records of_call;
  std::copy_if(
      revocations.begin(), revocations.end(), std::back_inserter(of_call),
      [&](const nlohmann::json& one) { return one["certgate"]["admitted_by"] == admitted_by; });
  REQUIRE(of_call.size() == 1);
  const nlohmann::json& record = of_call[0];
  INFO(record.dump(2));
  CHECK(record["event"]["reason"] == std::string(loss.reason));
  CHECK(record["event"]["outcome"] == "failure");
  CHECK(record["event"]["duration"].get<std::int64_t>() > 0);
  CHECK(status.error_code() == loss.code);
  CHECK(status.error_message() ==
        "certgate refused this call, audit record " + record["event"]["id"].get<std::string>());
}

std::size_t CountHandled(LosingScene& scene, const std::string& caller) {
  const std::vector<std::string> callers = scene.server().handlers().callers();
  return static_cast<std::size_t>(std::count(callers.begin(), callers.end(), caller));
}

// After the loss no handler runs for the loser, whatever it calls.
void CheckNothingRuns(LosingScene& scene, const std::shared_ptr<grpc::Channel>& channel,
                      const Loss& loss) {
  const std::size_t handled = CountHandled(scene, "loser");
  for (const CallKind kind : kCallKinds) {
    CHECK(CallRaw(channel, "/" + MethodOf(kind), {HelloRequestBytes("Ada")}).status.error_code() ==
          loss.code);
  }
  CHECK(CountHandled(scene, "loser") == handled);
  const Records asked = Select(scene.server().Records(), "authorize", "loser");
  CHECK(handled <= static_cast<std::size_t>(
                       std::count_if(asked.begin(), asked.end(), [](const nlohmann::json& record) {
                         return record["event"]["outcome"] == "success";
                       })));
}

void CheckRecords(const Records& records, const Loss& loss,
                  const std::map<std::string, std::string>& admitted_by,
                  const std::vector<LongCall::End>& ends) {
  const Records revocations = Select(records, "revoke-call", "loser");
  for (std::size_t i = 0; i < ends.size(); ++i) {
    CheckRevocation(revocations, loss, admitted_by.at(MethodOf(kCallKinds[i])), ends[i].status);
  }
  std::set<std::string> ended;
  for (const nlohmann::json& one : revocations) ended.insert(one["certgate"]["admitted_by"]);
  CHECK(ended.size() == revocations.size());
  CHECK(Select(records, "revoke-call", "keeper").empty());
  // That resumed sessions were refused by the decision, and not by TLS.
  const auto refused_resumed = [&loss](const nlohmann::json& record) {
    return IsOf(record, "authorize", "loser") && record["tls"]["resumed"] == true &&
           record["event"]["reason"] == std::string(loss.reason);
  };
  if (loss.kind != Loss::Kind::kAuthority) {
    CHECK(std::count_if(records.begin(), records.end(), refused_resumed) >= 3);
  }
}

void CheckLoss(const Loss& loss, Api api, Table& table) {
  LosingScene scene(loss, api);
  HandlerLog& handlers = scene.server().handlers();
  const auto keepers_channel = scene.server().Connect(scene.keeper());
  const auto losers_channel = scene.server().Connect(scene.loser());
  const auto kept = scene.BeginCalls("keeper", keepers_channel);
  const auto lost = scene.BeginCalls("loser", losers_channel);
  const auto admitted_by = AdmittedBy(scene.server().Records());
  REQUIRE(admitted_by.size() == kCallKinds.size());
  const auto probes = BeginProbes(scene);

  const absl::Time lost_at = scene.Lose();
  std::vector<LongCall::End> ends;
  for (const auto& call : lost) {
    const auto end = call->WaitForEnd();
    REQUIRE(end.has_value());
    ends.push_back(*end);
  }
  for (std::size_t i = 0; i < probes.size(); ++i) {
    REQUIRE(probes[i]->WaitForRefused(5));
    const auto first = CheckAttempts(probes[i]->Stop(), loss, kProbedPlaces[i], lost_at);
    table.Add(first.ended - lost_at);
    CHECK(first.ended - lost_at < kAtOnce);
  }
  for (const LongCall::End& end : ends) {
    table.Add(end.at - lost_at);
    CHECK(end.at >= lost_at);
    CHECK(end.at - lost_at < kAtOnce);
  }
  CheckNothingRuns(scene, losers_channel, loss);
  CheckRecords(scene.server().Records(), loss, admitted_by, ends);
  CHECK(handlers.cancelled("loser") == kCallKinds.size());

  for (const auto& call : kept) CHECK_FALSE(call->end().has_value());
  CHECK(handlers.cancelled("keeper") == 0);
  CHECK(SayHello(keepers_channel).ok());
}

}  // namespace

TEST_CASE("a right that is lost is lost at once") {
  Table table;
  for (const Loss& loss : kLosses) {
    for (const Api api : {Api::kSync, Api::kCallback}) {
      const std::string row =
          std::string(loss.name) + (api == Api::kSync ? ", sync" : ", callback");
      INFO(row);
      table.Begin(row);
      CheckLoss(loss, api, table);
    }
  }
  std::cout << table.Text();
}

}  // namespace certgate::testing
