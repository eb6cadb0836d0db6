/* SPDX-License-Identifier: MIT */
/* test_udp_frame.c - the 8 bytes before a UDP payload: read, written, counted. */
#include <stdlib.h>

#include "net/udp_frame.h"
#include "reports/check.h"

/* Reads a datagram that lies at the very end of a block, so that a sanitizer sees every byte read
 * behind it. */
static enum udp_frame_result read_exactly(const char *bytes, size_t length, struct udp_frame *frame,
                                          struct slice *payload) {
    char *copy = malloc(length > 0 ? length : 1);
    if (copy == NULL)
        abort();
    memcpy(copy, bytes, length);
    enum udp_frame_result result = udp_frame_read((struct slice){copy, length}, frame, payload);
    if (result == UDP_FRAME_OK)
        payload->bytes = bytes + (payload->bytes - copy);
    free(copy);
    return result;
}

static void check_reading(void) {
    static const char good[] = "\x12\xff\x80\x01\x00\x01\x77\x77mn\r\n";
    struct udp_frame frame = {0};
    struct slice payload = {NULL, 0};
    CHECK_INT(read_exactly(good, 12, &frame, &payload), UDP_FRAME_OK, "a frame and a request");
    CHECK_INT(frame.request_id, 0x12ff, "the request id has its high byte first");
    CHECK_INT(frame.sequence, 0x8001, "any sequence number is taken");
    CHECK_INT(frame.total, 1, "one datagram");
    CHECK(slice_is(payload, "mn\r\n"), "the payload follows");
    for (size_t length = 0; length <= UDP_FRAME_BYTES; length++)
        if (read_exactly(good, length, &frame, &payload) != UDP_FRAME_SHORT)
            CHECK(false, "too short");
    CHECK(read_exactly(good, 9, &frame, &payload) == UDP_FRAME_OK && payload.length == 1,
          "up to 8 bytes are too short, 9 are enough");
}

static void check_parts(void) {
    static const char totals[][2] = {{0, 0}, {0, 2}, {1, 0}, {1, 1}, {'\xff', '\xff'}};
    bool refused = true;
    for (size_t i = 0; i < sizeof(totals) / sizeof(totals[0]); i++) {
        char bytes[] = "\0\1\0\0\0\0\0\0mn\r\n";
        struct udp_frame frame = {.request_id = 77};
        struct slice payload;
        memcpy(bytes + 4, totals[i], 2);
        refused = read_exactly(bytes, 12, &frame, &payload) == UDP_FRAME_PARTIAL && refused;
        refused = frame.request_id == 77 && refused;
    }
    CHECK(refused, "a total other than 1 is refused and nothing is written");
}

static void check_writing(void) {
    static const unsigned char wanted[] = {0xab, 0xcd, 0x01, 0x02, 0xff, 0xfe, 0, 0};
    unsigned char bytes[UDP_FRAME_BYTES + 1];
    struct udp_frame frame = {.request_id = 0xabcd, .sequence = 0x0102, .total = 0xfffe};
    memset(bytes, 0x55, sizeof(bytes));
    udp_frame_write(bytes, &frame);
    CHECK(memcmp(bytes, wanted, sizeof(wanted)) == 0, "a frame is written high byte first");
    CHECK_INT(bytes[UDP_FRAME_BYTES], 0x55, "and nothing behind it");
}

static void check_counting(void) {
    CHECK_INT(udp_frame_count(0), 0, "nothing takes no datagram");
    CHECK_INT(udp_frame_count(1), 1, "1 byte takes one");
    CHECK_INT(udp_frame_count(1392), 1, "1392 bytes too");
    CHECK_INT(udp_frame_count(1393), 2, "1393 take two");
    CHECK_INT(udp_frame_count(5025), 4, "a value of 5000 takes four");
}

int main(void) {
    check_reading();
    check_parts();
    check_writing();
    check_counting();
    return check_finish();
}
