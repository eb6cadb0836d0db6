/* SPDX-License-Identifier: MIT */
/* crowding.c - see crowding.h. */
#include "play/crowding.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

bool crowding_sent_again(int socket) {
#ifdef __linux__
    struct tcp_info info = {0};
    socklen_t size = sizeof info;
    return getsockopt(socket, IPPROTO_TCP, TCP_INFO, &info, &size) == 0 &&
           info.tcpi_total_retrans > 0;
#else
    (void)socket;
    return false;
#endif
}
