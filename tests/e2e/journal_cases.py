"""The journal read and replayed, damaged in every way, and the ledger recounted from it."""
import csv
import io
import json
import subprocess
import sys

import checker
import program
from program import IO, USAGE, ProgramTest

MONTH = ["--set", "data.simulated.end=2021-02-26"]
HINT = "  hint: what came before this byte is sound; run again from the configuration to make a new journal"
NOT_A_JOURNAL = "not a journal: it does not begin with OPTIXJ01\n  hint: give the journal.optix of a run folder"

HOLD = """\
name: hold
positions: {max_open: 3}
entry:
  days_to_expiry: {min: 5, max: 12, target: 7, tie: smaller}
  min_bid: 0.05
legs:
  - {right: put, side: sell, quantity: 3, delta: {target: 0.40, min: 0.30, max: 0.50, tie: lowest_strike}}
  - {right: put, side: buy, quantity: 3, strike_offset: {from: 0, points: -50}}
exit: {max_days_held: 60}
order: {type: market}
"""
HOLD_RUN = """\
strategy: hold.yaml
data: {simulated: {start: 2021-01-04, end: 2021-05-14}}
cash: 250000
fill: {model: spread_fraction, fraction: 0.37}
nodes: {executor: {fees: {per_contract: 0.65, per_order: 1}}}
"""


