#include "src/identity/trust.h"

#include <absl/strings/str_cat.h>
#include <absl/time/clock.h>

#include <algorithm>
#include <atomic>
#include <iterator>
#include <optional>
#include <utility>

#include "src/identity/certificate_summary.h"
#include "src/identity/chain_check.h"
#include "src/identity/presented_certificates.h"
#include "src/identity/root_count.h"
#include "src/identity/trust_anchors.h"
#include "src/identity/trust_inventory.h"

namespace certgate {
namespace {

// What certificates can write, apart from years before RFC 5280's first (section 4.1.2.5): from
// 1950 until before 10000. OpenSSL's comparison fails for later times.
constexpr absl::Time kFirstMoment = absl::FromUnixSeconds(-631'152'000);
constexpr absl::Time kLastMoment = absl::FromUnixSeconds(253'402'300'800);

// Everything holds from its first second on, and until just before its last one: so OpenSSL
// compares. A moment of change is therefore the first at which something else is found.
void Bound(ChainFinding& finding, absl::Time moment, absl::Time now) {
  if (moment <= now)
    finding.from = std::max(finding.from, moment);
  else
    finding.until = std::min(finding.until, moment);
}

}  // namespace

class Trust::Verified {
 public:
  static absl::StatusOr<std::unique_ptr<const Verified>> Create(TrustSources sources) {
    auto inventory = TakeInventory(sources, absl::Now());
    if (!inventory.ok()) return inventory.status();
    auto verified = std::make_unique<Verified>(std::move(sources), *std::move(inventory));
    for (const X509Ptr& ca : verified->inventory_.client_cas) {
      if (X509_STORE_add_cert(verified->store_.get(), ca.get()) != 1) throw std::bad_alloc();
    }
    return verified;
  }

  Verified(TrustSources sources, TrustInventory inventory)
      : sources_(std::move(sources)),
        inventory_(std::move(inventory)),
        store_(NewAnchorStore()),
        rules_{RevocationIndex(inventory_.lists), sources_.on_missing, sources_.on_expired},
        root_count_(CountRoots(inventory_.client_cas)) {
    // CRLs that nobody asks for would be the worse surprise.
    if (!sources_.crls.empty()) sources_.check_revocation = true;
    sources_.crls.clear();
  }

  ChainFinding Verify(std::string_view leaf_pem, std::string_view chain_pem, absl::Time now) const {
    ChainFinding finding;
    finding.from = absl::InfinitePast();
    finding.until = absl::InfiniteFuture();
    const auto presented = ReadPresentedCertificates(leaf_pem, chain_pem);
    if (!presented.ok()) {
      finding.detail = std::string(presented.status().message());
      return finding;
    }
    FindWindow(*presented, now, finding);
    if (now < kFirstMoment || now >= kLastMoment) {
      finding.detail = "the clock is out of the range of certificates";
      return finding;
    }
    const ChainAnswer answer = Check(store_.get(), *presented, now, /*is_authority=*/false);
    finding.standing = answer.standing;
    finding.detail = DetailOf(answer);
    if (finding.standing == ChainStanding::kProven ||
        finding.standing == ChainStanding::kRevocationUnknown) {
      for (const Authority& authority : sources_.authorities) {
        AskAuthority(authority, *presented, now, finding);
      }
    }
    return finding;
  }

  const TrustSources& sources() const { return sources_; }
  const TrustInventory& inventory() const { return inventory_; }
  std::size_t root_count() const { return root_count_; }
  std::uint64_t id() const { return id_; }

 private:
  static std::uint64_t NextId() {
    static std::atomic<std::uint64_t> last{0};
    return last.fetch_add(1, std::memory_order_relaxed) + 1;
  }

  void FindWindow(const std::vector<X509Ptr>& presented, absl::Time now,
                  ChainFinding& finding) const {
    Bound(finding, kFirstMoment, now);
    Bound(finding, kLastMoment, now);
    const std::vector<absl::Time>& moments = inventory_.moments;
    const auto next = std::upper_bound(moments.begin(), moments.end(), now);
    if (next != moments.end()) Bound(finding, *next, now);
    if (next != moments.begin()) Bound(finding, *std::prev(next), now);
    for (const X509Ptr& certificate : presented) {
      absl::Time not_before;
      absl::Time not_after;
      // One that cannot be read is at no time valid for OpenSSL.
      if (!ReadValidity(certificate.get(), not_before, not_after)) continue;
      Bound(finding, not_before, now);
      Bound(finding, not_after, now);
    }
  }

