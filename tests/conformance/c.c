/* Conformance through partnersign.h: prints one JSON line for each case (README.md has the format).
 * Usage: c VECTORS-FOLDER */
#include <cjson/cJSON.h>
#include <openssl/sha.h>
#include <partnersign.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* What the vectors name may be as large as 10 MiB and a little more. */
struct text {
    char *data;
    size_t length;
};

static const char *folder;
static cJSON *keys;
static partnersign_error error = PARTNERSIGN_ERROR_INIT;
static const partnersign_api_key no_api_key = {0};

static void must(int holds, const char *what) {
    if (!holds) {
        fprintf(stderr, "%s: %s\n", what, error.message);
        exit(1);
    }
}
#define MUST(call) must((call) == PARTNERSIGN_OK, #call)

static void append(struct text *to, const void *data, size_t length) {
    to->data = realloc(to->data, to->length + length + 1);
    must(to->data != NULL, "memory");
    if (length > 0)
        memcpy(to->data + to->length, data, length);
    to->length += length;
    to->data[to->length] = 0;
}

static struct text slurp(const char *name) {
    struct text contents = {NULL, 0};
    char path[1024], part[65536];
    size_t count;
    FILE *file;
    snprintf(path, sizeof path, "%s/%s", folder, name);
    file = fopen(path, "rb");
    must(file != NULL, path);
    append(&contents, "", 0);
    while ((count = fread(part, 1, sizeof part, file)) > 0)
        append(&contents, part, count);
    fclose(file);
    return contents;
}

static const cJSON *field(const cJSON *object, const char *name) { return cJSON_GetObjectItemCaseSensitive(object, name); }
static const char *string(const cJSON *object, const char *name) { return cJSON_GetStringValue(field(object, name)); }
static int missing(const cJSON *value) { return value == NULL || cJSON_IsNull(value); }

/* A bytes value: a string, {"hex"}, {"repeat", "times"}, or a list of them. cJSON ends a string at U+0000,
 * so the script that starts this program writes such strings as {"hex"}. */
static void append_value(struct text *to, const cJSON *value) {
    const char *hex, *unit;
    const cJSON *part;
    int left;
    if (cJSON_IsString(value)) {
        append(to, value->valuestring, strlen(value->valuestring));
    } else if (cJSON_IsArray(value)) {
        cJSON_ArrayForEach(part, value) append_value(to, part);
    } else if ((hex = string(value, "hex")) != NULL) {
        for (; hex[0] != 0 && hex[1] != 0; hex += 2) {
            const char pair[] = {hex[0], hex[1], 0};
            const char byte = (char)strtol(pair, NULL, 16);
            append(to, &byte, 1);
        }
    } else if ((unit = string(value, "repeat")) != NULL) {
        const size_t length = strlen(unit);
        left = field(value, "times")->valueint;
        to->data = realloc(to->data, to->length + length * (size_t)left + 1);
        must(to->data != NULL, "memory");
        for (; left > 0; --left, to->length += length)
            memcpy(to->data + to->length, unit, length);
        to->data[to->length] = 0;
    }
}

static struct text contents_of(const cJSON *value) {
    struct text contents = {NULL, 0};
    if (missing(value))
        return contents;
    append(&contents, "", 0);
    append_value(&contents, value);
    return contents;
}

static cJSON *hex_of(const void *data, size_t length) {
    char *text = malloc(2 * length + 1);
    const unsigned char *bytes = data;
    cJSON *value;
    size_t at;
    must(text != NULL, "memory");
    text[0] = 0;
    for (at = 0; at < length; ++at)
        snprintf(text + 2 * at, 3, "%02x", bytes[at]);
    value = cJSON_CreateString(text);
    free(text);
    return value;
}

static cJSON *sha256_of(const void *data, size_t length) {
    unsigned char digest[SHA256_DIGEST_LENGTH];
    SHA256(data, length, digest);
    return hex_of(digest, sizeof digest);
}

