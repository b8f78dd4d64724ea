/* The whole job in C: ours beside OpenSSL's EVP, in alternated turns; call overhead; memory of a handle.
 * Prints a JSON row on a line for each figure, for `cargo xtask bench`.
 * Usage: bench KEYS-FOLDER [--quick] */
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <partnersign.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

static const char url[] = "https://api.qredo.network/api/v1/p/company";
static const char body[] = "{ \"name\": \"ACME Corp\", \"city\": \"Paris\", \"country\": \"FR\", \"domain\": \"acme.com\", "
                           "\"ref\": \"9827feec-4eae-4e80-bda3-daa7c3b97add\" }";
static const char timestamp_text[] = "1639490495";

static void must(int holds, const char *what) {
    if (!holds) {
        fprintf(stderr, "bench: %s failed\n", what);
        exit(1);
    }
}

static double now(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec + (double)time.tv_nsec * 1e-9;
}

static partnersign_request a_request(void) {
    partnersign_request request = PARTNERSIGN_REQUEST_INIT;
    request.method = "POST", request.method_length = 4;
    request.url = url, request.url_length = sizeof url - 1;
    request.body = body, request.body_length = sizeof body - 1;
    return request;
}

static partnersign_signer signer;
static partnersign_verifying_key public_key;
static EVP_PKEY *evp_key;
static char our_signature[2048], their_signature[2048];
static size_t our_length, their_length;

/* Ours: checks, compacts, signs and verifies, and reads what is sent. */
static void by_us(void) {
    partnersign_request request = a_request();
    partnersign_freshness freshness = PARTNERSIGN_FRESHNESS_TIMESTAMP(1639490495);
    partnersign_signed_request made;
    char sent[512];
    size_t length;
    must(partnersign_sign(signer, &request, &freshness, &made, NULL) == 0, "partnersign_sign");
    must(partnersign_signed_request_signature(made, our_signature, sizeof our_signature, &our_length, NULL) == 0, "signature");
    must(partnersign_signed_request_body(made, sent, sizeof sent, &length, NULL) == 0, "body");
    partnersign_signed_request_free(made);
}

/* What is done by hand: whitespace outside of strings removed, payload joined, EVP, base64url. */
static void by_openssl(void) {
    char payload[1024];
    unsigned char signature[1024];
    size_t length = sizeof timestamp_text - 1, at, signature_length = sizeof signature;
    int in_string = 0;
    EVP_MD_CTX *context = EVP_MD_CTX_new();
    memcpy(payload, timestamp_text, length);
    memcpy(payload + length, url, sizeof url - 1);
    length += sizeof url - 1;
    for (at = 0; at < sizeof body - 1; ++at) {
        const char c = body[at];
        if (c == '"' && (at == 0 || body[at - 1] != '\\'))
            in_string = !in_string;
        if (in_string || (c != ' ' && c != '\n' && c != '\t' && c != '\r'))
            payload[length++] = c;
    }
    must(EVP_DigestSignInit(context, NULL, EVP_sha256(), NULL, evp_key) == 1 &&
             EVP_DigestSign(context, signature, &signature_length, (const unsigned char *)payload, length) == 1,
         "EVP_DigestSign");
    EVP_MD_CTX_free(context);
    their_length = (size_t)EVP_EncodeBlock((unsigned char *)their_signature, signature, (int)signature_length);
    while (their_length > 0 && their_signature[their_length - 1] == '=')
        --their_length;
    for (at = 0; at < their_length; ++at)
        their_signature[at] = their_signature[at] == '+' ? '-' : their_signature[at] == '/' ? '_' : their_signature[at];
}

static uint8_t raw_signature[1024], digest[32];
static size_t raw_length;

static void verification(void) {
    must(partnersign_verifying_key_verify_digest(public_key, digest, 32, raw_signature, raw_length, NULL) == 0, "verify");
}

static void prepare_and_free(void) {
    partnersign_request request = a_request();
    partnersign_freshness freshness = PARTNERSIGN_FRESHNESS_TIMESTAMP(1639490495);
    partnersign_prepared prepared;
    must(partnersign_prepare(&request, &freshness, &prepared, NULL) == 0, "partnersign_prepare");
    partnersign_prepared_free(prepared);
}

/* In the library that is built with the feature `bench`, and in no header: core's `prepare`, `count` times. */
int32_t partnersign_bench_core_prepare(const partnersign_request *request, const partnersign_freshness *freshness,
                                       uint32_t count, partnersign_error *error);

