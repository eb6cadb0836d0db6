/* SPDX-License-Identifier: MIT */
/* deletes.c - see deletes.h. */
#include "run/deletes.h"

#include "play/packet_bytes.h"
#include "play/packet_words.h"

#include <openssl/evp.h>
#include <string.h>

enum {
    KEY_BYTES = 250, /* at most, of a noted key */
    OPCODE_DELETE = 0x04,
    OPCODE_NOOP = 0x0a,
    STATUS_OK = 0x0000,
    STATUS_NOT_FOUND = 0x0001,
};

/* ---- asking ---- */

bool deletes_has_line(const struct key *key) {
    for (size_t i = 0; i < key->length; i++)
        if (key->bytes[i] == '\0' || strchr(" \r\n", key->bytes[i]))
            return false;
    return true;
}

static bool has_control(const struct key *key) {
    for (size_t i = 0; i < key->length; i++)
        if ((unsigned char)key->bytes[i] < ' ' || key->bytes[i] == 0x7f)
            return true;
    return false;
}

static void add_packet(unsigned char opcode, const struct key *key, struct bytes *request) {
    const struct scope nothing = {0}; /* no hole is in it */
    struct atom name = {.kind = ATOM_LITERAL, .bytes = key->bytes, .length = key->length};
    struct packet packet = {.opcode = opcode};
    const char *problem;
    packet.fields[PACKET_KEY] = (struct text){&name, key->length > 0};
    packet_render(&nothing, &packet, request, &problem);
}

static void add_base64(const struct key *key, struct bytes *request) {
    unsigned char coded[(KEY_BYTES + 2) / 3 * 4 + 1];
    int size = EVP_EncodeBlock(coded, (const unsigned char *)key->bytes, (int)key->length);
    bytes_append(request, "md ", 3);
    bytes_append(request, coded, (size_t)size);
    bytes_append(request, " b\r\n", 4);
}

void deletes_add(struct deletes *deletes, const struct key *key, struct bytes *request) {
    deletes->count++;
    deletes->controls += has_control(key);
    if (deletes->packets) {
        add_packet(OPCODE_DELETE, key, request);
    } else if (deletes_has_line(key)) {
        bytes_append(request, "delete ", 7);
        bytes_append(request, key->bytes, key->length);
        bytes_append(request, "\r\n", 2);
    } else {
        add_base64(key, request);
    }
}

void deletes_end(const struct deletes *deletes, const char *barrier_request,
                 struct bytes *request) {
    if (deletes->packets)
        add_packet(OPCODE_NOOP, &(struct key){"", 0}, request);
    else
        bytes_append(request, barrier_request, strlen(barrier_request));
}

/* ---- answers ---- */

static size_t count_lines(const char *input, size_t length, const char *line) {
    size_t count = 0, line_length = strlen(line);
    for (size_t at = 0; at + line_length <= length; at++)
        if ((at == 0 || input[at - 1] == '\n') && memcmp(input + at, line, line_length) == 0)
            count++;
    return count;
}

static bool lines_are_answered(struct deletes *deletes, const char *input, size_t length,
                               const char *barrier_reply) {
    size_t tail = strlen(barrier_reply);
    if (length < tail || memcmp(input + length - tail, barrier_reply, tail) != 0)
        return false;
    size_t refused =
        count_lines(input, length, "CLIENT_ERROR") + count_lines(input, length, "ERROR");
    deletes->gone = count_lines(input, length, "DELETED\r\n") +
                    count_lines(input, length, "NOT_FOUND\r\n") +
                    count_lines(input, length, "HD\r\n") + count_lines(input, length, "NF\r\n") +
                    (refused < deletes->controls ? refused : deletes->controls);
    return true;
}

static bool packets_are_answered(struct deletes *deletes, const char *input, size_t length) {
    struct packet_view view;
    deletes->gone = 0;
    for (size_t at = 0; packet_view_read(input + at, length - at, &view) && view.value;
         at += view.length) {
        uint64_t status = view.numbers[PACKET_STATUS];
        if (view.numbers[PACKET_OPCODE] == OPCODE_NOOP)
            return true;
        if (view.numbers[PACKET_OPCODE] == OPCODE_DELETE &&
            (status == STATUS_OK || status == STATUS_NOT_FOUND))
            deletes->gone++;
    }
    return false;
}

bool deletes_are_answered(struct deletes *deletes, const char *input, size_t length,
                          const char *barrier_reply) {
    bool answered = deletes->packets ? packets_are_answered(deletes, input, length)
                                     : lines_are_answered(deletes, input, length, barrier_reply);
    if (deletes->gone > deletes->count)
        deletes->gone = deletes->count;
    return answered;
}
