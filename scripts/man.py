#!/usr/bin/env python3
"""Writes the man pages docs/man/todo.1 and docs/man/todo-config.5.

Their source is docs/man/*.md and, for the commands, what the program `todo` itself says in its help: so nothing is written
twice. usage: scripts/man.py TODO [--check]      (TODO: the program; --check only says whether the pages are up to date)

The .md files know little: `# SECTION`, paragraphs, indented lines (shown as they are), `- term: text`, and `code`.
`{{commands}}` and `{{options}}` stand for what the program says.
"""

import json
import pathlib
import re
import subprocess
import sys
import textwrap

FOLDER = pathlib.Path(__file__).resolve().parents[1] / "docs" / "man"
PAGES = {"todo": ("todo.1", "TODO", 1, "User Commands"), "todo-config": ("todo-config.5", "TODO-CONFIG", 5, "File Formats")}
# Of the version that the pages describe.
DATE = "2026-11-21"
# Options that several commands share, described once.
SHARED = ["dry-run", "json", "ndjson", "quiet", "verbose"]
HIDDEN = ["help", "version"]


def escaped(text):
    """Plain text for roff: no escape, no request, and dashes that can be copied."""
    text = text.replace("\\", "\\e").replace("-", "\\-").replace("'", "\\(aq").replace("`", "\\(ga").replace("^", "\\(ha")
    text = text.replace("~", "\\(ti").replace("…", "...")
    return "\\&" + text if text.startswith(".") else text


def inline(text):
    """Text with `code` in bold, in lines of the width that is usual in pages."""
    parts = text.split("`")
    text = "".join(f"\\fB{escaped(part)}\\fR" if index % 2 else escaped(part) for index, part in enumerate(parts))
    lines = textwrap.wrap(text, 79, break_long_words=False, break_on_hyphens=False)
    # A line that happens to begin with a dot is no request.
    return "\n".join("\\&" + line if line.startswith(".") else line for line in lines)


def block(lines):
    """Lines as they are, each with its place."""
    width = min(len(line) - len(line.lstrip()) for line in lines)
    return ["", ".RS 4", ".EX"] + [escaped(line[width:]) for line in lines] + [".EE", ".RE"]


def paragraphs(text):
    """Markdown of the little that is known here, as roff. A paragraph's first macro is left to whoever calls."""
    result = []
    for part in re.split(r"\n\s*\n", text.strip("\n")):
        lines = part.split("\n")
        if all(line.startswith(" ") for line in lines):
            result += block(lines)[1:]
        elif lines[0].startswith("- "):
            for item in re.split(r"\n(?=- )", part):
                term, words = item[2:].split(": ", 1)
                result += [".TP", inline(term), inline(" ".join(words.split()))]
        else:
            result += [".PP", inline(" ".join(part.split()))]
    return result


def option(argument):
    """`-p, --priority <priority>` in bold and italics."""
    names = [("-" if name["kind"] == "short" else "--") + name["name"] for name in argument.get("names", [])]
    text = ", ".join(f"\\fB{escaped(name)}\\fR" for name in names)
    if argument["kind"] != "flag":
        text += (" " if text else "") + f"\\fI{escaped(argument['valueName'])}\\fR"
    return text


def synopsis(argument):
    text = option(argument | {"names": argument.get("names", [])[-1:]})
    text += " ..." if argument["isRepeating"] else ""
    return f"[{text}]" if argument["isOptional"] else text


def shown(command):
    return [a for a in command.get("arguments", []) if a["shouldDisplay"] and name(a) not in HIDDEN]


def name(argument):
    return argument.get("preferredName", {}).get("name", "")


def description(argument):
    text = argument.get("abstract", "")
    values = argument.get("allValues")
    return inline(text + (f" One of: {', '.join(values)}." if values and not all(v in text for v in values) else ""))


def command_page(command, path):
    """A command and what is below it."""
    path = [*path, command["commandName"]]
    result = [f".SS {escaped(' '.join(path))}", inline(command["abstract"])]
    arguments = shown(command)
    usage = [f"\\fB{escaped(' '.join(path))}\\fR", *map(synopsis, arguments)]
    result += [".PP", ".nh", ".ad l", *usage, ".ad", ".hy"]
    if command.get("aliases"):
        result += [".PP", f"Also: \\fB{escaped(', '.join(command['aliases']))}\\fR."]
    text, _, examples = command.get("discussion", "").partition("EXAMPLES\n")
    if text.strip():
        result += paragraphs(text)
    for argument in arguments:
        if name(argument) not in SHARED and argument.get("abstract"):
            result += [".TP", option(argument), description(argument)]
    if examples.strip():
        result += [".PP", "Examples:"] + block(examples.rstrip("\n").split("\n"))[1:]
    for below in command.get("subcommands", []):
        result += command_page(below, path)
    return result


def shared_options(root):
    """What is described once: each shared option, from the first command that has it."""
    found = {}
    for command in root["subcommands"]:
        for argument in shown(command):
            found.setdefault(name(argument), argument)
    return [line for key in SHARED for line in (".TP", option(found[key]), description(found[key]))]


def page(source, root, version):
    file, title, section, group = PAGES[source]
    lines = [
        '.\\" Made by scripts/man.py from docs/man and the help of the program. Change those.',
        f'.TH {title} {section} "{DATE}" "todo {version}" "{group}"',
    ]
    for part in re.split(r"^# ", (FOLDER / f"{source}.md").read_text(), flags=re.M)[1:]:
        heading, _, body = part.partition("\n")
        lines.append(f".SH {escaped(heading)}")
        for piece in re.split(r"^(\{\{\w+\}\})$", body, flags=re.M):
            if piece == "{{commands}}":
                for command in root["subcommands"]:
                    if command["commandName"] != "help":
                        lines += command_page(command, ["todo"])
            elif piece == "{{options}}":
                lines += shared_options(root)
            elif piece.strip():
                text = paragraphs(piece)
                # A paragraph right after its heading needs no macro.
                lines += text[1:] if text[0] == ".PP" and lines[-1].startswith(".SH") else text
    return file, "\n".join(line for line in lines if line) + "\n"


def main():
    arguments = [a for a in sys.argv[1:] if a != "--check"]
    if len(arguments) != 1:
        sys.exit("usage: scripts/man.py TODO [--check]")

    def run(*options):
        return subprocess.run([arguments[0], *options], check=True, capture_output=True, text=True).stdout

    root = json.loads(run("--experimental-dump-help"))["command"]
    version = run("--version").split()[-1]
    stale = []
    for source in PAGES:
        file, text = page(source, root, version)
        path = FOLDER / file
        if not path.exists() or path.read_text() != text:
            stale.append(file)
            if "--check" not in sys.argv:
                path.write_text(text)
                print(f"docs/man/{file}")
    if stale and "--check" in sys.argv:
        sys.exit(f"out of date: {', '.join(stale)}. Run: make man")


if __name__ == "__main__":
    main()
