"""Makes a script for psql of what PostgreSQL logged (log_statement = all): the digests' statement, as often as it was run and with
the values that it was run with. python3 replay.py LOG > SCRIPT"""

import re
import sys

TYPES = [(r"\{[0-9a-f-]{36}[0-9a-f,-]*\}", "uuid[]"), (r"\d{4}-\d\d-\d\d", "date"), (r"-?\d+", "bigint")]


def type_of(value):
    return next((name for pattern, name in TYPES if re.fullmatch(pattern, value)), "text")


with open(sys.argv[1], encoding="utf-8") as stream:
    entries = re.split(r"(?m)^(?=\d{4}-\d\d-\d\d )", stream.read())
is_prepared = False
print("SET jit = off;")
for entry, detail in zip(entries, entries[1:]):
    execution = re.search(r"LOG:  execute \S+: (SELECT u\.id, counts\..*)", entry, re.DOTALL)
    if not execution:
        continue
    values = [value.replace("''", "'") for value in re.findall(r"\$\d+ = '((?:[^']|'')*)'", detail)]
    types = [type_of(value) for value in values]
    if not is_prepared:
        print(f"PREPARE digests ({', '.join(types)}) AS {execution[1].replace(chr(9), '')};")
        is_prepared = True
    literals = ", ".join("'" + value.replace("'", "''") + "'::" + kind for value, kind in zip(values, types))
    print(f"EXECUTE digests ({literals});")
if not is_prepared:
    sys.exit(f"{sys.argv[1]} has no statement for digests")
