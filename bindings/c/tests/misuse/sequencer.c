/* Nonces out of turn, and in a child that was forked. */
#include "misuse.h"

#include <sys/wait.h>
#include <unistd.h>

void sequencer(void) {
    partnersign_nonce_sequencer sequencer, other, restored;
    partnersign_reservation reservation, busy = {7};
    partnersign_nonce_state state = PARTNERSIGN_NONCE_STATE_INIT;
    uint64_t nonce;
    int32_t uncertain;
    pid_t child;
    int status = -1;
    IS(INVALID_ARGUMENT, partnersign_nonce_sequencer_new(0, 0, &sequencer, NULL));
    IS(OK, partnersign_nonce_sequencer_new(PARTNERSIGN_SEQUENTIAL, 10, &sequencer, NULL));
    IS(OK, partnersign_nonce_sequencer_new(PARTNERSIGN_SEQUENTIAL, 10, &other, NULL));
    IS(OK, partnersign_reserve(sequencer, &reservation, NULL));
    IS(OK, partnersign_reservation_nonce(reservation, &nonce, NULL));
    CHECK(nonce == 11);
    IS(NONCE_BUSY, partnersign_reserve(sequencer, &busy, NULL));
    IS(INVALID_ARGUMENT, partnersign_settle(other, reservation, PARTNERSIGN_CONSUMED, NULL));
    IS(INVALID_ARGUMENT, partnersign_settle(sequencer, reservation, 0, NULL));
    IS(OK, partnersign_settle(sequencer, reservation, PARTNERSIGN_UNKNOWN, NULL));
    IS(INVALID_HANDLE, partnersign_settle(sequencer, reservation, PARTNERSIGN_CONSUMED, NULL));
    IS(OK, partnersign_reserve(sequencer, &reservation, NULL));
    IS(OK, partnersign_reservation_uncertain(reservation, &uncertain, NULL));
    CHECK(uncertain == 1);
    IS(NONCE_BUSY, partnersign_nonce_sequencer_resync(sequencer, 20, NULL));
    IS(OK, partnersign_nonce_sequencer_abandon(sequencer, NULL));
    IS(INVALID_ARGUMENT, partnersign_settle(sequencer, reservation, PARTNERSIGN_CONSUMED, NULL));
    IS(OK, partnersign_reservation_free(reservation));
    IS(OK, partnersign_nonce_sequencer_state(sequencer, &state, NULL));
    CHECK(state.last == 10 && state.doubtful_count == 1 && state.doubtful[0][0] == 11);
    IS(OK, partnersign_nonce_sequencer_restore(&state, &restored, NULL));
    state.doubtful_count = 9;
    IS(INVALID_ARGUMENT, partnersign_nonce_sequencer_restore(&state, &restored, NULL));
    state.doubtful_count = 1, state.last = UINT64_MAX;
    IS(NONCE_STORE_CORRUPT, partnersign_nonce_sequencer_restore(&state, &restored, NULL));
    state.size = 4;
    IS(INVALID_ARGUMENT, partnersign_nonce_sequencer_state(sequencer, &state, NULL));

    /* A forked child signs with what it has inherited, but does not hand out the parent's nonces. */
    fflush(stdout);
    child = fork();
    if (child == 0) {
        partnersign_request request = a_request();
        partnersign_freshness freshness = PARTNERSIGN_FRESHNESS_TIMESTAMP(1639490495);
        partnersign_signed_request out;
        char here[512], there[512];
        size_t length;
        int right = partnersign_reserve(sequencer, &reservation, NULL) == PARTNERSIGN_NONCE_LEASE_LOST &&
                    partnersign_sign(signer, &request, &freshness, &out, NULL) == PARTNERSIGN_OK &&
                    partnersign_signed_request_signature(out, here, sizeof here, &length, NULL) == PARTNERSIGN_OK &&
                    partnersign_signed_request_signature(signed_request, there, sizeof there, &length, NULL) == PARTNERSIGN_OK &&
                    memcmp(here, there, length) == 0;
        /* What is still live when a process ends looks lost to Valgrind: the child frees all of it. */
        partnersign_signed_request_free(out), partnersign_signed_request_free(signed_request);
        partnersign_prepared_free(prepared), partnersign_signer_free(signer);
        partnersign_verifying_key_free(public_key), partnersign_signing_key_free(key);
        partnersign_nonce_sequencer_free(sequencer), partnersign_nonce_sequencer_free(other);
        partnersign_nonce_sequencer_free(restored);
        _exit(right ? 0 : 1);
    }
    CHECK(child > 0 && waitpid(child, &status, 0) == child && WIFEXITED(status) && WEXITSTATUS(status) == 0);
    IS(OK, partnersign_nonce_sequencer_free(sequencer));
    IS(OK, partnersign_nonce_sequencer_free(other));
    IS(OK, partnersign_nonce_sequencer_free(restored));
}
