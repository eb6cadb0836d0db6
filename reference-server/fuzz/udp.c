/* SPDX-License-Identifier: MIT */
/* udp.c - fuzzes requests in datagrams, over real sockets: each input is one datagram, sent
 * twice, so that the second finds what the first has stored. The payloads of the answers must be
 * what a TCP client gets. */
#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "fuzz_connection.h"
#include "net/udp.h"
#include "net/udp_frame.h"

static const struct fuzz_setting setting = {.protocol = OPTIONS_PROTOCOL_AUTO};

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length);

static int open_socket(struct sockaddr_in *address) {
    socklen_t length = sizeof(*address);
    int fd = socket(AF_INET, SOCK_DGRAM, 0);
    *address =
        (struct sockaddr_in){.sin_family = AF_INET, .sin_addr = {.s_addr = htonl(INADDR_LOOPBACK)}};
    FUZZ_REQUIRE(fd >= 0);
    FUZZ_REQUIRE(bind(fd, (struct sockaddr *)address, sizeof(*address)) == 0);
    FUZZ_REQUIRE(getsockname(fd, (struct sockaddr *)address, &length) == 0);
    FUZZ_REQUIRE(fcntl(fd, F_SETFL, O_NONBLOCK) == 0);
    return fd;
}

/* Every answer has a frame: our request id, and a sequence number below the total. Appends the
 * payloads to `payload`, which has room for what a request can be answered with, and counts the
 * bytes with their frames. */
static size_t receive_answers(int fd, const uint8_t *request, char *payload, size_t *bytes_read) {
    size_t total = 0;
    *bytes_read = 0;
    uint8_t answer[UDP_DATAGRAM_BYTES + 1];
    ssize_t got;
    while ((got = recv(fd, answer, sizeof(answer), 0)) >= 0) {
        FUZZ_REQUIRE(got >= UDP_FRAME_BYTES && got <= UDP_DATAGRAM_BYTES);
        FUZZ_REQUIRE(answer[0] == request[0] && answer[1] == request[1]);
        FUZZ_REQUIRE(answer[2] * 256 + answer[3] < answer[4] * 256 + answer[5]);
        FUZZ_REQUIRE(answer[6] == 0 && answer[7] == 0);
        FUZZ_REQUIRE(total + (size_t)got - UDP_FRAME_BYTES <= UDP_REPLY_BYTES);
        memcpy(payload + total, answer + UDP_FRAME_BYTES, (size_t)got - UDP_FRAME_BYTES);
        total += (size_t)got - UDP_FRAME_BYTES;
        *bytes_read += (size_t)got;
    }
    return total;
}

/* The same requests by a stream. Long answers may be refused. */
static void check_stream(const uint8_t *bytes, size_t length, const char *payload, size_t got) {
    struct slice datagram = {(const char *)bytes, length};
    struct slice requests;
    struct udp_frame frame;
    if (udp_frame_read(datagram, &frame, &requests) != UDP_FRAME_OK) {
        FUZZ_REQUIRE(got == 0);
        return;
    }
    if (fuzz_depends_on_pieces(requests.bytes, requests.length))
        return;
    struct fuzz_run *run = fuzz_start(&setting);
    fuzz_talk(run, requests.bytes, requests.length, false);
    if (run->stream.answer_bytes <= UDP_REPLY_BYTES / 2) {
        FUZZ_REQUIRE(run->stream.answer_bytes == got);
        FUZZ_REQUIRE(memcmp(run->stream.answer, payload, got) == 0);
    }
    fuzz_finish(run);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length) {
    struct sockaddr_in server_address;
    struct sockaddr_in client_address;
    int server_fd = open_socket(&server_address);
    int client_fd = open_socket(&client_address);
    struct fuzz_run *run = fuzz_start(&setting);
    struct udp *udp = udp_new(&run->server, server_fd, ntohs(server_address.sin_port));
    char *payload = malloc(UDP_REPLY_BYTES);
    FUZZ_REQUIRE(udp != NULL && payload != NULL);
    for (int i = 0; i < 2; i++) {
        char peeked;
        ssize_t sent = sendto(client_fd, bytes, length, 0, (struct sockaddr *)&server_address,
                              sizeof(server_address));
        FUZZ_REQUIRE(sent == (ssize_t)length);
        event_base_loop(run->server.base, EVLOOP_NONBLOCK);
        FUZZ_REQUIRE(recv(server_fd, &peeked, 1, MSG_PEEK) < 0); /* it was taken */
        size_t bytes_read;
        size_t got = receive_answers(client_fd, bytes, payload, &bytes_read);
        /* Some 280 datagrams fill the queue of a socket, and the kernel loses the rest. */
        if (i == 0 && bytes_read == run->server.counters.bytes_written)
            check_stream(bytes, length, payload, got);
    }
    free(payload);
    udp_free(udp);
    fuzz_finish(run);
    close(server_fd);
    close(client_fd);
    return 0;
}
