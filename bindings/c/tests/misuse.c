/* Every mistake is a status code: NULL x length, small buffers, dead handles, races, a panic, fork.
 * Usage: misuse ROUNDS KEYS-FOLDER. Prints what is wrong, and how many checks it made. */
#include <partnersign.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static unsigned checks, failures;

static void check_that(int holds, const char *what, int line) {
    ++checks;
    if (!holds) {
        ++failures;
        printf("misuse.c:%d: %s\n", line, what);
    }
}
#define CHECK(holds) check_that((holds) != 0, #holds, __LINE__)
#define IS(status, call) check_that((call) == PARTNERSIGN_##status, #status ": " #call, __LINE__)

static const char url[] = "https://api.qredo.network/api/v1/p/company";
static const char body[] = "{ \"name\": \"ACME Corp\" }";
static char pem[8192];
static size_t pem_length;

static partnersign_signing_key key;
static partnersign_verifying_key public_key;
static partnersign_signer signer;
static partnersign_signed_request signed_request;
static partnersign_prepared prepared;

static partnersign_request a_request(void) {
    partnersign_request request = PARTNERSIGN_REQUEST_INIT;
    request.method = "POST";
    request.method_length = 4;
    request.url = url;
    request.url_length = sizeof url - 1;
    request.body = body;
    request.body_length = sizeof body - 1;
    return request;
}

static void set_up(const char *folder) {
    char path[1024];
    partnersign_request request = a_request();
    partnersign_freshness freshness = PARTNERSIGN_FRESHNESS_TIMESTAMP(1639490495);
    partnersign_api_key none = {0};
    FILE *file;
    snprintf(path, sizeof path, "%s/rsa2048.pkcs8.pem", folder);
    file = fopen(path, "rb");
    if (file == NULL) {
        perror(path);
        exit(2);
    }
    pem_length = fread(pem, 1, sizeof pem, file);
    fclose(file);
    IS(OK, partnersign_signing_key_from_pem(pem, pem_length, NULL, 0, &key, NULL));
    IS(OK, partnersign_signing_key_public(key, &public_key, NULL));
    IS(OK, partnersign_signer_new(key, none, &signer, NULL));
    IS(OK, partnersign_sign(signer, &request, &freshness, &signed_request, NULL));
    IS(OK, partnersign_prepare(&request, &freshness, &prepared, NULL));
}

