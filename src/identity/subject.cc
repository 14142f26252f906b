#include "src/identity/subject.h"

#include <absl/status/statusor.h>
#include <absl/strings/str_cat.h>
#include <openssl/obj_mac.h>

#include <string>
#include <utility>
#include <vector>

#include "src/identity/asn1_text.h"

namespace certgate {
namespace {

int NidAt(const X509_NAME* name, int index) {
  return OBJ_obj2nid(X509_NAME_ENTRY_get_object(X509_NAME_get_entry(name, index)));
}

int RdnAt(const X509_NAME* name, int index) {
  return X509_NAME_ENTRY_set(X509_NAME_get_entry(name, index));
}

bool SharesRdn(const X509_NAME* name, int index) {
  const int rdn = RdnAt(name, index);
  return (index > 0 && RdnAt(name, index - 1) == rdn) ||
         (index + 1 < X509_NAME_entry_count(name) && RdnAt(name, index + 1) == rdn);
}

// In `CN=a+OU=admin` the attributes of one relative name are a set without order, and software
// disagrees on how to read it.
absl::Status CheckRelativeNames(const X509_NAME* subject) {
  for (int i = 0; i < X509_NAME_entry_count(subject); ++i) {
    const int nid = NidAt(subject, i);
    const bool decides = nid == NID_commonName || nid == NID_organizationalUnitName;
    if (decides && SharesRdn(subject, i)) {
      return absl::InvalidArgumentError(
          absl::StrCat(nid == NID_commonName ? "a common name" : "an organizational unit",
                       " shares its relative distinguished name with another attribute"));
    }
  }
  return absl::OkStatus();
}

absl::StatusOr<std::vector<std::string>> ReadAttributes(const X509_NAME* subject, int nid,
                                                        const char* what) {
  std::vector<std::string> values;
  for (int i = 0; i < X509_NAME_entry_count(subject); ++i) {
    if (NidAt(subject, i) != nid) continue;
    absl::StatusOr<std::string> value =
        DecodeNameValue(X509_NAME_ENTRY_get_data(X509_NAME_get_entry(subject, i)), what);
    if (!value.ok()) return value.status();
    values.push_back(*std::move(value));
  }
  return values;
}

absl::Status CheckLengths(const std::vector<std::string>& values, const char* what) {
  for (const std::string& value : values) {
    if (value.empty()) return absl::InvalidArgumentError(absl::StrCat(what, " is empty"));
    if (value.size() > kMaxNameBytes) {
      return absl::InvalidArgumentError(absl::StrCat(what, " has ", value.size(),
                                                     " bytes, more than the ", kMaxNameBytes,
                                                     " that are accepted"));
    }
  }
  return absl::OkStatus();
}

absl::StatusOr<std::vector<std::string>> ReadBounded(const X509_NAME* subject, int nid,
                                                     const char* what) {
  absl::StatusOr<std::vector<std::string>> values = ReadAttributes(subject, nid, what);
  if (!values.ok()) return values;
  if (absl::Status status = CheckLengths(*values, what); !status.ok()) return status;
  return values;
}

int Count(const X509_NAME* subject, int nid) {
  int count = 0;
  for (int i = 0; i < X509_NAME_entry_count(subject); ++i) {
    if (NidAt(subject, i) == nid) ++count;
  }
  return count;
}

}  // namespace

absl::Status ReadSubject(const X509_NAME* subject, PeerIdentity& identity) {
  if (const int count = Count(subject, NID_commonName); count > 1) {
    return absl::InvalidArgumentError(absl::StrCat("the subject has ", count, " common names"));
  }
  if (absl::Status status = CheckRelativeNames(subject); !status.ok()) return status;

  absl::StatusOr<std::vector<std::string>> common_names =
      ReadBounded(subject, NID_commonName, "the common name");
  if (!common_names.ok()) return common_names.status();
  absl::StatusOr<std::vector<std::string>> units =
      ReadBounded(subject, NID_organizationalUnitName, "an organizational unit");
  if (!units.ok()) return units.status();
  absl::StatusOr<std::vector<std::string>> organizations =
      ReadAttributes(subject, NID_organizationName, "an organization");
  if (!organizations.ok()) return organizations.status();

  if (!common_names->empty()) identity.common_name = std::move(common_names->front());
  identity.organizational_units = *std::move(units);
  identity.organizations = *std::move(organizations);
  return absl::OkStatus();
}

}  // namespace certgate
