/* Every mistake is a status code: what the files of this program share. */
#ifndef MISUSE_H
#define MISUSE_H

#include <partnersign.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void check_that(int holds, const char *what, const char *file, int line);
#define CHECK(holds) check_that((holds) != 0, #holds, __FILE__, __LINE__)
#define IS(status, call) check_that((call) == PARTNERSIGN_##status, #status ": " #call, __FILE__, __LINE__)

/* One object of each kind that the checks need, alive from the beginning to the end. */
extern char pem[8192];
extern size_t pem_length;
extern partnersign_signing_key key;
extern partnersign_verifying_key public_key;
extern partnersign_signer signer;
extern partnersign_signed_request signed_request;
extern partnersign_prepared prepared;

extern const char url[43], body[24];
partnersign_request a_request(void);

/* How often threads race, and how many handles they made for it. */
extern unsigned rounds;
extern unsigned long made;

void null_and_length(void);
void wrong_structs(void);
void reserved_fields(void);
void buffers(void);
void errors(void);
void handles(void);
void sequencer(void);
void callbacks(void);
void threads(void);
void thread_ends(void);

#endif