  // Whoever has to go over an intermediate that is in the CA file need not show it, to an authority
  // either: leaving it out must not hide from the policy where a caller comes from.
  ChainAnswer Check(X509_STORE* anchors, const std::vector<X509Ptr>& presented, absl::Time now,
                    bool is_authority) const {
    BorrowedStackPtr others;
    Borrow(presented, others);
    if (is_authority) Borrow(inventory_.client_cas, others);
    const ChainQuestion question = {.anchors = anchors,
                                    .leaf = presented.front().get(),
                                    .others = others.get(),
                                    .at = now,
                                    .ca_validity_counts = !is_authority,
                                    .revocation = sources_.check_revocation ? &rules_ : nullptr};
    ChainAnswer answer = is_authority ? CheckEveryWay(question) : CheckChain(question);
    if (answer.standing != ChainStanding::kRevoked &&
        inventory_.anchor_revocation.IsRevoked(answer.anchor.get(), now)) {
      answer.standing = ChainStanding::kRevoked;
      answer.fault = {};
    }
    return answer;
  }

  static std::string DetailOf(const ChainAnswer& answer) {
    if (answer.standing == ChainStanding::kProven) return "";
    if (answer.fault.error != X509_V_OK) return Describe(answer.fault);
    return answer.standing == ChainStanding::kRevoked
               ? "the CA certificate that the chain ends at is revoked by its issuer"
               : "OpenSSL failed to verify the chain";
  }

  // A chain to an authority of which nobody knows whether it is revoked makes the whole caller
  // unknown: otherwise a `deny` for that authority would not be met.
  void AskAuthority(const Authority& authority, const std::vector<X509Ptr>& presented,
                    absl::Time now, ChainFinding& finding) const {
    const ChainAnswer answer =
        Check(authority.anchors->store(), presented, now, /*is_authority=*/true);
    if (!answer.validity.has_value()) return;
    const ChainValidity& validity = *answer.validity;
    if (answer.standing == ChainStanding::kProven) {
      finding.authorities.push_back({authority.name, validity.not_before, validity.not_after});
      return;
    }
    const bool is_valid = validity.not_before <= now && now < validity.not_after;
    if (answer.standing != ChainStanding::kRevocationUnknown || !is_valid ||
        finding.standing != ChainStanding::kProven) {
      return;
    }
    finding.standing = ChainStanding::kRevocationUnknown;
    finding.detail =
        absl::StrCat("on the way to the authority `", authority.name, "`: ", DetailOf(answer));
  }

  TrustSources sources_;
  const TrustInventory inventory_;
  const X509StorePtr store_;
  const RevocationRules rules_;
  const std::size_t root_count_;
  const std::uint64_t id_ = NextId();
};

Trust::Trust(std::unique_ptr<const Verified> inside) : inside_(std::move(inside)) {}
Trust::~Trust() = default;

absl::StatusOr<std::shared_ptr<const Trust>> Trust::Create(TrustSources sources) {
  const OpensslErrorScope error_scope;
  auto verified = Verified::Create(std::move(sources));
  if (!verified.ok()) return verified.status();
  return std::shared_ptr<const Trust>(new Trust(*std::move(verified)));
}

ChainFinding Trust::Verify(std::string_view leaf_pem, std::string_view chain_pem,
                           absl::Time now) const {
  const OpensslErrorScope error_scope;
  return inside_->Verify(leaf_pem, chain_pem, now);
}

std::size_t Trust::root_count() const { return inside_->root_count(); }
const std::vector<Authority>& Trust::authorities() const { return inside_->sources().authorities; }
std::uint64_t Trust::id() const { return inside_->id(); }
const std::string& Trust::client_ca_pem() const { return inside_->sources().client_ca_pem; }
bool Trust::checks_revocation() const { return inside_->sources().check_revocation; }
const std::vector<TrustExpiry>& Trust::expiries() const { return inside_->inventory().expiries; }
const std::vector<std::string>& Trust::doubts() const { return inside_->inventory().doubts; }

}  // namespace certgate
