/* SPDX-License-Identifier: MIT */
/* ports.c - see ports.h. */
#include "play/ports.h"

#include <fcntl.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

static struct sockaddr_in loopback(unsigned port) {
    return (struct sockaddr_in){.sin_family = AF_INET,
                                .sin_port = htons((unsigned short)port),
                                .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
}

static bool is_free(int kind, unsigned port) {
    int fd = socket(AF_INET, kind, 0);
    struct sockaddr_in address = loopback(port);
    bool bound = fd >= 0 && bind(fd, (struct sockaddr *)&address, sizeof address) == 0;
    if (fd >= 0)
        close(fd);
    return bound;
}

bool port_is_free(unsigned port) {
    return is_free(SOCK_STREAM, port) && is_free(SOCK_DGRAM, port);
}

bool port_is_served(unsigned port) {
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    struct sockaddr_in address = loopback(port);
    bool served = fd >= 0 && connect(fd, (struct sockaddr *)&address, sizeof address) == 0;
    if (fd >= 0)
        close(fd);
    return served;
}

void port_knock(unsigned port) {
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    struct sockaddr_in address = loopback(port);
    if (fd >= 0 && fcntl(fd, F_SETFL, O_NONBLOCK) == 0)
        (void)connect(fd, (struct sockaddr *)&address, sizeof address);
    if (fd >= 0)
        close(fd);
}
