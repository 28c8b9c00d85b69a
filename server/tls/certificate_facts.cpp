#include "tls/certificate_facts.h"

#include <array>
#include <ctime>
#include <memory>

#include <boost/asio/ip/address.hpp>
#include <openssl/asn1.h>
#include <openssl/evp.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include "tls/openssl_handles.h"

namespace freshframe {

namespace {

namespace ip = boost::asio::ip;

std::string fingerprint_of(const X509& certificate) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned int size = 0;
  X509_digest(&certificate, EVP_sha256(), digest.data(), &size);
  constexpr const char* kDigits = "0123456789ABCDEF";
  std::string text;
  for (unsigned int i = 0; i < size; ++i) {
    text += i == 0 ? "" : ":";
    text += kDigits[digest[i] >> 4];
    text += kDigits[digest[i] & 15];
  }
  return text;
}

std::chrono::sys_seconds time_of(const ASN1_TIME* time) {
  std::tm utc{};
  ASN1_TIME_to_tm(time, &utc);
  return std::chrono::sys_seconds{std::chrono::seconds{::timegm(&utc)}};
}

std::string address_text(const ASN1_OCTET_STRING& bytes) {
  const unsigned char* const data = ASN1_STRING_get0_data(&bytes);
  const auto size = static_cast<std::size_t>(ASN1_STRING_length(&bytes));
  if (ip::address_v4::bytes_type v4; size == v4.size()) {
    std::copy_n(data, size, v4.begin());
    return ip::address_v4(v4).to_string();
  }
  if (ip::address_v6::bytes_type v6; size == v6.size()) {
    std::copy_n(data, size, v6.begin());
    return ip::address_v6(v6).to_string();
  }
  return "?";
}

std::vector<std::string> names_of(const X509& certificate) {
  using NamesPtr = std::unique_ptr<GENERAL_NAMES, OpensslDeleter<GENERAL_NAMES_free>>;
  const NamesPtr names(static_cast<GENERAL_NAMES*>(
      X509_get_ext_d2i(&certificate, NID_subject_alt_name, nullptr, nullptr)));
  std::vector<std::string> texts;
  for (int i = 0; i < sk_GENERAL_NAME_num(names.get()); ++i) {
    const GENERAL_NAME* const name = sk_GENERAL_NAME_value(names.get(), i);
    if (name->type == GEN_DNS) {
      const ASN1_IA5STRING* const text = name->d.dNSName;
      texts.emplace_back(reinterpret_cast<const char*>(ASN1_STRING_get0_data(text)),
                         static_cast<std::size_t>(ASN1_STRING_length(text)));
    } else if (name->type == GEN_IPADD) {
      texts.push_back(address_text(*name->d.iPAddress));
    }
  }
  return texts;
}

}  // namespace

CertificateFacts facts_of(const X509& certificate) {
  return {.fingerprint = fingerprint_of(certificate),
          .valid_from = time_of(X509_get0_notBefore(&certificate)),
          .valid_until = time_of(X509_get0_notAfter(&certificate)),
          .names = names_of(certificate)};
}

std::string date_text(std::chrono::sys_seconds time) {
  const std::time_t seconds = std::chrono::system_clock::to_time_t(time);
  std::tm utc{};
  ::gmtime_r(&seconds, &utc);
  std::array<char, 16> text{};
  return {text.data(), std::strftime(text.data(), text.size(), "%F", &utc)};
}

}  // namespace freshframe