static double core_prepare(unsigned count) {
    partnersign_request request = a_request();
    partnersign_freshness freshness = PARTNERSIGN_FRESHNESS_TIMESTAMP(1639490495);
    const double start = now();
    must(partnersign_bench_core_prepare(&request, &freshness, count, NULL) == 0, "core's prepare");
    return (now() - start) / count;
}

static void look_up(void) {
    uint32_t bits;
    must(partnersign_verifying_key_bits(public_key, &bits, NULL) == 0, "partnersign_verifying_key_bits");
}

static double turn(void (*work)(void), unsigned count) {
    const double start = now();
    unsigned left;
    for (left = count; left > 0; --left)
        work();
    return (now() - start) / count;
}

static pthread_barrier_t together;

/* Looks up as often as `argument` says, when the other thread does. */
static void *look_up_together(void *argument) {
    double *count_then_seconds = argument;
    pthread_barrier_wait(&together);
    *count_then_seconds = turn(look_up, (unsigned)*count_then_seconds);
    return NULL;
}

/* The slower of two threads that look one handle up. */
static double two_threads(unsigned count) {
    pthread_t threads[2];
    double results[2];
    int index;
    pthread_barrier_init(&together, NULL, 2);
    for (index = 0; index < 2; ++index) {
        results[index] = count;
        must(pthread_create(&threads[index], NULL, look_up_together, &results[index]) == 0, "pthread_create");
    }
    for (index = 0; index < 2; ++index)
        pthread_join(threads[index], NULL);
    pthread_barrier_destroy(&together);
    return results[0] > results[1] ? results[0] : results[1];
}

