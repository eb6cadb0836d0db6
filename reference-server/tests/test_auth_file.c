/* SPDX-License-Identifier: MIT */
/* test_auth_file.c - the users and passwords of -Y. */
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "auth/auth_file.h"
#include "reports/check.h"

/* Loads a file with that content. */
static bool load(struct auth_file *file, const char *content, size_t length, char *error) {
    char path[] = "/tmp/mcref-test-XXXXXX";
    int fd = mkstemp(path);
    if (fd < 0 || write(fd, content, length) != (ssize_t)length)
        abort();
    close(fd);
    error[0] = '\0';
    bool loaded = auth_file_load(file, path, error);
    unlink(path);
    return loaded;
}

static bool accepts(const struct auth_file *file, const char *user, const char *password) {
    return auth_file_accepts(file, (struct slice){user, strlen(user)},
                             (struct slice){password, strlen(password)});
}

static void check_accepting(void) {
    static const char content[] = "alice:secret\r\nbob:pass word:with colon\nlast:line";
    struct auth_file file = {0};
    char error[AUTH_FILE_ERROR_BYTES];
    CHECK(load(&file, content, strlen(content), error), "a file of three users");
    CHECK(accepts(&file, "alice", "secret"), "the first, whose line ends with \\r\\n");
    CHECK(accepts(&file, "bob", "pass word:with colon"), "a password with a space and a colon");
    CHECK(accepts(&file, "last", "line"), "the last, whose line has no end");
    CHECK(!accepts(&file, "alice", "line"), "not with the password of another");
    CHECK(!accepts(&file, "alice", "secre") && !accepts(&file, "alice", "secrets"),
          "not with a part of the password or more than it");
    CHECK(!accepts(&file, "alice", "secretsecret"), "not with the password twice");
    CHECK(!accepts(&file, "alic", "secret") && !accepts(&file, "", "secret"), "not another user");
    CHECK(!accepts(&file, "alice", "") && !accepts(&file, "", ""), "not without a password");

    CHECK(!load(&file, "bad\n", 4, error) && strstr(error, "line 1") != NULL,
          "a bad file says which line");
    CHECK(accepts(&file, "alice", "secret"), "and the users of before stay");
    CHECK(load(&file, "new:user\n", 9, error) && accepts(&file, "new", "user") &&
              !accepts(&file, "alice", "secret"),
          "a good file takes the place of the old one");
    auth_file_free(&file);
    CHECK(!accepts(&file, "new", "user"), "nobody is accepted without a file");
}

static void check_refusing(void) {
    static const char *const bad[] = {"", "\n", ":x\n", "x:\n", "a:b\n\n", "a:b\nc\n"};
    struct auth_file file = {0};
    char error[AUTH_FILE_ERROR_BYTES];
    bool refused = true;
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
        refused = !load(&file, bad[i], strlen(bad[i]), error) && error[0] != '\0' && refused;
    CHECK(refused && file.text == NULL, "files that hold something else are refused");

    char *large = malloc(AUTH_FILE_BYTES_MAX + 1);
    if (large == NULL)
        abort();
    memset(large, 'a', AUTH_FILE_BYTES_MAX + 1);
    large[1] = ':';
    CHECK(load(&file, large, AUTH_FILE_BYTES_MAX, error), "64 kB are allowed");
    CHECK(!load(&file, large, AUTH_FILE_BYTES_MAX + 1, error) && strstr(error, "longer") != NULL,
          "a byte more is not");
    free(large);
    auth_file_free(&file);
    CHECK(!auth_file_load(&file, "/no/such/file", error) && strstr(error, "/no/such/file") != NULL,
          "a file that is not there is named");
}

int main(void) {
    check_accepting();
    check_refusing();
    return check_finish();
}
