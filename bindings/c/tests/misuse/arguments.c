/* Inputs, outputs and structs that are missing, too long or unset. */
#include "misuse.h"

/* NULL with length 0 is an empty input, NULL with a length and NULL for an output are refused. */
void null_and_length(void) {
    static const size_t lengths[] = {1, 32, 1 << 20, SIZE_MAX / 2, SIZE_MAX};
    partnersign_signing_key a_key = {7};
    partnersign_verifying_key a_public_key = {7};
    partnersign_api_key an_api_key = {7}, none = {0};
    partnersign_signed_request a_signed_request = {7};
    partnersign_prepared a_prepared = {7};
    partnersign_batch a_batch = {7};
    partnersign_verified a_verified = {7};
    partnersign_diagnosis a_diagnosis = {7};
    partnersign_verifier verifier;
    char text[64];
    uint8_t bytes[64];
    size_t length = 7, index;
    int32_t outcome = 7;
    partnersign_request request = a_request();
    partnersign_freshness freshness = PARTNERSIGN_FRESHNESS_TIMESTAMP(1);
    partnersign_received_request received = PARTNERSIGN_RECEIVED_REQUEST_INIT;
    IS(OK, partnersign_verifier_with_key(public_key, NULL, &verifier, NULL));

    IS(INVALID_PRIVATE_KEY, partnersign_signing_key_from_pem(NULL, 0, NULL, 0, &a_key, NULL));
    IS(INVALID_PRIVATE_KEY, partnersign_signing_key_from_der(NULL, 0, NULL, 0, &a_key, NULL));
    IS(INVALID_ARGUMENT, partnersign_signing_key_from_file(NULL, 0, NULL, 0, 0, &a_key, NULL));
    IS(INVALID_PUBLIC_KEY, partnersign_verifying_key_from_pem(NULL, 0, &a_public_key, NULL));
    IS(INVALID_PUBLIC_KEY, partnersign_verifying_key_from_der(NULL, 0, &a_public_key, NULL));
    IS(INVALID_ARGUMENT, partnersign_verifying_key_from_file(NULL, 0, &a_public_key, NULL));
    IS(INVALID_API_KEY, partnersign_api_key_parse(NULL, 0, &an_api_key, NULL));
    IS(INVALID_JSON, partnersign_compact_json(NULL, 0, text, sizeof text, &length, NULL));
    IS(SIGNATURE_REJECTED, partnersign_finish(prepared, NULL, 0, public_key, none, &a_signed_request, NULL));
    IS(INVALID_ARGUMENT, partnersign_signing_key_sign_digest(key, NULL, 0, bytes, sizeof bytes, &length, NULL));
    IS(INVALID_ARGUMENT, partnersign_verifying_key_verify_digest(public_key, NULL, 0, NULL, 0, NULL));
    IS(INVALID_ARGUMENT, partnersign_diagnose(NULL, 0, &received, &a_diagnosis, NULL));
    IS(INVALID_METHOD, partnersign_verify(verifier, &received, 1, &a_verified, NULL));
    IS(OK, partnersign_outcome_of_http(200, NULL, 0, &outcome, NULL));
    CHECK(outcome == PARTNERSIGN_CONSUMED);
    outcome = 7;

    for (index = 0; index < sizeof lengths / sizeof *lengths; ++index) {
        const size_t n = lengths[index];
        partnersign_request bad = request;
        partnersign_freshness bad_nonce = PARTNERSIGN_FRESHNESS_NONCE(NULL, n);
        partnersign_received_request bad_received = received;
        IS(INVALID_ARGUMENT, partnersign_signing_key_from_pem(NULL, n, NULL, 0, &a_key, NULL));
        IS(INVALID_ARGUMENT, partnersign_signing_key_from_pem(pem, pem_length, NULL, n, &a_key, NULL));
        IS(INVALID_ARGUMENT, partnersign_signing_key_from_der(NULL, n, NULL, 0, &a_key, NULL));
        IS(INVALID_ARGUMENT, partnersign_signing_key_from_file(NULL, n, NULL, 0, 0, &a_key, NULL));
        IS(INVALID_ARGUMENT, partnersign_signing_key_sign_digest(key, NULL, n, bytes, sizeof bytes, &length, NULL));
        IS(INVALID_ARGUMENT, partnersign_signing_key_to_pem(key, NULL, n, text, sizeof text, &length, NULL));
        IS(INVALID_ARGUMENT, partnersign_verifying_key_from_pem(NULL, n, &a_public_key, NULL));
        IS(INVALID_ARGUMENT, partnersign_verifying_key_from_der(NULL, n, &a_public_key, NULL));
        IS(INVALID_ARGUMENT, partnersign_verifying_key_from_file(NULL, n, &a_public_key, NULL));
        IS(INVALID_ARGUMENT, partnersign_verifying_key_verify_digest(public_key, NULL, n, NULL, 0, NULL));
        IS(INVALID_ARGUMENT, partnersign_api_key_parse(NULL, n, &an_api_key, NULL));
        IS(INVALID_ARGUMENT, partnersign_compact_json(NULL, n, text, sizeof text, &length, NULL));
        IS(INVALID_ARGUMENT, partnersign_compact_json("{}", 2, NULL, n, &length, NULL));
        IS(INVALID_ARGUMENT, partnersign_finish(prepared, NULL, n, public_key, none, &a_signed_request, NULL));
        IS(INVALID_ARGUMENT, partnersign_outcome_of_http(200, NULL, n, &outcome, NULL));
        IS(INVALID_ARGUMENT, partnersign_diagnose(NULL, n, &received, &a_diagnosis, NULL));
        IS(INVALID_ARGUMENT, partnersign_sign_batch(signer, NULL, &freshness, n, 1, &a_batch, NULL));
        IS(INVALID_ARGUMENT, partnersign_sign_batch(signer, &request, NULL, 1, 1, &a_batch, NULL));
        IS(INVALID_ARGUMENT, partnersign_signed_request_url(signed_request, NULL, n, &length, NULL));
        IS(INVALID_ARGUMENT, partnersign_signed_request_digest(signed_request, NULL, n, &length, NULL));
        IS(INVALID_ARGUMENT, partnersign_prepared_payload(prepared, NULL, n, &length, NULL));
        IS(INVALID_ARGUMENT, partnersign_verifying_key_to_pem(public_key, NULL, n, &length, NULL));
        IS(INVALID_ARGUMENT, partnersign_sign(signer, &request, &bad_nonce, &a_signed_request, NULL));
        bad.method = NULL, bad.method_length = n;
        IS(INVALID_ARGUMENT, partnersign_sign(signer, &bad, &freshness, &a_signed_request, NULL));
        bad = request, bad.url = NULL, bad.url_length = n;
        IS(INVALID_ARGUMENT, partnersign_prepare(&bad, &freshness, &a_prepared, NULL));
        bad = request, bad.body = NULL, bad.body_length = n;
        IS(INVALID_ARGUMENT, partnersign_sign(signer, &bad, &freshness, &a_signed_request, NULL));
        bad_received.headers = NULL, bad_received.header_count = n;
        IS(INVALID_ARGUMENT, partnersign_verify(verifier, &bad_received, 1, &a_verified, NULL));
        bad_received = received, bad_received.body_length = n;
        IS(INVALID_ARGUMENT, partnersign_verify(verifier, &bad_received, 1, &a_verified, NULL));
    }

    IS(INVALID_ARGUMENT, partnersign_signing_key_from_pem(pem, pem_length, NULL, 0, NULL, NULL));
    IS(INVALID_ARGUMENT, partnersign_signing_key_generate(2048, NULL, NULL));
    IS(INVALID_ARGUMENT, partnersign_signing_key_generate(1024, &a_key, NULL));
    IS(INVALID_ARGUMENT, partnersign_signing_key_public(key, NULL, NULL));
    IS(INVALID_ARGUMENT, partnersign_verifying_key_bits(public_key, NULL, NULL));
    IS(INVALID_ARGUMENT, partnersign_verifying_key_to_pem(public_key, text, sizeof text, NULL, NULL));
    IS(INVALID_ARGUMENT, partnersign_signer_new(key, none, NULL, NULL));
    IS(INVALID_ARGUMENT, partnersign_signer_external(public_key, NULL, NULL, NULL, none, &signer, NULL));
    IS(INVALID_ARGUMENT, partnersign_sign(signer, NULL, &freshness, &a_signed_request, NULL));
    IS(INVALID_ARGUMENT, partnersign_sign(signer, &request, NULL, &a_signed_request, NULL));
    IS(INVALID_ARGUMENT, partnersign_sign(signer, &request, &freshness, NULL, NULL));
    IS(INVALID_ARGUMENT, partnersign_prepare(NULL, NULL, NULL, NULL));
    IS(INVALID_ARGUMENT, partnersign_verify(verifier, NULL, 1, &a_verified, NULL));
    IS(INVALID_ARGUMENT, partnersign_verifier_with_lookup(NULL, NULL, NULL, NULL, &verifier, NULL));
    IS(INVALID_ARGUMENT, partnersign_version(NULL, NULL));
    IS(INVALID_ARGUMENT, partnersign_abi_version(NULL, NULL));
    IS(INVALID_ARGUMENT, partnersign_status_code(PARTNERSIGN_OK, NULL, NULL));
    IS(INVALID_ARGUMENT, partnersign_api_keys_new(NULL, NULL));
    IS(INVALID_ARGUMENT, partnersign_nonce_sequencer_new(PARTNERSIGN_SEQUENTIAL, 0, NULL, NULL));
    IS(INVALID_ARGUMENT, partnersign_outcome_of_http(-2, NULL, 0, &outcome, NULL));
    IS(INVALID_ARGUMENT, partnersign_outcome_of_http(65536, NULL, 0, &outcome, NULL));
    IS(INVALID_ARGUMENT, partnersign_sign_batch(signer, &request, &freshness, 1, 0, &a_batch, NULL));
    request.body = "", request.body_length = 0;
    IS(INVALID_JSON, partnersign_sign(signer, &request, &freshness, &a_signed_request, NULL));

    /* Outputs were written by none of them. */
    CHECK(a_key.id == 7 && a_public_key.id == 7 && an_api_key.id == 7 && a_signed_request.id == 7);
    CHECK(a_prepared.id == 7 && a_batch.id == 7 && a_verified.id == 7 && a_diagnosis.id == 7);
    CHECK(length == 7 && outcome == 7);
    IS(OK, partnersign_verifier_free(verifier));
}

