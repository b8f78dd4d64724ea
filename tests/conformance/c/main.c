/* Conformance through partnersign.h: prints one JSON line for each case (README.md has the format).
 * Usage: c VECTORS-FOLDER */
#include "conformance.h"

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