class Journal(ProgramTest):
    def setUp(self):
        super().setUp()
        self.optix("demo", *MONTH, "--out", "run")
        with open(self.path("run/journal.optix"), "rb") as f:
            self.whole = f.read()
        self.journal = "run/journal.optix"

    def test_show(self):
        counts = self.result("run")["counts"]
        digest = self.digest("run")
        whole = self.optix("journal", "show", self.journal)
        self.assert_lines(whole, "err", f"{counts['tags']} tags, {counts['events']} events, digest {digest}")
        self.assertEqual(whole.out.count("  digest "), counts["tags"])
        self.assertTrue(whole.out.rstrip("\n").rsplit("  digest ", 1)[1].startswith(digest), "the last tag has the final digest")
        limited = self.optix("journal", "show", "--limit", "7", self.journal)
        self.assertEqual(limited.out.count("  digest "), 7)
        self.assertTrue(whole.out.startswith(limited.out.rstrip("\n")))
        self.assertRegex(limited.err, r"^7 tags, \d+ events\n$")
        quiet = self.optix("-q", "journal", "show", "--limit", "7", self.journal)
        self.assertEqual((quiet.out, quiet.err), (limited.out, ""))

    def test_show_as_json(self):
        outcome = self.optix("journal", "show", "--json", "--limit", "20", self.journal)
        events = [json.loads(line) for line in outcome.out.splitlines()]
        self.assertGreater(len(events), 40)
        for event in events:
            self.assertEqual(list(event), ["tag", "source", "sequence", "to", "message", "body"])
        mine = [event for event in events if event["source"] == "risk" or event["to"].startswith("risk.")]
        only = self.optix("journal", "show", "--json", "--limit", "20", "--node", "risk", self.journal)
        self.assertEqual([json.loads(line) for line in only.out.splitlines()], mine)

    def test_show_one_kind_of_message(self):
        outcome = self.optix("journal", "show", "--json", "--limit", "200", self.journal)
        events = [json.loads(line) for line in outcome.out.splitlines()]
        names = ["orders.request", "orders.fill"]
        only = self.optix("journal", "show", "--json", "--limit", "200", "--message", names[0], "--message", names[1], self.journal)
        mine = [event for event in events if event["message"] in names]
        self.assertGreater(len(mine), 0)
        self.assertEqual([json.loads(line) for line in only.out.splitlines()], mine)
        wrong = self.optix("journal", "show", "--message", "orders.fil", self.journal, code=USAGE)
        self.assert_lines(wrong, "err", "error: --message: there is no message `orders.fil`\n  hint: did you mean `orders.fill`?")

    def test_show_of_a_node_that_is_not_there(self):
        outcome = self.optix("journal", "show", "--node", "bok", self.journal, code=USAGE)
        self.assert_lines(outcome, "err", "error: --node: there is no node `bok` in this run\n  hint: did you mean `book`?")

    def test_replay(self):
        counts, digest = self.result("run")["counts"], self.digest("run")
        outcome = self.optix("journal", "replay", self.journal)
        self.assert_lines(outcome, "out", f"replayed {counts['tags']} tags, {counts['events']} events: "
                                          f"digest {digest} equals the recorded one")
        self.assert_lines(outcome, "err", "")
        answer = json.loads(self.optix("journal", "replay", "--json", self.journal).out)
        self.assertEqual(answer, {"digest": digest, "tags": counts["tags"], "events": counts["events"],
                                  "complete": True, "equal": True})

    def check_damaged(self, content, message):
        self.write("bad.optix", content)
        for command in ("show", "replay"):
            outcome = self.optix("journal", command, "bad.optix", code=IO)
            self.assertRegex(outcome.err, f"^{message}$")

    def test_one_flipped_bit(self):
        size = len(self.whole)
        for at in (0, 7):
            with self.subTest(byte=at):
                content = bytearray(self.whole)
                content[at] ^= 0x01
                self.check_damaged(content, f"error: bad.optix: {NOT_A_JOURNAL}\n")
        for at in (8, 12, 16, 40, 3000, size // 3, size // 2, size - 200, size - 30, size - 8, size - 1):
            with self.subTest(byte=at):
                content = bytearray(self.whole)
                content[at] ^= 0x10
                self.check_damaged(content, r"error: bad\.optix at byte \d+: the journal is damaged: [^\n]+\n" + HINT + "\n")

    def test_cut_off(self):
        size = len(self.whole)
        for length in (0, 5):
            with self.subTest(length=length):
                self.check_damaged(self.whole[:length], f"error: bad.optix: {NOT_A_JOURNAL}\n")
        for length in (8, 11, 20, 100, size // 2, size - 1):
            with self.subTest(length=length):
                self.check_damaged(self.whole[:length],
                                   r"error: bad\.optix(?: at byte \d+)?: the journal is [^\n]+\n" + HINT + "\n")

    def test_more_after_the_end(self):
        self.check_damaged(self.whole + b"xx", f"error: bad.optix at byte {len(self.whole)}: the journal is damaged: "
                                               f"data follows the end frame\n{HINT}\n")

    def test_not_a_journal(self):
        for command in ("show", "replay"):
            outcome = self.optix("journal", command, "run/trades.csv", code=IO)
            self.assert_lines(outcome, "err", f"error: run/trades.csv: {NOT_A_JOURNAL}")
            outcome = self.optix("journal", command, "nothere", code=IO)
            self.assert_lines(outcome, "err", "error: nothere: cannot open the journal\n"
                                              "  hint: a run writes journal.optix into its folder")


class Ledger(ProgramTest):
    def check(self, run, at_least):
        counts, problems = checker.check(program.program, self.path(run))
        self.assertEqual(problems, [])
        for name, count in at_least.items():
            self.assertGreaterEqual(counts[name], count, counts)

    def test_of_the_demo(self):
        self.optix("demo", "--out", "run")
        self.check("run", {"equity marks": 280, "fills": 30, "settlements": 1, "trades": 15})

    def test_with_fees_settlements_and_prices_inside_the_spread(self):
        self.write("hold.yaml", HOLD)
        self.write("hold_run.yaml", HOLD_RUN)
        self.optix("run", "hold_run.yaml", "--out", "run")
        # SIM is an equity: what is assigned leaves shares, which are sold before the next entry.
        self.check("run", {"equity marks": 130, "fills": 40, "settlements": 60, "trades": 35})

    def test_of_several_snapshots_a_session(self):
        self.write("day.yaml", "{strategy: short_put, cash: 500000, data: {simulated: {start: 2021-01-04, "
                               "end: 2021-02-26, snapshots_per_session: 6}}}")
        self.optix("run", "day.yaml", "--out", "run")
        self.check("run", {"equity marks": 228, "fills": 3, "trades": 2})
        rows = list(csv.DictReader(io.StringIO(self.read("run/equity.csv"))))
        self.assertEqual(len({row["time"] for row in rows}), 228)
        # A row of the morning does not know the close.
        self.assertGreater(len({row["underlying"] for row in rows}), 200)

    def test_the_checker_notices_a_price_of_later(self):
        self.optix("demo", *MONTH, "--set", "data.simulated.snapshots_per_session=2", "--out", "run")
        rows = [line.split(",") for line in self.read("run/equity.csv").splitlines()]
        price = rows[0].index("underlying")
        self.assertNotEqual(rows[1][price], rows[2][price])
        rows[1][price] = rows[2][price]
        self.write("run/equity.csv", "\n".join(",".join(row) for row in rows) + "\n")
        problems = checker.check(program.program, self.path("run"))[1]
        self.assertEqual(len(problems), 1, problems)
        self.assertRegex(problems[0], r"^equity\.csv: 2021-01-04T[\d:]+Z underlying: recomputed ")

    def test_the_checker_of_what_is_not_a_whole_run(self):
        self.optix("demo", "--set", "data.simulated.am_monthlies=true", "--out", "half", code=1)
        self.optix("demo", *MONTH, "--no-journal", "--out", "silent")
        for folder, said in (("half", "the run did not finish: it has no result.json, which "),
                             ("silent", "no journal.optix in it\n"), ("nowhere", "no journal.optix in it\n")):
            with self.subTest(folder):
                command = [sys.executable, "-B", checker.script, program.program, folder]
                outcome = subprocess.run(command, cwd=self.folder, capture_output=True, text=True, timeout=80)
                self.assertEqual((outcome.returncode, outcome.stdout), (2, ""))
                self.assertTrue(outcome.stderr.startswith(f"check_run: {folder}: {said}"), outcome.stderr)

    def test_the_checker_notices_one_cent(self):
        self.optix("demo", *MONTH, "--out", "run")
        rows = self.read("run/trades.csv").split("\n")
        fields = rows[1].split(",")
        fields[7] = fields[7][:-1] + ("1" if fields[7][-1] != "1" else "2")
        self.write("run/trades.csv", "\n".join([rows[0], ",".join(fields)] + rows[2:]))
        problems = checker.check(program.program, self.path("run"))[1]
        self.assertEqual(len(problems), 1, problems)
        self.assertRegex(problems[0], r"^trades\.csv: position \d+ pnl: recomputed ")