void wrong_structs(void) {
    partnersign_request request = a_request();
    partnersign_freshness freshness = PARTNERSIGN_FRESHNESS_TIMESTAMP(1);
    partnersign_signed_request out = {7};
    partnersign_batch batch = {7};
    partnersign_error error = PARTNERSIGN_ERROR_INIT;
    struct { partnersign_request known; char of_a_later_version[64]; } larger;
    union { partnersign_request request; unsigned char bytes[sizeof(partnersign_request) + 8]; } crooked;
    partnersign_request two[2];
    partnersign_freshness times[2];
    const partnersign_freshness unset = PARTNERSIGN_FRESHNESS_INIT;
    memset(&larger, 0xA5, sizeof larger);
    larger.known = request;
    larger.known.size = sizeof larger;
    IS(OK, partnersign_sign(signer, &larger.known, &freshness, &out, NULL));
    IS(OK, partnersign_signed_request_free(out));
    out.id = 7;
    request.size = 0;
    IS(INVALID_ARGUMENT, partnersign_sign(signer, &request, &freshness, &out, &error));
    CHECK(error.code == PARTNERSIGN_INVALID_ARGUMENT && strstr(error.message, "PARTNERSIGN_REQUEST_INIT") != NULL);
    request = a_request();
    request.form = 2;
    IS(INVALID_ARGUMENT, partnersign_sign(signer, &request, &freshness, &out, NULL));
    request.form = PARTNERSIGN_COMPACT;
    IS(INVALID_ARGUMENT, partnersign_sign(signer, &request, &unset, &out, NULL));
    memcpy(crooked.bytes + 1, &request, sizeof request);
    IS(INVALID_ARGUMENT, partnersign_sign(signer, (const partnersign_request *)(const void *)(crooked.bytes + 1),
                                          &freshness, &out, NULL));
    two[0] = two[1] = request;
    times[0] = times[1] = freshness;
    two[1].size = sizeof larger;
    IS(INVALID_ARGUMENT, partnersign_sign_batch(signer, two, times, 2, 1, &batch, NULL));
    IS(INVALID_ARGUMENT, partnersign_sign_batch(signer, two, times, SIZE_MAX, 1, &batch, NULL));
    IS(OK, partnersign_sign_batch(signer, NULL, NULL, 0, 4, &batch, NULL));
    IS(OK, partnersign_batch_free(batch));
    error.size = 8;
    IS(INVALID_ARGUMENT, partnersign_sign(signer, &request, &freshness, &out, &error));
    CHECK(out.id == 7);
}

