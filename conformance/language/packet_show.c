/* SPDX-License-Identifier: MIT */
/* packet_show.c - packets and frames written as packet_load.c reads them. See packet_show.h. */
#include "language/packet_show.h"

#include "arena.h"

#include <stdlib.h>
#include <string.h>

/* Digits without quotes, unless JSON could not hold them; a hole with quotes. */
static const char *number_show(struct arena *arena, const struct text *text) {
    const struct atom *atom = text->atoms;
    if (text->count == 1 && atom->kind == ATOM_LITERAL && atom->length <= 9)
        return arena_format(arena, "%.*s", (int)atom->length, atom->bytes);
    return text_quote(arena, text);
}

static const char *opcode_show(struct arena *arena, unsigned number) {
    const struct packet_opcode *opcode = packet_opcode_numbered(number);
    return opcode ? arena_format(arena, "\"%s\"", opcode->name)
                  : arena_format(arena, "\"0x%02x\"", number);
}

static const char *status_show(struct arena *arena, const struct text *text) {
    const struct atom *atom = text->atoms;
    const char *name = text->count == 1 && atom->kind == ATOM_LITERAL
                           ? packet_status_name((unsigned)strtoul(atom->bytes, NULL, 10))
                           : NULL;
    return name ? arena_format(arena, "\"%s\"", name) : number_show(arena, text);
}

static const char *extras_show(struct arena *arena, const struct packet *packet) {
    const char *shown = "";
    if (packet->extra_count == 1 && packet->extras[0].name == NULL)
        return text_quote(arena, &packet->extras[0].text);
    for (size_t i = 0; i < packet->extra_count; i++)
        shown = arena_format(arena, "%s%s\"%s\": %s", shown, i > 0 ? ", " : "",
                             packet->extras[i].name, number_show(arena, &packet->extras[i].text));
    return arena_format(arena, "{ %s }", shown);
}

static const char *field_show(struct arena *arena, const struct packet *packet,
                              enum packet_field field) {
    const struct text *text = &packet->fields[field];
    if (field == PACKET_STATUS)
        return status_show(arena, text);
    if (field == PACKET_EXTRAS)
        return extras_show(arena, packet);
    return packet_field_row(field)->size > 0 ? number_show(arena, text) : text_quote(arena, text);
}

const char *packet_show(struct arena *arena, const struct packet *packet) {
    const char *shown = arena_format(arena, "{ \"opcode\": %s", opcode_show(arena, packet->opcode));
    for (int i = 0; i < PACKET_FIELD_COUNT; i++)
        if (i != PACKET_OPCODE && packet->written[i])
            shown = arena_format(arena, "%s, \"%s\": %s", shown,
                                 packet_field_row((enum packet_field)i)->word,
                                 field_show(arena, packet, (enum packet_field)i));
    return arena_format(arena, "%s }", shown);
}

const char *packets_show(struct arena *arena, const struct packet *packet) {
    return arena_format(arena, "{ \"packets\": %s }", opcode_show(arena, packet->opcode));
}

const char *frame_show(struct arena *arena, const struct text *numbers) {
    return arena_format(
        arena, "{ \"frame\": %s, \"sequence\": %s, \"total\": %s, \"reserved\": %s }",
        number_show(arena, &numbers[FRAME_REQUEST_ID]),
        number_show(arena, &numbers[FRAME_SEQUENCE]), number_show(arena, &numbers[FRAME_TOTAL]),
        number_show(arena, &numbers[FRAME_RESERVED]));
}
