#pragma once
// SHA-256 of the library that TLS brings into the process anyway: OpenSSL's, on macOS the system's own.
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#ifdef __APPLE__
#include <CommonCrypto/CommonDigest.h>

static inline void *sha256_begin(void) {
    CC_SHA256_CTX *context = malloc(sizeof *context);
    if (context) CC_SHA256_Init(context);
    return context;
}

static inline bool sha256_add(void *context, const void *bytes, size_t count) {
    const char *next = bytes;
    while (count > 0) {
        CC_LONG part = count < (1u << 30) ? (CC_LONG)count : 1u << 30;
        if (CC_SHA256_Update(context, next, part) != 1) return false;
        next += part;
        count -= part;
    }
    return true;
}

static inline bool sha256_end(void *context, uint8_t digest[32]) { return CC_SHA256_Final(digest, context) == 1; }

static inline void sha256_free(void *context) { free(context); }
#else
#include <openssl/evp.h>

static inline void *sha256_begin(void) {
    EVP_MD_CTX *context = EVP_MD_CTX_new();
    if (context && EVP_DigestInit_ex(context, EVP_sha256(), NULL) == 1) return context;
    EVP_MD_CTX_free(context);
    return NULL;
}

static inline bool sha256_add(void *context, const void *bytes, size_t count) {
    return EVP_DigestUpdate(context, bytes, count) == 1;
}

static inline bool sha256_end(void *context, uint8_t digest[32]) {
    unsigned int count = 0;
    return EVP_DigestFinal_ex(context, digest, &count) == 1 && count == 32;
}

static inline void sha256_free(void *context) { EVP_MD_CTX_free(context); }
#endif