/* What is 0 today can mean something tomorrow. */
void reserved_fields(void) {
    partnersign_received_request received = PARTNERSIGN_RECEIVED_REQUEST_INIT;
    partnersign_verifier_options options = PARTNERSIGN_VERIFIER_OPTIONS_INIT;
    partnersign_nonce_state state = PARTNERSIGN_NONCE_STATE_INIT;
    partnersign_verifier verifier = {7};
    partnersign_verified verified = {7};
    partnersign_diagnosis diagnosis = {7};
    partnersign_nonce_sequencer sequencer = {7};
    partnersign_signing_key a_key = {7};
    options.reserved = 1;
    IS(INVALID_ARGUMENT, partnersign_verifier_with_key(public_key, &options, &verifier, NULL));
    CHECK(verifier.id == 7);
    IS(OK, partnersign_verifier_with_key(public_key, NULL, &verifier, NULL));
    received.reserved = 1;
    IS(INVALID_ARGUMENT, partnersign_verify(verifier, &received, 1, &verified, NULL));
    IS(INVALID_ARGUMENT, partnersign_diagnose(&public_key, 1, &received, &diagnosis, NULL));
    IS(OK, partnersign_verifier_free(verifier));
    state.policy = PARTNERSIGN_SEQUENTIAL;
    state.stopped = 7;
    IS(INVALID_ARGUMENT, partnersign_nonce_sequencer_restore(&state, &sequencer, NULL));
    IS(INVALID_ARGUMENT, partnersign_signing_key_from_file("a\0b", 3, NULL, 0, 0, &a_key, NULL));
    CHECK(verified.id == 7 && diagnosis.id == 7 && sequencer.id == 7 && a_key.id == 7);
}
