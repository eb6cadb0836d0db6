/* SPDX-License-Identifier: MIT */
/* binary_dialect.c - packets as fields. See dialects.h, and "Packets" in scenarios/README.md. */
#include "record/dialects.h"

#include "arena.h"
#include "requests/request_binary.h"

#include <inttypes.h>
#include <string.h>

/* Opcodes and statuses as scenarios spell them. */
static const struct opcode_name {
    const char *name;
    unsigned opcode;
    const char *request, *reply; /* names of the extras */
    int counter;
} opcodes[] = {
#define OPCODE(name, number, request, reply, counter) {name, number, request, reply, counter},
#include "language/opcodes.def"
#undef OPCODE
};

static const struct {
    unsigned status;
    const char *name;
} statuses[] = {
#define STATUS(number, name) {number, name},
#include "language/statuses.def"
#undef STATUS
};

static const struct opcode_name *find_opcode(unsigned opcode) {
    for (size_t i = 0; i < sizeof opcodes / sizeof *opcodes; i++)
        if (opcodes[i].opcode == opcode)
            return &opcodes[i];
    return NULL;
}

static const char *status_name(unsigned status) {
    for (size_t i = 0; i < sizeof statuses / sizeof *statuses; i++)
        if (statuses[i].status == status)
            return statuses[i].name;
    return NULL;
}

/* One packet while it is written. */
struct packet {
    struct general *general;
    const char *bytes;
    size_t extras, key, value; /* lengths */
    const struct opcode_name *row;
    struct bytes json;
};

static void put(struct packet *packet, const char *text) {
    bytes_append(&packet->json, text, strlen(text));
}

static struct slice field(const struct packet *packet, size_t offset, size_t length) {
    return (struct slice){packet->bytes + BINARY_HEADER_BYTES + offset, length};
}

/* , "name": the bytes */
static void put_bytes(struct packet *packet, const char *name, struct slice bytes, bool is_key) {
    struct script script = {0};
    if (is_key)
        general_key(packet->general, &script, bytes);
    else
        script_value(&script, bytes);
    put(packet, arena_format(packet->general->arena, ", \"%s\": ", name));
    script_take(&script, &packet->json);
    script_free(&script);
}

/* , "extras": { ... }; those of a number of seconds since 1970 are moved with the clock. */
static void put_extras(struct packet *packet, const char *names) {
    struct arena *arena = packet->general->arena;
    size_t at = 0;
    const char *between = " ";
    if (packet->extras == 0) {
        if (names[0] != '\0')
            put(packet, ", \"extras\": \"\"");
        return;
    }
    put(packet, ", \"extras\": {");
    while (*names && at < packet->extras) {
        size_t length = strcspn(names, " ");
        bool wide = strncmp(names, "delta", 5) == 0 || strncmp(names, "initial", 7) == 0;
        uint64_t number = binary_number(field(packet, at, 0).data, wide ? 8 : 4);
        const char *hole = strncmp(names, "exptime", 7) == 0 && number != UINT32_MAX
                               ? general_exptime(packet->general, (int64_t)number)
                               : NULL;
        put(packet,
            hole ? arena_format(arena, "%s\"%.*s\": \"%s\"", between, (int)length, names, hole)
                 : arena_format(arena, "%s\"%.*s\": \"%" PRIu64 "\"", between, (int)length, names,
                                number));
        between = ", ";
        at += wide ? 8 : 4;
        names += length + strspn(names + length, " ");
    }
    put(packet, " }");
}

/* Splits a packet; false if its lengths or opcode are none that fields can be written for. */
static bool packet_begin(struct packet *packet, struct general *general, const char *bytes) {
    size_t body = binary_number(bytes + 8, 4);
    *packet = (struct packet){.general = general,
                              .bytes = bytes,
                              .extras = (unsigned char)bytes[4],
                              .key = binary_number(bytes + 2, 2),
                              .row = find_opcode((unsigned char)bytes[1])};
    if (!packet->row || packet->extras + packet->key > body)
        return false;
    packet->value = body - packet->extras - packet->key;
    put(packet, arena_format(general->arena, "{ \"opcode\": \"%s\"", packet->row->name));
    return true;
}

