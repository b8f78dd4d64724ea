/* Usage: misuse ROUNDS KEYS-FOLDER. Prints what is wrong, and how many checks it made. */
#include "misuse.h"

static unsigned checks, failures;

void check_that(int holds, const char *what, const char *file, int line) {
    ++checks;
    if (!holds) {
        ++failures;
        printf("%s:%d: %s\n", file, line, what);
    }
}

const char url[43] = "https://api.qredo.network/api/v1/p/company";
const char body[24] = "{ \"name\": \"ACME Corp\" }";
char pem[8192];
size_t pem_length;

partnersign_signing_key key;
partnersign_verifying_key public_key;
partnersign_signer signer;
partnersign_signed_request signed_request;
partnersign_prepared prepared;

unsigned rounds;

partnersign_request a_request(void) {
    partnersign_request request = PARTNERSIGN_REQUEST_INIT;
    request.method = "POST";
    request.method_length = 4;
    request.url = url;
    request.url_length = sizeof url - 1;
    request.body = body;
    request.body_length = sizeof body - 1;
    return request;
}

static void set_up(const char *folder) {
    char path[1024];
    partnersign_request request = a_request();
    partnersign_freshness freshness = PARTNERSIGN_FRESHNESS_TIMESTAMP(1639490495);
    partnersign_api_key none = {0};
    FILE *file;
    snprintf(path, sizeof path, "%s/rsa2048.pkcs8.pem", folder);
    file = fopen(path, "rb");
    if (file == NULL) {
        perror(path);
        exit(2);
    }
    pem_length = fread(pem, 1, sizeof pem, file);
    fclose(file);
    IS(OK, partnersign_signing_key_from_pem(pem, pem_length, NULL, 0, &key, NULL));
    IS(OK, partnersign_signing_key_public(key, &public_key, NULL));
    IS(OK, partnersign_signer_new(key, none, &signer, NULL));
    IS(OK, partnersign_sign(signer, &request, &freshness, &signed_request, NULL));
    IS(OK, partnersign_prepare(&request, &freshness, &prepared, NULL));
}

int main(int argc, char **argv) {
    if (argc != 3)
        return 2;
    rounds = (unsigned)strtoul(argv[1], NULL, 10);
    set_up(argv[2]);
    null_and_length();
    wrong_structs();
    reserved_fields();
    buffers();
    errors();
    handles();
    sequencer();
    callbacks();
    threads();
    thread_ends();
    IS(OK, partnersign_prepared_free(prepared));
    IS(OK, partnersign_signed_request_free(signed_request));
    IS(OK, partnersign_signer_free(signer));
    IS(OK, partnersign_verifying_key_free(public_key));
    IS(OK, partnersign_signing_key_free(key));
    printf("%u checks, %u failed, %lu handles raced for\n", checks, failures, made);
    return failures == 0 ? 0 : 1;
}