static cJSON *refusal(void) {
    cJSON *outer = cJSON_CreateObject(), *inner = cJSON_AddObjectToObject(outer, "error");
    const char *code = "";
    partnersign_status_code(error.code, &code, NULL);
    cJSON_AddStringToObject(inner, "code", code);
    cJSON_AddNumberToObject(inner, "number", error.code);
    cJSON_AddStringToObject(inner, "message", error.message);
    if (error.position < 0)
        cJSON_AddNullToObject(inner, "position");
    else
        cJSON_AddNumberToObject(inner, "position", (double)error.position);
    return outer;
}

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

static void add_text(cJSON *object, const char *name, struct text text) {
    cJSON_AddStringToObject(object, name, text.data);
    free(text.data);
}

static void add_hex(cJSON *object, const char *name, struct text text, int null_if_empty) {
    cJSON_AddItemToObject(object, name, null_if_empty && text.length == 0 ? cJSON_CreateNull() : hex_of(text.data, text.length));
    free(text.data);
}

static const cJSON *key_case(const char *name) {
    const cJSON *test;
    cJSON_ArrayForEach(test, keys) if (strcmp(string(test, "name"), name) == 0) return test;
    must(0, name);
    return NULL;
}

static int32_t load_private(const cJSON *test, partnersign_signing_key *out) {
    struct text passphrase = contents_of(field(test, "passphrase"));
    const char *file = string(test, "file");
    struct text contents = file != NULL ? slurp(file) : contents_of(field(test, "bytes"));
    int32_t status;
    if (strcmp(string(test, "encoding"), "pem") == 0)
        status = partnersign_signing_key_from_pem(contents.data, contents.length, passphrase.data, passphrase.length, out, &error);
    else
        status = partnersign_signing_key_from_der((const uint8_t *)contents.data, contents.length, passphrase.data, passphrase.length, out, &error);
    free(contents.data);
    free(passphrase.data);
    return status;
}

static int32_t load_public(const cJSON *test, partnersign_verifying_key *out) {
    const char *file = string(test, "file");
    struct text contents = file != NULL ? slurp(file) : contents_of(field(test, "bytes"));
    int32_t status;
    if (strcmp(string(test, "encoding"), "pem") == 0)
        status = partnersign_verifying_key_from_pem(contents.data, contents.length, out, &error);
    else
        status = partnersign_verifying_key_from_der((const uint8_t *)contents.data, contents.length, out, &error);
    free(contents.data);
    return status;
}

static partnersign_signer signer_of(const char *key_name, partnersign_api_key api_key) {
    partnersign_signing_key key;
    partnersign_signer signer;
    MUST(load_private(key_case(key_name), &key));
    MUST(partnersign_signer_new(key, api_key, &signer, &error));
    MUST(partnersign_signing_key_free(key));
    return signer;
}

static partnersign_signer usual_signer(void) {
    static partnersign_signer signer;
    if (signer.id == 0)
        signer = signer_of("rsa2048.pkcs8.pem", no_api_key);
    return signer;
}

static char get_text[] = "GET";
static const struct text get = {get_text, 3};
static const char search_url[] = "https://api.qredo.network/api/v1/p/company/search";

/* The freshness of a case; 0 where the type of this language makes it impossible. */
static int freshness_of(const cJSON *value, partnersign_freshness *freshness, struct text *nonce) {
    const partnersign_freshness at_1 = PARTNERSIGN_FRESHNESS_TIMESTAMP(1);
    const char *text;
    *freshness = at_1;
    if (missing(value))
        return 1;
    if (field(value, "nonce") != NULL) {
        *nonce = contents_of(field(value, "nonce"));
        freshness->kind = PARTNERSIGN_NONCE;
        freshness->nonce = nonce->data;
        freshness->nonce_length = nonce->length;
        return 1;
    }
    text = string(value, "timestamp");
    if (text == NULL || text[0] == 0 || strlen(text) > 19 || text[strspn(text, "0123456789")] != 0 || (text[0] == '0' && text[1] != 0))
        return 0;
    freshness->timestamp = strtoull(text, NULL, 10);
    return 1;
}