/* NULL with length 0 is an empty input, NULL with a length and NULL for an output are refused. */
static void null_and_length(void) {
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

static void wrong_structs(void) {
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
static void reserved_fields(void) {
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

static void buffers(void) {
    char text[4096];
    uint8_t bytes[64];
    size_t needed = 0, length = 0, capacity, index;
    partnersign_error error = PARTNERSIGN_ERROR_INIT;
    IS(OK, partnersign_signed_request_body(signed_request, NULL, 0, &needed, NULL));
    CHECK(needed == sizeof "{\"name\":\"ACME Corp\"}" - 1);
    for (capacity = 0; capacity < needed; ++capacity) {
        memset(text, '#', sizeof text);
        length = 0;
        IS(BUFFER_TOO_SMALL, partnersign_signed_request_body(signed_request, text, capacity, &length, &error));
        CHECK(length == needed && error.code == PARTNERSIGN_BUFFER_TOO_SMALL && text[0] == '#');
    }
    IS(OK, partnersign_signed_request_body(signed_request, text, needed, &length, NULL));
    CHECK(length == needed && memcmp(text, "{\"name\":\"ACME Corp\"}", needed) == 0 && text[needed] == '#');
    IS(OK, partnersign_signed_request_digest(signed_request, bytes, sizeof bytes, &length, NULL));
    CHECK(length == 32);
    IS(BUFFER_TOO_SMALL, partnersign_signed_request_digest(signed_request, bytes, 31, &length, NULL));
    IS(BUFFER_TOO_SMALL, partnersign_verifying_key_fingerprint(public_key, text, 63, &length, NULL));
    CHECK(length == 64);
    IS(BUFFER_TOO_SMALL, partnersign_compact_json("[ 1 ]", 5, text, 2, &length, NULL));
    CHECK(length == 3);
    IS(OK, partnersign_signed_request_header_count(signed_request, &needed, NULL));
    CHECK(needed == 4);
    for (index = needed; index < needed + 3; ++index)
        IS(INVALID_ARGUMENT, partnersign_signed_request_header_name(signed_request, index, text, sizeof text, &length, NULL));
    IS(INVALID_ARGUMENT, partnersign_signed_request_header_value(signed_request, SIZE_MAX, text, sizeof text, &length, NULL));
    /* A length that no object has is refused before anything is read. */
    IS(INVALID_ARGUMENT, partnersign_signing_key_from_pem(pem, SIZE_MAX, NULL, 0, &key, NULL));
}

static void errors(void) {
    partnersign_error error = PARTNERSIGN_ERROR_INIT;
    partnersign_request request = a_request();
    partnersign_freshness freshness = PARTNERSIGN_FRESHNESS_TIMESTAMP(1);
    partnersign_signed_request out = {7};
    const char *text = NULL;
    request.body = "{\"a\":}", request.body_length = 6;
    IS(INVALID_JSON, partnersign_sign(signer, &request, &freshness, &out, &error));
    CHECK(error.position == 5 && strlen(error.message) > 10);
    request = a_request();
    error.position = 7;
    IS(OK, partnersign_sign(signer, &request, &freshness, &out, &error));
    CHECK(error.position == 7); /* written on failure alone */
    IS(OK, partnersign_signed_request_free(out));
    IS(INVALID_ARGUMENT, partnersign_signing_key_generate(1, &key, &error));
    CHECK(error.position == -1);
    IS(OK, partnersign_status_code(PARTNERSIGN_INVALID_URL, &text, NULL));
    CHECK(strcmp(text, "invalid_url") == 0);
    IS(OK, partnersign_status_code(PARTNERSIGN_OK, &text, NULL));
    IS(OK, partnersign_status_meaning(PARTNERSIGN_INTERNAL, &text, NULL));
    IS(INVALID_ARGUMENT, partnersign_status_code(999, &text, NULL));
    IS(OK, partnersign_version(&text, NULL));
    CHECK(strcmp(text, PARTNERSIGN_VERSION) == 0);
    IS(INTERNAL, partnersign_test_panic(&error));
    CHECK(strstr(error.message, "panic") != NULL && strstr(error.message, "on purpose") == NULL);
    IS(INTERNAL, partnersign_test_panic(NULL));
}

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

static void handles(void) {
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

static void sequencer(void) {
    partnersign_nonce_sequencer sequencer, other, restored;
    partnersign_reservation reservation, busy = {7};
    partnersign_nonce_state state = PARTNERSIGN_NONCE_STATE_INIT;
    uint64_t nonce;
    int32_t uncertain;
    pid_t child;
    int status = -1;
    IS(INVALID_ARGUMENT, partnersign_nonce_sequencer_new(0, 0, &sequencer, NULL));
    IS(OK, partnersign_nonce_sequencer_new(PARTNERSIGN_SEQUENTIAL, 10, &sequencer, NULL));
    IS(OK, partnersign_nonce_sequencer_new(PARTNERSIGN_SEQUENTIAL, 10, &other, NULL));
    IS(OK, partnersign_reserve(sequencer, &reservation, NULL));
    IS(OK, partnersign_reservation_nonce(reservation, &nonce, NULL));
    CHECK(nonce == 11);
    IS(NONCE_BUSY, partnersign_reserve(sequencer, &busy, NULL));
    IS(INVALID_ARGUMENT, partnersign_settle(other, reservation, PARTNERSIGN_CONSUMED, NULL));
    IS(INVALID_ARGUMENT, partnersign_settle(sequencer, reservation, 0, NULL));
    IS(OK, partnersign_settle(sequencer, reservation, PARTNERSIGN_UNKNOWN, NULL));
    IS(INVALID_HANDLE, partnersign_settle(sequencer, reservation, PARTNERSIGN_CONSUMED, NULL));
    IS(OK, partnersign_reserve(sequencer, &reservation, NULL));
    IS(OK, partnersign_reservation_uncertain(reservation, &uncertain, NULL));
    CHECK(uncertain == 1);
    IS(NONCE_BUSY, partnersign_nonce_sequencer_resync(sequencer, 20, NULL));
    IS(OK, partnersign_nonce_sequencer_abandon(sequencer, NULL));
    IS(INVALID_ARGUMENT, partnersign_settle(sequencer, reservation, PARTNERSIGN_CONSUMED, NULL));
    IS(OK, partnersign_reservation_free(reservation));
    IS(OK, partnersign_nonce_sequencer_state(sequencer, &state, NULL));
    CHECK(state.last == 10 && state.doubtful_count == 1 && state.doubtful[0][0] == 11);
    IS(OK, partnersign_nonce_sequencer_restore(&state, &restored, NULL));
    state.doubtful_count = 9;
    IS(INVALID_ARGUMENT, partnersign_nonce_sequencer_restore(&state, &restored, NULL));
    state.doubtful_count = 1, state.last = UINT64_MAX;
    IS(NONCE_STORE_CORRUPT, partnersign_nonce_sequencer_restore(&state, &restored, NULL));
    state.size = 4;
    IS(INVALID_ARGUMENT, partnersign_nonce_sequencer_state(sequencer, &state, NULL));

    /* A forked child signs with what it has inherited, but does not hand out the parent's nonces. */
    fflush(stdout);
    child = fork();
    if (child == 0) {
        partnersign_request request = a_request();
        partnersign_freshness freshness = PARTNERSIGN_FRESHNESS_TIMESTAMP(1639490495);
        partnersign_signed_request out;
        char here[512], there[512];
        size_t length;
        int right = partnersign_reserve(sequencer, &reservation, NULL) == PARTNERSIGN_NONCE_LEASE_LOST &&
                    partnersign_sign(signer, &request, &freshness, &out, NULL) == PARTNERSIGN_OK &&
                    partnersign_signed_request_signature(out, here, sizeof here, &length, NULL) == PARTNERSIGN_OK &&
                    partnersign_signed_request_signature(signed_request, there, sizeof there, &length, NULL) == PARTNERSIGN_OK &&
                    memcmp(here, there, length) == 0;
        /* What is still live when a process ends looks lost to Valgrind: the child frees all of it. */
        partnersign_signed_request_free(out), partnersign_signed_request_free(signed_request);
        partnersign_prepared_free(prepared), partnersign_signer_free(signer);
        partnersign_verifying_key_free(public_key), partnersign_signing_key_free(key);
        partnersign_nonce_sequencer_free(sequencer), partnersign_nonce_sequencer_free(other);
        partnersign_nonce_sequencer_free(restored);
        _exit(right ? 0 : 1);
    }
    CHECK(child > 0 && waitpid(child, &status, 0) == child && WIFEXITED(status) && WEXITSTATUS(status) == 0);
    IS(OK, partnersign_nonce_sequencer_free(sequencer));
    IS(OK, partnersign_nonce_sequencer_free(other));
    IS(OK, partnersign_nonce_sequencer_free(restored));
}

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

static void callbacks(void) {
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
                       (mode == 0 || mode == 5 ? PARTNERSIGN_OK : PARTNERSIGN_SIGNATURE_REJECTED), "external signer", mode);
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
        check_that(partnersign_verify(verifier, &received, 1639490495, &verified, NULL) == expected[mode], "look-up", mode);
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

/* Eight threads use and free the same handles: each call says OK or INVALID_HANDLE, and each handle is
 * freed once. */
static unsigned rounds;
static partnersign_verifying_key shared[16];
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static unsigned long made, freed, strange;

static void *race(void *argument) {
    unsigned state = 12345u + (unsigned)(size_t)argument, round;
    unsigned long own_made = 0, own_freed = 0, own_strange = 0;
    for (round = 0; round < rounds; ++round) {
        partnersign_verifying_key handle, fresh;
        uint32_t bits = 0;
        int32_t status;
        unsigned place;
        state = state * 1664525u + 1013904223u;
        place = state >> 28;
        pthread_mutex_lock(&lock);
        handle = shared[place];
        pthread_mutex_unlock(&lock);
        status = partnersign_verifying_key_bits(handle, &bits, NULL);
        own_strange += !(status == PARTNERSIGN_OK ? bits == 2048 : status == PARTNERSIGN_INVALID_HANDLE);
        status = partnersign_verifying_key_free(handle);
        own_strange += status != PARTNERSIGN_OK && status != PARTNERSIGN_INVALID_HANDLE;
        own_freed += status == PARTNERSIGN_OK;
        if (partnersign_signing_key_public(key, &fresh, NULL) != PARTNERSIGN_OK) {
            ++own_strange;
            continue;
        }
        ++own_made;
        pthread_mutex_lock(&lock);
        handle = shared[place];
        shared[place] = fresh;
        pthread_mutex_unlock(&lock);
        own_freed += partnersign_verifying_key_free(handle) == PARTNERSIGN_OK;
    }
    pthread_mutex_lock(&lock);
    made += own_made, freed += own_freed, strange += own_strange;
    pthread_mutex_unlock(&lock);
    return NULL;
}

static partnersign_signer raced;

static void *sign_while_freed(void *argument) {
    partnersign_request request = a_request();
    partnersign_freshness freshness = PARTNERSIGN_FRESHNESS_TIMESTAMP(1);
    unsigned long own_strange = 0;
    int32_t status;
    (void)argument;
    do {
        partnersign_signed_request out;
        status = partnersign_sign(raced, &request, &freshness, &out, NULL);
        if (status == PARTNERSIGN_OK)
            own_strange += partnersign_signed_request_free(out) != PARTNERSIGN_OK;
    } while (status == PARTNERSIGN_OK);
    pthread_mutex_lock(&lock);
    strange += own_strange + (status != PARTNERSIGN_INVALID_HANDLE);
    pthread_mutex_unlock(&lock);
    return NULL;
}

static void threads(void) {
    pthread_t all[8];
    partnersign_api_key none = {0};
    size_t index;
    for (index = 0; index < 8; ++index)
        pthread_create(&all[index], NULL, race, (void *)index);
    for (index = 0; index < 8; ++index)
        pthread_join(all[index], NULL);
    for (index = 0; index < 16; ++index)
        freed += partnersign_verifying_key_free(shared[index]) == PARTNERSIGN_OK;
    CHECK(strange == 0);
    CHECK(made == freed);
    IS(OK, partnersign_signer_new(key, none, &raced, NULL));
    for (index = 0; index < 8; ++index)
        pthread_create(&all[index], NULL, sign_while_freed, NULL);
    usleep(20000);
    IS(OK, partnersign_signer_free(raced));
    for (index = 0; index < 8; ++index)
        pthread_join(all[index], NULL);
    CHECK(strange == 0);
}

/* A thread that ends frees its signer last, when the library's own thread locals are gone. */
static pthread_key_t at_end;
static int ended;

static void end_thread(void *own) {
    partnersign_signer *of_this_thread = own;
    partnersign_request request = a_request();
    partnersign_freshness freshness = PARTNERSIGN_FRESHNESS_TIMESTAMP(1);
    partnersign_signed_request out;
    partnersign_error error = PARTNERSIGN_ERROR_INIT;
    ended = partnersign_sign(*of_this_thread, &request, &freshness, &out, NULL) == PARTNERSIGN_OK &&
            partnersign_signed_request_free(out) == PARTNERSIGN_OK &&
            partnersign_test_panic(&error) == PARTNERSIGN_INTERNAL && strlen(error.message) > 10 &&
            partnersign_signer_free(*of_this_thread) == PARTNERSIGN_OK;
}

static void *use_own_signer(void *own) {
    partnersign_request request = a_request();
    partnersign_freshness freshness = PARTNERSIGN_FRESHNESS_TIMESTAMP(1);
    partnersign_signed_request out;
    partnersign_error error = PARTNERSIGN_ERROR_INIT;
    (void)partnersign_test_panic(&error);
    if (partnersign_sign(*(partnersign_signer *)own, &request, &freshness, &out, NULL) == PARTNERSIGN_OK)
        (void)partnersign_signed_request_free(out);
    pthread_setspecific(at_end, own);
    return NULL;
}

static void thread_ends(void) {
    pthread_t thread;
    partnersign_api_key none = {0};
    partnersign_signer own;
    IS(OK, partnersign_signer_new(key, none, &own, NULL));
    CHECK(pthread_key_create(&at_end, end_thread) == 0);
    pthread_create(&thread, NULL, use_own_signer, &own);
    pthread_join(thread, NULL);
    CHECK(ended);
    IS(INVALID_HANDLE, partnersign_signer_free(own));
    pthread_key_delete(at_end);
}

int main(int argc, char **argv) {
    if (argc != 3)
        return 2;
    rounds = (unsigned)strtoul(argv[1], NULL, 10);
    set_up(argv[2]);
    null_and_length();
    wrong_structs();
    reserved_fields();
    buffers();
    errors();
    handles();
    sequencer();
    callbacks();
    threads();
    thread_ends();
    IS(OK, partnersign_prepared_free(prepared));
    IS(OK, partnersign_signed_request_free(signed_request));
    IS(OK, partnersign_signer_free(signer));
    IS(OK, partnersign_verifying_key_free(public_key));
    IS(OK, partnersign_signing_key_free(key));
    printf("%u checks, %u failed, %lu handles raced for\n", checks, failures, made);
    return failures == 0 ? 0 : 1;
}
