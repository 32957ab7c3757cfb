// Reads the topic `events` from its beginning, and each time it has COUNT more messages, prints when (µs).
//
//     reader BROKERS PARTITIONS COUNT [MILLISECONDS]
//
// It waits so long for a fetch that finds nothing (20), and commits twice as often.
//
// It commits for the group `mailer` as soon as it can, since publishers wait for the groups of an embedded broker. A message
// that the broker forgot before it was read ends it with an error. In C, so that it costs little beside what is measured.

#include <librdkafka/rdkafka.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

enum { BATCH = 10000 };

static void fail(const char *what, const char *reason) {
    fprintf(stderr, "reader: %s: %s\n", what, reason);
    exit(1);
}

static rd_kafka_t *consumer(const char *brokers, const char *wait, const char *interval) {
    const char *settings[][2] = {{"bootstrap.servers", brokers},
                                 {"group.id", "mailer"},
                                 {"fetch.wait.max.ms", wait},
                                 {"auto.commit.interval.ms", interval}};
    char reason[512];
    rd_kafka_conf_t *conf = rd_kafka_conf_new();
    for (size_t index = 0; index < sizeof settings / sizeof *settings; index++)
        if (rd_kafka_conf_set(conf, settings[index][0], settings[index][1], reason, sizeof reason))
            fail(settings[index][0], reason);
    rd_kafka_t *made = rd_kafka_new(RD_KAFKA_CONSUMER, conf, reason, sizeof reason);
    if (!made) fail("no consumer", reason);
    rd_kafka_poll_set_consumer(made);
    return made;
}

int main(int argc, char **argv) {
    if (argc < 4 || argc > 5) fail("usage", "reader BROKERS PARTITIONS COUNT [MILLISECONDS]");
    const char *wait = argc == 5 ? argv[4] : "20";
    char interval[16];
    snprintf(interval, sizeof interval, "%d", atoi(wait) / 2);
    int partitions = atoi(argv[2]);
    long long count = atoll(argv[3]), seen = 0;
    if (partitions < 1 || count < 1) fail("usage", "PARTITIONS and COUNT are at least 1");
    rd_kafka_t *kafka = consumer(argv[1], wait, interval);
    rd_kafka_topic_partition_list_t *all = rd_kafka_topic_partition_list_new(partitions);
    for (int partition = 0; partition < partitions; partition++)
        rd_kafka_topic_partition_list_add(all, "events", partition)->offset = 0;
    rd_kafka_resp_err_t code = rd_kafka_assign(kafka, all);
    if (code) fail("assign", rd_kafka_err2str(code));
    rd_kafka_topic_partition_list_destroy(all);

    rd_kafka_queue_t *queue = rd_kafka_queue_get_consumer(kafka);
    rd_kafka_message_t **batch = calloc(BATCH, sizeof *batch);
    int64_t *expected = calloc(partitions, sizeof *expected);
    if (!batch || !expected) fail("memory", "there is none");
    puts("ready");
    fflush(stdout);
    for (;;) {
        ssize_t number = rd_kafka_consume_batch_queue(queue, 1000, batch, BATCH);
        for (ssize_t index = 0; index < number; index++) {
            rd_kafka_message_t *message = batch[index];
            if (message->err) fail("error", rd_kafka_message_errstr(message));
            if (message->offset != expected[message->partition]++) fail("offset", "a message was lost");
            rd_kafka_message_destroy(message);
            if (++seen % count) continue;
            struct timespec now;
            clock_gettime(CLOCK_REALTIME, &now);
            printf("%lld\n", (long long)now.tv_sec * 1000000 + now.tv_nsec / 1000);
            fflush(stdout);
        }
    }
}
