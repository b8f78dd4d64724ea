/* What comes back: results in buffers of every size, and errors in detail. */
#include "misuse.h"

void buffers(void) {
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

void errors(void) {
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
