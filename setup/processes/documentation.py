"""What the library's documentation says about a name in a cell: its declaration and its comment, out of lib/dist."""

import functools
import os
import re

FOLDER = os.path.dirname(os.path.realpath(__file__))
DECLARATIONS = os.path.join(os.path.dirname(os.path.dirname(FOLDER)), "lib", "dist")
DECLARATION = re.compile(
    r"(?:^/\*\*(?P<comment>(?:(?!\*/).)*)\*/\n)?"
    r"^export (?:declare )?(?:abstract )?(?P<kind>function|const|class|interface|type) (?P<name>[\w$]+)",
    re.MULTILINE | re.DOTALL,
)
NAME = re.compile(r"[\w$]+")
MOST_LINES = 60


def documentation_at(code, cursor):
    """The bundle that Jupyter shows for the name at the cursor, else for what is called around it; None where the library has neither."""
    word = next((word[0] for word in NAME.finditer(code) if word.start() <= cursor <= word.end()), "")
    entry = documentation().get(word) or documentation().get(called_around(code[:cursor]))
    if entry is None:
        return None
    declaration, comment = entry
    return {
        "text/plain": f"{declaration}\n\n{comment}".strip(),
        "text/markdown": f"```ts\n{declaration}\n```\n\n{comment}".strip(),
    }


def called_around(before):
    """The name in front of the innermost bracket that is still open."""
    depth = 0
    for at in range(len(before) - 1, -1, -1):
        depth += (before[at] == ")") - (before[at] == "(")
        if depth < 0:
            return re.search(r"[\w$]*$", before[:at])[0]
    return ""


@functools.cache
def documentation():
    """Declaration and comment of every exported name; of several in the library the documented one."""
    entries = {}
    for folder, _, files in sorted(os.walk(DECLARATIONS)):
        for file in sorted(name for name in files if name.endswith(".d.ts")):
            with open(os.path.join(folder, file), encoding="utf8") as source:
                text = source.read()
            for match in DECLARATION.finditer(text):
                comment = words_of(match["comment"] or "")
                if match["name"] not in entries or entries[match["name"]][1] == "":
                    start = match.start("kind")
                    entries[match["name"]] = (declaration_from(text, start, match["kind"]), comment)
    return entries


def declaration_from(text, start, kind):
    """To the semicolon outside of all brackets, of a class or an interface to the end of its body."""
    depth = 0
    for at in range(start, len(text)):
        depth += (text[at] in "({[") - (text[at] in ")}]")
        body_ends = kind in ("class", "interface") and text[at] == "}"
        if depth == 0 and (text[at] == ";" or body_ends):
            break
    lines = text[start : at + 1].splitlines()
    return "\n".join([*lines[:MOST_LINES], *(["    ..."] if len(lines) > MOST_LINES else [])])


def words_of(comment):
    return "\n".join(re.sub(r"^ ?\* ?", "", line.strip()) for line in comment.strip().splitlines())
