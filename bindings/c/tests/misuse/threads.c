#include "misuse.h"

#include <pthread.h>
#include <unistd.h>

/* Eight threads use and free the same handles: each call says OK or INVALID_HANDLE, and each handle is
 * freed once. */
static partnersign_verifying_key shared[16];
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
unsigned long made;
static unsigned long freed, strange;

static void *race(void *argument) {
    unsigned state = 12345u + (unsigned)(size_t)argument, round;
    unsigned long own_made = 0, own_freed = 0, own_strange = 0;
    for (round = 0; round < rounds; ++round) {
        partnersign_verifying_key handle, fresh;
        uint32_t bits = 0;
        int32_t status;
        unsigned place;
        state = state * 1664525u + 1013904223u;
        place = state >> 28;
        pthread_mutex_lock(&lock);
        handle = shared[place];
        pthread_mutex_unlock(&lock);
        status = partnersign_verifying_key_bits(handle, &bits, NULL);
        own_strange += !(status == PARTNERSIGN_OK ? bits == 2048 : status == PARTNERSIGN_INVALID_HANDLE);
        status = partnersign_verifying_key_free(handle);
        own_strange += status != PARTNERSIGN_OK && status != PARTNERSIGN_INVALID_HANDLE;
        own_freed += status == PARTNERSIGN_OK;
        if (partnersign_signing_key_public(key, &fresh, NULL) != PARTNERSIGN_OK) {
            ++own_strange;
            continue;
        }
        ++own_made;
        pthread_mutex_lock(&lock);
        handle = shared[place];
        shared[place] = fresh;
        pthread_mutex_unlock(&lock);
        own_freed += partnersign_verifying_key_free(handle) == PARTNERSIGN_OK;
    }
    pthread_mutex_lock(&lock);
    made += own_made, freed += own_freed, strange += own_strange;
    pthread_mutex_unlock(&lock);
    return NULL;
}

static partnersign_signer raced;

static void *sign_while_freed(void *argument) {
    partnersign_request request = a_request();
    partnersign_freshness freshness = PARTNERSIGN_FRESHNESS_TIMESTAMP(1);
    unsigned long own_strange = 0;
    int32_t status;
    (void)argument;
    do {
        partnersign_signed_request out;
        status = partnersign_sign(raced, &request, &freshness, &out, NULL);
        if (status == PARTNERSIGN_OK)
            own_strange += partnersign_signed_request_free(out) != PARTNERSIGN_OK;
    } while (status == PARTNERSIGN_OK);
    pthread_mutex_lock(&lock);
    strange += own_strange + (status != PARTNERSIGN_INVALID_HANDLE);
    pthread_mutex_unlock(&lock);
    return NULL;
}

void threads(void) {
    pthread_t all[8];
    partnersign_api_key none = {0};
    size_t index;
    for (index = 0; index < 8; ++index)
        pthread_create(&all[index], NULL, race, (void *)index);
    for (index = 0; index < 8; ++index)
        pthread_join(all[index], NULL);
    for (index = 0; index < 16; ++index)
        freed += partnersign_verifying_key_free(shared[index]) == PARTNERSIGN_OK;
    CHECK(strange == 0);
    CHECK(made == freed);
    IS(OK, partnersign_signer_new(key, none, &raced, NULL));
    for (index = 0; index < 8; ++index)
        pthread_create(&all[index], NULL, sign_while_freed, NULL);
    usleep(20000);
    IS(OK, partnersign_signer_free(raced));
    for (index = 0; index < 8; ++index)
        pthread_join(all[index], NULL);
    CHECK(strange == 0);
}

/* A thread that ends frees its signer last, when the library's own thread locals are gone. */
static pthread_key_t at_end;
static int ended;

static void end_thread(void *own) {
    partnersign_signer *of_this_thread = own;
    partnersign_request request = a_request();
    partnersign_freshness freshness = PARTNERSIGN_FRESHNESS_TIMESTAMP(1);
    partnersign_signed_request out;
    partnersign_error error = PARTNERSIGN_ERROR_INIT;
    ended = partnersign_sign(*of_this_thread, &request, &freshness, &out, NULL) == PARTNERSIGN_OK &&
            partnersign_signed_request_free(out) == PARTNERSIGN_OK &&
            partnersign_test_panic(&error) == PARTNERSIGN_INTERNAL && strlen(error.message) > 10 &&
            partnersign_signer_free(*of_this_thread) == PARTNERSIGN_OK;
}

static void *use_own_signer(void *own) {
    partnersign_request request = a_request();
    partnersign_freshness freshness = PARTNERSIGN_FRESHNESS_TIMESTAMP(1);
    partnersign_signed_request out;
    partnersign_error error = PARTNERSIGN_ERROR_INIT;
    (void)partnersign_test_panic(&error);
    if (partnersign_sign(*(partnersign_signer *)own, &request, &freshness, &out, NULL) == PARTNERSIGN_OK)
        (void)partnersign_signed_request_free(out);
    pthread_setspecific(at_end, own);
    return NULL;
}

void thread_ends(void) {
    pthread_t thread;
    partnersign_api_key none = {0};
    partnersign_signer own;
    IS(OK, partnersign_signer_new(key, none, &own, NULL));
    CHECK(pthread_key_create(&at_end, end_thread) == 0);
    pthread_create(&thread, NULL, use_own_signer, &own);
    pthread_join(thread, NULL);
    CHECK(ended);
    IS(INVALID_HANDLE, partnersign_signer_free(own));
    pthread_key_delete(at_end);
}
