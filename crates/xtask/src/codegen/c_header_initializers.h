
/* How each struct begins: `partnersign_request request = PARTNERSIGN_REQUEST_INIT;`. */
/* No error yet. */
#define PARTNERSIGN_ERROR_INIT { sizeof(partnersign_error), 0, -1, { 0 } }
/* No body, PARTNERSIGN_COMPACT, at most 10 MiB; method and URL are to be set. */
#define PARTNERSIGN_REQUEST_INIT                                                                  \
    { sizeof(partnersign_request), PARTNERSIGN_COMPACT, NULL, 0, NULL, 0, NULL, 0,      \
      10 * 1024 * 1024 }
/* Neither timestamp nor nonce yet; `kind` and one of them are to be set. */
#define PARTNERSIGN_FRESHNESS_INIT { sizeof(partnersign_freshness), 0, 0, NULL, 0 }
/* A timestamp: `partnersign_freshness freshness = PARTNERSIGN_FRESHNESS_TIMESTAMP(seconds);`. */
#define PARTNERSIGN_FRESHNESS_TIMESTAMP(seconds) \
    { sizeof(partnersign_freshness), PARTNERSIGN_TIMESTAMP, (uint64_t)(seconds), NULL, 0 }
/* A nonce: `partnersign_freshness freshness = PARTNERSIGN_FRESHNESS_NONCE(text, length);`. */
#define PARTNERSIGN_FRESHNESS_NONCE(text, length) \
    { sizeof(partnersign_freshness), PARTNERSIGN_NONCE, 0, (text), (size_t)(length) }
/* 300 s, 10 MiB, no replay memory. */
#define PARTNERSIGN_VERIFIER_OPTIONS_INIT \
    { sizeof(partnersign_verifier_options), 0, 300, 10 * 1024 * 1024, { 0 } }
/* No headers, no body; method and URL are to be set. */
#define PARTNERSIGN_RECEIVED_REQUEST_INIT                                                         \
    { sizeof(partnersign_received_request), 0, NULL, 0, NULL, 0, NULL, 0, NULL, 0 }
/* To be filled by partnersign_nonce_sequencer_state. */
#define PARTNERSIGN_NONCE_STATE_INIT \
    { sizeof(partnersign_nonce_state), 0, 0, 0, 0, 0, { { 0 } } }
