/* SPDX-License-Identifier: MIT */
/* hint_values.c - mistakes in VALUE lines and in the data behind them, also behind VA of the meta
 * commands. One function a row of hints.def. */
#include "play/sight.h"

#include <string.h>
#include <strings.h>

/* The first reply of both, taken apart; of VA only length and data. */
struct value {
    struct verdict_bytes key, flags, length, data; /* data: what the bytes hold of it */
    uint64_t bytes;                                /* of length */
};

static bool value_read(struct verdict_bytes reply, struct value *value) {
    struct verdict_bytes line = sight_line(reply, 0);
    bool meta = sight_begins(line, 0, "VA ");
    if (!meta && !sight_begins(line, 0, "VALUE "))
        return false;
    value->key = meta ? line : sight_word(line, 1);
    value->flags = meta ? line : sight_word(line, 2);
    value->length = sight_word(line, meta ? 1 : 3);
    size_t begin = line.length + 2;
    if (!sight_number(value->length, &value->bytes) || begin > reply.length)
        return false;
    size_t here = reply.length - begin;
    value->data.data = reply.data + begin;
    value->data.length = value->bytes < here ? (size_t)value->bytes : here;
    return true;
}

struct values {
    struct value wanted, came;
};

static bool values_read(const struct sight *sight, struct values *values) {
    return sight->fault == FAULT_DIFFERS && sight->field == NULL &&
           value_read(sight->expected, &values->wanted) &&
           value_read(sight->received, &values->came);
}

/* The first difference lies in this word of the received line. */
static bool lies_in(const struct sight *sight, struct verdict_bytes word) {
    const char *place = sight->received.data + sight->at;
    return word.length > 0 && place >= word.data && place <= word.data + word.length;
}

static bool in_key(const struct sight *sight, struct values *values) {
    return values_read(sight, values) && sight_begins(sight->received, 0, "VALUE ") &&
           lies_in(sight, values->came.key) && !sight_same(values->came.key, values->wanted.key);
}

bool hint_key_cut(const struct sight *sight) {
    struct values values;
    return in_key(sight, &values) && values.came.key.length < values.wanted.key.length &&
           memcmp(values.came.key.data, values.wanted.key.data, values.came.key.length) == 0;
}

bool hint_key_other_case(const struct sight *sight) {
    struct values values;
    return in_key(sight, &values) && values.came.key.length == values.wanted.key.length &&
           strncasecmp(values.came.key.data, values.wanted.key.data, values.came.key.length) == 0;
}

bool hint_key_echoed_wrong(const struct sight *sight) {
    struct values values;
    return in_key(sight, &values);
}

static bool in_flags(const struct sight *sight, struct values *values) {
    return values_read(sight, values) && sight_begins(sight->received, 0, "VALUE ") &&
           sight_same(values->came.key, values->wanted.key) &&
           !sight_same(values->came.flags, values->wanted.flags);
}

/* Flags and data of the same length or not, but neither is what it should be. */
bool hint_other_item(const struct sight *sight) {
    struct values values;
    return in_flags(sight, &values) && values.came.data.length == values.came.bytes &&
           values.wanted.data.length == values.wanted.bytes &&
           !sight_same(values.came.data, values.wanted.data);
}

bool hint_flags_16bit(const struct sight *sight) {
    struct values values;
    uint64_t wanted, came;
    return in_flags(sight, &values) && sight_number(values.wanted.flags, &wanted) &&
           sight_number(values.came.flags, &came) && wanted > UINT16_MAX &&
           came == (wanted & UINT16_MAX);
}

bool hint_flags_negative(const struct sight *sight) {
    struct values values;
    return in_flags(sight, &values) && values.came.flags.data[0] == '-';
}

bool hint_flags_lost(const struct sight *sight) {
    struct values values;
    uint64_t wanted, came;
    return in_flags(sight, &values) && sight_number(values.wanted.flags, &wanted) &&
           sight_number(values.came.flags, &came) && came == 0 && wanted != 0;
}

bool hint_flags_wrong(const struct sight *sight) {
    struct values values;
    return in_flags(sight, &values);
}

static bool in_length(const struct sight *sight, struct values *values) {
    return values_read(sight, values) && values->came.bytes != values->wanted.bytes &&
           lies_in(sight, values->came.length);
}

/* As many bytes as both hold are the same. */
static bool begins_alike(const struct values *values) {
    size_t length = values->came.data.length < values->wanted.data.length
                        ? values->came.data.length
                        : values->wanted.data.length;
    return length == 0 || memcmp(values->came.data.data, values->wanted.data.data, length) == 0;
}

