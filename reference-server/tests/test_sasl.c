/* SPDX-License-Identifier: MIT */
/* test_sasl.c - PLAIN messages against a file of passwords. */
#include "auth/sasl.h"
#include "guarded.h"
#include "reports/check.h"

#include <stdio.h>

static const struct guarded *guarded;
static const char *path;

static bool accepts(const char *message, size_t length) {
    return sasl_plain_accepts(path, (struct slice){guarded_put(guarded, message, length), length});
}

/* A message written as a C string, whose parts end with NUL bytes. */
#define ACCEPTS(message) accepts(message, sizeof(message) - 1)

static void check_messages(void) {
    CHECK(ACCEPTS("\0user\0secret"), "user and password");
    CHECK(ACCEPTS("user\0user\0secret"), "acting for oneself");
    CHECK(!ACCEPTS("root\0user\0secret"), "not for another");
    CHECK(!ACCEPTS("\0user\0secre"), "a password cut short");
    CHECK(!ACCEPTS("\0user\0secret2"), "a password with more");
    CHECK(!ACCEPTS("\0user\0"), "no password");
    CHECK(!ACCEPTS("\0\0secret"), "no user");
    CHECK(!ACCEPTS("\0user\0secret\0"), "a NUL too many");
    CHECK(!ACCEPTS("\0nobody\0secret"), "a user who is not in the file");
    CHECK(!ACCEPTS("\0use\0secret"), "the beginning of a user");
    CHECK(!ACCEPTS("\0user:secret\0x"), "a user with the password in the name");
    CHECK(ACCEPTS("\0dos\0with space"), "a line that ends as on DOS, a password with a space");
    CHECK(ACCEPTS("\0colon\0pw:admin"), "another colon belongs to the password");
    CHECK(!ACCEPTS("\0colon\0pw"), "and may not be left out");
    CHECK(ACCEPTS("\0last\0line"), "a last line without an end");
    CHECK(ACCEPTS("\0long\0pw"), "a user after a very long line");
    CHECK(!ACCEPTS("\0trap\0x"), "which is no user line in its middle");
}

static void check_beginnings(void) {
    static const char message[] = "user\0user\0secret";
    unsigned accepted = 0;
    for (size_t length = 0; length < sizeof(message) - 1; length++)
        accepted += accepts(message, length);
    CHECK_INT(accepted, 0, "no beginning of a message is accepted");
}

static void check_mechanisms(void) {
    CHECK(sasl_mechanism_known((struct slice){"PLAIN", 5}), "PLAIN is known");
    CHECK(sasl_mechanism_known((struct slice){"plain", 5}), "in small letters, too");
    CHECK(!sasl_mechanism_known((struct slice){"PLAI", 4}), "a beginning is not");
    CHECK(!sasl_mechanism_known((struct slice){"PLAINX", 6}), "nor is more");
    CHECK(!sasl_mechanism_known((struct slice){"SCRAM", 5}), "nor another");
}

static void write_passwords(int fd) {
    FILE *file = fdopen(fd, "w");
    if (file == NULL)
        abort();
    fputs("user:secret\ndos:with space\r\ncolon:pw:admin\n", file);
    for (int i = 0; i < 255; i++)
        fputc('x', file);
    fputs("trap:x\nlong:pw\nlast:line", file);
    fclose(file);
}

int main(void) {
    char name[] = "/tmp/mcref-passwords-XXXXXX";
    struct guarded pages = guarded_new(4096);
    int fd = mkstemp(name);
    if (fd < 0)
        return 1;
    guarded = &pages;
    path = name;
    write_passwords(fd);
    check_messages();
    check_beginnings();
    check_mechanisms();
    unlink(name);
    CHECK(!ACCEPTS("\0user\0secret"), "without the file nobody is let in");
    guarded_free(&pages);
    return check_finish();
}
