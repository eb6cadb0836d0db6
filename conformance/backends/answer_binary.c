/* SPDX-License-Identifier: MIT */
/* answer_binary.c - replies of the binary protocol. See answer.h. */
#include "backends/answer.h"
#include "play/vars.h"
#include "requests/request_binary.h"

#include <string.h>

/* The status of each effect, and the text that goes with one that is not 0. */
static const struct {
    uint16_t status;
    const char *text;
} statuses[] = {
    [RESULT_MISSED] = {0x01, "Not found"},
    [RESULT_NOT_STORED] = {0x05, "Not stored."},
    [RESULT_EXISTS] = {0x02, "Data exists for key."},
    [RESULT_NOT_FOUND] = {0x01, "Not found"},
    [RESULT_NON_NUMERIC] = {0x06, "Non-numeric server-side value for incr or decr"},
    [RESULT_TOO_LARGE] = {0x03, "Too large."},
    [RESULT_OUT_OF_MEMORY] = {0x82, "Out of memory"},
    [RESULT_CLIENT_ERROR] = {0x04, "Invalid arguments"},
    [RESULT_ERROR] = {0x81, "Unknown command"},
    [RESULT_NOTHING] = {0x00, NULL},
};

static void packet(struct bytes *out, const struct request *request, uint16_t status,
                   uint64_t unique, struct slice extras, struct slice key, struct slice value) {
    char header[BINARY_HEADER_BYTES] = {(char)0x81, (char)request->opcode};
    binary_write(header + 2, key.length, 2);
    header[4] = (char)extras.length;
    binary_write(header + 6, status, 2);
    binary_write(header + 8, extras.length + key.length + value.length, 4);
    binary_write(header + 12, request->opaque, 4);
    binary_write(header + 16, unique, 8);
    bytes_append(out, header, sizeof header);
    bytes_append(out, extras.data, extras.length);
    bytes_append(out, key.data, key.length);
    bytes_append(out, value.data, value.length);
}

static void write_item(const struct request *request, const struct item *item, struct bytes *out) {
    char flags[4];
    struct slice key = {0};
    binary_write(flags, item->flags, sizeof flags);
    if (opcode_names_key(request->opcode))
        key = (struct slice){item->key, item->key_length};
    packet(out, request, 0, item->unique, (struct slice){flags, sizeof flags}, key,
           (struct slice){item->value, item->value_length});
}

static void write_stats(const struct request *request, struct bytes *out) {
    struct slice none = {0};
    packet(out, request, 0, 0, none, slice_of("pid"), slice_of("1"));
    packet(out, request, 0, 0, none, slice_of("version"), slice_of("1.6.18"));
    packet(out, request, 0, 0, none, none, none);
}

static void write_miss(const struct request *request, struct bytes *out) {
    struct slice none = {0};
    packet(out, request, statuses[RESULT_MISSED].status, 0, none,
           opcode_names_key(request->opcode) ? request->keys[0] : none,
           slice_of(statuses[RESULT_MISSED].text));
}

static void write_refusal(const struct request *request, enum result result, struct bytes *out) {
    struct slice none = {0};
    const char *text = statuses[result].text;
    if (statuses[result].status != 0 || !request->quiet)
        packet(out, request, statuses[result].status, 0, none, none, text ? slice_of(text) : none);
}

void answer_write_binary(const struct request *request, const struct effect *effect,
                         struct bytes *out) {
    struct slice none = {0}, value = {0};
    char number[8];
    switch (effect->result) {
    case RESULT_FOUND:
        if (effect->item)
            write_item(request, effect->item, out);
        else if (!request->quiet)
            write_miss(request, out);
        return;
    case RESULT_NUMBER:
        binary_write(number, effect->number, sizeof number);
        value = (struct slice){number, sizeof number};
        break;
    case RESULT_VERSION:
        value = slice_of("1.6.18");
        break;
    case RESULT_STATS:
        write_stats(request, out);
        return;
    case RESULT_AUTHENTICATED:
        value = slice_of(request->opcode == 0x20 ? "PLAIN" : "Authenticated");
        break;
    case RESULT_STORED:
    case RESULT_DELETED:
    case RESULT_TOUCHED:
    case RESULT_OK:
        break;
    default:
        write_refusal(request, effect->result, out);
        return;
    }
    if (!request->quiet)
        packet(out, request, 0, effect->item ? effect->item->unique : 0, none, none, value);
}
