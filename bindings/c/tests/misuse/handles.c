#include "misuse.h"

/* Stale, forged, doubly freed handles, and those of another kind, of every type. */
#define DEAD(type, use)                                                                      \
    do {                                                                                     \
        static const uint64_t forged[] = {0, 1, 42, UINT64_MAX, (uint64_t)1 << 63};          \
        const uint64_t others[] = {key.id, public_key.id, signer.id, signed_request.id,      \
                                   prepared.id, key.id + 1, key.id ^ (uint64_t)1 << 32};     \
        size_t at;                                                                           \
        for (at = 0; at < sizeof forged / sizeof *forged; ++at) {                            \
            partnersign_##type handle;                                                       \
            handle.id = forged[at];                                                          \
            IS(INVALID_HANDLE, use);                                                         \
            IS(INVALID_HANDLE, partnersign_##type##_free(handle));                           \
        }                                                                                    \
        for (at = 0; at < sizeof others / sizeof *others; ++at) {                            \
            partnersign_##type handle;                                                       \
            handle.id = others[at];                                                          \
            if (strcmp(#type, own[at]) == 0)                                                 \
                continue;                                                                    \
            IS(INVALID_HANDLE, use);                                                         \
            IS(INVALID_HANDLE, partnersign_##type##_free(handle));                           \
        }                                                                                    \
    } while (0)

void handles(void) {
    static const char *const own[] = {"signing_key", "verifying_key", "signer", "signed_request", "prepared", "", ""};
    char text[4096];
    size_t length, count;
    uint32_t bits;
    int32_t number;
    uint64_t nonce;
    partnersign_signing_key stale;
    partnersign_verifying_key a_public_key;
    partnersign_signed_request out;
    partnersign_verifier a_verifier;
    partnersign_verified a_verified;
    partnersign_reservation a_reservation;
    partnersign_request request = a_request();
    partnersign_freshness freshness = PARTNERSIGN_FRESHNESS_TIMESTAMP(1);
    partnersign_received_request received = PARTNERSIGN_RECEIVED_REQUEST_INIT;
    partnersign_api_key none = {0};
    partnersign_verifier_options options = PARTNERSIGN_VERIFIER_OPTIONS_INIT;
    unsigned round;
    DEAD(signing_key, partnersign_signing_key_public(handle, &a_public_key, NULL));
    DEAD(verifying_key, partnersign_verifying_key_bits(handle, &bits, NULL));
    DEAD(api_key, partnersign_api_key_key_id(handle, text, sizeof text, &length, NULL));
    DEAD(api_keys, partnersign_verifier_with_api_keys(handle, NULL, &a_verifier, NULL));
    DEAD(signer, partnersign_sign(handle, &request, &freshness, &out, NULL));
    DEAD(prepared, partnersign_sign_prepared(signer, handle, &out, NULL));
    DEAD(signed_request, partnersign_signed_request_body(handle, text, sizeof text, &length, NULL));
    DEAD(batch, partnersign_batch_count(handle, &count, NULL));
    DEAD(verifier, partnersign_verify(handle, &received, 1, &a_verified, NULL));
    DEAD(verified, partnersign_verified_freshness_kind(handle, &number, NULL));
    DEAD(diagnosis, partnersign_diagnosis_found(handle, &number, NULL));
    DEAD(nonce_sequencer, partnersign_reserve(handle, &a_reservation, NULL));
    DEAD(reservation, partnersign_reservation_nonce(handle, &nonce, NULL));
    none.id = 12345;
    IS(INVALID_HANDLE, partnersign_signer_new(key, none, &signer, NULL));
    options.replay.id = 12345;
    IS(INVALID_HANDLE, partnersign_verifier_with_key(public_key, &options, &a_verifier, NULL));
    for (round = 0; round < 200; ++round) {
        IS(OK, partnersign_signing_key_public(key, &a_public_key, NULL));
        IS(OK, partnersign_verifying_key_free(a_public_key));
        IS(INVALID_HANDLE, partnersign_verifying_key_free(a_public_key));
        IS(INVALID_HANDLE, partnersign_verifying_key_bits(a_public_key, &bits, NULL));
    }
    /* What a signer was made from can go; the signer stays. */
    none.id = 0;
    IS(OK, partnersign_signing_key_from_pem(pem, pem_length, NULL, 0, &stale, NULL));
    {
        partnersign_signer another;
        IS(OK, partnersign_signer_new(stale, none, &another, NULL));
        IS(OK, partnersign_signing_key_free(stale));
        IS(OK, partnersign_sign(another, &request, &freshness, &out, NULL));
        IS(OK, partnersign_signer_free(another));
        IS(OK, partnersign_signed_request_free(out));
    }
}