static cJSON *run_keys(const cJSON *test) {
    partnersign_verifying_key key;
    cJSON *result;
    struct text text;
    uint32_t bits;
    if (strcmp(string(test, "kind"), "private") == 0) {
        partnersign_signing_key private_key;
        if (load_private(test, &private_key) != PARTNERSIGN_OK)
            return refusal();
        MUST(partnersign_signing_key_public(private_key, &key, &error));
        MUST(partnersign_signing_key_free(private_key));
    } else if (load_public(test, &key) != PARTNERSIGN_OK) {
        return refusal();
    }
    result = cJSON_CreateObject();
    MUST(partnersign_verifying_key_bits(key, &bits, &error));
    cJSON_AddNumberToObject(result, "bits", bits);
    READ(text, partnersign_verifying_key_fingerprint, key);
    add_text(result, "fingerprint", text);
    READ(text, partnersign_verifying_key_to_pem, key);
    add_text(result, "public_pem", text);
    MUST(partnersign_verifying_key_free(key));
    return result;
}

/* Signs the request of a case: 1 done, 0 refused, -1 impossible in C's types. */
static int sign_case(partnersign_signer signer, const cJSON *test, struct text method, const cJSON *url_value, partnersign_signed_request *out) {
    struct text url = contents_of(url_value), body = contents_of(field(test, "body_in")), nonce = {NULL, 0};
    const char *form = string(test, "form");
    partnersign_request request = PARTNERSIGN_REQUEST_INIT;
    partnersign_freshness freshness;
    int outcome = -1;
    request.method = method.data, request.method_length = method.length;
    request.url = url.data, request.url_length = url.length;
    request.body = body.data, request.body_length = body.length;
    request.form = form != NULL && strcmp(form, "exact") == 0 ? PARTNERSIGN_EXACT : PARTNERSIGN_COMPACT;
    if (freshness_of(field(test, "freshness"), &freshness, &nonce))
        outcome = partnersign_sign(signer, &request, &freshness, out, &error) == PARTNERSIGN_OK;
    free(url.data);
    free(body.data);
    free(nonce.data);
    return outcome;
}

static cJSON *left_out(void) { return cJSON_CreateString("a timestamp is a uint64_t"); }

static cJSON *run_signing(const cJSON *test) {
    partnersign_api_key api_key = {0};
    partnersign_signer signer;
    partnersign_signed_request made;
    const char *api_key_text = string(test, "api_key");
    cJSON *result, *headers;
    size_t index, count;
    struct text text, value, method;
    int outcome;
    if (api_key_text != NULL)
        MUST(partnersign_api_key_parse(api_key_text, strlen(api_key_text), &api_key, &error));
    signer = signer_of(string(test, "key"), api_key);
    method = contents_of(field(test, "method"));
    outcome = sign_case(signer, test, method, field(test, "url"), &made);
    free(method.data);
    MUST(partnersign_signer_free(signer));
    if (api_key.id != 0)
        MUST(partnersign_api_key_free(api_key));
    if (outcome != 1)
        return outcome == 0 ? refusal() : left_out();
    result = cJSON_CreateObject();
    READ(text, partnersign_signed_request_method, made);
    add_text(result, "method", text);
    READ(text, partnersign_signed_request_url, made);
    add_text(result, "url", text);
    headers = cJSON_AddArrayToObject(result, "headers");
    MUST(partnersign_signed_request_header_count(made, &count, &error));
    for (index = 0; index < count; ++index) {
        cJSON *pair = cJSON_CreateArray();
        READ(text, partnersign_signed_request_header_name, made, index);
        READ(value, partnersign_signed_request_header_value, made, index);
        cJSON_AddItemToArray(pair, cJSON_CreateString(text.data));
        cJSON_AddItemToArray(pair, cJSON_CreateString(value.data));
        cJSON_AddItemToArray(headers, pair);
        free(text.data);
        free(value.data);
    }
    READ(text, partnersign_signed_request_body, made);
    add_hex(result, "body", text, 1);
    READ(text, partnersign_signed_request_payload, made);
    add_hex(result, "payload", text, 0);
    READ(text, partnersign_signed_request_digest, made);
    add_hex(result, "digest", text, 0);
    READ(text, partnersign_signed_request_signature, made);
    add_text(result, "signature", text);
    MUST(partnersign_signed_request_free(made));
    return result;
}

