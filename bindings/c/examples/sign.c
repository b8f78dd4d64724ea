/* Signs one request and prints what must be sent.
 * Usage: sign PRIVATE.pem URL [BODY.json] */
#include <partnersign.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static int complain(const char *what, const partnersign_error *error) {
    const char *code = "?";
    partnersign_status_code(error->code, &code, NULL);
    fprintf(stderr, "%s: %s: %s\n", what, code, error->message);
    return EXIT_FAILURE;
}

int main(int argc, char **argv) {
    partnersign_error error = PARTNERSIGN_ERROR_INIT;
    partnersign_signing_key key;
    partnersign_signer signer;
    partnersign_api_key no_api_key = {0};
    partnersign_request request = PARTNERSIGN_REQUEST_INIT;
    partnersign_freshness now = PARTNERSIGN_FRESHNESS_TIMESTAMP((uint64_t)time(NULL));
    partnersign_signed_request signed_request;
    char body[65536], text[65536];
    size_t length, count;
    if (argc < 3) {
        fprintf(stderr, "usage: sign PRIVATE.pem URL [BODY.json]\n");
        return 2;
    }

    /* The handles that a signer is made from can be freed at once: it keeps what it needs. */
    if (partnersign_signing_key_from_file(argv[1], strlen(argv[1]), NULL, 0, 0, &key, &error) != PARTNERSIGN_OK)
        return complain(argv[1], &error);
    if (partnersign_signer_new(key, no_api_key, &signer, &error) != PARTNERSIGN_OK)
        return complain("signer", &error);
    partnersign_signing_key_free(key);

    request.method = "GET";
    request.url = argv[2];
    request.url_length = strlen(argv[2]);
    if (argc > 3) {
        FILE *file = fopen(argv[3], "rb");
        if (file == NULL) {
            perror(argv[3]);
            return EXIT_FAILURE;
        }
        request.method = "POST";
        request.body = body;
        request.body_length = fread(body, 1, sizeof body, file);
        fclose(file);
    }
    request.method_length = strlen(request.method);

    if (partnersign_sign(signer, &request, &now, &signed_request, &error) != PARTNERSIGN_OK)
        return complain("sign", &error);
    partnersign_signed_request_header_count(signed_request, &count, NULL);
    for (size_t index = 0; index < count; ++index) {
        partnersign_signed_request_header_name(signed_request, index, text, sizeof text, &length, NULL);
        printf("%.*s: ", (int)length, text);
        partnersign_signed_request_header_value(signed_request, index, text, sizeof text, &length, NULL);
        printf("%.*s\n", (int)length, text);
    }
    /* Compacted, it is never longer than what went in. */
    if (partnersign_signed_request_body(signed_request, text, sizeof text, &length, &error) != PARTNERSIGN_OK)
        return complain("body", &error);
    if (length > 0)
        printf("\n%.*s\n", (int)length, text);

    partnersign_signed_request_free(signed_request);
    partnersign_signer_free(signer);
    return EXIT_SUCCESS;
}
