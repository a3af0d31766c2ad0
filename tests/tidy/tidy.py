#!/usr/bin/env python3
"""Reads the source tree and reports what breaks the project's rules: `file:line: rule: text`.

usage: tidy.py ROOT

Exits with 0 when nothing is found, 1 when something is, 2 when it cannot run. It reads the files
git tracks; without git, every file below ROOT except build/. The rules are in rules.py; each has
a planted violation in tidy_test.py.
"""
import os
import subprocess
import sys

import rules


def tracked_files(root):
    """Paths relative to root, sorted; from git where there is a repository."""
    if os.path.exists(os.path.join(root, ".git")):
        listed = subprocess.run(["git", "-c", "safe.directory=*", "-C", root, "ls-files", "-z"],
                                capture_output=True, check=True)
        names = [name for name in listed.stdout.decode().split("\0") if name]
    else:
        names = []
        for folder, folders, files in os.walk(root):
            folders[:] = [f for f in folders if f not in ("build", "__pycache__")]
            names += [os.path.relpath(os.path.join(folder, f), root) for f in files]
    # A file may be deleted in the working tree and still be in git's list.
    return sorted(n for n in names if os.path.isfile(os.path.join(root, n)))


def check_tree(root):
    """All findings as (path, line, rule, text), in path order, and the number of files read."""
    files = {}
    for name in tracked_files(root):
        if name.startswith("tests/fuzz/corpus/"):
            continue  # any bytes, not text of ours
        with open(os.path.join(root, name), "rb") as f:
            data = f.read()
        if b"\0" not in data:
            files[name] = data.decode("utf-8")
    findings = []
    for path, text in files.items():
        for rule in rules.FILE_RULES:
            if (path, rule.__name__) not in rules.ALLOWED:
                findings += [(path, line, rule.__name__.replace("_", "-"), what) for line, what in rule(path, text)]
    findings += rules.folders_have_readmes(files)
    findings += rules.one_definition(files)
    return sorted(findings), len(files)


def main():
    if len(sys.argv) != 2 or not os.path.isdir(sys.argv[1]):
        print(__doc__, file=sys.stderr)
        return 2
    findings, count = check_tree(sys.argv[1])
    if count == 0:
        print("tidy: no files were found, so nothing was checked", file=sys.stderr)
        return 2
    for path, line, rule, text in findings:
        print(f"{path}:{line}: {rule}: {text}")
    print(f"tidy: {count} files, {len(findings)} findings")
    return 1 if findings else 0


if __name__ == "__main__":
    sys.exit(main())
