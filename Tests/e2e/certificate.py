"""A certificate of the tests' own."""

import ssl
import subprocess

from waiting import DEADLINE


def certificate(folder):
    """A new certificate for 127.0.0.1 that only itself vouches for: the server's context, and the file for those who trust it."""
    key, file = folder / "mail.key", folder / "mail.crt"
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2",
         "-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1", "-keyout", key, "-out", file],
        check=True, capture_output=True, timeout=DEADLINE)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(file, key)
    return context, file
