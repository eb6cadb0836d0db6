/* SPDX-License-Identifier: MIT */
/* udp_frame.h - the 8 bytes before every UDP payload.
 *
 * protocol.txt, "UDP protocol". Four numbers of 16 bits, high byte first:
 *
 *     request id | sequence number | datagrams in this message | reserved, 0
 *
 * Knows nothing of sockets; called by net/udp.c. */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "bytes/slice.h"

enum {
    UDP_FRAME_BYTES = 8,
    UDP_DATAGRAM_BYTES = 1400, /* the largest that is sent, with its frame */
    UDP_PAYLOAD_BYTES = UDP_DATAGRAM_BYTES - UDP_FRAME_BYTES
};

struct udp_frame {
    uint16_t request_id; /* chosen by the client, repeated in every answer */
    uint16_t sequence;   /* of this datagram in its message, from 0 */
    uint16_t total;      /* datagrams in the message */
};

enum udp_frame_result {
    UDP_FRAME_OK,
    UDP_FRAME_SHORT,   /* not longer than a frame: there is no request in it */
    UDP_FRAME_PARTIAL, /* one of several datagrams (or of none): requests must fit one */
};

/* Takes a received datagram apart; `payload` borrows from it. As memcached, looks neither at the
 * sequence number nor at the reserved bytes. Unless the result is OK nothing is written. */
enum udp_frame_result udp_frame_read(struct slice datagram, struct udp_frame *frame,
                                     struct slice *payload);

/* Writes the 8 bytes. */
void udp_frame_write(unsigned char bytes[UDP_FRAME_BYTES], const struct udp_frame *frame);

/* How many datagrams a message of `length` bytes takes: UDP_PAYLOAD_BYTES in each but the last. */
size_t udp_frame_count(size_t length);

/* The three, and what goes into a datagram, as a table that a server points to (README.md,
 * "Seams"). */
struct udp_framing {
    enum udp_frame_result (*read)(struct slice datagram, struct udp_frame *frame,
                                  struct slice *payload);
    void (*write)(unsigned char bytes[UDP_FRAME_BYTES], const struct udp_frame *frame);
    size_t (*count)(size_t length);
    size_t payload_bytes;
};

extern const struct udp_framing udp_real_framing;
