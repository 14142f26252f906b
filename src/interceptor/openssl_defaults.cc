#include "src/interceptor/openssl_defaults.h"

#include <absl/strings/ascii.h>
#include <absl/strings/str_cat.h>
#include <openssl/bio.h>
#include <openssl/conf.h>
#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <sys/stat.h>

#include <memory>
#include <string_view>
#include <utility>

namespace certgate {
namespace {

struct FreeConf {
  void operator()(CONF* conf) const { NCONF_free(conf); }
};
struct FreeBio {
  void operator()(BIO* bio) const { BIO_free(bio); }
};
struct FreeText {
  void operator()(char* text) const { OPENSSL_free(text); }
};
using Conf = std::unique_ptr<CONF, FreeConf>;

// One section of TLS commands, such as `system_default`, which every context runs.
struct CommandSection {
  std::string name;
  std::vector<TlsCommand> commands;
};

constexpr std::string_view kEveryContext = "system_default";

std::vector<TlsCommand> ReadSection(const CONF* conf, const char* name) {
  std::vector<TlsCommand> entries;
  const STACK_OF(CONF_VALUE)* const values = NCONF_get_section(conf, name);
  for (int i = 0; values != nullptr && i < sk_CONF_VALUE_num(values); ++i) {
    const CONF_VALUE* const value = sk_CONF_VALUE_value(values, i);
    entries.push_back({value->name, value->value});
  }
  return entries;
}

// What the administrator says, as OpenSSL reads it (config(5), "SSL Configuration").
std::vector<CommandSection> ReadSections(const CONF* conf) {
  std::vector<CommandSection> sections;
  const char* const init = NCONF_get_string(conf, nullptr, "openssl_conf");
  const char* const ssl = init == nullptr ? nullptr : NCONF_get_string(conf, init, "ssl_conf");
  if (ssl == nullptr) return sections;
  for (const TlsCommand& entry : ReadSection(conf, ssl)) {
    CommandSection section{entry.name, ReadSection(conf, entry.value.c_str())};
    // `1.Options` is `Options`: what stands before the dot only tells lines apart.
    for (TlsCommand& command : section.commands) {
      command.name.erase(0, command.name.find('.') + 1);
    }
    sections.push_back(std::move(section));
  }
  return sections;
}

absl::Status ReadAdministrators(std::vector<CommandSection>& sections) {
  const std::unique_ptr<char, FreeText> path(CONF_get1_default_config_file());
  struct stat status {};
  if (path == nullptr || stat(path.get(), &status) != 0) return absl::OkStatus();
  const Conf conf(NCONF_new(nullptr));
  long line = 0;
  if (conf == nullptr || NCONF_load(conf.get(), path.get(), &line) != 1) {
    return absl::FailedPreconditionError(
        absl::StrCat("OpenSSL's configuration `", path.get(), "` cannot be read, line ", line,
                     ": correct it, so that what it says of TLS is not lost"));
  }
  sections = ReadSections(conf.get());
  return absl::OkStatus();
}

// A value that means itself: no quote, variable, comment or end of line.
std::string Escape(std::string_view value) {
  std::string escaped;
  for (const char c : value) {
    if (!absl::ascii_isalnum(static_cast<unsigned char>(c))) escaped += '\\';
    escaped += c;
  }
  return escaped;
}

std::string WriteConfiguration(const std::vector<CommandSection>& sections) {
  std::string text = "openssl_conf = init\n[init]\nssl_conf = ssl\n[ssl]\n";
  for (std::size_t i = 0; i < sections.size(); ++i) {
    absl::StrAppend(&text, sections[i].name, " = section", i, "\n");
  }
  for (std::size_t i = 0; i < sections.size(); ++i) {
    absl::StrAppend(&text, "[section", i, "]\n");
    // A command may come twice, but a name only once in a section: hence the numbers.
    std::size_t number = 0;
    for (const TlsCommand& command : sections[i].commands) {
      absl::StrAppend(&text, number++, ".", command.name, " = ", Escape(command.value), "\n");
    }
  }
  return text;
}

absl::Status Load(const std::string& text) {
  const std::unique_ptr<BIO, FreeBio> bio(
      BIO_new_mem_buf(text.data(), static_cast<int>(text.size())));
  const Conf conf(NCONF_new(nullptr));
  long line = 0;
  const bool loaded = bio != nullptr && conf != nullptr &&
                      NCONF_load_bio(conf.get(), bio.get(), &line) == 1 &&
                      CONF_modules_load(conf.get(), nullptr, 0) == 1;
  ERR_clear_error();
  if (loaded) return absl::OkStatus();
  return absl::InternalError("OpenSSL does not take settings for TLS");
}

}  // namespace

absl::Status AddTlsDefaults(const std::vector<TlsCommand>& commands) {
  // Now, for it happens once: later it would put the administrator's settings in place of ours.
  OPENSSL_init_ssl(0, nullptr);
  std::vector<CommandSection> sections;
  if (absl::Status status = ReadAdministrators(sections); !status.ok()) return status;
  bool added = false;
  for (CommandSection& section : sections) {
    if (section.name != kEveryContext) continue;
    section.commands.insert(section.commands.end(), commands.begin(), commands.end());
    added = true;
  }
  if (!added) sections.push_back({std::string(kEveryContext), commands});
  return Load(WriteConfiguration(sections));
}

}  // namespace certgate
