/* Forks while other threads sign, verify and register keys: each child can do all of it at once.
 * Usage: fork CHILDREN KEYS-FOLDER */
#include <partnersign.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static const char url[] = "https://api.qredo.network/api/v1/p/company";
static const char api_key_text[] = "eyJrZXlfaWQiOiJBek13cFhDNFVoQWhwUSIsImtleSI6InNlY3JldCJ9";
static const char time_text[] = "1639490495";

static partnersign_signing_key key;
static partnersign_verifying_key public_key;
static partnersign_api_key api_key;
static partnersign_api_keys api_keys;
static partnersign_signer signer, external;
static partnersign_verifier verifier;
static partnersign_nonce_sequencer sequencer;
static volatile int done;
static volatile sig_atomic_t forked_by_a_callback;

static int wait_for(pid_t child) {
    int status = -1;
    return child > 0 && waitpid(child, &status, 0) == child && WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

/* An external signer that asks another process first. */
static int32_t sign_digest(void *user_data, const uint8_t *digest, size_t digest_length, uint8_t *signature,
                           size_t capacity, size_t *out_length) {
    pid_t child = fork();
    (void)user_data;
    if (child == 0)
        _exit(0);
    if (!wait_for(child))
        return -1;
    forked_by_a_callback = 1;
    return partnersign_signing_key_sign_digest(key, digest, digest_length, signature, capacity, out_length, NULL);
}

/* Everything once; 0, or the line that failed. */
static int work(partnersign_signer with) {
    char signature[1024];
    size_t length = 0;
    partnersign_request request = PARTNERSIGN_REQUEST_INIT;
    partnersign_received_request received = PARTNERSIGN_RECEIVED_REQUEST_INIT;
    partnersign_freshness freshness = PARTNERSIGN_FRESHNESS_TIMESTAMP(1639490495);
    partnersign_nonce_state state = PARTNERSIGN_NONCE_STATE_INIT;
    partnersign_signed_request made;
    partnersign_verified verified;
    partnersign_header headers[3] = {{"x-api-key", 9, api_key_text, sizeof api_key_text - 1},
                                     {"x-sign", 6, signature, 0},
                                     {"x-timestamp", 11, time_text, sizeof time_text - 1}};
    request.method = received.method = "GET";
    request.method_length = received.method_length = 3;
    request.url = received.url = url;
    request.url_length = received.url_length = sizeof url - 1;
    if (partnersign_sign(with, &request, &freshness, &made, NULL) != PARTNERSIGN_OK)
        return __LINE__;
    if (partnersign_signed_request_signature(made, signature, sizeof signature, &length, NULL) != PARTNERSIGN_OK ||
        partnersign_signed_request_free(made) != PARTNERSIGN_OK)
        return __LINE__;
    headers[1].value_length = length;
    received.headers = headers;
    received.header_count = 3;
    if (partnersign_verify(verifier, &received, 1639490495, &verified, NULL) != PARTNERSIGN_OK ||
        partnersign_verified_free(verified) != PARTNERSIGN_OK)
        return __LINE__;
    if (partnersign_api_keys_insert(api_keys, api_key, public_key, NULL) != PARTNERSIGN_OK)
        return __LINE__;
    if (partnersign_nonce_sequencer_state(sequencer, &state, NULL) != PARTNERSIGN_OK)
        return __LINE__;
    return 0;
}

static void *work_on(void *with) {
    while (!done)
        if (work(*(partnersign_signer *)with) != 0)
            return with;
    return NULL;
}

/* The locks that are held for a moment only, held all the time. */
static void *register_on(void *nothing) {
    partnersign_nonce_state state = PARTNERSIGN_NONCE_STATE_INIT;
    while (!done)
        if (partnersign_api_keys_insert(api_keys, api_key, public_key, NULL) != PARTNERSIGN_OK ||
            partnersign_nonce_sequencer_state(sequencer, &state, NULL) != PARTNERSIGN_OK)
            return &sequencer;
    return nothing;
}

static void need(int32_t status, int line) {
    if (status != PARTNERSIGN_OK) {
        printf("fork.c:%d: %d\n", line, (int)status);
        exit(2);
    }
}
#define NEED(call) need((call), __LINE__)

int main(int argc, char **argv) {
    pthread_t threads[4];
    char path[1024];
    unsigned children, failed = 0, index;
    partnersign_replay_memory replay;
    partnersign_verifier_options options = PARTNERSIGN_VERIFIER_OPTIONS_INIT;
    if (argc != 3)
        return 2;
    children = (unsigned)strtoul(argv[1], NULL, 10);
    snprintf(path, sizeof path, "%s/rsa2048.pkcs8.pem", argv[2]);
    NEED(partnersign_signing_key_from_file(path, strlen(path), NULL, 0, 1, &key, NULL));
    NEED(partnersign_signing_key_public(key, &public_key, NULL));
    NEED(partnersign_api_key_parse(api_key_text, sizeof api_key_text - 1, &api_key, NULL));
    NEED(partnersign_api_keys_new(&api_keys, NULL));
    NEED(partnersign_api_keys_insert(api_keys, api_key, public_key, NULL));
    NEED(partnersign_replay_memory_new(PARTNERSIGN_UNIQUE, &replay, NULL));
    options.replay = replay;
    NEED(partnersign_verifier_with_api_keys(api_keys, &options, &verifier, NULL));
    NEED(partnersign_signer_new(key, api_key, &signer, NULL));
    NEED(partnersign_signer_external(public_key, sign_digest, NULL, NULL, api_key, &external, NULL));
    NEED(partnersign_nonce_sequencer_new(PARTNERSIGN_SEQUENTIAL, 0, &sequencer, NULL));
    pthread_create(&threads[0], NULL, work_on, &signer);
    pthread_create(&threads[1], NULL, work_on, &signer);
    pthread_create(&threads[2], NULL, work_on, &external);
    pthread_create(&threads[3], NULL, register_on, NULL);
    for (index = 0; index < children; ++index) {
        pid_t child = fork();
        if (child == 0) {
            alarm(30); /* a child that waits for a thread that is not there ends by this */
            _exit(work(signer) == 0 ? 0 : 1);
        }
        failed += !wait_for(child);
    }
    done = 1;
    for (index = 0; index < 4; ++index) {
        void *wrong = NULL;
        pthread_join(threads[index], &wrong);
        failed += wrong != NULL;
    }
    failed += !forked_by_a_callback;
    NEED(partnersign_nonce_sequencer_free(sequencer));
    NEED(partnersign_signer_free(external));
    NEED(partnersign_signer_free(signer));
    NEED(partnersign_verifier_free(verifier));
    NEED(partnersign_replay_memory_free(replay));
    NEED(partnersign_api_keys_free(api_keys));
    NEED(partnersign_api_key_free(api_key));
    NEED(partnersign_verifying_key_free(public_key));
    NEED(partnersign_signing_key_free(key));
    printf("%u children, %u failed\n", children, failed);
    return failed == 0 ? 0 : 1;
}
