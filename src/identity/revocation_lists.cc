#include "src/identity/revocation_lists.h"

#include <absl/status/status.h>
#include <absl/strings/str_cat.h>
#include <openssl/pem.h>

#include <cstddef>
#include <ctime>
#include <limits>
#include <memory>
#include <new>
#include <utility>

#include "src/identity/certificate_summary.h"

namespace certgate {
namespace {

using IssuingPointPtr =
    std::unique_ptr<ISSUING_DIST_POINT, OpensslDeleter<&ISSUING_DIST_POINT_free>>;
using KeyIdentifierPtr = std::unique_ptr<AUTHORITY_KEYID, OpensslDeleter<&AUTHORITY_KEYID_free>>;
using EnumeratedPtr = std::unique_ptr<ASN1_ENUMERATED, OpensslDeleter<&ASN1_ENUMERATED_free>>;

// OpenSSL's own answer of a decoded extension: -1 where there is none.
constexpr int kAbsent = -1;

void ThrowIfOutOfMemory() {
  if (ERR_GET_REASON(ERR_peek_last_error()) == ERR_R_MALLOC_FAILURE) throw std::bad_alloc();
}

// Null unless `bytes` is one CRL to its last byte.
X509CrlPtr ParseDer(std::string_view bytes) {
  if (bytes.size() > std::numeric_limits<int>::max()) return nullptr;
  const auto* at = reinterpret_cast<const unsigned char*>(bytes.data());
  const unsigned char* const end = at + bytes.size();
  X509CrlPtr crl(d2i_X509_CRL(nullptr, &at, static_cast<long>(bytes.size())));
  if (crl == nullptr) ThrowIfOutOfMemory();
  return at == end ? std::move(crl) : nullptr;
}

// Both what certgate compares and what OpenSSL does, which is stricter about the form (RFC 5280,
// section 4.1.2.5), must be able to read it.
bool ReadUpdate(const ASN1_TIME* time, absl::Time& result) {
  std::time_t some_time = 0;
  return ReadTime(time, result) && X509_cmp_time(time, &some_time) != 0;
}

// OpenSSL passes over an issuing distribution point or a key identifier that it cannot decode, and
// takes the CRL for one without.
template <typename Pointer>
bool Decode(const X509_CRL* crl, int type, Pointer& value) {
  int found = kAbsent;
  value.reset(
      static_cast<typename Pointer::pointer>(X509_CRL_get_ext_d2i(crl, type, &found, nullptr)));
  if (value == nullptr && found != kAbsent) ThrowIfOutOfMemory();
  return value != nullptr || found == kAbsent;
}

absl::Status ReadScope(RevocationList& list) {
  IssuingPointPtr point;
  KeyIdentifierPtr key;
  Asn1IntegerPtr number;
  if (!Decode(list.crl.get(), NID_issuing_distribution_point, point) ||
      !Decode(list.crl.get(), NID_authority_key_identifier, key) ||
      !Decode(list.crl.get(), NID_crl_number, number)) {
    return absl::InvalidArgumentError("has an extension that cannot be read");
  }
  if (X509_CRL_get_ext_by_NID(list.crl.get(), NID_delta_crl, -1) >= 0) {
    return absl::InvalidArgumentError("is a delta CRL: give a complete one");
  }
  if (point == nullptr) return absl::OkStatus();
  list.is_full = false;
  const int kinds = (point->onlyuser > 0 ? 1 : 0) + (point->onlyCA > 0 ? 1 : 0);
  list.is_usable = point->indirectCRL <= 0 && point->onlyattr <= 0 &&
                   point->onlysomereasons == nullptr && kinds < 2;
  return absl::OkStatus();
}

absl::Status CheckEntries(X509_CRL* crl) {
  STACK_OF(X509_REVOKED)* const entries = X509_CRL_get_REVOKED(crl);
  for (int i = 0; i < sk_X509_REVOKED_num(entries); ++i) {
    int found = kAbsent;
    const EnumeratedPtr reason(static_cast<ASN1_ENUMERATED*>(X509_REVOKED_get_ext_d2i(
        sk_X509_REVOKED_value(entries, i), NID_crl_reason, &found, nullptr)));
    if (reason == nullptr && found == kAbsent) continue;
    if (reason == nullptr) ThrowIfOutOfMemory();
    if (reason == nullptr || ASN1_ENUMERATED_get(reason.get()) == CRL_REASON_REMOVE_FROM_CRL) {
      return absl::InvalidArgumentError(
          absl::StrCat("has a reason in entry ", i + 1, " that has no place in a complete CRL"));
    }
  }
  return absl::OkStatus();
}

// OpenSSL sorts the entries at the first look-up; afterwards threads only read them.
void SortEntries(X509_CRL* crl) {
  const Asn1IntegerPtr serial(ASN1_INTEGER_new());
  if (serial == nullptr) throw std::bad_alloc();
  X509_REVOKED* ignored = nullptr;
  static_cast<void>(X509_CRL_get0_by_serial(crl, &ignored, serial.get()));
}

absl::StatusOr<RevocationList> ReadList(std::string_view der) {
  RevocationList list;
  list.crl = ParseDer(der);
  if (list.crl == nullptr) return absl::InvalidArgumentError("is damaged");
  list.issuer = DisplayName(X509_CRL_get_issuer(list.crl.get()));
  const ASN1_TIME* const next_update = X509_CRL_get0_nextUpdate(list.crl.get());
  if (!ReadUpdate(X509_CRL_get0_lastUpdate(list.crl.get()), list.this_update) ||
      (next_update != nullptr && !ReadUpdate(next_update, list.next_update))) {
    return absl::InvalidArgumentError("has a time that cannot be read");
  }
  // Before the order of the entries changes, which the messages give.
  if (const absl::Status good = CheckEntries(list.crl.get()); !good.ok()) return good;
  if (const absl::Status good = ReadScope(list); !good.ok()) return good;
  SortEntries(list.crl.get());
  return list;
}

absl::Status InList(std::size_t number, const absl::Status& status) {
  return absl::InvalidArgumentError(absl::StrCat("CRL ", number, " ", status.message()));
}

std::size_t CountDashes(std::string_view text) {
  constexpr std::string_view kDashes = "-----";
  std::size_t count = 0;
  for (std::size_t at = text.find(kDashes); at != std::string_view::npos;
       at = text.find(kDashes, at + kDashes.size())) {
    ++count;
  }
  return count;
}

struct PemBlock {
  OpensslTextPtr label;
  OpensslTextPtr header;
  OpensslBytesPtr bytes;
  std::string_view content;
};

// False where no further block begins, or it is damaged: OpenSSL's error queue knows.
bool ReadBlock(BIO* bio, PemBlock& block) {
  char* label = nullptr;
  char* header = nullptr;
  unsigned char* bytes = nullptr;
  long size = 0;
  if (PEM_read_bio(bio, &label, &header, &bytes, &size) != 1) return false;
  block.label.reset(label);
  block.header.reset(header);
  block.bytes.reset(bytes);
  block.content = {reinterpret_cast<const char*>(bytes), static_cast<std::size_t>(size)};
  return true;
}

absl::StatusOr<std::vector<RevocationList>> ReadPem(std::string_view pem) {
  const BioPtr bio(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
  if (bio == nullptr) throw std::bad_alloc();
  std::vector<RevocationList> lists;
  std::size_t blocks = 0;
  PemBlock block;
  while (ReadBlock(bio.get(), block)) {
    ++blocks;
    if (std::string_view(block.label.get()) != PEM_STRING_X509_CRL) continue;
    // A header means encryption (RFC 1421), which no CRL needs.
    auto list =
        *block.header == '\0' ? ReadList(block.content) : absl::InvalidArgumentError("is damaged");
    if (!list.ok()) return InList(lists.size() + 1, list.status());
    lists.push_back(*std::move(list));
  }
  ThrowIfOutOfMemory();
  if (ERR_GET_REASON(ERR_peek_last_error()) != PEM_R_NO_START_LINE) {
    return InList(lists.size() + 1, absl::InvalidArgumentError("is damaged"));
  }
  if (lists.empty()) return absl::InvalidArgumentError("holds no CRL");
  // OpenSSL passes over a block whose first line is damaged: a whole CRL would go unnoticed.
  if (CountDashes(pem) != 4 * blocks) {
    return absl::InvalidArgumentError("holds a PEM block that is damaged");
  }
  return lists;
}

}  // namespace

absl::StatusOr<std::vector<RevocationList>> ReadRevocationLists(std::string_view content) {
  if (content.size() > std::numeric_limits<int>::max()) {
    return absl::InvalidArgumentError("is over 2 GiB");
  }
  const OpensslErrorScope error_scope;
  // DER begins with a SEQUENCE of over 127 bytes; the second octet of PEM text is ASCII.
  if (content.size() < 2 || content[0] != '\x30' || (content[1] & 0x80) == 0) {
    return ReadPem(content);
  }
  auto list = ReadList(content);
  if (!list.ok()) return InList(1, list.status());
  std::vector<RevocationList> lists;
  lists.push_back(*std::move(list));
  return lists;
}

}  // namespace certgate
