"""A mail server (aiosmtpd) that tells what it sees, keeps what it takes, and at each step does what a test wants.

The steps of one mail, each before the server's answer: CONNECT, EHLO, MAIL, RCPT, DATA, MESSAGE (all of it has come); and
ACCEPTED, when the 250 is out.
"""

import asyncio
import contextlib
import threading
import types

from aiosmtpd.smtp import SMTP, AuthResult, TLSSetupException
from backend import free_port
from waiting import DEADLINE, Deadline

# What a rule can have done instead of an answer.
HANG_UP, SILENCE = "hang up", "silence"


class Rule:
    """At a step, for whomever or for one recipient: an answer such as `451 later`, HANG_UP, SILENCE, or a function that is called
    and may give one of these. It holds `times` often; `count` tells how often it held."""

    def __init__(self, step, action, recipient=None, times=None):
        self.step, self.action, self.recipient, self.times = step, action, recipient, times
        self.count = 0

    def fits(self, step, recipient):
        return step == self.step and self.recipient in (None, recipient) and self.count != self.times


class MailServer:
    """`mails` are those that it answered for with a 250: `.sender`, `.recipient`, `.bytes`, `.is_encrypted`, `.login`."""

    def __init__(self, tls=None, is_tls_from_the_start=False, logins=None, mechanisms=("LOGIN", "PLAIN")):
        self.port = free_port()
        self.tls, self.is_tls_from_the_start = tls, is_tls_from_the_start
        self.logins, self.mechanisms = logins, mechanisms
        # Whether those who connect from now on may use addresses beyond ASCII (RFC 6531).
        self.takes_utf8 = True
        self.mails, self.steps, self.connections = [], [], 0
        self._rules, self._open = [], set()
        self._changed = threading.Condition()
        self._loop = None
        self.start()

    @property
    def host(self):
        """As a URL has it."""
        return f"127.0.0.1:{self.port}"

    @property
    def open_connections(self):
        """How many there are now."""
        return len(self._open)

    def start(self):
        """Listens, on the same port each time."""
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()
        context = self.tls if self.is_tls_from_the_start else None
        self._listener = self._run(self._loop.create_server(lambda: Talk(self, self._loop), "127.0.0.1", self.port, ssl=context))

    def stop(self):
        """Connections are cut and refused from now on; what came stays."""
        if not self._thread.is_alive():
            return
        self._run(self._close())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(DEADLINE)
        self._loop.close()

    async def _close(self):
        self._listener.close()
        for transport in list(self._open):
            transport.abort()
        talks = asyncio.all_tasks() - {asyncio.current_task()}
        for talk in talks:
            talk.cancel()
        await asyncio.gather(*talks, return_exceptions=True)

    def hang_up(self):
        """Cuts every connection."""
        async def cut():
            for transport in list(self._open):
                transport.abort()
        self._run(cut())

    def _run(self, work):
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(DEADLINE)

    def at(self, step, action, recipient=None, times=None):
        """From now on this is done at this step."""
        rule = Rule(step, action, recipient, times)
        with self._changed:
            self._rules.append(rule)
        return rule

    def forget(self, *rules):
        """These rules, or all, don't hold any more."""
        with self._changed:
            self._rules = [rule for rule in self._rules if rules and rule not in rules]

    def wait(self, condition, what="what was waited for"):
        """Waits until the condition is true; looks again at each step of each mail."""
        with self._changed:
            if not self._changed.wait_for(condition, DEADLINE):
                raise Deadline(f"{what} did not come; the last steps: {self.steps[-20:]}")

    def wait_for_mails(self, count):
        self.wait(lambda: len(self.mails) >= count, f"{count} mails")

    def wait_until_deserted(self):
        """Waits until nobody is connected."""
        self.wait(lambda: not self._open, "the end of the connections")

    def rule_for(self, step, recipient):
        """Takes the step down; gives what is to be done there."""
        with self._changed:
            self.steps.append((step, recipient))
            rule = next((rule for rule in self._rules if rule.fits(step, recipient)), None)
            if rule:
                rule.count += 1
            self._changed.notify_all()
        if rule is None:
            return None
        return rule.action() if callable(rule.action) else rule.action

    def opened(self, transport):
        with self._changed:
            self._open.add(transport)
            self.connections += 1
            self._changed.notify_all()

    def closed(self, transport):
        with self._changed:
            self._open.discard(transport)
            self._changed.notify_all()

    def took(self, mail):
        with self._changed:
            self.mails.append(mail)
            self._changed.notify_all()


