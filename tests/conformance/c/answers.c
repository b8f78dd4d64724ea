/* The cases of what went wrong: diagnoses, and what an answer says about a nonce. */
#include "conformance.h"

cJSON *run_diagnosis(const cJSON *test) {
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

cJSON *run_outcome_of_http(const cJSON *test) {
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
