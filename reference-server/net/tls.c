/* SPDX-License-Identifier: MIT */
/* tls.c - certificates and rules for TLS; see net/tls.h. Called by server/server.c,
 * server/tls_handshake.c and admin/certificates.c. */
#include "net/tls.h"

#include <openssl/err.h>
#include <openssl/ssl.h>
#include <stdio.h>
#include <stdlib.h>

struct tls {
    const struct tls_options *options;
    SSL_CTX *context;
};

static const unsigned char tls_session_scope[] = "mcref";

/* memcached's sentence about a file, and OpenSSL's reason. Empties OpenSSL's list of errors. */
static bool tls_fail(char *error, const char *sentence, const char *path) {
    char reason[256] = "no reason given";
    unsigned long code = ERR_get_error();
    if (code != 0)
        ERR_error_string_n(code, reason, sizeof(reason));
    ERR_clear_error();
    snprintf(error, TLS_ERROR_BYTES, "%s%s%s : %s", sentence, path[0] != '\0' ? ": " : "", path,
             reason);
    return false;
}

/* OpenSSL would ask the terminal for the password of an encrypted key, and wait. */
static int tls_no_password(char *room, int size, int writing, void *arg) {
    (void)room;
    (void)size;
    (void)writing;
    (void)arg;
    return 0;
}

static bool tls_load_certificates(SSL_CTX *context, const struct tls_options *options,
                                  char *error) {
    const char *key = options->key[0] != '\0' ? options->key : options->chain_cert;
    int format = options->key_is_der ? SSL_FILETYPE_ASN1 : SSL_FILETYPE_PEM;
    SSL_CTX_set_default_passwd_cb(context, tls_no_password);
    if (SSL_CTX_use_certificate_chain_file(context, options->chain_cert) != 1)
        return tls_fail(error, "Error loading the certificate chain", options->chain_cert);
    if (SSL_CTX_use_PrivateKey_file(context, key, format) != 1)
        return tls_fail(error, "Error loading the key", key);
    if (SSL_CTX_check_private_key(context) != 1)
        return tls_fail(error, "Error validating the certificate", "");
    if (options->ca_cert[0] == '\0')
        return true;
    if (SSL_CTX_load_verify_locations(context, options->ca_cert, NULL) != 1)
        return tls_fail(error, "Error loading the CA certificate", options->ca_cert);
    SSL_CTX_set_client_CA_list(context, SSL_load_client_CA_file(options->ca_cert));
    return true;
}

static bool tls_set_rules(SSL_CTX *context, const struct tls_options *options, char *error) {
    static const int versions[] = {TLS1_VERSION, TLS1_1_VERSION, TLS1_2_VERSION, TLS1_3_VERSION};
    static const int verify_modes[] = {
        SSL_VERIFY_NONE, SSL_VERIFY_PEER, SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT,
        SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT | SSL_VERIFY_CLIENT_ONCE};
    SSL_CTX_set_min_proto_version(context, versions[options->min_version]);
    SSL_CTX_set_verify(context, verify_modes[options->verify_mode], NULL);
    if (options->ciphers[0] != '\0' && SSL_CTX_set_cipher_list(context, options->ciphers) != 1)
        return tls_fail(error, "Error setting the provided cipher(s)", options->ciphers);
    SSL_CTX_set_options(context, SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION);
    SSL_CTX_set_session_id_context(context, tls_session_scope, sizeof(tls_session_scope) - 1);
    SSL_CTX_set_session_cache_mode(context, options->session_cache ? SSL_SESS_CACHE_SERVER
                                                                   : SSL_SESS_CACHE_OFF);
    /* An idle client keeps no buffers; `out` may move and grow between two tries to send it; a
     * large value leaves record by record; a record is read with one call and not with two. */
    SSL_CTX_set_mode(context, SSL_MODE_RELEASE_BUFFERS | SSL_MODE_ENABLE_PARTIAL_WRITE |
                                  SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
    SSL_CTX_set_read_ahead(context, 1);
    return true;
}

/* A new context takes the place of the old one only when all is well. Clients that are there keep
 * the old one alive as long as they need it. */
bool tls_load(struct tls *tls, char error[TLS_ERROR_BYTES]) {
    ERR_clear_error();
    SSL_CTX *context = SSL_CTX_new(TLS_server_method());
    if (context == NULL)
        return tls_fail(error, "Error making a TLS context", "");
    if (!tls_set_rules(context, tls->options, error) ||
        !tls_load_certificates(context, tls->options, error)) {
        SSL_CTX_free(context);
        return false;
    }
    SSL_CTX_free(tls->context);
    tls->context = context;
    return true;
}

struct tls *tls_new(const struct tls_options *options, char error[TLS_ERROR_BYTES]) {
    struct tls *tls = calloc(1, sizeof(*tls));
    if (tls == NULL) {
        snprintf(error, TLS_ERROR_BYTES, "Error making a TLS context: no memory");
        return NULL;
    }
    tls->options = options;
    if (!tls_load(tls, error)) {
        free(tls);
        return NULL;
    }
    return tls;
}

struct ssl_st *tls_session(struct tls *tls, int fd) {
    SSL *session = SSL_new(tls->context);
    if (session != NULL && SSL_set_fd(session, fd) == 1)
        return session;
    SSL_free(session);
    ERR_clear_error();
    return NULL;
}

const char *tls_version_name(unsigned min_version) {
    static const char *const names[] = {"tlsv1.0", "tlsv1.1", "tlsv1.2", "tlsv1.3"};
    return names[min_version];
}

void tls_free(struct tls *tls) {
    if (tls == NULL)
        return;
    SSL_CTX_free(tls->context);
    free(tls);
}
