"""Reference trades on a quarter of real SPX chains, through the program, on every binding."""
import csv
from decimal import Decimal

import checker
import program
from program import ProgramTest, shared

WARNINGS = """\
data: dropped stale snapshots of days when the exchange was closed: 2019-05-27, 2019-07-04
data: sessions missing from the data: 2019-05-10, 2019-05-17, 2019-06-14, 2019-06-17, 2019-06-18
data: sessions with little volume, probably captured early in the day: 2019-04-25
data: 143512 (date, expiration, strike, right) keys are quoted under several roots and kept apart"""


def value(text):
    """Amounts as decimals, so that -19.2 is -19.20; the rest as it is."""
    try:
        return Decimal(text)
    except ArithmeticError:
        return text


class Spx(ProgramTest):
    def check_trades(self, run, oracle):
        with open(oracle, encoding="utf-8", newline="") as f:
            expected = list(csv.DictReader(f))
        with open(self.path(f"{run}/trades.csv"), encoding="utf-8", newline="") as f:
            found = list(csv.DictReader(f))
        self.assertEqual(list(found[0])[:len(expected[0])], list(expected[0]))
        self.assertEqual([{name: value(row[name]) for name in expected[0]} for row in found],
                         [{name: value(text) for name, text in row.items()} for row in expected])

    def test_reference_trades(self):
        data = shared("data", "spx_cboe_20190425_20190722_raw.csv.gz")
        if data is None:
            self.skipTest("no reference data")
        digests = {}
        for run, oracle in (("spx_short_put_touch", "oracle_short_put_spread_nolookahead.csv"),
                            ("spx_short_put_mid", "oracle_short_put_mid_nolookahead.csv")):
            trades = shared("oracles", "trades", oracle)
            outcome = self.optix("run", run, "--set", f"data.csv={data}", "--out", run)
            self.assertIn(WARNINGS + "\n", outcome.err)
            digests[run] = self.digest(run)
            if trades is not None:
                self.check_trades(run, trades)
        counts, problems = checker.check(program.program, self.path("spx_short_put_touch"))
        self.assertEqual(problems, [])
        self.assertEqual(counts, {"equity marks": 64, "fills": 7, "settlements": 0, "trades": 4})
        for binding in ("caf", "zeromq"):
            with self.subTest(binding):
                self.optix("run", "spx_short_put_touch", "--set", f"data.csv={data}", "--set", f"bind={binding}", "--out", binding,
                           "--no-journal")
                self.assertEqual(self.digest(binding), digests["spx_short_put_touch"])

    def test_through_expiration(self):
        """Weekly positions held until every leg has settled in cash; recounted daily, to the cent."""
        data = shared("data", "spx_cboe_20190425_20190722_raw.csv.gz")
        if data is None:
            self.skipTest("no reference data")
        for run, assigned, band in (("spx_iron_condor_expiry", 8, ("-5325.16", "-5059.51", "-4135.16")),
                                    ("spx_short_strangle_expiry", 5, ("4269.46", "4347.66", "4619.46"))):
            with self.subTest(run):
                outcome = self.optix("run", run, "--set", f"data.csv={data}", "--out", run)
                self.assertIn("Profit by fill price: {} USD at the touch, {} USD as filled, {} USD at mid".format(*band),
                              outcome.out)
                counts, problems = checker.check(program.program, self.path(run))
                self.assertEqual(problems, [])
                self.assertEqual(counts["trades"], 13)
                with open(self.path(f"{run}/trades.csv"), encoding="utf-8", newline="") as f:
                    closed = [row for row in csv.DictReader(f) if row["status"] != "open_marked"]
                self.assertEqual({row["exit_reason"] for row in closed}, {"expiration"})
                self.assertEqual(counts["settlements"], sum(len(row["symbols"].split("|")) for row in closed))
                # A short leg in the money at expiration is assigned: it costs something to leave.
                paid = sum(Decimal(price) > 0 and int(held) < 0 for row in closed
                           for price, held in zip(row["exit_prices"].split("|"), row["quantities"].split("|")))
                self.assertEqual(paid, assigned)
                with open(self.path(f"{run}/attribution.csv"), encoding="utf-8", newline="") as f:
                    rows = list(csv.DictReader(f))
                self.assertEqual(len(rows), 56)
                self.assertEqual(sum(Decimal(row["total"]) for row in rows), Decimal(band[1]))
                self.optix("run", run, "--set", f"data.csv={data}", "--set", "bind=caf", "--out", "caf", "--no-journal")
                self.assertEqual(self.digest("caf"), self.digest(run))
