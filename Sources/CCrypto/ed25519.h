#pragma once
// Ed25519 (RFC 8032) of OpenSSL's libcrypto. On macOS, which has none, CryptoKit does the same for Swift.
#ifndef __APPLE__
#include <openssl/evp.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// The key of 32 bytes, to be given to ed25519_free; NULL when it cannot be made.
static inline void *ed25519_public_key(const uint8_t bytes[32]) {
    return EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, NULL, bytes, 32);
}

static inline void *ed25519_private_key(const uint8_t seed[32]) {
    return EVP_PKEY_new_raw_private_key(EVP_PKEY_ED25519, NULL, seed, 32);
}

static inline void ed25519_free(void *key) { EVP_PKEY_free(key); }

static inline bool ed25519_verify(void *key, const uint8_t signature[64], const uint8_t *message, size_t count) {
    EVP_MD_CTX *context = EVP_MD_CTX_new();
    bool valid = context && EVP_DigestVerifyInit(context, NULL, NULL, NULL, key) == 1
        && EVP_DigestVerify(context, signature, 64, message, count) == 1;
    EVP_MD_CTX_free(context);
    return valid;
}

static inline bool ed25519_sign(void *private_key, const uint8_t *message, size_t count, uint8_t signature[64]) {
    size_t size = 64;
    EVP_MD_CTX *context = EVP_MD_CTX_new();
    bool made = context && EVP_DigestSignInit(context, NULL, NULL, NULL, private_key) == 1
        && EVP_DigestSign(context, signature, &size, message, count) == 1 && size == 64;
    EVP_MD_CTX_free(context);
    return made;
}

// The public half of a private key.
static inline bool ed25519_public_bytes(void *private_key, uint8_t bytes[32]) {
    size_t size = 32;
    return EVP_PKEY_get_raw_public_key(private_key, bytes, &size) == 1 && size == 32;
}
#endif