/* The data stands behind the wrong length all the same. */
static bool data_is_whole(const struct sight *sight, const struct values *values) {
    size_t begin = (size_t)(values->came.data.data - sight->received.data);
    size_t length = values->wanted.data.length;
    return sight->received.length >= begin + length + 2 &&
           memcmp(values->came.data.data, values->wanted.data.data, length) == 0 &&
           sight_begins(sight->received, begin + length, "\r\n");
}

bool hint_length_with_crlf(const struct sight *sight) {
    struct values values;
    return in_length(sight, &values) && values.came.bytes == values.wanted.bytes + 2 &&
           data_is_whole(sight, &values);
}

bool hint_length_with_nul(const struct sight *sight) {
    struct values values;
    return in_length(sight, &values) && values.came.bytes == values.wanted.bytes + 1 &&
           begins_alike(&values);
}

static bool is_cut(const struct sight *sight, struct values *values) {
    return in_length(sight, values) && values->came.bytes < values->wanted.bytes &&
           values->came.data.length == values->came.bytes && begins_alike(values) &&
           !data_is_whole(sight, values);
}

/* What is missing at the end is nothing but white space. */
static bool is_trimmed(const struct values *values) {
    for (size_t i = values->came.data.length; i < values->wanted.data.length; i++)
        if (!strchr(" \t\r\n", values->wanted.data.data[i]) || !values->wanted.data.data[i])
            return false;
    return true;
}

static bool cut_before(const struct sight *sight, char byte) {
    struct values values;
    return is_cut(sight, &values) && values.came.bytes < values.wanted.data.length &&
           values.wanted.data.data[values.came.bytes] == byte && !is_trimmed(&values);
}

bool hint_value_cut_at_line(const struct sight *sight) {
    return cut_before(sight, '\r') || cut_before(sight, '\n');
}

bool hint_value_cut_at_nul(const struct sight *sight) {
    return cut_before(sight, '\0');
}

/* Digits, and spaces alone behind them, where only the digits came. */
bool hint_number_not_padded(const struct sight *sight) {
    struct values values;
    uint64_t number;
    return is_cut(sight, &values) && is_trimmed(&values) &&
           sight_number(values.came.data, &number) &&
           values.wanted.data.length == values.wanted.bytes;
}

bool hint_value_trimmed(const struct sight *sight) {
    struct values values;
    return is_cut(sight, &values) && is_trimmed(&values);
}

/* Without its CRs the one is the other without its own. */
bool hint_value_line_ends(const struct sight *sight) {
    struct values values;
    if (!in_length(sight, &values) || values.came.data.length != values.came.bytes)
        return false;
    struct verdict_bytes came = values.came.data, wanted = values.wanted.data;
    size_t i = 0, k = 0;
    for (;;) {
        while (i < came.length && came.data[i] == '\r')
            i++;
        while (k < wanted.length && wanted.data[k] == '\r')
            k++;
        if (i == came.length || k == wanted.length)
            return i == came.length && k == wanted.length;
        if (came.data[i++] != wanted.data[k++])
            return false;
    }
}

bool hint_value_cut(const struct sight *sight) {
    struct values values;
    return is_cut(sight, &values) && !is_trimmed(&values);
}

bool hint_value_appended(const struct sight *sight) {
    struct values values;
    return in_length(sight, &values) && values.came.bytes > values.wanted.bytes &&
           values.came.data.length == values.came.bytes && begins_alike(&values);
}

bool hint_length_wrong(const struct sight *sight) {
    struct values values;
    return in_length(sight, &values) && data_is_whole(sight, &values);
}

static bool in_data(const struct sight *sight, struct values *values) {
    const char *place = sight->received.data + sight->at;
    return values_read(sight, values) && values->came.bytes == values->wanted.bytes &&
           values->came.data.length == values->came.bytes &&
           values->wanted.data.length == values->wanted.bytes && place >= values->came.data.data;
}

/* One is the other turned round: the end of one is the beginning of the other. */
bool hint_value_swapped(const struct sight *sight) {
    struct values values;
    if (!in_data(sight, &values))
        return false;
    size_t length = values.came.data.length;
    const char *came = values.came.data.data, *wanted = values.wanted.data.data;
    for (size_t cut = 1; cut < length && length <= 10000; cut++)
        if (memcmp(came, wanted + cut, length - cut) == 0 &&
            memcmp(came + length - cut, wanted, cut) == 0)
            return memcmp(came, wanted, length) != 0;
    return false;
}

bool hint_value_8bit(const struct sight *sight) {
    struct values values;
    return in_data(sight, &values) && sight->there < sight->expected.length &&
           (unsigned char)sight->expected.data[sight->there] > 0x7f;
}
