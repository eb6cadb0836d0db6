/* SPDX-License-Identifier: MIT */
/* test_keys.c - which words of a request are keys of the play: those, and no others. */
#include "play/keys.h"

#include "must.h"
#include "reports/check.h"

#include <stdio.h>
#include <stdlib.h>

static const char stem[] = "mctap-1-2";

/* The noted keys with blanks between them. */
static void check_list(struct keys *keys, const char *expected, const char *claim) {
    size_t count, length;
    char *text = NULL;
    FILE *stream = must(open_memstream(&text, &length), "a text");
    const struct key *list = keys_list(keys, &count);
    for (size_t i = 0; i < count; i++)
        fprintf(stream, "%s%.*s", i == 0 ? "" : " ", (int)list[i].length, list[i].bytes);
    fclose(stream);
    CHECK_TEXT(text, expected, claim);
    free(text);
}

static void note(struct keys *keys, const char *request) {
    keys_note(keys, stem, request, strlen(request));
}

int main(void) {
    struct keys *keys = keys_new();
    check_list(keys, "", "nothing was noted");
    note(keys, "set mctap-1-2-key 0 0 3\r\none\r\n");
    note(keys, "get mctap-1-2-key\r\nget mctap-1-2:b mctap-1-2-key-A7");
    check_list(keys, "mctap-1-2-key mctap-1-2-key-A7 mctap-1-2:b", "each once, to its last byte");
    note(keys, "get foo mctap-1-3-key amctap-1-2-key mctap-1-2 MCTAP-1-2-key\r\n");
    note(keys, "mg bWN0YXAtMS0z b\r\nmg bWN0YXAtMS0y====\r\nmg !!!!\r\n");
    note(keys, "flush_all\r\n");
    note(keys, "");
    check_list(keys, "mctap-1-2-key mctap-1-2-key-A7 mctap-1-2:b", "never a key of others");
    char longer[300] = "delete mctap-1-2";
    memset(longer + 16, 'x', 241); /* 250 bytes from the m on */
    note(keys, longer);
    size_t count;
    keys_list(keys, &count);
    CHECK_INT(count, 4, "a key of 250 bytes");
    longer[16 + 241] = 'x';
    note(keys, longer);
    keys_list(keys, &count);
    CHECK_INT(count, 4, "one of 251 cannot have been stored");
    note(NULL, "get mctap-1-2-key\r\n");
    keys_free(keys);
    keys = keys_new();
    note(keys, "set mctap-1-2-key\ta 0 0 1\r\nx\r\n");
    check_list(keys, "mctap-1-2-key\ta", "a tab is part of a key");
    note(keys, "ms bWN0YXAtMS0yLWs= 1 b\r\nx\r\nmg bWN0YXAtMS0yOmE= b\r\n");
    check_list(keys, "mctap-1-2-k mctap-1-2-key\ta mctap-1-2:a", "a key in base64 is decoded");
    static const char with_nul[] = "set mctap-1-2-n\0l 0 0 1\r\nx\r\nset mctap-1-2-n 0 0 1\r\n";
    keys_note(keys, stem, with_nul, sizeof with_nul - 1);
    keys_list(keys, &count);
    CHECK_INT(count, 5, "a NUL is part of a key, too");
    keys_free(keys);
    keys_free(NULL);
    return check_finish();
}
