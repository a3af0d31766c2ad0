"""Runs: what they leave, that they repeat, how they are interrupted, and workers that die."""
import csv
import html.parser
import io
import json
import os
import re

import checker
import program
from program import INTERRUPTED, RUN_FILES, ProgramTest, is_alive, printed_digest, signal, wait_until, workers_of

MONTH = ["--set", "data.simulated.end=2021-02-26"]
LONG = ["--set", "data.simulated.end=2040-12-31", "--set", "data.simulated.snapshots_per_session=2"]


class ReportReader(html.parser.HTMLParser):
    """Counts what is opened and closed and keeps every address a browser would fetch."""
    VOID = {"meta", "br", "hr", "img", "input", "link", "col", "path", "line", "rect", "circle", "polyline", "polygon", "stop"}

    def __init__(self):
        super().__init__()
        self.open, self.addresses, self.tags, self.words = [], [], [], []

    def handle_starttag(self, tag, attributes):
        self.tags.append(tag)
        self.addresses += [value for name, value in attributes if name in ("src", "href", "action", "data", "xlink:href")]
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attributes):
        self.tags.append(tag)
        self.addresses += [value for name, value in attributes if name in ("src", "href", "xlink:href")]

    def handle_endtag(self, tag):
        if tag in self.VOID:
            return
        while self.open and self.open[-1] != tag and self.open[-1] in ("p", "li", "td", "tr", "th"):
            self.open.pop()  # may stay unclosed in HTML
        assert self.open and self.open[-1] == tag, f"</{tag}> closes {self.open[-3:]}, line {self.getpos()[0]}"
        self.open.pop()

    def handle_data(self, data):
        self.words.append(data)


