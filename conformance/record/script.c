/* SPDX-License-Identifier: MIT */
/* script.c - see script.h. */
#include "record/script.h"

#include <stdio.h>
#include <string.h>

enum { REPEAT_LEAST = 64 /* of one byte in a row, to be written as a repeat */ };

static void put(struct bytes *out, const char *text) {
    bytes_append(out, text, strlen(text));
}

/* Ends the string that is being written. */
static void text_end(struct script *script) {
    if (script->text.length == 0)
        return;
    put(&script->parts, script->count++ > 0 ? ", \"" : "\"");
    bytes_append(&script->parts, script->text.data, script->text.length);
    put(&script->parts, "\"");
    script->text.length = 0;
}

void script_part(struct script *script, const char *json) {
    text_end(script);
    put(&script->parts, script->count++ > 0 ? ", " : "");
    put(&script->parts, json);
}

void script_hole(struct script *script, const char *hole) {
    put(&script->text, hole);
}

static bool is_text(char byte) {
    return (byte >= ' ' && byte <= '~') || byte == '\r' || byte == '\n' || byte == '\t';
}

static void put_text(struct script *script, char byte) {
    char plain[2] = {byte, '\0'};
    put(&script->text, byte == '\r'   ? "\\r"
                       : byte == '\n' ? "\\n"
                       : byte == '\t' ? "\\t"
                       : byte == '"'  ? "\\\""
                       : byte == '\\' ? "\\\\"
                       : byte == '{'  ? "{{"
                       : byte == '}'  ? "}}"
                                      : plain);
}

/* How often the byte at the beginning stands there in a row. */
static size_t run_of(struct slice bytes) {
    size_t run = 1;
    while (run < bytes.length && bytes.data[run] == bytes.data[0])
        run++;
    return run;
}

static void put_repeat(struct script *script, char byte, size_t count) {
    struct script one = {0};
    struct bytes json = {0};
    char number[40];
    put_text(&one, byte);
    put(&json, "{ \"repeat\": \"");
    bytes_append(&json, one.text.data, one.text.length);
    snprintf(number, sizeof number, "\", \"count\": %zu }", count);
    put(&json, number);
    script_part(script, json.data);
    bytes_free(&json);
    script_free(&one);
}

static void put_digits(struct bytes *out, char byte) {
    static const char digits[] = "0123456789abcdef";
    unsigned value = (unsigned char)byte;
    bytes_append(out, (char[]){digits[value >> 4], digits[value & 15]}, 2);
}

/* Bytes that text cannot carry, up to the next ones that it can. */
static size_t put_hex(struct script *script, struct slice bytes) {
    struct bytes json = {0};
    size_t used = 0;
    put(&json, "{ \"hex\": \"");
    /* A printable byte or two between others stay in the same part. */
    while (used < bytes.length &&
           !(is_text(bytes.data[used]) && used + 8 < bytes.length &&
             is_text(bytes.data[used + 1]) && is_text(bytes.data[used + 2]) &&
             is_text(bytes.data[used + 3])) &&
           !(is_text(bytes.data[used]) && used + 8 >= bytes.length)) {
        put_digits(&json, bytes.data[used++]);
    }
    put(&json, "\" }");
    script_part(script, json.data);
    bytes_free(&json);
    return used;
}

void script_bytes(struct script *script, struct slice bytes) {
    while (bytes.length > 0) {
        size_t used = run_of(bytes);
        if (!is_text(bytes.data[0])) {
            used = put_hex(script, bytes);
        } else if (used >= REPEAT_LEAST) {
            put_repeat(script, bytes.data[0], used);
        } else {
            for (size_t i = 0; i < used; i++)
                put_text(script, bytes.data[0]);
        }
        bytes = (struct slice){bytes.data + used, bytes.length - used};
    }
}

void script_value(struct script *script, struct slice value) {
    struct bytes json = {0};
    size_t strange = 0;
    for (size_t i = 0; i < value.length; i++)
        strange += !is_text(value.data[i]);
    if (strange * 8 <= value.length) {
        script_bytes(script, value);
        return;
    }
    put(&json, "{ \"hex\": \"");
    for (size_t i = 0; i < value.length; i++)
        put_digits(&json, value.data[i]);
    put(&json, "\" }");
    script_part(script, json.data);
    bytes_free(&json);
}

void script_take(struct script *script, struct bytes *out) {
    text_end(script);
    if (script->count == 0)
        put(out, "\"\"");
    if (script->count > 1)
        put(out, "[");
    bytes_append(out, script->parts.data, script->parts.length);
    if (script->count > 1)
        put(out, "]");
    script->parts.length = 0;
    script->count = 0;
}

void script_free(struct script *script) {
    bytes_free(&script->parts);
    bytes_free(&script->text);
}
