/* A signer that is kept until the process ends, as a server keeps it. Usage: keep KEYS-FOLDER */
#include <partnersign.h>
#include <stdio.h>
#include <string.h>

static partnersign_signer signer;

int main(int argc, char **argv) {
    char path[1024];
    partnersign_signing_key key;
    partnersign_api_key none = {0};
    partnersign_request request = PARTNERSIGN_REQUEST_INIT;
    partnersign_freshness freshness = PARTNERSIGN_FRESHNESS_TIMESTAMP(1639490495);
    partnersign_signed_request made;
    if (argc != 2)
        return 2;
    request.method = "GET", request.method_length = 3;
    request.url = "https://api.qredo.network/api/v1/p/company", request.url_length = strlen(request.url);
    snprintf(path, sizeof path, "%s/rsa2048.pkcs8.pem", argv[1]);
    return partnersign_signing_key_from_file(path, strlen(path), NULL, 0, 1, &key, NULL) != PARTNERSIGN_OK ||
           partnersign_signer_new(key, none, &signer, NULL) != PARTNERSIGN_OK ||
           partnersign_signing_key_free(key) != PARTNERSIGN_OK ||
           partnersign_sign(signer, &request, &freshness, &made, NULL) != PARTNERSIGN_OK ||
           partnersign_signed_request_free(made) != PARTNERSIGN_OK;
}
