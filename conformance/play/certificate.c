/* SPDX-License-Identifier: MIT */
/* certificate.c - made with OpenSSL. See certificate.h. */
#include "play/certificate.h"

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>
#include <stdio.h>

enum { HOUR_S = 3600 };

static bool add_extension(X509 *certificate, int kind, const char *value) {
    X509V3_CTX context;
    X509V3_set_ctx_nodb(&context);
    X509V3_set_ctx(&context, certificate, certificate, NULL, NULL, 0);
    X509_EXTENSION *extension = X509V3_EXT_conf_nid(NULL, &context, kind, value);
    bool added = extension && X509_add_ext(certificate, extension, -1) == 1;
    X509_EXTENSION_free(extension);
    return added;
}

static bool fill(X509 *certificate, EVP_PKEY *key) {
    X509_NAME *name = X509_get_subject_name(certificate);
    return X509_set_version(certificate, 2) == 1 &&
           ASN1_INTEGER_set(X509_get_serialNumber(certificate), 1) == 1 &&
           X509_gmtime_adj(X509_getm_notBefore(certificate), -HOUR_S) &&
           X509_gmtime_adj(X509_getm_notAfter(certificate), 24 * HOUR_S) &&
           X509_set_pubkey(certificate, key) == 1 &&
           X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC,
                                      (const unsigned char *)"mctap's own server", -1, -1,
                                      0) == 1 &&
           X509_set_issuer_name(certificate, name) == 1 &&
           add_extension(certificate, NID_basic_constraints, "critical,CA:TRUE") &&
           add_extension(certificate, NID_subject_alt_name, "IP:127.0.0.1,DNS:localhost") &&
           X509_sign(certificate, key, EVP_sha256()) > 0;
}

static bool write_files(X509 *certificate, EVP_PKEY *key, const char *certificate_path,
                        const char *key_path) {
    FILE *file = fopen(certificate_path, "w");
    bool good = file && PEM_write_X509(file, certificate) == 1;
    good = file && fclose(file) == 0 && good;
    file = good ? fopen(key_path, "w") : NULL;
    good = file && PEM_write_PrivateKey(file, key, NULL, NULL, 0, NULL, NULL) == 1;
    return file && fclose(file) == 0 && good;
}

bool certificate_write(const char *certificate_path, const char *key_path) {
    EVP_PKEY *key = EVP_EC_gen("P-256");
    X509 *certificate = X509_new();
    bool good = key && certificate && fill(certificate, key) &&
                write_files(certificate, key, certificate_path, key_path);
    X509_free(certificate);
    EVP_PKEY_free(key);
    return good;
}