static cJSON *run_compaction(const cJSON *test) {
    struct text input = contents_of(field(test, "input"));
    char *output = malloc(input.length + 1);
    size_t length;
    cJSON *result;
    must(output != NULL, "memory");
    if (partnersign_compact_json(input.data, input.length, output, input.length, &length, &error) == PARTNERSIGN_OK) {
        result = cJSON_CreateObject();
        cJSON_AddItemToObject(result, "output_sha256", sha256_of(output, length));
        cJSON_AddNumberToObject(result, "length", (double)length);
    } else {
        result = refusal();
    }
    free(output);
    free(input.data);
    return result;
}

static cJSON *run_urls(const cJSON *test) {
    partnersign_signed_request made;
    struct text text;
    cJSON *result;
    if (sign_case(usual_signer(), test, get, field(test, "url"), &made) != 1)
        return refusal();
    result = cJSON_CreateObject();
    READ(text, partnersign_signed_request_url, made);
    add_text(result, "url", text);
    READ(text, partnersign_signed_request_digest, made);
    add_hex(result, "digest", text, 0);
    MUST(partnersign_signed_request_free(made));
    return result;
}

/* A header of a signed GET: the one with an index. */
static cJSON *run_freshness(const cJSON *test) {
    cJSON *url = cJSON_CreateString(search_url), *result;
    partnersign_signed_request made;
    struct text text;
    const int outcome = sign_case(usual_signer(), test, get, url, &made);
    cJSON_Delete(url);
    if (outcome != 1)
        return outcome == 0 ? refusal() : left_out();
    result = cJSON_CreateObject();
    READ(text, partnersign_signed_request_header_name, made, (size_t)1);
    add_text(result, "header", text);
    READ(text, partnersign_signed_request_header_value, made, (size_t)1);
    add_text(result, "value", text);
    MUST(partnersign_signed_request_free(made));
    return result;
}

static cJSON *run_api_keys(const cJSON *test) {
    struct text input = contents_of(field(test, "api_key")), text;
    partnersign_api_key api_key;
    partnersign_signer signer;
    partnersign_signed_request made;
    cJSON *result, *url;
    const int32_t status = partnersign_api_key_parse(input.data, input.length, &api_key, &error);
    free(input.data);
    if (status != PARTNERSIGN_OK)
        return refusal();
    signer = signer_of("rsa2048.pkcs8.pem", api_key);
    url = cJSON_CreateString(search_url);
    must(sign_case(signer, test, get, url, &made) == 1, "sign");
    cJSON_Delete(url);
    result = cJSON_CreateObject();
    READ(text, partnersign_api_key_key_id, api_key);
    add_text(result, "key_id", text);
    READ(text, partnersign_signed_request_header_value, made, (size_t)0);
    add_text(result, "sent", text);
    MUST(partnersign_signed_request_free(made));
    MUST(partnersign_signer_free(signer));
    MUST(partnersign_api_key_free(api_key));
    return result;
}

static cJSON *run_requests(const cJSON *test) {
    partnersign_signed_request made;
    struct text text, method = contents_of(field(test, "method"));
    cJSON *result;
    const int outcome = sign_case(usual_signer(), test, method, field(test, "url"), &made);
    free(method.data);
    if (outcome != 1)
        return outcome == 0 ? refusal() : left_out();
    result = cJSON_CreateObject();
    READ(text, partnersign_signed_request_method, made);
    add_text(result, "method", text);
    READ(text, partnersign_signed_request_body, made);
    cJSON_AddItemToObject(result, "body_sha256", text.length == 0 ? cJSON_CreateNull() : sha256_of(text.data, text.length));
    free(text.data);
    READ(text, partnersign_signed_request_digest, made);
    add_hex(result, "digest", text, 0);
    MUST(partnersign_signed_request_free(made));
    return result;
}

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

/* A received request and the texts that it points into. */
struct received {
    partnersign_received_request request;
    partnersign_header headers[64];
    struct text texts[131];
};

