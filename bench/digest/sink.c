// A mail server that takes everything and keeps nothing, for measuring who sends to it.
//
//     sink COUNT [DELAY_MS [FILE]]
//
// Prints its port; then, each time it has taken COUNT mails, the µs from the first one's MAIL to the last one's 250. With a
// delay it answers to each mail's end only then, as a server does that is some way off and has something to do. With a file
// it keeps the first COUNT mails there, each after its length (4 bytes, little-endian). One thread, epoll; it ends with its
// input.

#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { BUFFER = 1 << 18, CONNECTIONS = 1024 };

struct talk {
    int socket;
    int is_in_message;
    size_t length;
    long long answer_at; // µs; 0: nothing waits for its answer
    char bytes[BUFFER];
};

static struct talk *talks[CONNECTIONS];
static long long count, seen, started, delay;
static FILE *file;

static long long now(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return time.tv_sec * 1000000LL + time.tv_nsec / 1000;
}

static void fail(const char *what) {
    fprintf(stderr, "sink: %s: %s\n", what, strerror(errno));
    exit(1);
}

static void say(struct talk *talk, const char *text) {
    if (write(talk->socket, text, strlen(text)) < 0 && errno != EPIPE && errno != ECONNRESET) fail("write");
}

static void took(struct talk *talk) {
    say(talk, "250 2.0.0 taken\r\n");
    if (++seen < count) return;
    printf("%lld\n", now() - started);
    fflush(stdout);
    seen = started = 0;
}

static void keep(const char *bytes, size_t length) {
    uint32_t size = (uint32_t)length;
    if (fwrite(&size, sizeof size, 1, file) != 1 || fwrite(bytes, length, 1, file) != 1) fail("write the file");
}

/* Does what it can with what has come. Returns whether the talk goes on. */
static int serve(struct talk *talk) {
    char *at = talk->bytes, *end = at + talk->length;
    while (at < end && !talk->answer_at) {
        if (talk->is_in_message) {
            // A message's last line may be its first: none of ours is empty.
            char *last = memmem(at, (size_t)(end - at), "\r\n.\r\n", 5);
            if (!last) break;
            if (file) keep(at, (size_t)(last + 2 - at));
            at = last + 5;
            talk->is_in_message = 0;
            if (file && seen + 1 == count) {
                fclose(file);
                file = NULL;
            }
            if (delay) talk->answer_at = now() + delay;
            else took(talk);
            continue;
        }
        char *line_end = memchr(at, '\n', (size_t)(end - at));
        if (!line_end) break;
        if (!strncasecmp(at, "MAIL", 4)) {
            if (!started) started = now();
            say(talk, "250 2.1.0 ok\r\n");
        } else if (!strncasecmp(at, "DATA", 4)) {
            talk->is_in_message = 1;
            say(talk, "354 go on\r\n");
        } else if (!strncasecmp(at, "EHLO", 4)) {
            say(talk, "250-sink\r\n250 8BITMIME\r\n");
        } else if (!strncasecmp(at, "QUIT", 4)) {
            say(talk, "221 bye\r\n");
            return 0;
        } else {
            say(talk, "250 ok\r\n");
        }
        at = line_end + 1;
    }
    talk->length = (size_t)(end - at);
    memmove(talk->bytes, at, talk->length);
    if (talk->length == BUFFER) fail("a mail is too large");
    return 1;
}

static void hang_up(struct talk *talk) {
    talks[talk->socket] = NULL;
    close(talk->socket);
    free(talk);
}

int main(int argc, char **argv) {
    if (argc < 2 || (count = atoll(argv[1])) < 1) fail("sink COUNT [DELAY_MS [FILE]]");
    if (argc > 2) delay = atoll(argv[2]) * 1000;
    if (argc > 3 && !(file = fopen(argv[3], "wb"))) fail(argv[3]);
    int one = 1, listener = socket(AF_INET, SOCK_STREAM, 0), poll = epoll_create1(0);
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t size = sizeof address;
    if (bind(listener, (struct sockaddr *)&address, size) || listen(listener, 64)) fail("listen");
    getsockname(listener, (struct sockaddr *)&address, &size);
    printf("%d\n", ntohs(address.sin_port));
    fflush(stdout);
    struct epoll_event wanted = {.events = EPOLLIN, .data.fd = listener}, events[64];
    epoll_ctl(poll, EPOLL_CTL_ADD, listener, &wanted);
    wanted.data.fd = 0;
    if (epoll_ctl(poll, EPOLL_CTL_ADD, 0, &wanted)) fail("its input must be a pipe");
    for (;;) {
        long long next = 0, time = delay ? now() : 0;
        for (int socket = 0; delay && socket < CONNECTIONS; socket++) {
            struct talk *talk = talks[socket];
            if (!talk || !talk->answer_at) continue;
            if (talk->answer_at <= time) {
                talk->answer_at = 0;
                took(talk);
                if (!serve(talk)) hang_up(talk);
            } else if (!next || talk->answer_at < next) {
                next = talk->answer_at;
            }
        }
        int ready = epoll_wait(poll, events, 64, next ? (int)((next - time + 999) / 1000) : -1);
        for (int index = 0; index < ready; index++) {
            int socket = events[index].data.fd;
            if (socket == 0) return 0;
            if (socket == listener) {
                if ((socket = accept(listener, NULL, NULL)) < 0 || socket >= CONNECTIONS) fail("accept");
                setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
                if (!(talks[socket] = calloc(1, sizeof(struct talk)))) fail("memory");
                talks[socket]->socket = socket;
                wanted.data.fd = socket;
                epoll_ctl(poll, EPOLL_CTL_ADD, socket, &wanted);
                say(talks[socket], "220 sink ESMTP\r\n");
                continue;
            }
            struct talk *talk = talks[socket];
            ssize_t got = read(socket, talk->bytes + talk->length, BUFFER - talk->length);
            if (got > 0) talk->length += (size_t)got;
            if (got <= 0 || !serve(talk)) hang_up(talk);
        }
    }
}
