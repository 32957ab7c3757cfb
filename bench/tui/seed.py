"""The same tasks for all: into the server (url, token), as Taskwarrior's JSON, as tudu's XML."""

import http.client
import json
import sys
import threading
import urllib.parse
import xml.sax.saxutils

WORDS = "buy write call fix plan read send clean book pay check draft review order repair update test meet paint cook".split()
TAGS = "home work mail garden errand".split()


def task(number):
    title = f"{WORDS[number % 20].capitalize()} the {WORDS[number * 7 % 20]} thing number {number} for the {WORDS[number * 3 % 20]} project"
    fields = {"title": title}
    if number % 3 == 0:
        fields["due_on"] = f"2026-{11 + number % 2}-{1 + number % 28:02d}"
    if number % 5 == 0:
        fields["priority"] = number % 4
    if number % 4 == 0:
        fields["tags"] = [TAGS[number % 5]]
    return fields


def post(url, token, numbers):
    connection = http.client.HTTPConnection(urllib.parse.urlsplit(url).netloc)
    headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
    for number in numbers:
        connection.request("POST", "/api/v1/tasks", json.dumps(task(number)), headers)
        answer = connection.getresponse()
        answer.read()
        assert answer.status == 201, answer.status


def main():
    kind, count = sys.argv[1], int(sys.argv[2])
    if kind == "server":
        threads = [threading.Thread(target=post, args=(sys.argv[3], sys.argv[4], range(start, count, 16))) for start in range(16)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    elif kind == "taskwarrior":
        tasks = []
        for number in range(count):
            fields = task(number)
            line = {"description": fields["title"], "status": "pending", "tags": fields.get("tags", [])}
            if "due_on" in fields:
                line["due"] = fields["due_on"].replace("-", "") + "T120000Z"
            tasks.append(line)
        json.dump(tasks, sys.stdout)
    else:
        print('<?xml version="1.0"?>\n<todo version="0.10.4">')
        for number in range(count):
            print(f'<todo done="no" collapse="no"><title>{xml.sax.saxutils.escape(task(number)["title"])}</title></todo>')
        print("</todo>")


if __name__ == "__main__":
    main()
