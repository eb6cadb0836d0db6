/* SPDX-License-Identifier: MIT */
/* files.h - whole files as strings, for the tests that compare with goldens. */
#pragma once

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The bytes of a file with a NUL behind, to be freed; *length receives their number. Ends the
 * program when there is no such file: tests run from the top level. */
static inline char *file_bytes(const char *path, size_t *length) {
    FILE *stream = fopen(path, "rb");
    char *bytes = malloc(1 << 20);
    if (stream == NULL || bytes == NULL) {
        printf("Bail out! cannot read %s\n", path);
        exit(1);
    }
    *length = fread(bytes, 1, (1 << 20) - 1, stream);
    bytes[*length] = '\0';
    fclose(stream);
    return bytes;
}

static inline bool file_write(const char *path, const void *bytes, size_t length) {
    FILE *stream = fopen(path, "wb");
    return stream != NULL && (fwrite(bytes, 1, length, stream) == length) + fclose(stream) == 1;
}

/* Removes every occurrence of `part`, so that goldens do not name the folder they stand in. */
static inline void string_remove(char *string, const char *part) {
    for (char *at = string; (at = strstr(at, part)) != NULL;)
        memmove(at, at + strlen(part), strlen(at + strlen(part)) + 1);
}
