#ifndef CERTGATE_TESTS_FUZZ_CRL_CHAIN_H_
#define CERTGATE_TESTS_FUZZ_CRL_CHAIN_H_

// A chain of P-256 certificates, valid from 2026 until 2046, whose private keys are gone: the
// only CRLs of the issuing CA that anybody can have are those of the corpus, and all of them list
// the leaf.
namespace certgate::fuzz {

inline constexpr char kRootPem[] =
    "-----BEGIN CERTIFICATE-----\n"
    "MIIBZDCCAQqgAwIBAgIQc2rL0K/SVY/moCVS7IVv6DAKBggqhkjOPQQDAjASMRAw\n"
    "DgYDVQQDDAdyb290IENBMB4XDTI2MDEwMTAwMDAwMFoXDTQ2MDEwMTAwMDAwMFow\n"
    "EjEQMA4GA1UEAwwHcm9vdCBDQTBZMBMGByqGSM49AgEGCCqGSM49AwEHA0IABAVL\n"
    "nidjEcHGKbThHi1VpKihiQ5ghYxQX5K5QM8EgSkdmojp3NhxHtUz4bEQFPuLE2Ie\n"
    "BQlRk/C/LmlZQ3Ro0zijQjBAMA8GA1UdEwEB/wQFMAMBAf8wDgYDVR0PAQH/BAQD\n"
    "AgEGMB0GA1UdDgQWBBSxmdUSv1b405VXni5E/LDKDs79ODAKBggqhkjOPQQDAgNI\n"
    "ADBFAiAEqutik5J2ZtIOsL09SCZsi79TV41vuXPvquGV1PdOJQIhAOjWH4bhAm5z\n"
    "3rQJ4MuBcxVbnIpjfdIHZnE92NLeXs9W\n"
    "-----END CERTIFICATE-----\n";

inline constexpr char kIssuingPem[] =
    "-----BEGIN CERTIFICATE-----\n"
    "MIIBeDCCAR+gAwIBAgIBETAKBggqhkjOPQQDAjASMRAwDgYDVQQDDAdyb290IENB\n"
    "MB4XDTI2MDEwMTAwMDAwMFoXDTQ2MDEwMTAwMDAwMFowFTETMBEGA1UEAwwKaXNz\n"
    "dWluZyBDQTBZMBMGByqGSM49AgEGCCqGSM49AwEHA0IABGx/GfKLJD/wN7dvHu1q\n"
    "4ONUVlmWCZ7dVVaJ5xSGqvYFG3dV4kpvW99R7En80WqkPCUdiduJ9Cu2JKAxCpvT\n"
    "eLCjYzBhMA8GA1UdEwEB/wQFMAMBAf8wDgYDVR0PAQH/BAQDAgEGMB0GA1UdDgQW\n"
    "BBSUMh54qvwnGWrLrpGEI4b8ia4X+zAfBgNVHSMEGDAWgBSxmdUSv1b405VXni5E\n"
    "/LDKDs79ODAKBggqhkjOPQQDAgNHADBEAiAUCN+DFnVb51kMBL2N6PmBSd9bVtHc\n"
    "ifo0kqsh172DoAIgfPUilUVdls2UWeiUtng6Nj3ZEkMg0JAdXHBvt/hhpjw=\n"
    "-----END CERTIFICATE-----\n";

inline constexpr char kLeafPem[] =
    "-----BEGIN CERTIFICATE-----\n"
    "MIIBcTCCARigAwIBAgIBIjAKBggqhkjOPQQDAjAVMRMwEQYDVQQDDAppc3N1aW5n\n"
    "IENBMB4XDTI2MDEwMTAwMDAwMFoXDTQ2MDEwMTAwMDAwMFowDjEMMAoGA1UEAwwD\n"
    "YXBwMFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE1gygo9swKMNF49VlmjqE3bZc\n"
    "a3rbCHOmWkqHMm4XM0fRfPsT1p/ChmkjUi6oOYO949FO/2ymUBOzjmHgfkaNxKNg\n"
    "MF4wDAYDVR0TAQH/BAIwADAOBgNVHQ8BAf8EBAMCB4AwHQYDVR0lBBYwFAYIKwYB\n"
    "BQUHAwIGCCsGAQUFBwMBMB8GA1UdIwQYMBaAFJQyHniq/CcZasuukYQjhvyJrhf7\n"
    "MAoGCCqGSM49BAMCA0cAMEQCIH1m1Yh4mRMfsIDkVI9cRsfPsenITA3bR6So2MoQ\n"
    "+XojAiBZd0ou37ADYgWi1I4G3m07rWlxh0VObVd24DE9ZGoXKQ\n";

inline constexpr char kRootCrlPem[] = "-----END CERTIFICATE-----\n";

}  // namespace certgate::fuzz

#endif  // CERTGATE_TESTS_FUZZ_CRL_CHAIN_H_
