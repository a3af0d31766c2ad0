"""Starts the program the way a shell does and keeps what it answered."""
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import unittest

program = None   # set by cli_test.py
source = None    # the source tree

RUN_FILES = ["attribution.csv", "equity.csv", "fills.csv", "journal.optix", "report.html", "result.json", "trades.csv"]
USAGE, CONFIG, DATA, MISMATCH, IO, INTERRUPTED = 2, 3, 4, 6, 7, 130


class Outcome:
    def __init__(self, arguments, code, out, err):
        self.command = "optix " + " ".join(arguments)
        self.code, self.out = code, out
        # A build that counts lines says on stderr when a process that was killed left its counts half written.
        self.err = "".join(line for line in err.splitlines(True) if not line.startswith("profiling: "))

    def __str__(self):
        return f"\n$ {self.command}\nexit code {self.code}\n--- stdout\n{self.out[-3000:]}\n--- stderr\n{self.err[-3000:]}"


class ProgramTest(unittest.TestCase):
    """Every test has a folder of its own, which is the working directory of the program."""

    def setUp(self):
        self.folder = tempfile.mkdtemp(prefix="optix-e2e-")
        self.addCleanup(shutil.rmtree, self.folder, ignore_errors=True)

    def path(self, name):
        return os.path.join(self.folder, name)

    def write(self, name, content):
        with open(self.path(name), "wb") as f:
            f.write(content if isinstance(content, (bytes, bytearray)) else content.encode())

    def read(self, name):
        with open(self.path(name), encoding="utf-8") as f:
            return f.read()

    def start(self, *arguments, **options):
        environment = {k: v for k, v in os.environ.items() if not k.startswith("OPTIX_")}
        return subprocess.Popen([program, *arguments], cwd=self.folder, stdin=subprocess.DEVNULL, env=environment,
                                stdout=options.get("stdout", subprocess.PIPE), stderr=subprocess.PIPE,
                                start_new_session=True)

    def finish(self, process, arguments, timeout=80):
        try:
            out, err = process.communicate(timeout=timeout)
        except subprocess.TimeoutExpired:
            process.kill()
            out, err = process.communicate()
            self.fail(f"still running after {timeout} s: {Outcome(arguments, 'none', out.decode(), err.decode())}")
        return Outcome(arguments, process.returncode, (out or b"").decode(), err.decode())

    def optix(self, *arguments, code=0, timeout=80, **options):
        """Runs the program to its end and checks the exit code."""
        outcome = self.finish(self.start(*arguments, **options), arguments, timeout)
        self.assertEqual(outcome.code, code, outcome)
        return outcome

    def result(self, run):
        return json.loads(self.read(f"{run}/result.json"))

    def digest(self, run):
        digest = self.result(run)["provenance"]["digest"]
        self.assertRegex(digest, "^[0-9a-f]{16}$")
        return digest

    def assert_lines(self, outcome, stream, expected):
        """The whole text equals `expected`; one trailing newline is not written out there."""
        self.assertEqual(getattr(outcome, stream), expected + "\n" if expected else "", outcome)

    def assert_files(self, run, expected):
        found = sorted(os.listdir(self.path(run))) if os.path.isdir(self.path(run)) else []
        self.assertEqual(found, expected)


def printed_digest(outcome):
    match = re.search(r"^digest ([0-9a-f]{16}) ", outcome.out, re.MULTILINE)
    assert match, outcome
    return match.group(1)


def workers_of(pid):
    """Process ids of the living `optix worker` children of a process, oldest first."""
    found = []
    for name in os.listdir("/proc"):
        if not name.isdigit():
            continue
        try:
            with open(f"/proc/{name}/stat", encoding="utf-8", errors="replace") as f:
                state, parent = f.read().rsplit(")", 1)[1].split()[:2]
            with open(f"/proc/{name}/cmdline", "rb") as f:
                words = f.read().split(b"\0")
        except OSError:
            continue  # it ended while we looked
        if int(parent) == pid and state != "Z" and b"worker" in words:
            found.append(int(name))
    return sorted(found)


def is_alive(pid):
    """Whether a process still does anything; one that ended and was not waited for does not count."""
    try:
        with open(f"/proc/{pid}/stat", encoding="utf-8", errors="replace") as f:
            return f.read().rsplit(")", 1)[1].split()[0] not in ("Z", "X")
    except OSError:
        return False


def wait_until(condition, seconds, what):
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            raise AssertionError(f"waited {seconds} s for {what}")
        time.sleep(0.01)


def shared(*parts):
    """A file of reference data beside the source tree, or None with a visible note."""
    path = os.path.join(source, "..", "shared", *parts)
    if os.path.exists(path):
        return os.path.abspath(path)
    print(f"skipped: {'/'.join(parts)} is not here", file=sys.stderr)
    return None


__all__ = ["ProgramTest", "RUN_FILES", "USAGE", "CONFIG", "DATA", "MISMATCH", "IO", "INTERRUPTED", "printed_digest",
           "is_alive", "workers_of", "wait_until", "shared", "signal"]
