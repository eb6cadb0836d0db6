/* SPDX-License-Identifier: MIT */
/* probe_ask.c - the questions of a probe, each a scenario of one step. See probe.h. */
#include "arena.h"
#include "language/problems.h"
#include "language/text_load.h"
#include "play/play.h"
#include "run/capabilities.h"
#include "run/probing.h"

#include <assert.h>
#include <string.h>

#define COUNT(array) (sizeof(array) / sizeof *(array))

/* A text as scenarios write it: a string, or JSON that begins with a bracket. */
static struct text text_of(struct probe *probe, const char *string, enum text_use use) {
    struct problems problems = {.arena = probe->arena, .file = "probe"};
    struct text text = {0};
    const struct json *json = *string == '[' ? json_parse(&problems, string, strlen(string)) : NULL;
    bool parsed =
        json ? text_load(&problems, json, use, &text)
             : text_load_string(&problems, string, (struct place){1, 1, string}, use, &text);
    assert(parsed && problems.count == 0);
    (void)parsed;
    return text;
}

/* Does the request begin with a packet? Behind it stands a line end, for targets that know lines
 * alone; others may close, so nothing is to be proved behind the reply. */
bool probe_sends_packet(const struct probe *probe) {
    return probe->send.count > 0 && probe->send.atoms[0].kind == ATOM_PACKET;
}

/* Does it begin with the header of a datagram? */
bool probe_sends_datagram(const struct probe *probe) {
    return probe->send.count > 0 && probe->send.atoms[0].kind == ATOM_FRAME;
}

static void ask(struct probe *probe, const char *request, const char *const *replies,
                size_t count) {
    probe->rule = (struct rule){.id = "probe", .text = "", .section = ""};
    probe->rules[0] = &probe->rule;
    probe->send = text_of(probe, request, TEXT_SENT);
    probe->pattern.count = count;
    probe->pattern.alternatives = arena_alloc(probe->arena, count * sizeof(struct alternative));
    for (size_t i = 0; i < count; i++)
        probe->pattern.alternatives[i].text = text_of(probe, replies[i], TEXT_PATTERN);
    probe->steps[0] =
        (struct step){.verb = STEP_SEND,
                      .number = 1,
                      .as = "client",
                      .over = probe_sends_datagram(probe) ? TRANSPORT_UDP : TRANSPORT_DEFAULT,
                      .send = &probe->send,
                      .expect = &probe->pattern,
                      .rule = &probe->rule};
    probe->steps[1] = (struct step){
        .verb = STEP_CLOSE, .number = 2, .as = "client", .name = "client", .rule = &probe->rule};
    probe->scenario = (struct scenario){
        .id = "probe",
        .name = "probe",
        .rules = probe->rules,
        .rule_count = 1,
        .steps = probe->steps,
        .step_count = probe_sends_packet(probe) || probe_sends_datagram(probe) ? 2 : 1};
    struct play_setup setup = {.hub = probe->hub,
                               .scenario = &probe->scenario,
                               .targets = &probe->target,
                               .target_count = 1,
                               .key_stem = PROBE_STEM,
                               .timeout_ms = probe->timeout_ms};
    probe->play = play_start(&setup, probe->answered, probe);
}

/* ---- the questions ---- */

enum { REPLIES_MAX = 9 };

/* What a target may be asked in any case. A reply that is none of these ends the probe. */
static const struct {
    const char *request, *replies[REPLIES_MAX];
} questions[ASK_CAPABILITIES] = {
    [ASK_VERSION] = {"version\r\n",
                     {"VERSION {version=text}\r\n", "{banner=text}\r\nVERSION {version=text}\r\n",
                      "ERROR{text}\n", "ERROR{text}\r\n", "CLIENT_ERROR{text}\r\n",
                      "SERVER_ERROR{text}\r\n", "VERSION {lf_only=text}\n",
                      "version {lower_case=text}\r\n", "version {lower_case_lf=text}\n"}},
    [ASK_BARRIER] = {"get {key}\r\n",
                     {"END\r\n", "{banner=text}\r\nEND\r\n", "{lf_banner=text}\nEND\r\n",
                      "{banner=text}\r\n{more=text}\r\nEND\r\n", "ERROR{error=text}\r\n",
                      "CLIENT_ERROR{client=text}\r\n", "SERVER_ERROR{server=text}\r\n"}},
    [ASK_PACKET] = {"[{ \"opcode\": \"version\" }]",
                    {"[{ \"opcode\": \"version\", \"value\": \"{version=text}\" }]"}},
    [ASK_ITEMS] = {"stats\r\n", {"{lines}STAT curr_items {items=u64}\r\n{lines}END\r\n"}},
    [ASK_NONSENSE] = {PROBE_NONSENSE " {key}\r\n", {"{reply=text}\r\n", "{reply=text}\n"}},
    [ASK_PAIR] = {CAPABILITY_STORE_FIRST PROBE_NONSENSE " {key}\r\n",
                  {"{text}\r\n{reply=text}\r\n", "{text}\n{reply=text}\n"}},
};

/* A command behind a `set` where targets answer such a pair; else without it. */
static void ask_capability(struct probe *probe, const struct capability_row *row) {
    static const char *const any[] = {"[{ \"opcode\": \"noop\", \"opaque\": \"{packet=u64}\" }]",
                                      "{reply=text}\r\n", "{reply=text}\n"};
    if (!row->words)
        ask(probe, row->request, any, COUNT(any));
    else if (probe->nonsense.paired)
        ask(probe, row->request, questions[ASK_PAIR].replies, 2);
    else
        ask(probe, row->request + strlen(CAPABILITY_STORE_FIRST), questions[ASK_NONSENSE].replies,
            2);
}

void probe_ask(struct probe *probe) {
    if (probe->question >= ASK_CAPABILITIES) {
        ask_capability(probe,
                       capability_row((enum capability)(probe->question - ASK_CAPABILITIES)));
        return;
    }
    const char *const *replies = questions[probe->question].replies;
    size_t count = 0;
    while (count < REPLIES_MAX && replies[count])
        count++;
    if (probe->question == ASK_BARRIER && probe->target->barrier_request)
        count = 1; /* it has answered `version`: a wrong reply is for the scenarios to judge */
    ask(probe, questions[probe->question].request, replies, count);
}
