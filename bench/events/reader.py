#!/usr/bin/env python3
"""Reads the topic `events` from its beginning, and each time it has COUNT more messages, prints when (µs).

    reader.py BROKERS COUNT [--group mailer]

It commits for the group as soon as it can, since publishers wait for the groups of an embedded broker. A message that the
broker forgot before it was read ends it with an error. librdkafka over ctypes alone, so that it costs little beside what is
measured; kcat can't commit more often than every 5 s.
"""

import argparse
import ctypes
import sys
import time

CONSUMER, PARTITIONS, BATCH = 1, 3, 10_000

_library = ctypes.CDLL("librdkafka.so.1")
_pointer, _text, _int, _int32, _int64 = ctypes.c_void_p, ctypes.c_char_p, ctypes.c_int, ctypes.c_int32, ctypes.c_int64


class Message(ctypes.Structure):
    """rd_kafka_message_t."""

    _fields_ = [
        ("error", _int), ("topic", _pointer), ("partition", _int32), ("value", _pointer), ("size", ctypes.c_size_t),
        ("key", _pointer), ("key_size", ctypes.c_size_t), ("offset", _int64), ("opaque", _pointer),
    ]


def function(name, result, *parameters):
    found = getattr(_library, f"rd_kafka_{name}")
    found.restype, found.argtypes = result, parameters
    return found


_conf_new = function("conf_new", _pointer)
_conf_set = function("conf_set", _int, _pointer, _text, _text, _text, ctypes.c_size_t)
_new = function("new", _pointer, _int, _pointer, _text, ctypes.c_size_t)
_list_new = function("topic_partition_list_new", _pointer, _int)
_list_add = function("topic_partition_list_add", _pointer, _pointer, _text, _int32)
_list_set = function("topic_partition_list_set_offset", _int, _pointer, _text, _int32, _int64)
_assign = function("assign", _int, _pointer, _pointer)
_redirect = function("poll_set_consumer", _int, _pointer)
_queue = function("queue_get_consumer", _pointer, _pointer)
_read = function(
    "consume_batch_queue", ctypes.c_ssize_t, _pointer, _int, ctypes.POINTER(ctypes.POINTER(Message)), ctypes.c_size_t)
_destroy = function("message_destroy", None, ctypes.POINTER(Message))


def check(code, what):
    if code:
        sys.exit(f"reader: {what}: {code}")


def all_from_the_beginning():
    made = _list_new(PARTITIONS)
    for partition in range(PARTITIONS):
        _list_add(made, b"events", partition)
        _list_set(made, b"events", partition, 0)
    return made


def consumer(options):
    conf, reason = _conf_new(), ctypes.create_string_buffer(512)
    settings = {
        "bootstrap.servers": options.brokers, "group.id": options.group, "fetch.wait.max.ms": "20",
        "auto.commit.interval.ms": "10",
    }
    for name, value in settings.items():
        check(_conf_set(conf, name.encode(), value.encode(), reason, len(reason)), name)
    made = _new(CONSUMER, conf, reason, len(reason)) or sys.exit(f"reader: {reason.value.decode()}")
    check(_redirect(made), "poll_set_consumer")
    check(_assign(made, all_from_the_beginning()), "assign")
    return made


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("brokers")
    parser.add_argument("count", type=int)
    parser.add_argument("--group", default="mailer")
    options = parser.parse_args()
    queue = _queue(consumer(options))
    batch, expected, seen = (ctypes.POINTER(Message) * BATCH)(), [0] * PARTITIONS, 0
    print("ready", flush=True)
    while True:
        for index in range(_read(queue, 1000, batch, BATCH)):
            message = batch[index].contents
            check(message.error, "error")
            if message.offset != expected[message.partition]:
                sys.exit(f"reader: {message.partition} goes on at {message.offset}, not at {expected[message.partition]}")
            expected[message.partition] += 1
            _destroy(batch[index])
            seen += 1
            if seen % options.count == 0:
                print(time.time_ns() // 1000, flush=True)


main()
