#!/usr/bin/env python3
"""Mutation testing: changes one operator, constant or condition at a time and sees whether the tests notice.

usage: mutate.py [options] FILE...

Each FILE is a C++ source. For every mutant it is compiled alone, linked in front of what is built already,
and the tests are run; a mutant that they fail on (or hang on) is killed, one that they pass has survived.
Mutants that do not compile do not count, except where a static_assert refuses them.

  --build DIR        a CMake/Ninja build folder: commands are taken from it (default: build/release)
  --target NAME      the test program of that build (default: test_core)
  --filter TEXT      arguments of the test program, such as "[fees]" or "[ledger],[margin]"
  --compile COMMAND  instead: how to compile; {source} and {object} are filled in
  --link COMMAND     instead: how to link; {object} and {program} are filled in
  --test COMMAND     instead: how to test; {program} is filled in
  --only REGEX       only lines that match
  --sample N         at most N mutants a file, drawn by --seed (default: all)
  --seed N           (default: 1)
  --jobs N           mutants at a time (default: 1)
  --list             print the mutants and do nothing
  --least PERCENT    exit with 1 when fewer are killed (default: 0)

Prints a line for each mutant that survived (file:line, what was changed, the line) and the share killed of
each file and of all. Exits with 2 when the tests fail without any mutation.
"""
import argparse
import concurrent.futures
import json
import os
import random
import re
import shlex
import subprocess
import sys
import tempfile
import threading
import time

# (name, pattern, replacements). A pattern matches code only: comments and texts are blanked out first.
OPERATORS = [
    ("relation", r"(?<=[\w\)\]] )<=(?= |$)", ["<"]),
    ("relation", r"(?<=[\w\)\]] )>=(?= |$)", [">"]),
    ("relation", r"(?<=[\w\)\]\}] )<(?= [\w\(\-\*!])", ["<=", ">"]),
    ("relation", r"(?<=[\w\)\]\}] )>(?= [\w\(\-\*!])", [">=", "<"]),
    ("equality", r"(?<= )==(?= |$)", ["!="]),
    ("equality", r"(?<= )!=(?= |$)", ["=="]),
    ("logic", r"(?<= )&&(?= |$)", ["||"]),
    ("logic", r"(?<= )\|\|(?= |$)", ["&&"]),
    ("arithmetic", r"(?<=[\w\)\]\}] )\+(?= |$)", ["-"]),
    ("arithmetic", r"(?<=[\w\)\]\}] )-(?= |$)", ["+"]),
    ("arithmetic", r"(?<=[\w\)\]\}] )\*(?= |$)", ["/", "+"]),
    ("arithmetic", r"(?<=[\w\)\]\}] )/(?= |$)", ["*"]),
    ("arithmetic", r"(?<=[\w\)\]\}] )%(?= |$)", ["/"]),
    ("assignment", r"(?<= )\+=(?= |$)", ["-="]),
    ("assignment", r"(?<= )-=(?= |$)", ["+="]),
    ("sign", r"(?<=[\(,=?:] )-(?=[\w\(])", [""]),
    ("sign", r"(?<=return )-(?=[\w\(])", [""]),
    ("sign", r"(?<=\()-(?=[a-z\(])", [""]),
    ("not", r"(?<=[\( ])!(?=[\w\(])", [""]),
    ("constant", r"(?<![\w.'])\d[\d']*(?![\w.'])", None),  # one more; 0 and 1 change places
    ("constant", r"\btrue\b", ["false"]),
    ("constant", r"\bfalse\b", ["true"]),
    ("choice", r"\bstd::min\b", ["std::max"]),
    ("choice", r"\bstd::max\b", ["std::min"]),
    ("condition", r"\bif \((?=[^;{]*\)( \{)?$|[^;{]*\) )", None),  # negated
]
SKIPPED = re.compile(r"^\s*(#|static_assert|using |namespace |template|//|\}|public:|private:|field\(|assert)")


