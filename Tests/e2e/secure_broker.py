"""TLS and a login in front of a Kafka cluster that has neither, as brokers have them in production."""

import asyncio
import contextlib
import struct
import threading

from backend import free_port
from waiting import DEADLINE

API_VERSIONS, SASL_HANDSHAKE, SASL_AUTHENTICATE = 18, 17, 36
UNSUPPORTED_VERSION, AUTHENTICATION_FAILED = 35, 58


class SecureBroker:
    """Speaks TLS, takes only those who log in (SASL/PLAIN), and passes all else on; one port for each broker of the cluster.

    `logins` are passwords by user. `refused` counts the wrong ones, `taken` the right ones.
    """

    def __init__(self, cluster, context, logins):
        self._context, self._logins = context, logins
        self.taken = self.refused = 0
        # What the brokers call themselves in their answers, and what they shall be called: one as long as the other.
        self._ports = {int(address.rpartition(":")[2]): free_port() for address in cluster.bootstrap_servers.split(",")}
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()
        self._servers = [self._on_loop(self._listen(plain, secure)) for plain, secure in self._ports.items()]

    @property
    def bootstrap_servers(self):
        return ",".join(f"127.0.0.1:{port}" for port in self._ports.values())

    def stop(self):
        self._on_loop(self._end())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(DEADLINE)
        self._loop.close()

    def _on_loop(self, coroutine):
        return asyncio.run_coroutine_threadsafe(coroutine, self._loop).result(DEADLINE)

    async def _listen(self, plain, secure):
        return await asyncio.start_server(
            lambda reader, writer: self._serve(reader, writer, plain), "127.0.0.1", secure, ssl=self._context)

    async def _end(self):
        for server in self._servers:
            server.close()
        connections = asyncio.all_tasks() - {asyncio.current_task()}
        for connection in connections:
            connection.cancel()
        await asyncio.gather(*connections, return_exceptions=True)

    async def _serve(self, reader, writer, port):
        with contextlib.suppress(OSError, asyncio.IncompleteReadError, asyncio.CancelledError):
            inner_reader, inner_writer = await asyncio.open_connection("127.0.0.1", port)
            try:
                if await self._authenticate(reader, writer, inner_reader, inner_writer):
                    await asyncio.gather(self._pass_on(reader, inner_writer), self._translate(inner_reader, writer))
            finally:
                inner_writer.close()
                writer.close()

    async def _authenticate(self, reader, writer, inner_reader, inner_writer):
        """The requests until somebody is logged in; false where nobody is."""
        while True:
            request = await frame(reader)
            key, version, correlation, name = struct.unpack_from(">hhih", request)
            if key == API_VERSIONS:
                inner_writer.write(framed(request))
                answer = with_logins(await frame(inner_reader), version)
            elif key == SASL_HANDSHAKE:
                answer = struct.pack(">ihih5s", correlation, 0, 1, 5, b"PLAIN")
            elif key == SASL_AUTHENTICATE:
                # The header ends with the client's name; then the token: its length, and `\0user\0password`.
                _, user, password = request[10 + name + 4:].split(b"\0")
                if self._logins.get(user.decode()) == password.decode():
                    self.taken += 1
                    writer.write(framed(struct.pack(">ihhi", correlation, 0, -1, 0)))
                    return True
                self.refused += 1
                text = b"Invalid username or password"
                writer.write(framed(
                    struct.pack(f">ihh{len(text)}si", correlation, AUTHENTICATION_FAILED, len(text), text, 0)))
                await writer.drain()
                return False
            else:
                return False
            writer.write(framed(answer))

    async def _pass_on(self, reader, writer):
        while True:
            writer.write(framed(await frame(reader)))
            await writer.drain()

    async def _translate(self, reader, writer):
        while True:
            answer = await frame(reader)
            for plain, secure in self._ports.items():
                answer = answer.replace(b"127.0.0.1" + plain.to_bytes(4), b"127.0.0.1" + secure.to_bytes(4))
            writer.write(framed(answer))
            await writer.drain()


async def frame(reader):
    return await reader.readexactly(int.from_bytes(await reader.readexactly(4)))


def framed(content):
    return len(content).to_bytes(4) + content


def with_logins(answer, version):
    """The cluster's answer to ApiVersions, with the two requests of a login added."""
    own = [(SASL_HANDSHAKE, 0, 1), (SASL_AUTHENTICATE, 0, 0)]
    head, code = answer[:6], int.from_bytes(answer[4:6])
    if version < 3 or code == UNSUPPORTED_VERSION:
        count = int.from_bytes(answer[6:10])
        return head + (count + len(own)).to_bytes(4) + b"".join(struct.pack(">hhh", *each) for each in own) + answer[10:]
    # The compact form: one more than the count in one byte, and an empty set of tags behind each.
    return head + bytes([answer[6] + len(own)]) + b"".join(struct.pack(">hhhx", *each) for each in own) + answer[7:]