static void receive(const cJSON *test, struct received *received) {
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

static void forget(struct received *received) {
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

static cJSON *run_verifying(const cJSON *test) {
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

static cJSON *run_replay(const cJSON *test) {
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

static cJSON *run_diagnosis(const cJSON *test) {
    partnersign_verifying_key known[16];
    partnersign_diagnosis diagnosis;
    struct received received;
    size_t count = 0, index, causes;
    const cJSON *name;
    cJSON *result, *list;
    struct text text;
    int32_t status, found;
    cJSON_ArrayForEach(name, field(test, "public_keys")) {
        must(count < 16, "more keys than this runner takes");
        MUST(load_public(key_case(name->valuestring), &known[count++]));
    }
    receive(test, &received);
    status = partnersign_diagnose(known, count, &received.request, &diagnosis, &error);
    forget(&received);
    for (index = 0; index < count; ++index)
        MUST(partnersign_verifying_key_free(known[index]));
    if (status != PARTNERSIGN_OK)
        return refusal();
    result = cJSON_CreateObject();
    MUST(partnersign_diagnosis_found(diagnosis, &found, &error));
    cJSON_AddBoolToObject(result, "found", found);
    READ(text, partnersign_diagnosis_message, diagnosis);
    add_text(result, "message", text);
    list = cJSON_AddArrayToObject(result, "causes");
    MUST(partnersign_diagnosis_cause_count(diagnosis, &causes, &error));
    for (index = 0; index < causes; ++index) {
        READ(text, partnersign_diagnosis_cause, diagnosis, index);
        cJSON_AddItemToArray(list, cJSON_CreateString(text.data));
        free(text.data);
    }
    READ(text, partnersign_diagnosis_signed_digest, diagnosis);
    add_hex(result, "signed_digest", text, 1);
    READ(text, partnersign_diagnosis_signed_payload, diagnosis);
    add_hex(result, "signed_payload", text, 1);
    MUST(partnersign_diagnosis_free(diagnosis));
    return result;
}

static cJSON *run_outcome_of_http(const cJSON *test) {
    static const char *const names[] = {"", "consumed", "not_consumed", "unknown", "refused"};
    struct text reason = contents_of(field(test, "reason"));
    const cJSON *status = field(test, "status");
    cJSON *result = cJSON_CreateObject();
    int32_t outcome;
    MUST(partnersign_outcome_of_http(missing(status) ? -1 : status->valueint, reason.data, reason.length, &outcome, &error));
    free(reason.data);
    cJSON_AddStringToObject(result, "outcome", names[outcome]);
    return result;
}

static const struct {
    const char *name;
    cJSON *(*run)(const cJSON *);
} files[] = {{"keys", run_keys},           {"signing", run_signing},     {"compaction", run_compaction},
             {"urls", run_urls},           {"freshness", run_freshness}, {"api_keys", run_api_keys},
             {"requests", run_requests},   {"verifying", run_verifying}, {"replay", run_replay},
             {"diagnosis", run_diagnosis}, {"outcome_of_http", run_outcome_of_http}};

static cJSON *parse(const char *name) {
    char file[64];
    struct text text;
    cJSON *parsed;
    snprintf(file, sizeof file, "%s.json", name);
    text = slurp(file);
    parsed = cJSON_ParseWithLength(text.data, text.length);
    must(parsed != NULL, file);
    free(text.data);
    return parsed;
}

int main(int argc, char **argv) {
    cJSON *key_file;
    size_t index;
    if (argc != 2)
        return 2;
    folder = argv[1];
    key_file = parse("keys");
    keys = cJSON_GetObjectItemCaseSensitive(key_file, "cases");
    for (index = 0; index < sizeof files / sizeof *files; ++index) {
        cJSON *file = parse(files[index].name);
        const cJSON *test;
        cJSON_ArrayForEach(test, field(file, "cases")) {
            cJSON *line = cJSON_CreateObject(), *result = files[index].run(test);
            char *text;
            cJSON_AddStringToObject(line, "file", files[index].name);
            cJSON_AddStringToObject(line, "name", string(test, "name"));
            cJSON_AddItemToObject(line, cJSON_IsString(result) ? "left_out" : "result", result);
            text = cJSON_PrintUnformatted(line);
            puts(text);
            free(text);
            cJSON_Delete(line);
        }
        cJSON_Delete(file);
    }
    MUST(partnersign_signer_free(usual_signer()));
    cJSON_Delete(key_file);
    return 0;
}
