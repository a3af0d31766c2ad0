"""Datasets from the command line: import, generate, look at, export, and run on them."""
import csv
import json
import os
import re
import sqlite3

from program import CONFIG, DATA, USAGE, ProgramTest, shared
import quotes

GENERATE = ["data", "generate", "made", "--from", "2021-03-01", "--to", "2021-03-26", "--set", "strike_step=25"]


class Datasets(ProgramTest):
    def generated(self, name="made", *more):
        return json.loads(self.optix("data", "generate", name, *GENERATE[3:], *more, "--json").out)

    def hash_of(self, name):
        shown = self.optix("data", "show", name).out
        return re.search(r"(?m)^hash +([0-9a-f]{32})$", shown).group(1)

    def test_generate_and_look(self):
        made = self.generated()
        self.assertEqual(made["dataset"], "data/made")
        self.assertEqual(made["sessions_written"], 20)
        self.assertEqual(self.hash_of("made"), made["hash"])
        listed = json.loads(self.optix("data", "list", "--json").out)
        self.assertEqual([(d["dataset"], d["rows"], d["sessions"]) for d in listed], [("made", made["rows_written"], 20)])
        self.assertIn("2021-03  xxxxx xxxxx xxxxx xxxxx", self.optix("data", "coverage", "made").out)
        checked = self.optix("data", "check", "made", "--html", "quality.html")
        self.assertIn("every file is as the manifest says; dataset hash " + made["hash"], checked.err)
        self.assertIn("<html", self.read("quality.html"))
        chain = self.optix("data", "show", "made", "--session", "2021-03-10", "--limit", "5").out
        self.assertRegex(chain, r"(?m)^2021-03-\d\d  \w+ +call ")
        facts = self.optix("data", "facts", "made", "--svg", "facts.svg")
        self.assertIn("kurtosis", facts.out)
        self.assertIn("<svg", self.read("facts.svg"))

    def test_the_seed_makes_the_market(self):
        first, again, other = (self.generated(name, "--seed", seed, "--threads", threads)["hash"]
                               for name, seed, threads in (("a", "7", "1"), ("b", "7", "2"), ("c", "8", "2")))
        self.assertEqual(first, again)
        self.assertNotEqual(first, other)

    def test_export_and_import_give_the_same_dataset(self):
        made = self.generated("made", "--no-events")
        for file in ("out.csv", "out.arrow"):
            self.optix("data", "export", "made", file)
            back = json.loads(self.optix("data", "import", "from-" + file[4:], file, "--layout", "optix", "--set",
                                         "layout.time_format=date_time" if file.endswith("csv") else "layout.trim=false",
                                         "--set", "layout.columns.time=time", "--json").out)
            self.assertEqual(back["hash"], made["hash"], file)

    def test_json_of_odd_names_is_json(self):
        made = self.generated("made", "--no-events")
        exported = json.loads(self.optix("data", "export", "made", 'a "b".csv', "--json").out)
        self.assertEqual((exported["file"], exported["rows"]), ('a "b".csv', made["rows_written"]))

    def test_import_again_changes_nothing(self):
        self.write("quotes.csv", quotes.text(quotes.rows()))
        first = json.loads(self.optix("data", "import", "spx", "quotes.csv", "--layout", "cboe_historical", "--json").out)
        self.assertEqual((first["sessions_written"], first["sessions_unchanged"]), (8, 0))
        files = sorted((os.path.join(d, f), os.stat(os.path.join(d, f)).st_mtime_ns)
                       for d, _, names in os.walk(self.path("data/spx")) for f in names if f != "manifest.json")
        again = json.loads(self.optix("data", "import", "spx", "quotes.csv", "--layout", "cboe_historical", "--json").out)
        self.assertEqual((again["sessions_written"], again["sessions_unchanged"]), (0, 8))
        self.assertEqual(again["hash"], first["hash"])
        self.assertEqual(files, sorted((os.path.join(d, f), os.stat(os.path.join(d, f)).st_mtime_ns)
                                       for d, _, names in os.walk(self.path("data/spx")) for f in names
                                       if f != "manifest.json"))

    def test_sqlite_gives_what_csv_gives(self):
        self.write("quotes.csv", quotes.text(quotes.rows()))
        with open(self.path("quotes.csv"), newline="") as f:
            table = list(csv.reader(f))
        with sqlite3.connect(self.path("quotes.db")) as base:
            base.execute("create table quotes (%s)" % ", ".join(f'"{c}" text' for c in table[0]))
            base.executemany("insert into quotes values (%s)" % ", ".join("?" * len(table[0])), table[1:])
        base.close()
        hashes = {json.loads(self.optix("data", "import", name, source, "--layout", "cboe_historical", *more, "--json").out)["hash"]
                  for name, source, more in (("a", "quotes.csv", []),
                                             ("b", "sqlite:///quotes.db", ["--set", "table=quotes"]))}
        self.assertEqual(len(hashes), 1)

    def test_rejects(self):
        self.write("quotes.csv", quotes.with_value("bid", "abc"))
        refused = self.optix("data", "import", "spx", "quotes.csv", "--layout", "cboe_historical", code=DATA)
        self.assertIn("error: quotes.csv:7 column bid: the bid is not a number: abc", refused.err)
        self.assertFalse(os.path.exists(self.path("data/spx/manifest.json")))
        self.optix("data", "import", "spx", "quotes.csv", "--layout", "cboe_historical", "--set", "policy.broken_quote=drop",
                   "--rejects", "rejects.csv")
        with open(self.path("rejects.csv"), newline="") as f:
            rejected = list(csv.DictReader(f))
        self.assertEqual([(r["source"], r["line"], r["column"]) for r in rejected], [("quotes.csv", "7", "bid")])
        self.assertIn("abc", rejected[0]["reason"])

    def test_a_flipped_byte_is_found(self):
        self.generated()
        folder = self.path("data/made/quotes/SPX")
        victim = os.path.join(folder, sorted(os.listdir(folder))[3])
        with open(victim, "r+b") as f:
            f.seek(5000)
            byte = f.read(1)
            f.seek(5000)
            f.write(bytes([byte[0] ^ 1]))
        outcome = self.optix("data", "check", "made", code=DATA)
        self.assertIn(os.path.basename(victim), outcome.err)

    def test_run_on_a_dataset(self):
        self.generated("made", "--no-events")  # a file has none either
        self.write("run.yaml", "data: {dataset: made}\nstrategy: iron_condor\n")
        self.optix("run", "run.yaml", "--out", "whole")
        with open(self.path("whole/equity.csv"), newline="") as f:
            self.assertEqual(len({row["session"] for row in csv.DictReader(f)}), 20)
        with open(self.path("whole/fills.csv"), newline="") as f:
            self.assertGreaterEqual(len(list(csv.DictReader(f))), 4)
        # The same quotes from a file give the same run.
        self.optix("data", "export", "made", "made.csv")
        self.write("file.yaml", "data: {csv: made.csv, layout: {preset: optix, time_format: date_time, "
                                "columns: {time: time}}}\nstrategy: iron_condor\n")
        self.optix("run", "file.yaml", "--out", "file")
        for name in ("trades.csv", "fills.csv", "equity.csv"):
            self.assertEqual(self.read("whole/" + name), self.read("file/" + name), name)
        self.assertEqual(self.digest("whole"), self.digest("file"))

    def test_events(self):
        self.generated("made", "--no-events")
        self.write("stocks.csv", "symbol,date,close,high,low,open,volume,adjClose,adjHigh,adjLow,adjOpen,adjVolume,divCash,splitFactor\n"
                   "SIM,2021-03-01,100,101,99,100,1000,100,101,99,100,1000,0.0,1.0\n"
                   "SIM,2021-03-02,101,102,100,100,1000,101,102,100,100,1000,0.5,1.0\n")
        added = self.optix("data", "import", "made", "stocks.csv", "--events", "tiingo_daily")
        self.assertEqual(added.out, "data/made: 3 events added\n")
        self.assertIn("0 events added", self.optix("data", "import", "made", "stocks.csv", "--events", "tiingo_daily").out)
        self.assertRegex(self.optix("data", "show", "made").out, r"(?m)^events +dividends")

    def test_mistakes(self):
        self.generated()
        cases = [
            (["data", "show", "mode"], DATA, "error: data/mode: there is no such dataset\n  hint: datasets in the folder `data`: made"),
            (["data", "show", "made", "--session", "2021-03-06"], USAGE, "the dataset has no such session"),
            (["data", "export", "made", "out.txt"], USAGE, "end it in .csv or .arrow"),
            (["data", "generate", "x", "--preset", "spx"], USAGE, "spx-like"),
            (["data", "generate", "x", "--set", "voll=1"], USAGE, "did you mean `vol`"),
            (["data", "import", "x", "nothing.csv", "--layout", "cboe_historical"], DATA, "nothing.csv: cannot be opened"),
            (["data", "import", "x", "a.csv", "--layout", "cboe"], CONFIG, "cboe_historical"),
            (["data", "import", "x", "a.csv"], USAGE, "--layout: no layout is given"),
            (["data", "import", "x", "a.csv", "--layout", "optix", "--set", "policy.crosed=drop"], USAGE, "crossed"),
            (["data", "import", "x", "a.csv", "b.arrow", "--layout", "optix"], USAGE, "cannot be mixed"),
        ]
        for arguments, code, message in cases:
            with self.subTest(" ".join(arguments)):
                outcome = self.optix(*arguments, code=code)
                self.assertIn(message, outcome.err, outcome)
                self.assertFalse(os.path.exists(self.path("data/x")), outcome)

    def test_reference_files(self):
        spx = shared("data", "spx_cboe_20190425_20190722_raw.csv.gz")
        if not spx:
            return
        found = json.loads(self.optix("data", "import", "spx", spx, "--layout", "cboe_historical", "--json", timeout=300).out)
        quality = found["quality"]
        self.assertEqual(quality["missing_sessions"], ["2019-05-10", "2019-05-17", "2019-06-14", "2019-06-17", "2019-06-18"])
        self.assertEqual(found["rows_read"], 809782)
        dropped = [s["session"] for s in quality["sessions"] if s["use"] != "used"]
        self.assertEqual(dropped, ["2019-05-27", "2019-07-04"])
