/* Loads the library, uses it in a thread, and unloads it, again and again.
 * Usage: unload LIBRARY */
#include <dlfcn.h>
#include <partnersign.h>
#include <pthread.h>
#include <stdio.h>

typedef int32_t (*generate)(uint32_t, partnersign_signing_key *, partnersign_error *);
typedef int32_t (*release)(partnersign_signing_key);

struct functions {
    generate make;
    release free;
    int status;
};

static void *work(void *argument) {
    struct functions *functions = argument;
    partnersign_signing_key key;
    functions->status = functions->make(2048, &key, NULL) != 0 || functions->free(key) != 0;
    return NULL;
}

int main(int argc, char **argv) {
    int round;
    if (argc != 2)
        return 2;
    for (round = 0; round < 5; ++round) {
        struct functions functions;
        pthread_t thread;
        void *library = dlopen(argv[1], RTLD_NOW);
        if (library == NULL) {
            fprintf(stderr, "%s\n", dlerror());
            return 1;
        }
        *(void **)(&functions.make) = dlsym(library, "partnersign_signing_key_generate");
        *(void **)(&functions.free) = dlsym(library, "partnersign_signing_key_free");
        functions.status = 1;
        pthread_create(&thread, NULL, work, &functions);
        dlclose(library); /* while the thread works: the library stays */
        pthread_join(thread, NULL);
        if (functions.status != 0)
            return 1;
    }
    return 0;
}
