#!/usr/bin/env python3
"""Compares our Arrow reader and writer with Apache Arrow's library for JavaScript.

usage: arrow_reader_test.py ARROW_PEER [OPTIX]

ARROW_PEER is the program of peer_main.cpp. With OPTIX, a dataset is generated and its files are
compared as well. Without Node.js, npm or packages it prints `skipped:` and the reason.
"""
import glob
import json
import os
import shutil
import subprocess
import sys
import tempfile
import unittest

here = os.path.dirname(os.path.abspath(__file__))
peer = optix = scratch = None

REFUSED = {
    "list": "has the type list",
    "struct": "has the type struct",
    "decimal": "has the type decimal",
    "binary": "has the type binary",
    "float16": "has the type float16",
    "time": "has the type time",
    "numbers": "is a dictionary of int32",
}


def output_of(*command):
    done = subprocess.run(command, cwd=scratch, capture_output=True, text=True, timeout=300)
    if done.returncode != 0:
        raise AssertionError(f"{' '.join(command)} ended with {done.returncode}\n{done.stdout[-2000:]}\n{done.stderr[-2000:]}")
    return done.stdout


def described(*command):
    return [json.loads(line) for line in output_of(*command).splitlines()]


def install():
    """Puts the scripts and their packages into the scratch folder; why not, or None."""
    for program in ("node", "npm"):
        if not shutil.which(program):
            return f"{program} is not installed"
    for name in ("package.json", "package-lock.json", "read.mjs", "write.mjs"):
        shutil.copy(os.path.join(here, name), scratch)
    command = ["npm", "ci", "--no-audit", "--no-fund", "--ignore-scripts", "--fetch-retries=1", "--fetch-timeout=20000"]
    try:
        done = subprocess.run(command, cwd=scratch, capture_output=True, text=True, timeout=180)
    except subprocess.TimeoutExpired:
        return "npm ci did not end within 180 s"
    if done.returncode != 0:
        last = [line for line in done.stderr.splitlines() if "error" in line.lower()]
        return "npm ci failed: " + (last[0] if last else done.stderr[-300:])
    return None


class ArrowReader(unittest.TestCase):
    maxDiff = None

    def same(self, files):
        ours = described(peer, "read", *files)
        theirs = described("node", "read.mjs", *files)
        self.assertEqual(len(ours), len(files))
        for file, one, other in zip(files, ours, theirs):
            self.assertEqual(one, other, os.path.basename(file))
        return ours

    def test_they_read_what_we_write(self):
        output_of(peer, "write", scratch)
        plain, packed = self.same([os.path.join(scratch, "plain.arrow"), os.path.join(scratch, "zstd.arrow")])
        self.assertEqual(plain, packed)
        self.assertEqual((plain["rows"], plain["batches"], len(plain["columns"])), (1778, 3, 30))
        for column in plain["columns"]:
            self.assertEqual(column["nulls"] > 0, column["nullable"], column["name"])

    def test_we_read_what_they_write(self):
        output_of("node", "write.mjs", scratch)
        foreign, large = self.same([os.path.join(scratch, name) for name in ("foreign.arrow", "large.arrow")])
        self.assertEqual((foreign["rows"], foreign["batches"]), (1000, 2))
        types = {column["name"]: column["type"] for column in foreign["columns"]}
        for name in ("root8", "root16", "root32"):
            self.assertEqual(types[name], "dictionary")
        for name in ("second", "millisecond", "microsecond", "nanosecond"):
            self.assertEqual(types[name], "timestamp_ns")
        self.assertEqual(large["columns"][0]["nulls"], 200)

    def test_we_refuse_by_name_what_we_do_not_read(self):
        output_of("node", "write.mjs", scratch)
        for name, what in REFUSED.items():
            [answer] = described(peer, "read", os.path.join(scratch, name + ".arrow"))
            self.assertIn(what, answer.get("error", "no error"), name)
            self.assertTrue(answer["where"].endswith(f"{name}.arrow: column the {name}"), answer["where"])

    def test_they_read_a_dataset(self):
        if not optix:
            self.skipTest("no program was given")
        folder = os.path.join(scratch, "dataset")
        output_of(optix, "data", "generate", folder, "--from", "2019-04-25", "--to", "2019-04-29")
        files = sorted(glob.glob(os.path.join(folder, "**", "*.arrow"), recursive=True))
        self.assertTrue(any("/quotes/" in f for f in files) and any("/instruments/" in f for f in files), files)
        for answer in self.same(files):
            self.assertNotIn("error", answer)


def main():
    global peer, optix, scratch
    if len(sys.argv) not in (2, 3):
        print(__doc__, file=sys.stderr)
        return 2
    peer = os.path.abspath(sys.argv[1])
    optix = os.path.abspath(sys.argv[2]) if len(sys.argv) == 3 else None
    scratch = tempfile.mkdtemp(prefix="optix-arrow-")
    try:
        why = install()
        if why:
            print(f"skipped: comparison with Apache Arrow: {why}")
            return 0
        result = unittest.TextTestRunner(verbosity=2).run(
            unittest.defaultTestLoader.loadTestsFromTestCase(ArrowReader))
        return 0 if result.wasSuccessful() else 1
    finally:
        shutil.rmtree(scratch, ignore_errors=True)


if __name__ == "__main__":
    sys.exit(main())
