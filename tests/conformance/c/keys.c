/* Keys and signers, and the cases of keys.json. */
#include "conformance.h"

cJSON *keys;
const partnersign_api_key no_api_key = {0};

const cJSON *key_case(const char *name) {
    const cJSON *test;
    cJSON_ArrayForEach(test, keys) if (strcmp(string(test, "name"), name) == 0) return test;
    must(0, name);
    return NULL;
}

int32_t load_private(const cJSON *test, partnersign_signing_key *out) {
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

int32_t load_public(const cJSON *test, partnersign_verifying_key *out) {
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

partnersign_signer signer_of(const char *key_name, partnersign_api_key api_key) {
    partnersign_signing_key key;
    partnersign_signer signer;
    MUST(load_private(key_case(key_name), &key));
    MUST(partnersign_signer_new(key, api_key, &signer, &error));
    MUST(partnersign_signing_key_free(key));
    return signer;
}

partnersign_signer usual_signer(void) {
    static partnersign_signer signer;
    if (signer.id == 0)
        signer = signer_of("rsa2048.pkcs8.pem", no_api_key);
    return signer;
}

cJSON *run_keys(const cJSON *test) {
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