class Demo(ProgramTest):
    def test_what_a_run_leaves(self):
        outcome = self.optix("demo")
        self.assert_files("runs/demo", RUN_FILES)
        result = self.result("runs/demo")
        self.assertEqual(result["schema"], "optix.result")
        self.assertEqual(result["stopped"], "end_of_data")
        self.assertEqual(result["period"]["sessions"], 252)
        self.assertEqual(printed_digest(outcome), result["provenance"]["digest"])
        for name in ("total_return", "cagr", "volatility", "sharpe", "sortino", "max_drawdown", "calmar", "cvar_95", "trades",
                     "win_rate", "profit_factor", "expectancy"):
            self.assertIsNotNone(result["metrics"][name]["value"], name)
        for name, rows in (("trades.csv", 16), ("equity.csv", 252)):
            table = list(csv.DictReader(io.StringIO(self.read(f"runs/demo/{name}"))))
            self.assertEqual(len(table), rows, name)
            self.assertNotIn(None, table[0], "a row is longer than the header")
        self.assertGreater(len(self.read("runs/demo/fills.csv").splitlines()), 60)

    def test_stdout_is_the_result_and_stderr_the_rest(self):
        outcome = self.optix("demo", *MONTH)
        self.assertRegex(outcome.out, r"\Ademo: simulated, seed 42\n2021-01-04 to 2021-02-26, 38 sessions, equity 100000\.00 -> "
                                      r"[\d.]+ USD\n\n  Total return [\s\S]*\ndigest [0-9a-f]{16}  \d+ events  "
                                      r"engine [\d.]+ s  total [\d.]+ s\nreport  runs/demo/report\.html\n\Z")
        self.assertNotIn("digest", outcome.err)
        quiet = self.optix("-q", "demo", *MONTH)
        self.assertEqual(printed_digest(quiet), printed_digest(outcome))
        self.assert_lines(quiet, "err", "")
        verbose = self.optix("-v", "demo", *MONTH)
        self.assertIn("data quality: simulated, seed 42", verbose.err)
        self.assertNotIn("data quality", verbose.out)

    def test_json(self):
        outcome = self.optix("demo", *MONTH, "--json", "-q")
        self.assertEqual(json.loads(outcome.out), self.result("runs/demo"))
        self.assert_lines(outcome, "err", "")

    def test_dry_run(self):
        outcome = self.optix("demo", "--dry-run")
        self.assert_lines(outcome, "out", "The configuration is valid and the data loads. Nothing was run.")
        self.assertEqual(os.listdir(self.folder), [])

    def test_refused_orders_are_not_kept_quiet(self):
        outcome = self.optix("demo", *MONTH, "--set", "risk.max_contracts=2")
        self.assertRegex(outcome.out, r"\n38 orders were refused, first: max_contracts \(.+\); the report lists all\n")
        self.assertEqual(self.result("runs/demo")["counts"]["rejected_orders"], 38)

    def test_a_run_that_fails_half_way(self):
        settings = ["--set", "data.simulated.am_monthlies=true", "--out", "run"]
        self.optix("demo", *MONTH, *settings)
        outcome = self.optix("demo", *settings, code=1)
        self.assertRegex(outcome.err, r"^error: node 'book' failed at 2021-[\dT:-]+Z\+1: cannot settle SIM 2021-[^\n]+\n"
                                      r"  hint: the journal holds everything up to there: optix journal show run/journal\.optix\n$")
        self.assert_lines(outcome, "out", "")
        self.assert_files("run", ["journal.optix"])
        shown = self.optix("journal", "show", "run/journal.optix")
        self.assertRegex(shown.err, r"^\d+ tags, \d+ events; the run did not end in good order\n$")

    def test_a_folder_called_like_the_preset_does_not_hide_it(self):
        os.mkdir(self.path("demo"))
        self.optix("demo", "--dry-run")

    def test_without_a_journal(self):
        self.optix("demo", *MONTH, "--no-journal", "--out", "a/b")
        self.assert_files("a/b", [name for name in RUN_FILES if name != "journal.optix"])

    def test_the_same_digest_again_and_on_every_binding(self):
        cases = [("again", []), ("caf", ["--set", "bind=caf"]), ("caf4", ["--set", "bind=caf", "--threads", "4"]),
                 ("zeromq", ["--set", "bind=zeromq"]), ("seed42", ["--seed", "42"])]
        self.optix("demo", *MONTH, "--out", "first")
        for name, extra in cases:
            with self.subTest(name):
                self.optix("demo", *MONTH, *extra, "--out", name)
                self.assertEqual(self.digest(name), self.digest("first"))
                for file in ("trades.csv", "fills.csv", "equity.csv"):
                    self.assertEqual(self.read(f"{name}/{file}"), self.read(f"first/{file}"))
        self.optix("demo", *MONTH, "--seed", "43", "--out", "other")
        self.assertNotEqual(self.digest("other"), self.digest("first"))

    def test_report(self):
        self.optix("demo", *MONTH)
        text = self.read("runs/demo/report.html")
        for forbidden in ("<script src", "@import", "url(http"):
            self.assertNotIn(forbidden, text)
        # The name of the SVG language is the one address that nothing fetches.
        self.assertEqual(re.findall(r"https?://(?!www\.w3\.org/2000/svg)[^\s\"'<]*", text), [])
        reader = ReportReader()
        reader.feed(text)
        reader.close()
        self.assertEqual([tag for tag in reader.open if tag not in ("html", "body", "p")], [])
        self.assertEqual([a for a in reader.addresses if not a.startswith(("#", "data:"))], [])
        for tag in ("title", "table", "svg", "style"):
            self.assertIn(tag, reader.tags)
        words = " ".join(reader.words)
        for expected in ("Sharpe", "Max drawdown", self.digest("runs/demo")):
            self.assertIn(expected.lower(), words.lower())

    def test_text_from_outside_is_escaped_in_the_report(self):
        self.write("<b>x&y.yaml", "strategy: iron_condor\ndescription: <script>alert(1)</script>\n"
                                  "data: {simulated: {end: 2021-02-26}}\n")
        self.optix("run", "<b>x&y.yaml", "--out", "run")
        text = self.read("run/report.html")
        self.assertNotIn("<script>alert", text)
        self.assertNotIn("<b>x&y", text)


