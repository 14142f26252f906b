#include "tests/support/der_writer.h"

#include <openssl/pem.h>

#include <cstdio>
#include <cstdlib>
#include <memory>

#include "src/identity/openssl_ptr.h"

namespace certgate::testing::der {
namespace {

void Require(bool condition, const char* what) {
  if (condition) return;
  std::fprintf(stderr, "der_writer: %s failed\n", what);
  std::abort();
}

}  // namespace

std::string ObjectIdentifier(const std::string& name) {
  const Asn1ObjectPtr object(OBJ_txt2obj(name.c_str(), 0));
  Require(object != nullptr, "OBJ_txt2obj");
  unsigned char* bytes = nullptr;
  const int length = i2d_ASN1_OBJECT(object.get(), &bytes);
  Require(length > 0, "i2d_ASN1_OBJECT");
  const std::unique_ptr<unsigned char, OpensslMemoryDeleter> owner(bytes);
  return std::string(bytes, bytes + length);
}

std::string Extension(const std::string& name, bool critical, std::string_view value) {
  std::string content = ObjectIdentifier(name);
  if (critical) content += Value(kBoolean, "\xFF");
  return Sequence(content + Value(kOctetString, value));
}

std::string ToPem(const std::string& label, std::string_view der) {
  const BioPtr bio(BIO_new(BIO_s_mem()));
  Require(bio != nullptr, "BIO_new");
  const std::string bytes(der);
  PEM_write_bio(bio.get(), label.c_str(), "", reinterpret_cast<const unsigned char*>(bytes.data()),
                static_cast<long>(bytes.size()));
  char* text = nullptr;
  const long length = BIO_get_mem_data(bio.get(), &text);
  Require(length > 0, "PEM_write_bio");
  return std::string(text, static_cast<std::size_t>(length));
}

std::string FromPem(const std::string& pem) {
  const BioPtr bio(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
  Require(bio != nullptr, "BIO_new_mem_buf");
  char* label = nullptr;
  char* header = nullptr;
  unsigned char* bytes = nullptr;
  long length = 0;
  Require(PEM_read_bio(bio.get(), &label, &header, &bytes, &length) == 1, "PEM_read_bio");
  std::string der(bytes, bytes + length);
  OPENSSL_free(label);
  OPENSSL_free(header);
  OPENSSL_free(bytes);
  return der;
}

}  // namespace certgate::testing::der
