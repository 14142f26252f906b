#include "src/identity/trust_inventory.h"

#include <absl/status/status.h>
#include <absl/strings/match.h>
#include <absl/strings/str_cat.h>

#include <algorithm>
#include <cstddef>
#include <map>
#include <utility>

#include "src/identity/certificate_summary.h"
#include "src/identity/pem_certificates.h"
#include "src/identity/trust_anchors.h"

namespace certgate {
namespace {

// "the client CA file `ca.pem` holds no PEM certificate", "...: certificate 2 is damaged".
absl::Status InFile(const char* role, const std::string& name, const absl::Status& status) {
  const bool is_of_the_file =
      absl::StartsWith(status.message(), "holds") || absl::StartsWith(status.message(), "is over");
  return absl::InvalidArgumentError(
      absl::StrCat("the ", role, " `", name, is_of_the_file ? "` " : "`: ", status.message()));
}

class Stocktaking {
 public:
  Stocktaking(const TrustSources& sources, absl::Time now) : sources_(sources), now_(now) {}

  absl::StatusOr<TrustInventory> Run() {
    if (absl::Status good = ReadClientCas(); !good.ok()) return good;
    if (absl::Status good = LookThroughAuthorities(); !good.ok()) return good;
    for (const CrlFile& file : sources_.crls) {
      if (absl::Status good = ReadCrls(file); !good.ok()) return good;
    }
    inventory_.anchor_revocation = AnchorRevocation(cas_, signed_lists_);
    for (const X509* anchor : inventory_.anchor_revocation.listed()) {
      Doubt(absl::StrCat("the CA `", DisplayName(X509_get_subject_name(anchor)),
                         "` is trusted by being listed, and a CRL of its issuer lists it too"));
    }
    SortMoments();
    return std::move(inventory_);
  }

 private:
  absl::Status ReadClientCas() {
    auto certificates = ReadPemCertificates(sources_.client_ca_pem);
    constexpr char kRole[] = "client CA file";
    if (!certificates.ok()) {
      return InFile(kRole, sources_.client_ca_name, certificates.status());
    }
    inventory_.client_cas = *std::move(certificates);
    const absl::Status good =
        LookThrough(inventory_.client_cas, TrustExpiry::Kind::kClientCa, sources_.client_ca_name);
    return good.ok() ? good : InFile(kRole, sources_.client_ca_name, good);
  }

  absl::Status LookThroughAuthorities() {
    for (const Authority& authority : sources_.authorities) {
      const absl::Status good = LookThrough(authority.anchors->certificates(),
                                            TrustExpiry::Kind::kAuthority, authority.name);
      if (!good.ok()) return InFile("authority", authority.name, good);
    }
    return absl::OkStatus();
  }

  absl::Status LookThrough(const std::vector<X509Ptr>& certificates, TrustExpiry::Kind kind,
                           const std::string& name) {
    for (std::size_t i = 0; i < certificates.size(); ++i) {
      X509* const certificate = certificates[i].get();
      absl::Time not_before;
      absl::Time not_after;
      // Reads the extensions and keeps them in the certificate.
      if (X509_check_purpose(certificate, -1, 0) != 1 || X509_get0_pubkey(certificate) == nullptr ||
          !ReadValidity(certificate, not_before, not_after)) {
        return absl::InvalidArgumentError(
            absl::StrCat("certificate ", i + 1, " has a part that cannot be read"));
      }
      cas_.push_back(certificate);
      AddSpan(not_before, not_after);
      AddExpiry(kind, name, DisplayName(X509_get_subject_name(certificate)), not_after);
    }
    return absl::OkStatus();
  }

  absl::Status ReadCrls(const CrlFile& file) {
    auto lists = ReadRevocationLists(file.content);
    if (!lists.ok()) return InFile("CRL file", file.name, lists.status());
    for (RevocationList& list : *lists) {
      if (absl::Status good = FindSigner(file, list); !good.ok()) return good;
      DoubtTimes(file, list);
      AddSpan(list.this_update, list.next_update);
      AddExpiry(TrustExpiry::Kind::kCrl, file.name, list.issuer, list.next_update);
      inventory_.lists.push_back(std::move(list));
    }
    return absl::OkStatus();
  }

  absl::Status FindSigner(const CrlFile& file, const RevocationList& list) {
    bool is_known = false;
    for (const X509* ca : cas_) {
      if (X509_NAME_cmp(X509_get_subject_name(ca), X509_CRL_get_issuer(list.crl.get())) != 0) {
        continue;
      }
      is_known = true;
      if (X509_CRL_verify(list.crl.get(), X509_get0_pubkey(ca)) != 1) continue;
      DoubtSecond(file, list, ca);
      if (list.is_usable) {
        signed_lists_.push_back({list.crl.get(), ca, list.this_update, list.is_full});
      }
      return absl::OkStatus();
    }
    if (is_known) {
      return absl::InvalidArgumentError(absl::StrCat(
          "the CRL in `", file.name, "` is not signed by its issuer `", list.issuer, "`"));
    }
    Doubt(absl::StrCat("the CRL in `", file.name, "` is of `", list.issuer,
                       "`, which is neither a client CA nor an authority"));
    return absl::OkStatus();
  }

  // CRLs for different certificates may stand beside each other (RFC 5280, section 5.2.5).
  void DoubtSecond(const CrlFile& file, const RevocationList& list, const X509* signer) {
    if (!list.is_full) return;
    const auto [first, is_new] = full_lists_.try_emplace(signer, &file.name);
    if (is_new) return;
    Doubt(absl::StrCat("the CRLs in `", *first->second, "` and `", file.name, "` are both of `",
                       list.issuer, "`: the newer one counts"));
  }

  void DoubtTimes(const CrlFile& file, const RevocationList& list) {
    const std::string crl = absl::StrCat("the CRL of `", list.issuer, "` in `", file.name, "` ");
    if (!list.is_usable) {
      Doubt(crl + "is an indirect one or for certain reasons, and proves nothing here");
    }
    if (list.next_update == absl::InfiniteFuture()) {
      Doubt(crl + "does not say when the next one is due: nobody will notice that it is old");
    } else if (list.next_update <= now_) {
      Doubt(crl + "has expired: fetch the next one");
    }
    if (list.this_update > now_) Doubt(crl + "is not yet valid: check the clock");
  }

  void AddSpan(absl::Time begin, absl::Time end) {
    inventory_.moments.push_back(begin);
    inventory_.moments.push_back(end);
  }

  void AddExpiry(TrustExpiry::Kind kind, const std::string& name, const std::string& who,
                 absl::Time at) {
    inventory_.expiries.push_back({kind, absl::StrCat(name, ": ", who), at});
  }

  void Doubt(std::string doubt) { inventory_.doubts.push_back(std::move(doubt)); }

  void SortMoments() {
    std::vector<absl::Time>& moments = inventory_.moments;
    std::sort(moments.begin(), moments.end());
    moments.erase(std::unique(moments.begin(), moments.end()), moments.end());
  }

  const TrustSources& sources_;
  const absl::Time now_;
  TrustInventory inventory_;
  // Of the client CA file and of the authorities.
  std::vector<X509*> cas_;
  std::vector<SignedList> signed_lists_;
  // The file of the first full CRL that a CA signed.
  std::map<const X509*, const std::string*> full_lists_;
};

}  // namespace

absl::StatusOr<TrustInventory> TakeInventory(const TrustSources& sources, absl::Time now) {
  const OpensslErrorScope error_scope;
  return Stocktaking(sources, now).Run();
}

}  // namespace certgate
