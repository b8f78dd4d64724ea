/* Signs with a key that is elsewhere: here in another handle, in earnest in an HSM or KMS.
 * Usage: hsm_callback PRIVATE.pem PUBLIC.pem */
#include <partnersign.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* What a connection to an HSM would be. */
struct hsm {
    partnersign_signing_key key;
    unsigned signatures;
};

/* RSASSA-PKCS1-v1_5 over a SHA-256 digest: CKM_RSA_PKCS with the DigestInfo, or a KMS's
 * RSASSA_PKCS1_V1_5_SHA_256 with the message type DIGEST. Called from every thread that signs. */
static int32_t sign_digest(void *user_data, const uint8_t *digest, size_t digest_length, uint8_t *signature,
                           size_t signature_capacity, size_t *out_signature_length) {
    struct hsm *hsm = user_data;
    hsm->signatures++;
    return partnersign_signing_key_sign_digest(hsm->key, digest, digest_length, signature, signature_capacity,
                                               out_signature_length, NULL);
}

static void close_hsm(void *user_data) {
    struct hsm *hsm = user_data;
    printf("closed after %u signature(s)\n", hsm->signatures);
    partnersign_signing_key_free(hsm->key);
    free(hsm);
}

int main(int argc, char **argv) {
    partnersign_error error = PARTNERSIGN_ERROR_INIT;
    partnersign_verifying_key public_key;
    partnersign_signer signer;
    partnersign_api_key no_api_key = {0};
    partnersign_signed_request signed_request;
    partnersign_request request = PARTNERSIGN_REQUEST_INIT;
    partnersign_freshness timestamp = PARTNERSIGN_FRESHNESS_TIMESTAMP(1634226826);
    static const char url[] = "https://api.qredo.network/api/v1/p/company/search";
    struct hsm *hsm;
    char x_sign[2048];
    size_t length;
    if (argc != 3 || (hsm = calloc(1, sizeof *hsm)) == NULL)
        return 2;
    if (partnersign_signing_key_from_file(argv[1], strlen(argv[1]), NULL, 0, 0, &hsm->key, &error) != 0 ||
        partnersign_verifying_key_from_file(argv[2], strlen(argv[2]), &public_key, &error) != 0 ||
        partnersign_signer_external(public_key, sign_digest, hsm, close_hsm, no_api_key, &signer, &error) != 0) {
        fprintf(stderr, "%s\n", error.message);
        return EXIT_FAILURE;
    }
    partnersign_verifying_key_free(public_key);

    request.method = "GET";
    request.method_length = 3;
    request.url = url;
    request.url_length = sizeof url - 1;
    /* A signature that does not verify against the public key never leaves: PARTNERSIGN_SIGNATURE_REJECTED. */
    if (partnersign_sign(signer, &request, &timestamp, &signed_request, &error) != PARTNERSIGN_OK) {
        fprintf(stderr, "%s\n", error.message);
        return EXIT_FAILURE;
    }
    partnersign_signed_request_signature(signed_request, x_sign, sizeof x_sign, &length, NULL);
    printf("x-sign: %.*s\n", (int)length, x_sign);
    partnersign_signed_request_free(signed_request);
    partnersign_signer_free(signer);
    return EXIT_SUCCESS;
}
