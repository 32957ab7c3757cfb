"""Exim, as a company runs it: a real mail server, which takes mail for one domain and delivers it into a Maildir."""

import getpass
import os
import pathlib
import pwd
import shutil
import socket
import subprocess
import tempfile

from backend import free_port
from waiting import DEADLINE, until

PROGRAM = "/usr/sbin/exim4"
# Nothing of the system's own configuration, queue and logs is read or written. It serves as root or as anybody else.
SETTINGS = """
spool_directory = {folder}/spool
log_file_path = {folder}/log/%s
pid_file_path = {folder}/pid
exim_user = {user}
exim_group = {group}
never_users =
deliver_drop_privilege
primary_hostname = mail.test
local_interfaces = 127.0.0.1
daemon_smtp_ports = {port}
domainlist ours = example.org
host_lookup =
keep_environment =
message_size_limit = 10M
check_rfc2047_length
tls_advertise_hosts = {tls_hosts}
tls_certificate = {certificate}
tls_privatekey = {key}
auth_advertise_hosts = ${{if eq{{$tls_in_cipher}}{{}}{{}}{{*}}}}
acl_smtp_rcpt = rcpt
acl_smtp_data = data

begin acl
rcpt:
  deny !domains = +ours
       message = relaying is not done here
  {login}
  accept
data:
  deny !verify = header_syntax
       message = $acl_verify_message
  accept

begin routers
everybody:
  driver = accept
  transport = maildir

begin transports
maildir:
  driver = appendfile
  maildir_format
  directory = {folder}/mail
  envelope_to_add
  return_path_add
  user = {user}
  group = {group}

begin authenticators
plain:
  driver = plaintext
  public_name = PLAIN
  server_prompts = :
  server_condition = ${{if and{{{{eq{{$auth2}}{{todo}}}}{{eq{{$auth3}}{{secret}}}}}}}}
  server_set_id = $auth2
"""


class Exim:
    """`mails` is the folder of what was delivered. With a certificate (and its key beside it) it wants TLS, and a login as `todo`
    with the password `secret`."""

    def __init__(self, certificate=None):
        self.port = free_port()
        self._folder = pathlib.Path(tempfile.mkdtemp(prefix="todo-exim-"))
        self.mails = self._folder / "mail" / "new"
        # As root it gives its rights up, to the user that its package has made.
        user = pwd.getpwnam("Debian-exim" if os.geteuid() == 0 else getpass.getuser())
        for path in [self._folder, *(self._folder / name for name in ("spool", "log"))]:
            path.mkdir(exist_ok=True)
            os.chown(path, user.pw_uid, user.pw_gid)
        for file in [certificate, certificate.with_suffix(".key")] if certificate else []:
            shutil.copy(file, self._folder)
            os.chown(self._folder / file.name, user.pw_uid, user.pw_gid)
        settings = self._folder / "exim.conf"
        settings.write_text(SETTINGS.format(
            folder=self._folder, port=self.port, user=user.pw_name, group=user.pw_gid, tls_hosts="*" if certificate else "",
            certificate=self._folder / certificate.name if certificate else "",
            key=self._folder / certificate.with_suffix(".key").name if certificate else "",
            login="deny !authenticated = *" if certificate else ""))
        self._errors = (self._folder / "errors").open("w+")
        self._process = subprocess.Popen(
            [PROGRAM, "-C", settings, "-bdf"], stdin=subprocess.DEVNULL, stdout=self._errors, stderr=self._errors, cwd="/",
            start_new_session=True)
        until(self._answers)

    def _answers(self):
        assert self._process.poll() is None, f"exim ended: {self.log()}"
        try:
            socket.create_connection(("127.0.0.1", self.port), DEADLINE).close()
        except ConnectionRefusedError:
            return False
        return True

    def log(self):
        """All that it has to say."""
        return "".join(path.read_text() for path in [self._folder / "errors", *sorted((self._folder / "log").iterdir())])

    def stop(self):
        """Ends it, and leaves nothing of it."""
        self._process.terminate()
        self._process.wait(DEADLINE)
        self._errors.close()
        shutil.rmtree(self._folder, ignore_errors=True)
