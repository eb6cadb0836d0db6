/* SPDX-License-Identifier: MIT */
/* udp_frame.c - the 8 bytes before every UDP payload; see net/udp_frame.h. */
#include "net/udp_frame.h"

static uint16_t frame_number(const char *bytes) {
    const unsigned char *at = (const unsigned char *)bytes;
    return (uint16_t)(at[0] << 8 | at[1]);
}

static void frame_put(unsigned char *at, uint16_t number) {
    at[0] = (unsigned char)(number >> 8);
    at[1] = (unsigned char)(number & 0xff);
}

enum udp_frame_result udp_frame_read(struct slice datagram, struct udp_frame *frame,
                                     struct slice *payload) {
    if (datagram.length <= UDP_FRAME_BYTES)
        return UDP_FRAME_SHORT;
    uint16_t total = frame_number(datagram.bytes + 4);
    if (total != 1)
        return UDP_FRAME_PARTIAL;
    *frame = (struct udp_frame){.request_id = frame_number(datagram.bytes),
                                .sequence = frame_number(datagram.bytes + 2),
                                .total = total};
    *payload = (struct slice){datagram.bytes + UDP_FRAME_BYTES, datagram.length - UDP_FRAME_BYTES};
    return UDP_FRAME_OK;
}

void udp_frame_write(unsigned char bytes[UDP_FRAME_BYTES], const struct udp_frame *frame) {
    frame_put(bytes, frame->request_id);
    frame_put(bytes + 2, frame->sequence);
    frame_put(bytes + 4, frame->total);
    frame_put(bytes + 6, 0);
}

size_t udp_frame_count(size_t length) {
    return (length + UDP_PAYLOAD_BYTES - 1) / UDP_PAYLOAD_BYTES;
}

const struct udp_framing udp_real_framing = {.read = udp_frame_read,
                                             .write = udp_frame_write,
                                             .count = udp_frame_count,
                                             .payload_bytes = UDP_PAYLOAD_BYTES};
