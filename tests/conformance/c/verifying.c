/* The cases of what is received: verified once, and again. */
#include "conformance.h"

static partnersign_verifier verifier_of(const cJSON *test, const char *policy) {
    partnersign_verifier_options options = PARTNERSIGN_VERIFIER_OPTIONS_INIT;
    partnersign_verifying_key key;
    partnersign_verifier verifier;
    const cJSON *entry;
    options.window_seconds = (uint64_t)field(test, "window_seconds")->valuedouble;
    if (policy != NULL)
        MUST(partnersign_replay_memory_new(strcmp(policy, "sequential") == 0   ? PARTNERSIGN_SEQUENTIAL
                                           : strcmp(policy, "increasing") == 0 ? PARTNERSIGN_INCREASING
                                                                               : PARTNERSIGN_UNIQUE,
                                           &options.replay, &error));
    if (string(test, "public_key") != NULL) {
        MUST(load_public(key_case(string(test, "public_key")), &key));
        MUST(partnersign_verifier_with_key(key, &options, &verifier, &error));
        MUST(partnersign_verifying_key_free(key));
    } else {
        partnersign_api_keys api_keys;
        MUST(partnersign_api_keys_new(&api_keys, &error));
        cJSON_ArrayForEach(entry, field(test, "api_keys")) {
            const char *text = string(entry, "api_key");
            partnersign_api_key api_key;
            MUST(partnersign_api_key_parse(text, strlen(text), &api_key, &error));
            MUST(load_public(key_case(string(entry, "public_key")), &key));
            MUST(partnersign_api_keys_insert(api_keys, api_key, key, &error));
            MUST(partnersign_api_key_free(api_key));
            MUST(partnersign_verifying_key_free(key));
        }
        MUST(partnersign_verifier_with_api_keys(api_keys, &options, &verifier, &error));
        MUST(partnersign_api_keys_free(api_keys));
    }
    if (options.replay.id != 0)
        MUST(partnersign_replay_memory_free(options.replay));
    return verifier;
}

void receive(const cJSON *test, struct received *received) {
    const partnersign_received_request none = PARTNERSIGN_RECEIVED_REQUEST_INIT;
    const cJSON *pair;
    size_t count = 0;
    memset(received, 0, sizeof *received);
    received->request = none;
    received->texts[128] = contents_of(field(test, "method"));
    received->texts[129] = contents_of(field(test, "url"));
    received->texts[130] = contents_of(field(test, "body"));
    cJSON_ArrayForEach(pair, field(test, "headers")) {
        struct text *name = &received->texts[2 * count], *value = name + 1;
        must(count < 64, "more headers than this runner takes");
        *name = contents_of(cJSON_GetArrayItem(pair, 0));
        *value = contents_of(cJSON_GetArrayItem(pair, 1));
        received->headers[count].name = name->data, received->headers[count].name_length = name->length;
        received->headers[count].value = value->data, received->headers[count].value_length = value->length;
        ++count;
    }
    received->request.method = received->texts[128].data, received->request.method_length = received->texts[128].length;
    received->request.url = received->texts[129].data, received->request.url_length = received->texts[129].length;
    received->request.body = received->texts[130].data, received->request.body_length = received->texts[130].length;
    received->request.headers = received->headers, received->request.header_count = count;
}

void forget(struct received *received) {
    size_t index;
    for (index = 0; index < 131; ++index)
        free(received->texts[index].data);
}

static int32_t verify_case(partnersign_verifier verifier, const cJSON *test, partnersign_verified *out) {
    struct received received;
    int32_t status;
    receive(test, &received);
    status = partnersign_verify(verifier, &received.request, (uint64_t)field(test, "now")->valuedouble, out, &error);
    forget(&received);
    return status;
}

cJSON *run_verifying(const cJSON *test) {
    partnersign_verifier verifier = verifier_of(test, string(test, "replay"));
    partnersign_verified verified;
    const int32_t status = verify_case(verifier, test, &verified);
    cJSON *result, *freshness;
    struct text text;
    int32_t kind;
    MUST(partnersign_verifier_free(verifier));
    if (status != PARTNERSIGN_OK)
        return refusal();
    result = cJSON_CreateObject();
    READ(text, partnersign_verified_key_id, verified);
    cJSON_AddItemToObject(result, "key_id", text.length == 0 ? cJSON_CreateNull() : cJSON_CreateString(text.data));
    free(text.data);
    freshness = cJSON_AddArrayToObject(result, "freshness");
    MUST(partnersign_verified_freshness_kind(verified, &kind, &error));
    cJSON_AddItemToArray(freshness, cJSON_CreateString(kind == PARTNERSIGN_TIMESTAMP ? "timestamp" : "nonce"));
    READ(text, partnersign_verified_freshness, verified);
    cJSON_AddItemToArray(freshness, cJSON_CreateString(text.data));
    free(text.data);
    READ(text, partnersign_verified_digest, verified);
    add_hex(result, "digest", text, 0);
    MUST(partnersign_verified_free(verified));
    return result;
}

cJSON *run_replay(const cJSON *test) {
    partnersign_verifier verifier = verifier_of(test, string(test, "policy"));
    cJSON *steps = cJSON_CreateArray();
    const cJSON *step;
    cJSON_ArrayForEach(step, field(test, "steps")) {
        partnersign_verified verified;
        cJSON *result;
        if (verify_case(verifier, step, &verified) == PARTNERSIGN_OK) {
            MUST(partnersign_verified_free(verified));
            result = cJSON_CreateObject();
            cJSON_AddTrueToObject(result, "ok");
        } else {
            result = refusal();
        }
        cJSON_AddItemToArray(steps, result);
    }
    MUST(partnersign_verifier_free(verifier));
    return steps;
}
