/* The cases of what is sent: requests, their parts, their signatures. */
#include "conformance.h"

static char get_text[] = "GET";
static const struct text get = {get_text, 3};
static const char search_url[] = "https://api.qredo.network/api/v1/p/company/search";

/* The freshness of a case; 0 where the type of this language makes it impossible. */
int freshness_of(const cJSON *value, partnersign_freshness *freshness, struct text *nonce) {
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

cJSON *run_signing(const cJSON *test) {
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

cJSON *run_compaction(const cJSON *test) {
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

cJSON *run_urls(const cJSON *test) {
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
cJSON *run_freshness(const cJSON *test) {
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

cJSON *run_api_keys(const cJSON *test) {
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

cJSON *run_requests(const cJSON *test) {
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
