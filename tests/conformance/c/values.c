/* Values of the vectors, and of the lines that are printed. */
#include "conformance.h"

#include <openssl/sha.h>

const char *folder;
partnersign_error error = PARTNERSIGN_ERROR_INIT;

void must(int holds, const char *what) {
    if (!holds) {
        fprintf(stderr, "%s: %s\n", what, error.message);
        exit(1);
    }
}

static void append(struct text *to, const void *data, size_t length) {
    to->data = realloc(to->data, to->length + length + 1);
    must(to->data != NULL, "memory");
    if (length > 0)
        memcpy(to->data + to->length, data, length);
    to->length += length;
    to->data[to->length] = 0;
}

struct text slurp(const char *name) {
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

const cJSON *field(const cJSON *object, const char *name) { return cJSON_GetObjectItemCaseSensitive(object, name); }
const char *string(const cJSON *object, const char *name) { return cJSON_GetStringValue(field(object, name)); }
int missing(const cJSON *value) { return value == NULL || cJSON_IsNull(value); }

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

struct text contents_of(const cJSON *value) {
    struct text contents = {NULL, 0};
    if (missing(value))
        return contents;
    append(&contents, "", 0);
    append_value(&contents, value);
    return contents;
}

cJSON *hex_of(const void *data, size_t length) {
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

cJSON *sha256_of(const void *data, size_t length) {
    unsigned char digest[SHA256_DIGEST_LENGTH];
    SHA256(data, length, digest);
    return hex_of(digest, sizeof digest);
}

cJSON *refusal(void) {
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

void add_text(cJSON *object, const char *name, struct text text) {
    cJSON_AddStringToObject(object, name, text.data);
    free(text.data);
}

void add_hex(cJSON *object, const char *name, struct text text, int null_if_empty) {
    cJSON_AddItemToObject(object, name, null_if_empty && text.length == 0 ? cJSON_CreateNull() : hex_of(text.data, text.length));
    free(text.data);
}
