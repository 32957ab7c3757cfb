"""Lets other machines use an embedded Kafka cluster, which listens on loopback alone and tells everybody so.

    python3 gate.py NAME PORT TOPIC…       (brokers are reached at NAME, from PORT on)

Each broker has a port here. Bytes pass through as they are, but for the two answers that hold addresses of brokers: those of
Metadata and FindCoordinator. Source: the Kafka protocol guide (the versions that librdkafka's cluster speaks have no tags).
"""

import asyncio
import pathlib
import struct
import sys

METADATA, FIND_COORDINATOR = 3, 10


class Reader:
    def __init__(self, data, offset):
        self.data, self.offset = data, offset

    def take(self, form):
        (value,) = struct.unpack_from(form, self.data, self.offset)
        self.offset += struct.calcsize(form)
        return value

    def text(self):
        size = self.take(">h")
        if size < 0:
            return None
        self.offset += size
        return self.data[self.offset - size:self.offset].decode()


class Gate:
    def __init__(self, name, ports):
        # The port that others use, by the broker's own.
        self._name, self._ports = name.encode(), ports

    def _address(self, reader, out):
        """Copies a host and port, changed to ours."""
        reader.text()
        port = reader.take(">i")
        out += struct.pack(">h", len(self._name)) + self._name + struct.pack(">i", self._ports.get(port, port))

    def answer(self, kind, version, data):
        """An answer as others shall see it. It begins with the correlation id."""
        reader = Reader(data, 4)
        if kind == METADATA:
            if version >= 3:
                reader.take(">i")
            count = reader.take(">i")
            out = bytearray(data[:reader.offset])
            for _ in range(count):
                out += struct.pack(">i", reader.take(">i"))
                self._address(reader, out)
                start = reader.offset
                if version >= 1:
                    reader.text()
                out += data[start:reader.offset]
        elif kind == FIND_COORDINATOR:
            if version >= 1:
                reader.take(">i")
            reader.take(">h")
            if version >= 1:
                reader.text()
            reader.take(">i")
            out = bytearray(data[:reader.offset])
            self._address(reader, out)
        else:
            return data
        return bytes(out) + data[reader.offset:]

    async def serve(self, reader, writer, port):
        """One client, whose broker is at this port of loopback."""
        try:
            up_reader, up_writer = await asyncio.open_connection("127.0.0.1", port)
        except OSError:
            writer.close()
            return
        asked = {}
        tasks = [
            asyncio.create_task(self._requests(reader, up_writer, asked)),
            asyncio.create_task(self._answers(up_reader, writer, asked)),
        ]
        await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        for task in tasks:
            task.cancel()
        for end in (writer, up_writer):
            end.close()

    @staticmethod
    async def _frame(reader):
        return await reader.readexactly(struct.unpack(">i", await reader.readexactly(4))[0])

    async def _requests(self, reader, writer, asked):
        while True:
            try:
                data = await self._frame(reader)
            except (OSError, asyncio.IncompleteReadError):
                return
            kind, version, number = struct.unpack_from(">hhi", data)
            asked[number] = (kind, version)
            writer.write(struct.pack(">i", len(data)) + data)
            await writer.drain()

    async def _answers(self, reader, writer, asked):
        while True:
            try:
                data = await self._frame(reader)
            except (OSError, asyncio.IncompleteReadError):
                return
            (number,) = struct.unpack_from(">i", data)
            data = self.answer(*asked.pop(number, (None, None)), data)
            writer.write(struct.pack(">i", len(data)) + data)
            await writer.drain()


async def main():
    name, first, *topics = sys.argv[1:]
    here = pathlib.Path(__file__).resolve()
    # In the image it is beside this file.
    places = [here.with_name("broker_process.py"), *(folder / "Tests/e2e/broker_process.py" for folder in here.parents)]
    program = next(place for place in places if place.exists())
    broker = await asyncio.create_subprocess_exec(
        sys.executable, program, *topics, stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE)
    addresses = (await broker.stdout.readline()).decode().strip().split(",")
    ports = {int(address.split(":")[1]): int(first) + number for number, address in enumerate(addresses)}
    gate = Gate(name, ports)
    for inner, outer in ports.items():
        await asyncio.start_server(lambda r, w, port=inner: gate.serve(r, w, port), "0.0.0.0", outer)
    print(f"ready: {name}:{first}", flush=True)
    sys.exit(await broker.wait())


if __name__ == "__main__":
    asyncio.run(main())
