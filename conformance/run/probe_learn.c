/* SPDX-License-Identifier: MIT */
/* probe_learn.c - what the answers to a probe tell of a target. See probe.h. */
#include "arena.h"
#include "play/packet_words.h"
#include "play/play.h"
#include "reports/escape.h"
#include "run/capabilities.h"
#include "run/probing.h"

#include <string.h>
#include <strings.h>

#define COUNT(array) (sizeof(array) / sizeof *(array))

/* How targets answer `version`: as they should, or with a mistake that scenarios will judge. The
 * reply is always the same, so it proves where the stream stands; `captured` fills the %s. */
static const struct {
    const char *captured, *reply;
} greetings[] = {
    {"version", "VERSION %s\r\n"},
    {"lf_only", "VERSION %s\n"},
    {"lower_case", "version %s\r\n"},
    {"lower_case_lf", "version %s\n"},
};

/* Lines that come before anything is asked. */
static void learn_banner(struct probe *probe) {
    const char *lf = play_captured(probe->play, "lf_banner");
    const char *banner = play_captured(probe->play, "banner");
    const char *more = play_captured(probe->play, "more");
    if (lf)
        probe->target->banner = arena_format(probe->arena, "%s\n", lf);
    else if (banner && more)
        probe->target->banner = arena_format(probe->arena, "%s\r\n%s\r\n", banner, more);
    else if (banner)
        probe->target->banner = arena_format(probe->arena, "%s\r\n", banner);
}

/* A target that does not know `version` is asked for a key that nobody has. */
static void learn_version(struct probe *probe) {
    struct target *target = probe->target;
    learn_banner(probe);
    for (size_t i = 0; i < COUNT(greetings); i++) {
        const char *version = play_captured(probe->play, greetings[i].captured);
        if (!version)
            continue;
        struct bytes reply = {0};
        const char *hole = strstr(greetings[i].reply, "%s");
        bytes_append(&reply, greetings[i].reply, (size_t)(hole - greetings[i].reply));
        bytes_append(&reply, version, strlen(version));
        bytes_append(&reply, hole + 2, strlen(hole + 2));
        target->version = arena_string(probe->arena, version);
        target->barrier_request = "version\r\n";
        target->barrier_reply = arena_copy(probe->arena, reply.data, reply.length);
        bytes_free(&reply);
    }
}

/* The command of a request, without what is sent before it. */
const char *probe_command(const struct probe *probe, const char *request) {
    size_t first = strlen(CAPABILITY_STORE_FIRST);
    if (strncmp(request, CAPABILITY_STORE_FIRST, first) == 0)
        request += first;
    return arena_copy(probe->arena, request, strcspn(request, " \r"));
}

/* "mg is unknown" for "mctap-nonsense is unknown": does the reply say the same of another word? */
static bool says_nonsense(const struct nonsense *nonsense, const char *reply, const char *word) {
    const char *named = nonsense->reply ? strstr(nonsense->reply, PROBE_NONSENSE) : NULL;
    if (!named)
        return nonsense->reply && strcmp(reply, nonsense->reply) == 0;
    size_t before = (size_t)(named - nonsense->reply), length = strlen(word);
    return strncmp(reply, nonsense->reply, before) == 0 &&
           strncmp(reply + before, word, length) == 0 &&
           strncmp(reply + before + length, named + strlen(PROBE_NONSENSE), 1) == 0;
}

/* It speaks packets alone, perhaps without the opcode `version`. */
static void learn_packets(struct probe *probe, bool passed) {
    const struct verdict_bytes *wire = &play_verdict(probe->play)->wire;
    struct target *target = probe->target;
    if (!passed && !packet_begins(wire->data, wire->length))
        return;
    target->binary_only = target->offers[CAPABILITY_binary] = true;
    if (passed)
        target->version = arena_string(probe->arena, play_captured(probe->play, "version"));
}

static void learn_nonsense(struct probe *probe) {
    const char *reply = play_captured(probe->play, "reply");
    struct target *target = probe->target;
    probe->nonsense.reply = reply ? arena_string(probe->arena, reply) : NULL;
    probe->nonsense.closes = play_lost_target(probe->play);
    if (target->version && says_nonsense(&probe->nonsense, target->barrier_reply, "version"))
        target->version =
            NULL; /* "version is unknown" is none, though it tells where a reply ends */
}

/* Is the capability offered? Of a core command an answer that is not that to nonsense will do:
 * a command that answers ERROR where it must not is known, and wrong. */
static bool learn_capability(const struct probe *probe, const struct capability_row *row) {
    const char *reply = play_captured(probe->play, "reply"), *nonsense = probe->nonsense.reply;
    const char *word = probe_command(probe, row->request);
    const struct verdict_bytes *wire = &play_verdict(probe->play)->wire;
    if (probe_sends_packet(probe))
        return play_captured(probe->play, "packet") || packet_begins(wire->data, wire->length);
    if (probe_sends_datagram(probe))
        return reply != NULL;
    if (!reply)
        return !play_lost_target(probe->play) && (nonsense || probe->nonsense.closes);
    if (says_nonsense(&probe->nonsense, reply, word))
        return false;
    return row->words || strncasecmp(reply, "ERROR", 5) != 0;
}

/* The error line that came for "get"; NULL: none. */
static const char *refusal_of(struct probe *probe) {
    static const struct {
        const char *captured, *word;
    } refusals[] = {{"error", "ERROR"}, {"client", "CLIENT_ERROR"}, {"server", "SERVER_ERROR"}};
    for (size_t i = 0; i < COUNT(refusals); i++) {
        const char *text = play_captured(probe->play, refusals[i].captured);
        if (text)
            return arena_format(probe->arena, "%s%s\r\n", refusals[i].word, text);
    }
    return NULL;
}

static const char *answer_shown(struct probe *probe) {
    const struct verdict *verdict = play_verdict(probe->play);
    const char *refusal = refusal_of(probe);
    struct verdict_bytes answer = verdict->received;
    char bytes[ESCAPE_SIZE_MIN];
    if (refusal)
        answer = (struct verdict_bytes){refusal, strlen(refusal)};
    if (answer.length == 0)
        return arena_string(probe->arena, verdict->reason);
    escape_value(bytes, sizeof bytes, answer.data, answer.length, ESCAPE_BYTES);
    return arena_format(probe->arena, "\"get\" is answered with %s", bytes);
}

void probe_learn(struct probe *probe, bool passed) {
    struct target *target = probe->target;
    switch (probe->question) {
    case ASK_VERSION:
        learn_version(probe);
        return;
    case ASK_BARRIER:
        if (passed && !target->barrier_request && !refusal_of(probe)) {
            learn_banner(probe);
            target->barrier_request = "get mctap-nobody-has-this-key\r\n";
            target->barrier_reply = "END\r\n";
        }
        if (!target->barrier_request)
            probe->answer = answer_shown(probe);
        return;
    case ASK_PACKET:
        learn_packets(probe, passed);
        return;
    case ASK_ITEMS:
        if (passed)
            target->items = arena_string(probe->arena, play_captured(probe->play, "items"));
        return;
    case ASK_NONSENSE:
        learn_nonsense(probe);
        return;
    case ASK_PAIR:
        probe->nonsense.paired = passed;
        return;
    default: {
        int capability = probe->question - ASK_CAPABILITIES;
        target->offers[capability] =
            learn_capability(probe, capability_row((enum capability)capability));
    }
    }
}
