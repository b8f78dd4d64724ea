/* What the files of the C runner share. */
#ifndef CONFORMANCE_H
#define CONFORMANCE_H

#include <cjson/cJSON.h>
#include <partnersign.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* What the vectors name may be as large as 10 MiB and a little more. */
struct text {
    char *data;
    size_t length;
};

extern const char *folder;
extern cJSON *keys;
extern partnersign_error error;
extern const partnersign_api_key no_api_key;

void must(int holds, const char *what);
#define MUST(call) must((call) == PARTNERSIGN_OK, #call)

/* Of the vectors. */
struct text slurp(const char *name);
const cJSON *field(const cJSON *object, const char *name);
const char *string(const cJSON *object, const char *name);
int missing(const cJSON *value);
struct text contents_of(const cJSON *value);

/* Of the lines that are printed. */
cJSON *hex_of(const void *data, size_t length);
cJSON *sha256_of(const void *data, size_t length);
cJSON *refusal(void);
void add_text(cJSON *object, const char *name, struct text text);
void add_hex(cJSON *object, const char *name, struct text text, int null_if_empty);

/* Reads a result with a size query first. */
#define READ(into, call_without_buffer, ...)                                                        \
    do {                                                                                            \
        size_t read_length = 0;                                                                     \
        MUST(call_without_buffer(__VA_ARGS__, NULL, 0, &read_length, &error));                      \
        (into).data = malloc(read_length + 1);                                                      \
        must((into).data != NULL, "memory");                                                        \
        MUST(call_without_buffer(__VA_ARGS__, (void *)(into).data, read_length, &(into).length, &error)); \
        must((into).length == read_length, #call_without_buffer ": another length");                \
        (into).data[read_length] = 0;                                                               \
    } while (0)

const cJSON *key_case(const char *name);
int32_t load_private(const cJSON *test, partnersign_signing_key *out);
int32_t load_public(const cJSON *test, partnersign_verifying_key *out);
partnersign_signer signer_of(const char *key_name, partnersign_api_key api_key);
partnersign_signer usual_signer(void);

/* The freshness of a case; 0 where the type of this language makes it impossible. */
int freshness_of(const cJSON *value, partnersign_freshness *freshness, struct text *nonce);

/* A received request and the texts that it points into. */
struct received {
    partnersign_received_request request;
    partnersign_header headers[64];
    struct text texts[131];
};

void receive(const cJSON *test, struct received *received);
void forget(struct received *received);

/* A case of each file. */
cJSON *run_keys(const cJSON *test);
cJSON *run_signing(const cJSON *test);
cJSON *run_compaction(const cJSON *test);
cJSON *run_urls(const cJSON *test);
cJSON *run_freshness(const cJSON *test);
cJSON *run_api_keys(const cJSON *test);
cJSON *run_requests(const cJSON *test);
cJSON *run_verifying(const cJSON *test);
cJSON *run_replay(const cJSON *test);
cJSON *run_diagnosis(const cJSON *test);
cJSON *run_outcome_of_http(const cJSON *test);

#endif
