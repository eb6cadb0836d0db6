/* SPDX-License-Identifier: MIT */
/* auth_file.c - the users and passwords of -Y, read from a file; see auth/auth_file.h. */
#include "auth/auth_file.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

/* Takes the next line off the front of `rest`, without its end. False if there is none. */
static bool auth_next_line(struct slice *rest, struct slice *line) {
    if (rest->length == 0)
        return false;
    const char *end = memchr(rest->bytes, '\n', rest->length);
    size_t length = end != NULL ? (size_t)(end - rest->bytes) : rest->length;
    size_t taken = end != NULL ? length + 1 : length;
    *line = (struct slice){rest->bytes, length};
    *rest = (struct slice){rest->bytes + taken, rest->length - taken};
    if (line->length > 0 && line->bytes[line->length - 1] == '\r')
        line->length--;
    return true;
}

static bool auth_split(struct slice line, struct slice *user, struct slice *password) {
    const char *colon = memchr(line.bytes, ':', line.length);
    if (colon == NULL)
        return false;
    *user = (struct slice){line.bytes, (size_t)(colon - line.bytes)};
    *password = (struct slice){colon + 1, line.length - user->length - 1};
    return user->length > 0 && password->length > 0;
}

/* Every line must be well; the passwords themselves are never shown. */
static bool auth_check(struct slice text, const char *path, char *error) {
    struct slice line;
    struct slice user;
    struct slice password;
    unsigned number = 0;
    while (auth_next_line(&text, &line)) {
        number++;
        if (!auth_split(line, &user, &password)) {
            snprintf(error, AUTH_FILE_ERROR_BYTES,
                     "authentication file '%.200s', line %u: expected user:password, neither "
                     "empty, got something else",
                     path, number);
            return false;
        }
    }
    if (number == 0)
        snprintf(error, AUTH_FILE_ERROR_BYTES,
                 "authentication file '%.200s': expected lines user:password, got an empty file",
                 path);
    return number > 0;
}

/* Reads a whole file into `text`, which has room for one byte more than is allowed. */
static bool auth_read(const char *path, char *text, size_t *length, char *error) {
    const char *problem = NULL;
    FILE *stream = fopen(path, "r");
    if (stream == NULL) {
        problem = strerror(errno);
    } else {
        *length = fread(text, 1, AUTH_FILE_BYTES_MAX + 1, stream);
        if (ferror(stream) != 0)
            problem = strerror(errno);
        else if (*length > AUTH_FILE_BYTES_MAX)
            problem = "the file is longer than 64 kB";
        fclose(stream);
    }
    if (problem != NULL)
        snprintf(error, AUTH_FILE_ERROR_BYTES, "cannot read authentication file '%.200s': %s", path,
                 problem);
    return problem == NULL;
}

bool auth_file_load(struct auth_file *file, const char *path, char error[AUTH_FILE_ERROR_BYTES]) {
    char *text = malloc(AUTH_FILE_BYTES_MAX + 1);
    size_t length = 0;
    if (text == NULL) {
        snprintf(error, AUTH_FILE_ERROR_BYTES, "no memory to read authentication file '%.200s'",
                 path);
        return false;
    }
    if (!auth_read(path, text, &length, error) ||
        !auth_check((struct slice){text, length}, path, error)) {
        free(text);
        return false;
    }
    auth_file_free(file);
    *file = (struct auth_file){text, length};
    return true;
}

/* True if both are the same; looks at every byte whatever it finds. */
static bool auth_same(struct slice given, struct slice known) {
    size_t difference = given.length ^ known.length;
    for (size_t i = 0; i < given.length; i++) {
        unsigned char byte = known.length > 0 ? (unsigned char)known.bytes[i % known.length] : 0;
        difference |= (unsigned char)given.bytes[i] ^ byte;
    }
    return difference == 0;
}

bool auth_file_accepts(const struct auth_file *file, struct slice user, struct slice password) {
    struct slice rest = {file->text, file->length};
    struct slice line;
    struct slice known_user;
    struct slice known_password;
    bool accepted = false;
    while (auth_next_line(&rest, &line) && auth_split(line, &known_user, &known_password)) {
        bool user_same = auth_same(user, known_user);
        bool password_same = auth_same(password, known_password);
        accepted = accepted || (user_same && password_same);
    }
    return accepted;
}

void auth_file_free(struct auth_file *file) {
    free(file->text);
    *file = (struct auth_file){0};
}