static void packet_end(struct packet *packet, struct script *script) {
    put(packet, arena_format(packet->general->arena, ", \"opaque\": %" PRIu64 " }",
                             binary_number(packet->bytes + 12, 4)));
    script_part(script, packet->json.data);
    bytes_free(&packet->json);
}

void write_binary_request(struct general *general, struct script *script,
                          const struct request *request) {
    struct packet packet;
    if (request->complaint || !packet_begin(&packet, general, request->whole.data)) {
        script_bytes(script, request->whole);
        return;
    }
    struct arena *arena = general->arena;
    if (packet.key > 0) /* the key of stat is a word, that of sasl-auth a mechanism */
        put_bytes(&packet, "key", request->keys[0],
                  request->verb != VERB_STATS && request->verb != VERB_AUTHENTICATE);
    put_extras(&packet, packet.row->request);
    if (packet.value > 0)
        put_bytes(&packet, "value", request->value, false);
    if (request->unique != 0) {
        const char *hole = general_unique(general, request->unique);
        put(&packet, hole ? arena_format(arena, ", \"cas\": \"%s\"", hole)
                          : arena_format(arena, ", \"cas\": \"%" PRIu64 "\"", request->unique));
    }
    general->has_passwords = general->has_passwords || request->verb == VERB_AUTHENTICATE;
    packet_end(&packet, script);
}

/* ---- replies ---- */

static void put_counter(struct packet *packet, struct slice value) {
    put(packet, arena_format(packet->general->arena, ", \"counter\": \"%" PRIu64 "\"",
                             binary_number(value.data, 8)));
}

static void write_reply(struct packet *packet, struct script *script) {
    struct arena *arena = packet->general->arena;
    unsigned status = (unsigned)binary_number(packet->bytes + 6, 2);
    uint64_t unique = binary_number(packet->bytes + 16, 8);
    struct slice value = field(packet, packet->extras + packet->key, packet->value);
    const char *name = status_name(status);
    if (status != 0)
        put(packet, name ? arena_format(arena, ", \"status\": \"%s\"", name)
                         : arena_format(arena, ", \"status\": %u", status));
    if (packet->key > 0)
        put_bytes(packet, "key", field(packet, packet->extras, packet->key), true);
    if (status == 0)
        put_extras(packet, packet->row->reply);
    if (status == 0 && packet->row->counter && packet->value == 8)
        put_counter(packet, value);
    else if (status == 0 && strcmp(packet->row->name, "version") == 0)
        put(packet, ", \"value\": \"{bytes}\"");
    else if (status == 0 && packet->value > 0)
        put_bytes(packet, "value", value, false);
    if (unique != 0 && status == 0) {
        struct script capture = {0};
        put(packet, ", \"cas\": ");
        general_capture(packet->general, &capture, (struct slice){0}, unique);
        script_take(&capture, &packet->json);
        script_free(&capture);
    }
    packet_end(packet, script);
}

size_t write_binary_replies(struct general *general, struct script *script, struct slice replies) {
    size_t done = 0;
    bool in_listing = false;
    while (replies.length - done >= BINARY_HEADER_BYTES) {
        const char *bytes = replies.data + done;
        size_t length = BINARY_HEADER_BYTES + binary_number(bytes + 8, 4);
        struct packet packet;
        if (replies.length - done < length)
            break;
        if (!packet_begin(&packet, general, bytes)) {
            script_bytes(script, (struct slice){bytes, length});
        } else if (strcmp(packet.row->name, "stat") == 0 && packet.key > 0) {
            if (!in_listing)
                script_part(script, "{ \"packets\": \"stat\" }");
            in_listing = true;
            bytes_free(&packet.json);
        } else {
            in_listing = false;
            write_reply(&packet, script);
        }
        done += length;
    }
    return done;
}