class Interrupt(ProgramTest):
    """Ctrl-C in a terminal goes to the whole process group."""

    def test_ctrl_c_saves_what_is_done(self):
        for binding in ("inline", "caf", "zeromq"):
            with self.subTest(binding):
                arguments = ["demo", *LONG, "--set", f"bind={binding}", "--out", binding]
                process = self.start(*arguments)
                journal = self.path(f"{binding}/journal.optix")
                wait_until(lambda: os.path.exists(journal) and os.path.getsize(journal) > 1_000_000, 30, "the run to go on")
                os.killpg(process.pid, signal.SIGINT)
                outcome = self.finish(process, arguments)
                self.assertEqual(outcome.code, INTERRUPTED, outcome)
                self.assertIn("\nInterrupted: what follows covers the run up to there.\n", outcome.out)
                self.assert_files(binding, RUN_FILES)
                result = self.result(binding)
                self.assertEqual(result["stopped"], "interrupted")
                self.assertLess(result["period"]["last_session"], "2040-12-31")
                replayed = self.optix("journal", "replay", f"{binding}/journal.optix")
                self.assertIn(f"digest {self.digest(binding)} equals the recorded one\n", replayed.out)

    def test_second_ctrl_c_ends_at_once_and_leaves_no_process(self):
        arguments = ["demo", *LONG, "--set", "bind=zeromq", "--out", "run"]
        process = self.start(*arguments)
        journal = self.path("run/journal.optix")
        wait_until(lambda: os.path.exists(journal) and os.path.getsize(journal) > 1_000_000, 30, "the run to go on")
        workers = workers_of(process.pid)
        self.assertGreaterEqual(len(workers), 2)
        os.killpg(process.pid, signal.SIGINT)
        os.killpg(process.pid, signal.SIGINT)
        self.finish(process, arguments, timeout=30)
        self.assertIn(process.returncode, (INTERRUPTED, -signal.SIGINT))
        wait_until(lambda: not any(is_alive(pid) for pid in workers), 30, "its workers to end too")


class Workers(ProgramTest):
    def test_killed_workers_change_nothing(self):
        simulated = ["--set", "data.simulated.end=2022-12-31"]
        self.optix("demo", *simulated, "--out", "expected")
        arguments = ["demo", *simulated, "--set", "bind=zeromq", "--out", "run"]
        process = self.start(*arguments)
        journal = self.path("run/journal.optix")
        size = lambda: os.path.getsize(journal) if os.path.exists(journal) else 0
        whole = os.path.getsize(self.path("expected/journal.optix"))
        killed = []
        for part in (0.05, 0.2, 0.35, 0.5, 0.65):
            wait_until(lambda: size() > part * whole or process.poll() is not None, 60, "the run to go on")
            alive = workers_of(process.pid)
            if process.poll() is None and alive:
                os.kill(alive[len(killed) % len(alive)], signal.SIGKILL)
                killed.append(alive)
        outcome = self.finish(process, arguments)
        self.assertEqual(outcome.code, 0, outcome)
        self.assertGreaterEqual(len(killed), 3, f"the run was too short to be killed at: {killed}")
        self.assertEqual(self.digest("run"), self.digest("expected"))
        for file in ("trades.csv", "fills.csv", "equity.csv"):
            self.assertEqual(self.read(f"run/{file}"), self.read(f"expected/{file}"))
        self.assertEqual(self.result("run")["metrics"], self.result("expected")["metrics"])
        counts, problems = checker.check(program.program, self.path("run"))
        self.assertEqual(problems, [])
        self.assertGreater(counts["trades"], 20)


class Trading(ProgramTest):
    YEAR = "data: {simulated: {start: 2021-01-04, end: 2021-12-31}}\ncash: 500000\n"

    def test_entries_without_a_unit_are_counted(self):
        self.write("run.yaml", "strategy: {use: short_put, positions: {size: {model: max_loss, fraction: 0.5}}}\n" + self.YEAR)
        outcome = self.optix("run", "run.yaml", "--out", "run")
        self.assertRegex(outcome.out, r"(?m)^[0-9]+ entries were not sent, sizing gave no unit: ")
        self.assertEqual(self.result("run")["counts"]["trades"], 0)

    def test_delivered_shares_wait_for_the_next_quotes(self):
        self.write("run.yaml", "strategy: {use: short_strangle, exit: {at_expiry: true, days_to_expiry: null, "
                   "profit_target: null, stop_loss: null}}\n" + self.YEAR)
        self.optix("run", "run.yaml", "--out", "run")
        with open(self.path("run/trades.csv"), newline="") as f:
            assigned = [row for row in csv.DictReader(f) if row["exit_reason"] == "assignment"]
        self.assertGreaterEqual(len(assigned), 2)
        for row in assigned:
            self.assertGreater(row["exit_date"], row["expiration"])
        counts, problems = checker.check(program.program, self.path("run"))
        self.assertEqual(problems, [])

    def test_limit_orders_that_expire_are_said(self):
        self.write("run.yaml", "strategy: {use: short_put, order: {type: limit, limit: mid}}\n" + self.YEAR)
        outcome = self.optix("run", "run.yaml", "--out", "run")
        self.assertRegex(outcome.out, r"(?m)^[0-9]+ orders ended without filling completely, first: session_ended$")
        self.assertGreater(self.result("run")["cancellations"]["session_ended"], 100)