class Mutant:
    def __init__(self, file, line, column, length, kind, text, original):
        self.file, self.line, self.column, self.length = file, line, column, length
        self.kind, self.text, self.original = kind, text, original

    def source(self, lines):
        changed = list(lines)
        line = changed[self.line]
        changed[self.line] = line[:self.column] + self.text + line[self.column + self.length:]
        return "\n".join(changed)

    def __str__(self):
        was = self.original[self.column:self.column + self.length]
        return f"{self.file}:{self.line + 1}:{self.column + 1}: {self.kind}: `{was}` -> `{self.text}`  {self.original.strip()}"


def blank(text):
    """The same text with comments and literals of characters and strings as spaces."""
    keep = lambda match: re.sub(r"[^\n]", " ", match.group())
    return re.sub(r'//[^\n]*|/\*.*?\*/|R"\((.*?)\)"|"(\\.|[^"\\\n])*"|(?<![\w])\'(\\.|[^\'\\\n])\'', keep, text,
                  flags=re.DOTALL)


def closing(line, start):
    """Where the parenthesis that opens at `start` closes in the line; None when it does not."""
    depth = 0
    for i in range(start, len(line)):
        depth += {"(": 1, ")": -1}.get(line[i], 0)
        if depth == 0:
            return i
    return None


def mutants_of(file, only):
    with open(file, encoding="utf-8") as f:
        text = f.read()
    originals, code = text.split("\n"), blank(text).split("\n")
    found = []
    for number, line in enumerate(code):
        if SKIPPED.match(line) or (only and not re.search(only, originals[number])):
            continue
        for kind, pattern, replacements in OPERATORS:
            for match in re.finditer(pattern, line):
                start, end = match.span()
                if kind == "constant" and replacements is None:
                    value = int(match.group().replace("'", ""))
                    options = [{0: "1", 1: "0"}.get(value, str(value + 1))]
                elif kind == "condition":
                    opening = end - 1
                    close = closing(line, opening)
                    if close is None or ";" in line[opening:close]:
                        continue
                    start, end = opening, close + 1
                    options = ["(!" + originals[number][opening:close + 1] + ")"]
                else:
                    options = replacements
                found += [Mutant(file, number, start, end - start, kind, option, originals[number]) for option in options]
    return originals, found


class Commands:
    """How to compile, link and test: given, or taken from a build folder."""

    def __init__(self, options):
        self.options, self.compiles = options, {}
        if options.compile:
            return
        with open(os.path.join(options.build, "compile_commands.json"), encoding="utf-8") as f:
            for entry in json.load(f):
                self.compiles[os.path.realpath(entry["file"])] = entry
        shown = subprocess.run(["ninja", "-C", options.build, "-t", "commands", "-s", options.target], check=True,
                               stdout=subprocess.PIPE).stdout.decode().strip().splitlines()
        self.linking = [line for line in shown if " -o " in line][-1]

    def compile(self, file, source, object_file):
        if self.options.compile:
            return self.options.compile.format(source=source, object=object_file), None
        entry = self.compiles[os.path.realpath(file)]
        words = shlex.split(entry["command"])
        words[words.index("-o") + 1] = object_file
        words = [source if os.path.realpath(os.path.join(entry["directory"], word)) == os.path.realpath(file) else word
                 for word in words if word != "-Winvalid-pch"]
        return " ".join(shlex.quote(word) for word in words), entry["directory"]

    def link(self, object_file, program):
        if self.options.link:
            return self.options.link.format(object=object_file, program=program), None
        command = self.linking.replace(f" -o {self.options.target} ", f" {object_file} -o {program} ")
        return re.sub(r" && :\s*$", "", re.sub(r"^: && ", "", command)), self.options.build

    def test(self, program):
        if self.options.test:
            return self.options.test.format(program=program)
        return f"{program} {shlex.quote(self.options.filter)}" if self.options.filter else program