class Taker:
    """What aiosmtpd asks about a message that has come."""

    async def handle_DATA(self, talk, session, envelope):  # noqa: N802: its name in aiosmtpd
        return await talk.take(session, envelope)


class Talk(SMTP):
    """One connection."""

    def __init__(self, server, loop):
        self._server, self._connection, self._is_taken = server, None, False
        login = {}
        if server.logins is not None:
            login = {
                "authenticator": self._check_login, "auth_required": True, "auth_require_tls": not server.is_tls_from_the_start,
                "auth_exclude_mechanism": {"LOGIN", "PLAIN"} - set(server.mechanisms),
            }
        starttls = None if server.is_tls_from_the_start else server.tls
        super().__init__(
            Taker(), hostname="mail.test", loop=loop, data_size_limit=None, tls_context=starttls,
            require_starttls=bool(starttls), enable_SMTPUTF8=server.takes_utf8, **login)

    def _check_login(self, _server, _session, _envelope, _mechanism, login):
        is_right = self._server.logins.get(login.login.decode()) == login.password.decode()
        return AuthResult(success=is_right, handled=False, auth_data=login)

    def connection_made(self, transport):
        if self._connection is None:
            # Else it comes out of STARTTLS: that is the same connection.
            self._connection = transport
            self._server.opened(transport)
        super().connection_made(transport)

    def connection_lost(self, error):
        super().connection_lost(error)
        self._server.closed(self._connection)

    async def _answer_at(self, step, recipient=None):
        """What a test has this step answered; None: what the server would do by itself."""
        answer = self._server.rule_for(step, recipient)
        if answer == SILENCE:
            # Until the connection ends.
            await asyncio.Event().wait()
        if answer == HANG_UP:
            self._connection.abort()
            raise ConnectionAbortedError
        return answer

    async def _passes(self, step, recipient=None):
        """Whether the talk goes on by itself; the answer is given where it doesn't."""
        answer = await self._answer_at(step, recipient)
        if answer:
            await self.push(answer)
        return answer is None

    async def push(self, status):
        await super().push(status)
        if status[:3] in ("421", b"421"):
            self._connection.close()

    async def _handle_client(self):
        with contextlib.suppress(ConnectionError):
            if await self._passes("CONNECT"):
                await super()._handle_client()

    async def handle_exception(self, error):
        # Who is gone needs no answer; all else is a fault of these tests.
        if not isinstance(error, (ConnectionError, TLSSetupException)):
            raise error
        return "421 gone"

    async def smtp_EHLO(self, hostname):
        if await self._passes("EHLO"):
            await super().smtp_EHLO(hostname)

    async def smtp_MAIL(self, arg):
        if await self._passes("MAIL"):
            await super().smtp_MAIL(arg)

    async def smtp_RCPT(self, arg):
        if await self._passes("RCPT", arg.removeprefix("TO:").strip("<>")):
            await super().smtp_RCPT(arg)

    async def smtp_DATA(self, arg):
        recipient = self.envelope.rcpt_tos[0]
        if await self._passes("DATA", recipient):
            self._is_taken = False
            await super().smtp_DATA(arg)
            if self._is_taken:
                await self._passes("ACCEPTED", recipient)

    async def take(self, session, envelope):
        """The answer to a whole message."""
        recipient = envelope.rcpt_tos[0]
        answer = await self._answer_at("MESSAGE", recipient)
        if answer is None:
            self._is_taken = True
            self._server.took(types.SimpleNamespace(
                sender=envelope.mail_from, recipient=recipient, bytes=envelope.original_content,
                is_encrypted=self.transport.get_extra_info("ssl_object") is not None,
                login=session.auth_data and session.auth_data.login.decode()))
        return answer or "250 OK"
