"""What makes requests good that a schema can't say: lists that exist, the password that is right, zones that there are."""

import re

import schemathesis
from hypothesis import strategies

PASSWORD = "correct horse battery"
# A list of the account; no request renames or deletes it.
LIST = "FUZZ"
KEY = re.compile(r"[A-Za-z][A-Za-z0-9]{0,9}")
CURSOR = re.compile(r"[A-Za-z0-9_-]+")

TAG = strategies.characters(categories=("Lu", "Ll", "Lo", "Nd"), include_characters="-_./")
ZONES = ("UTC", "Europe/Berlin", "America/Argentina/Ushuaia", "Asia/Kathmandu")
schemathesis.openapi.format("tag", strategies.text(TAG, min_size=1, max_size=50))
schemathesis.openapi.format("time-zone", strategies.sampled_from(ZONES))


@schemathesis.hook
def before_call(context, case, kwargs):
    """Changes only what is well-formed, so that what is meant to be refused stays so."""
    path, query, body = case.path_parameters or {}, case.query or {}, case.body
    if str(path.get("key")).upper() == LIST:
        path["key"] = LIST + "Y"
    if isinstance(query.get("cursor"), str) and CURSOR.fullmatch(query["cursor"]):
        del query["cursor"]
    if not isinstance(body, dict):
        return
    if isinstance(body.get("list"), str) and KEY.fullmatch(body["list"]):
        body["list"] = LIST
    if isinstance(body.get("current_password"), str) and "\0" not in body["current_password"]:
        body["current_password"] = PASSWORD
        # The account keeps its password.
        if isinstance(body.get("password"), str) and 8 <= len(body["password"]) <= 128 and "\0" not in body["password"]:
            body["password"] = PASSWORD