def run(command, folder=None, limit=None):
    """(exit code, output); None for the code when it took too long."""
    process = subprocess.Popen(command, shell=True, cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                               start_new_session=True)
    timer = threading.Timer(limit, lambda: os.killpg(process.pid, 9)) if limit else None
    if timer:
        timer.start()
    out = process.communicate()[0].decode(errors="replace")
    if timer:
        timer.cancel()
    return process.returncode, out


def try_one(commands, file, text, folder, limit):
    """killed, survived or invalid, and the output that says why."""
    source, made, program = (os.path.join(folder, name) for name in (os.path.basename(file), "mutant.o", "mutant"))
    with open(source, "w", encoding="utf-8") as f:
        f.write(text)
    code, out = run(*commands.compile(file, source, made))
    if code != 0:
        return ("killed" if "static assertion failed" in out or "static_assert failed" in out else "invalid"), out
    code, out = run(*commands.link(made, program))
    if code != 0:
        return "invalid", out
    code, out = run(commands.test(program), None, limit)
    return ("survived" if code == 0 else "killed"), out


def mutate(commands, options, file):
    lines, mutants = mutants_of(file, options.only)
    if options.sample and len(mutants) > options.sample:
        mutants = sorted(random.Random(options.seed).sample(mutants, options.sample), key=lambda m: (m.line, m.column))
    if options.list:
        for mutant in mutants:
            print(mutant)
        return len(mutants), 0, 0
    with tempfile.TemporaryDirectory() as folder:
        began = time.monotonic()
        result, out = try_one(commands, file, "\n".join(lines), folder, None)
        limit = 10 + 5 * (time.monotonic() - began)
    if result != "survived":
        print(out[-3000:])
        print(f"{file}: the tests fail ({result}) without a mutation", file=sys.stderr)
        sys.exit(2)
    counts = {"killed": 0, "survived": 0, "invalid": 0}

    def work(mutant):
        with tempfile.TemporaryDirectory() as own:
            return mutant, try_one(commands, file, mutant.source(lines), own, limit)[0]

    with concurrent.futures.ThreadPoolExecutor(options.jobs) as pool:
        for mutant, outcome in pool.map(work, mutants):
            counts[outcome] += 1
            if outcome == "survived":
                print(f"survived  {mutant}", flush=True)
    tried = counts["killed"] + counts["survived"]
    share = 100 * counts["killed"] / tried if tried else 100
    print(f"{file}: {counts['killed']} of {tried} killed ({share:.1f} %), {counts['invalid']} did not compile", flush=True)
    return len(mutants), counts["killed"], tried


def main():
    parser = argparse.ArgumentParser(usage=__doc__.split("\n\n")[1], add_help=True)
    for name, fallback in (("build", "build/release"), ("target", "test_core"), ("filter", ""), ("compile", ""),
                           ("link", ""), ("test", ""), ("only", "")):
        parser.add_argument("--" + name, default=fallback)
    for name, fallback in (("sample", 0), ("seed", 1), ("jobs", 1), ("least", 0)):
        parser.add_argument("--" + name, type=int, default=fallback)
    parser.add_argument("--list", action="store_true")
    parser.add_argument("files", nargs="+")
    options = parser.parse_args()
    if bool(options.compile) != bool(options.link) or bool(options.compile) != bool(options.test):
        parser.error("--compile, --link and --test go together")
    options.build = os.path.abspath(options.build)
    commands = None if options.list else Commands(options)
    killed = tried = 0
    for file in options.files:
        _, one_killed, one_tried = mutate(commands, options, file)
        killed, tried = killed + one_killed, tried + one_tried
    if options.list:
        return 0
    share = 100 * killed / tried if tried else 100
    print(f"{len(options.files)} files: {killed} of {tried} killed ({share:.1f} %)")
    return 0 if share >= options.least else 1


if __name__ == "__main__":
    sys.exit(main())
