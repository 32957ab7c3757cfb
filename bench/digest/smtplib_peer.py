"""Python's smtplib sends the mails of a file (see sink.c) over one connection: python3 smtplib_peer.py PORT COUNT FILE"""

import re
import smtplib
import struct
import sys

port, count, file = int(sys.argv[1]), int(sys.argv[2]), sys.argv[3]
mails = []
with open(file, "rb") as stream:
    while size := stream.read(4):
        mail = stream.read(struct.unpack("<I", size)[0])
        # As it was before SMTP: smtplib doubles dots itself.
        mail = re.sub(rb"(?m)^\.\.", b".", mail)
        mails.append((re.search(rb"(?m)^To: (.*?)\r$", mail)[1].decode(), mail))
with smtplib.SMTP("127.0.0.1", port) as server:
    server.ehlo()
    for number in range(count):
        recipient, mail = mails[number % len(mails)]
        server.sendmail("todo@example.org", [recipient], mail)
