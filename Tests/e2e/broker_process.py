"""A Kafka cluster in a process of its own, which can be killed: librdkafka's, the one that `todo-backend dev` embeds.

    python broker_process.py [--brokers 3] [--partitions 3] TOPIC…

The first line of its output is the address for `bootstrap.servers`. Then it does what each line of its input says and answers
with `ok` or with what is wrong. It ends with its input. BROKER is a number from 1, or -1 for all of them.

    errors API CODE…    the next requests of this kind (0 is Produce, 1 Fetch…) fail, each with one of these codes
    clear API           forgets the errors that no request has met yet
    down BROKER         hangs up, and takes no connections
    up BROKER           takes connections again
    rtt BROKER MS       delays every answer
"""

import argparse
import ctypes
import sys

PRODUCER = 0
TOPIC_EXISTS = 36

_library = ctypes.CDLL("librdkafka.so.1")


def _function(name, result, *parameters):
    function = getattr(_library, f"rd_kafka_{name}")
    function.restype, function.argtypes = result, parameters
    return function


_pointer, _text, _int, _int16, _int32 = ctypes.c_void_p, ctypes.c_char_p, ctypes.c_int, ctypes.c_int16, ctypes.c_int32
_conf_new = _function("conf_new", _pointer)
_new = _function("new", _pointer, _int, _pointer, _text, ctypes.c_size_t)
_explain = _function("err2str", _text, _int)
_cluster_new = _function("mock_cluster_new", _pointer, _pointer, _int)
_bootstraps = _function("mock_cluster_bootstraps", _text, _pointer)
_topic_create = _function("mock_topic_create", _int, _pointer, _text, _int, _int)
_push_errors = _function("mock_push_request_errors_array", None, _pointer, _int16, ctypes.c_size_t, ctypes.POINTER(_int))
_clear_errors = _function("mock_clear_request_errors", None, _pointer, _int16)
_set_down = _function("mock_broker_set_down", _int, _pointer, _int32)
_set_up = _function("mock_broker_set_up", _int, _pointer, _int32)
_set_rtt = _function("mock_broker_set_rtt", _int, _pointer, _int32, _int)


class Cluster:
    def __init__(self, brokers):
        reason = ctypes.create_string_buffer(512)
        # Any client will do: the cluster only borrows its threads and its log.
        client = _new(PRODUCER, _conf_new(), reason, len(reason))
        self._cluster = client and _cluster_new(client, brokers)
        if not self._cluster:
            sys.exit(f"The cluster can't start. {reason.value.decode()}")

    @property
    def address(self):
        return _bootstraps(self._cluster).decode()

    def create(self, topic, partitions):
        code = _topic_create(self._cluster, topic.encode(), partitions, 3)
        if code not in (0, TOPIC_EXISTS):
            sys.exit(f"The topic {topic} can't be created. {_explain(code).decode()}")

    def errors(self, api, *codes):
        _push_errors(self._cluster, api, len(codes), (_int * len(codes))(*codes))

    def clear(self, api):
        _clear_errors(self._cluster, api)

    def down(self, broker):
        return _set_down(self._cluster, broker)

    def up(self, broker):
        return _set_up(self._cluster, broker)

    def rtt(self, broker, milliseconds):
        return _set_rtt(self._cluster, broker, milliseconds)

    def obey(self, line):
        """The answer to a line of the input."""
        name, *numbers = line.split() or [""]
        if name not in ("errors", "clear", "down", "up", "rtt"):
            return f"no such command: {name}"
        try:
            code = getattr(self, name)(*map(int, numbers))
        except (TypeError, ValueError) as error:
            return str(error)
        return _explain(code).decode() if code else "ok"


def main():
    parser = argparse.ArgumentParser(description="A Kafka cluster in a process of its own.")
    parser.add_argument("--brokers", type=int, default=3)
    parser.add_argument("--partitions", type=int, default=3, help="of each topic")
    parser.add_argument("topics", nargs="*", metavar="TOPIC")
    options = parser.parse_args()
    cluster = Cluster(options.brokers)
    for topic in options.topics:
        cluster.create(topic, options.partitions)
    print(cluster.address, flush=True)
    for line in sys.stdin:
        print(cluster.obey(line), flush=True)


if __name__ == "__main__":
    main()
