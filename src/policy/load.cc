#include <certgate/policy.h>
#include <openssl/evp.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <exception>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>

#include "src/policy/compile.h"
#include "src/policy/compiled.h"
#include "src/policy/load_reader.h"
#include "src/policy/policy_source.h"
#include "src/yaml/diagnostic_log.h"
#include "src/yaml/input_file.h"
#include "src/yaml/reader.h"
#include "src/yaml/source_cursor.h"

namespace certgate {
namespace {

PolicyLoad Failure(const std::string& file, Problem problem) {
  DiagnosticLog log({}, file);
  log.Error({}, std::move(problem));
  return {nullptr, std::move(log).Finish()};
}

// `sha256:` and the digits; nothing if OpenSSL fails.
std::optional<std::string> VersionOf(std::string_view text) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned int size = 0;
  if (EVP_Digest(text.data(), text.size(), digest.data(), &size, EVP_sha256(), nullptr) != 1) {
    return std::nullopt;
  }
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string version = "sha256:";
  for (std::size_t i = 0; i < size; ++i) {
    version += kDigits[digest[i] >> 4U];
    version += kDigits[digest[i] & 0xFU];
  }
  return version;
}

// The end of the last line that says something: neither blank nor a comment.
std::string_view LastLine(std::string_view text) {
  while (!text.empty()) {
    const std::size_t end = text.find_last_not_of(" \t\r\n");
    if (end == text.npos) return {};
    text = text.substr(0, end + 1);
    const std::size_t begin = text.rfind('\n') + 1;  // npos + 1 is 0
    const std::string_view line = text.substr(begin);
    if (line[std::min(line.find_first_not_of(" \t"), line.size() - 1)] != '#') return line;
    text = text.substr(0, begin);
  }
  return {};
}

bool IsEndMark(std::string_view line) {
  return line == "..." || line.starts_with("... ") || line.starts_with("...\t");
}

// The first character of the document: behind comments and the mark `---`; 0 if there is none.
char FirstCharacter(std::string_view text) {
  text.remove_prefix(ByteOrderMarkLength(text));
  while (!text.empty()) {
    std::string_view line = text.substr(0, text.find('\n'));
    text.remove_prefix(std::min(line.size() + 1, text.size()));
    if (line.starts_with("---")) line.remove_prefix(3);
    line.remove_prefix(std::min(line.find_first_not_of(" \t\r"), line.size()));
    if (!line.empty() && line.front() != '#') return line.front();
  }
  return '\0';
}

// What was cut off at the end of a line is a policy like any other; only an end mark tells. A
// policy in one pair of brackets has its end mark in the last of them.
void NoteIfPerhapsCut(DiagnosticLog& log, SourceLocation root) {
  const std::string_view text = log.text();
  if (FirstCharacter(text) == '{' || IsEndMark(LastLine(text))) return;
  SourceCursor cursor(text);
  if (!text.ends_with('\n')) {
    return log.Warn(cursor.Locate(text.size()),
                    {"the last line does not end: the file may have been cut short",
                     "end it with a line break, or better with a line `...`"});
  }
  log.Note(root, {"the policy has no end mark: if its last lines were lost, nobody would notice",
                  "end it with a line `...`"});
}

}  // namespace

PolicyDocument ReadPolicyDocument(DiagnosticLog& log, const std::string& file,
                                  const FileReader& read) {
  PolicyReader reader(log, file, read);
  // Half a file would seem to lack what stands in its other half.
  if (ReadYaml(reader, log)) reader.CheckWhole();
  if (log.error_count() > 0) return {};
  std::optional<std::string> version = VersionOf(log.text());
  if (!version) {
    log.Error({}, "cannot compute the policy's SHA-256",
              "check that OpenSSL's default provider is available");
    return {};
  }
  NoteIfPerhapsCut(log, reader.location());
  PolicyDocument document = reader.TakeDocument();
  document.version = *std::move(version);
  return document;
}

PolicyLoad ParsePolicy(std::string_view text, const std::string& file, const FileReader& read) {
  try {
    DiagnosticLog log(text, file);
    PolicyDocument document = ReadPolicyDocument(log, file, read);
    std::shared_ptr<const Policy> policy;
    if (log.error_count() == 0) {
      policy = std::make_shared<const Policy>(CompilePolicy(std::move(document)));
    }
    return {std::move(policy), std::move(log).Finish()};
  } catch (const std::exception& e) {
    return Failure(file, {std::string("cannot load the policy: ") + e.what(), {}});
  }
}

PolicyLoad ParsePolicy(std::string_view text, const std::string& file) {
  return ParsePolicy(text, file, ReadInputFile);
}

PolicyLoad LoadPolicy(const std::string& path) {
  try {
    std::variant<std::string, Problem> text = ReadInputFile(path, "policy file");
    if (auto* problem = std::get_if<Problem>(&text)) return Failure(path, std::move(*problem));
    return ParsePolicy(std::get<std::string>(text), path);
  } catch (const std::exception& e) {
    return Failure(path, {std::string("cannot load the policy: ") + e.what(), {}});
  }
}

}  // namespace certgate
