#include "misuse.h"

/* Callbacks that fail in every way. */
struct callback {
    int mode;
    int calls, drops;
    partnersign_signing_key key;
    partnersign_signer *to_free;
    partnersign_verifying_key found;
    partnersign_api_key seen;
};

static int32_t sign_digest(void *user_data, const uint8_t *digest, size_t digest_length, uint8_t *signature,
                           size_t capacity, size_t *out_length) {
    struct callback *callback = user_data;
    callback->calls++;
    switch (callback->mode) {
    case 0:
        return partnersign_signing_key_sign_digest(callback->key, digest, digest_length, signature, capacity, out_length, NULL);
    case 1:
        return -1;
    case 2:
        return 0; /* no length */
    case 3:
        *out_length = SIZE_MAX;
        return 0;
    case 4:
        memset(signature, 1, capacity);
        *out_length = capacity;
        return 0;
    default:
        (void)partnersign_signer_free(*callback->to_free); /* frees the signer that is being used */
        return partnersign_signing_key_sign_digest(callback->key, digest, digest_length, signature, capacity, out_length, NULL);
    }
}

static int32_t look_up(void *user_data, partnersign_api_key api_key, partnersign_verifying_key *out_public_key) {
    struct callback *callback = user_data;
    callback->calls++;
    callback->seen = api_key;
    if (callback->mode == 1)
        return PARTNERSIGN_UNKNOWN_API_KEY;
    if (callback->mode == 2)
        return -99;
    if (callback->mode == 3)
        return PARTNERSIGN_OK; /* no handle */
    if (callback->mode == 4)
        return PARTNERSIGN_NONCE_STORE_UNAVAILABLE;
    if (callback->mode == 5)
        (void)partnersign_api_key_free(api_key);
    *out_public_key = callback->found;
    return PARTNERSIGN_OK;
}

static void drop(void *user_data) { ((struct callback *)user_data)->drops++; }

void callbacks(void) {
    struct callback callback;
    partnersign_signer external;
    partnersign_api_key none = {0}, api_key;
    partnersign_signed_request out;
    partnersign_verifier verifier;
    partnersign_verified verified = {7};
    partnersign_request request = a_request();
    partnersign_freshness freshness = PARTNERSIGN_FRESHNESS_TIMESTAMP(1639490495);
    static const char text[] = "eyJrZXlfaWQiOiJBek13cFhDNFVoQWhwUSIsImtleSI6InNlY3JldCJ9";
    partnersign_received_request received = PARTNERSIGN_RECEIVED_REQUEST_INIT;
    char signature[2048], key_id[64];
    size_t length;
    partnersign_header headers[3] = {{"x-api-key", 9, text, sizeof text - 1},
                                     {"X-Sign", 6, signature, 0},
                                     {"x-timestamp", 11, "1639490495", 10}};
    static const int32_t expected[] = {PARTNERSIGN_OK, PARTNERSIGN_UNKNOWN_API_KEY, PARTNERSIGN_INTERNAL,
                                       PARTNERSIGN_INVALID_HANDLE, PARTNERSIGN_NONCE_STORE_UNAVAILABLE, PARTNERSIGN_OK};
    int mode;
    memset(&callback, 0, sizeof callback);
    callback.key = key, callback.found = public_key, callback.to_free = &external;
    IS(INVALID_HANDLE, partnersign_signer_external((partnersign_verifying_key){1}, sign_digest, &callback, drop, none, &external, NULL));
    IS(INVALID_ARGUMENT, partnersign_signer_external(public_key, sign_digest, &callback, drop, none, NULL, NULL));
    CHECK(callback.drops == 0);
    IS(OK, partnersign_signer_external(public_key, sign_digest, &callback, drop, none, &external, NULL));
    for (mode = 0; mode < 6; ++mode) {
        callback.mode = mode;
        check_that(partnersign_sign(external, &request, &freshness, &out, NULL) ==
                       (mode == 0 || mode == 5 ? PARTNERSIGN_OK : PARTNERSIGN_SIGNATURE_REJECTED), "external signer", "mode", mode);
        if (mode == 0 || mode == 5)
            IS(OK, partnersign_signed_request_free(out));
    }
    CHECK(callback.calls == 6 && callback.drops == 1);
    IS(INVALID_HANDLE, partnersign_signer_free(external));

    IS(OK, partnersign_signed_request_signature(signed_request, signature, sizeof signature, &length, NULL));
    headers[1].value_length = length;
    received.method = "POST", received.method_length = 4;
    received.url = url, received.url_length = sizeof url - 1;
    received.headers = headers, received.header_count = 3;
    received.body = "{\"name\":\"ACME Corp\"}", received.body_length = 20;
    IS(OK, partnersign_verifier_with_lookup(look_up, &callback, drop, NULL, &verifier, NULL));
    for (mode = 0; mode < 6; ++mode) {
        callback.mode = mode;
        check_that(partnersign_verify(verifier, &received, 1639490495, &verified, NULL) == expected[mode], "look-up", "mode", mode);
        IS(INVALID_HANDLE, partnersign_api_key_key_id(callback.seen, key_id, sizeof key_id, &length, NULL));
        if (expected[mode] == PARTNERSIGN_OK) {
            IS(OK, partnersign_verified_key_id(verified, key_id, sizeof key_id, &length, NULL));
            CHECK(length == 14 && memcmp(key_id, "AzMwpXC4UhAhpQ", 14) == 0);
            IS(OK, partnersign_verified_free(verified));
        }
    }
    IS(OK, partnersign_verifier_free(verifier));
    CHECK(callback.drops == 2);
    IS(OK, partnersign_api_key_parse(text, sizeof text - 1, &api_key, NULL));
    IS(OK, partnersign_api_key_free(api_key));
}