static int compare(const void *a, const void *b) {
    const double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static double median(double *values, size_t count) {
    qsort(values, count, sizeof *values, compare);
    return values[count / 2];
}

static double resident(void) {
    char line[256];
    double kilobytes = 0;
    FILE *status = fopen("/proc/self/status", "r");
    must(status != NULL, "/proc/self/status");
    while (fgets(line, sizeof line, status) != NULL)
        if (sscanf(line, "VmRSS: %lf", &kilobytes) == 1)
            break;
    fclose(status);
    return kilobytes * 1024;
}

static size_t read_key(const char *folder, unsigned bits, char *pem, size_t capacity) {
    char path[1024];
    size_t length;
    FILE *file;
    snprintf(path, sizeof path, "%s/rsa%u.pkcs8.pem", folder, bits);
    file = fopen(path, "rb");
    must(file != NULL, path);
    length = fread(pem, 1, capacity, file);
    fclose(file);
    return length;
}

/* Loads one key on both sides and sees that both make the same signature. */
static void load(const char *folder, unsigned bits) {
    char pem[16384];
    const size_t length = read_key(folder, bits, pem, sizeof pem);
    const partnersign_api_key none = {0};
    partnersign_signing_key key;
    BIO *memory = BIO_new_mem_buf(pem, (int)length);
    evp_key = PEM_read_bio_PrivateKey(memory, NULL, NULL, NULL);
    BIO_free(memory);
    must(evp_key != NULL, "PEM_read_bio_PrivateKey");
    must(partnersign_signing_key_from_pem(pem, length, NULL, 0, &key, NULL) == 0, "key");
    must(partnersign_signing_key_public(key, &public_key, NULL) == 0, "public key");
    must(partnersign_signer_new(key, none, &signer, NULL) == 0, "signer");
    must(partnersign_signing_key_sign_digest(key, digest, 32, raw_signature, sizeof raw_signature, &raw_length, NULL) == 0, "sign");
    partnersign_signing_key_free(key);
    by_us();
    by_openssl();
    must(our_length == their_length && memcmp(our_signature, their_signature, our_length) == 0, "the same signature");
}

static void unload(void) {
    EVP_PKEY_free(evp_key);
    partnersign_signer_free(signer);
    partnersign_verifying_key_free(public_key);
}

static void whole_job(const char *folder, unsigned bits, unsigned rounds, double seconds) {
    double ratios[64], unverified[64], ours[64], theirs[64];
    unsigned round, count;
    load(folder, bits);
    count = (unsigned)(seconds / turn(by_us, 3)) + 1;
    for (round = 0; round < rounds; ++round) {
        const int first = round % 2 == 0;
        const double a = first ? turn(by_us, count) : turn(by_openssl, count);
        const double b = first ? turn(by_openssl, count) : turn(by_us, count);
        const double check = turn(verification, count);
        ours[round] = first ? a : b, theirs[round] = first ? b : a;
        ratios[round] = ours[round] / theirs[round];
        unverified[round] = (ours[round] - check) / theirs[round];
    }
    printf("{\"id\": \"c-sign-%u\", \"what\": \"C: sign, RSA-%u, verified, to OpenSSL's EVP unverified\", \"value\": %f, "
           "\"unit\": \"x\", \"at_most\": 1.03, \"beside\": [{\"what\": \"ours\", \"value\": %f, \"unit\": \"us\"}, "
           "{\"what\": \"OpenSSL\", \"value\": %f, \"unit\": \"us\"}]}\n",
           bits, bits, median(ratios, rounds), median(ours, rounds) * 1e6, median(theirs, rounds) * 1e6);
    printf("{\"id\": \"c-sign-%u-unverified\", \"what\": \"C: sign, RSA-%u, less the verification, to OpenSSL's EVP\", "
           "\"value\": %f, \"unit\": \"x\", \"at_most\": 1.0, \"beside\": []}\n",
           bits, bits, median(unverified, rounds));
    unload();
}

static void calls(const char *folder, unsigned rounds, unsigned count) {
    double prepares[64], cores[64], above[64], lookups[64], from_two[64];
    unsigned round;
    load(folder, 2048);
    for (round = 0; round < rounds; ++round) {
        const int first = round % 2 == 0;
        const double a = first ? turn(prepare_and_free, count) : core_prepare(count);
        const double b = first ? core_prepare(count) : turn(prepare_and_free, count);
        prepares[round] = first ? a : b, cores[round] = first ? b : a;
        above[round] = prepares[round] - cores[round];
        lookups[round] = turn(look_up, count * 10);
        from_two[round] = two_threads(count * 10);
    }
    printf("{\"id\": \"c-call-overhead\", \"what\": \"C: call overhead above core, on prepare and free\", \"value\": %f, "
           "\"unit\": \"ns\", \"at_most\": 100, \"beside\": [{\"what\": \"partnersign_prepare and free\", \"value\": %f, "
           "\"unit\": \"ns\"}, {\"what\": \"core's prepare and drop\", \"value\": %f, \"unit\": \"ns\"}]}\n",
           median(above, rounds) * 1e9, median(prepares, rounds) * 1e9, median(cores, rounds) * 1e9);
    printf("{\"id\": \"c-handle\", \"what\": \"C: a call that finds one handle\", \"value\": %f, \"unit\": \"ns\", "
           "\"at_most\": 20, \"beside\": []}\n",
           median(lookups, rounds) * 1e9);
    printf("{\"id\": \"c-handle-two\", \"what\": \"C: the same from two threads at once, on one handle\", \"value\": %f, "
           "\"unit\": \"ns\", \"at_most\": 20, \"beside\": []}\n",
           median(from_two, rounds) * 1e9);
    unload();
}

static void memory(const char *folder, unsigned bits, unsigned count) {
    char pem[16384];
    const size_t length = read_key(folder, bits, pem, sizeof pem);
    const partnersign_api_key none = {0};
    partnersign_signer *signers = calloc(count + 20, sizeof *signers);
    double before = 0;
    unsigned index;
    must(signers != NULL, "calloc");
    for (index = 0; index < count + 20; ++index) {
        partnersign_signing_key key;
        if (index == 20)
            before = resident();
        must(partnersign_signing_key_from_pem(pem, length, NULL, 0, &key, NULL) == 0, "key");
        must(partnersign_signer_new(key, none, &signers[index], NULL) == 0, "signer");
        partnersign_signing_key_free(key);
    }
    printf("{\"id\": \"c-memory-%u\", \"what\": \"C: memory of one RSA-%u signer handle (%u loaded)\", \"value\": %f, "
           "\"unit\": \"KiB\", \"at_most\": 16, \"beside\": []}\n",
           bits, bits, count, (resident() - before) / count / 1024);
    for (index = 0; index < count + 20; ++index)
        partnersign_signer_free(signers[index]);
    free(signers);
}

int main(int argc, char **argv) {
    const int quick = argc == 3 && strcmp(argv[2], "--quick") == 0;
    const unsigned rounds = quick ? 3 : 41;
    if (argc < 2)
        return 2;
    memory(argv[1], 2048, quick ? 50 : 2000);
    memory(argv[1], 4096, quick ? 50 : 2000);
    whole_job(argv[1], 2048, rounds, quick ? 0.002 : 0.03);
    whole_job(argv[1], 3072, rounds, quick ? 0.002 : 0.03);
    whole_job(argv[1], 4096, rounds, quick ? 0.002 : 0.03);
    calls(argv[1], rounds, quick ? 1000 : 20000);
    return 0;
}
