"""Broken files of quotes: each with its whole printed message, exit code 4 and no run folder."""
from program import DATA, RUN_FILES, ProgramTest
import quotes

ROW_HINT = "  hint: correct the row, or set `broken_rows: drop` to leave such rows out"
QUOTE_HINT = ("  hint: correct the row, or set `broken_quotes: drop` to leave such rows out, "
              "`flag` to keep them without the price")
VALUE_HINT = ("  hint: correct the row, or set `broken_values: drop` to leave such rows out, "
              "`flag` to keep them without the value")
HEADER = ", ".join(c for c in quotes.COLUMNS if c != "ask")

# name, file content (None: no file), message
CASES = [
    ("missing.csv", None,
     "error: missing.csv: cannot be opened: No such file or directory\n"
     "  hint: check the path; it is relative to the file that names it"),
    ("cut.csv.gz", quotes.gzipped(cut=290),
     "error: cut.csv.gz: the gzip data ends in the middle of the stream, at byte 290\n"
     "  hint: the file is cut short: copy or download it again"),
    ("negative_ask.csv", quotes.with_value("ask", "-1.00"),
     "error: negative_ask.csv:7 column ask: the ask is negative: -1.00\n" + QUOTE_HINT),
    ("text_bid.csv", quotes.with_value("bid", "abc"),
     "error: text_bid.csv:7 column bid: the bid is not a number: abc\n" + QUOTE_HINT),
    ("nan_strike.csv", quotes.with_value("strike", "nan"),
     "error: nan_strike.csv:7 column strike: the strike is not a number: nan\n" + ROW_HINT),
    ("zero_strike.csv", quotes.with_value("strike", "0"),
     "error: zero_strike.csv:7 column strike: the strike must be positive: 0\n" + ROW_HINT),
    ("huge_strike.csv", quotes.with_value("strike", "1e300"),
     "error: huge_strike.csv:7 column strike: the strike is not a number: 1e300\n" + ROW_HINT),
    ("bad_date.csv", quotes.with_value("quotedate", "05-99-2019"),
     "error: bad_date.csv:7 column quotedate: not a date (mm/dd/yyyy): 05-99-2019\n" + ROW_HINT),
    ("bad_expiration.csv", quotes.with_value("expiration", "13/45/2019"),
     "error: bad_expiration.csv:7 column expiration: not a date (mm/dd/yyyy): 13/45/2019\n" + ROW_HINT),
    ("bad_right.csv", quotes.with_value("type", "putt"),
     "error: bad_right.csv:7 column type: neither call nor put: putt\n" + ROW_HINT),
    ("bad_symbol.csv", quotes.with_value("strike", "2600"),
     "error: bad_symbol.csv:7 column optionroot: the symbol SPXW190531P02875000 does not agree with expiration "
     "2019-05-31, put, strike 2600\n" + ROW_HINT),
    ("infinite_delta.csv", quotes.with_value("delta", "inf"),
     "error: infinite_delta.csv:7 column delta: not a number: inf\n" + VALUE_HINT),
    ("percent_delta.csv", quotes.with_value("delta", "-25.3"),
     "error: percent_delta.csv:7 column delta: not from -1 to 1: -25.3\n" + VALUE_HINT),
    ("negative_vol.csv", quotes.with_value("impliedvol", "-0.2"),
     "error: negative_vol.csv:7 column impliedvol: negative: -0.2\n" + VALUE_HINT),
    ("short_row.csv", quotes.short_row(),
     "error: short_row.csv:7: the row has 8 fields, the header 17\n" + ROW_HINT),
    ("no_ask.csv", quotes.without_column("ask"),
     "error: no_ask.csv:1: missing column: ask\n"
     f"  hint: layout 'cboe_historical' expects it; the header has: {HEADER}. Choose another layout or map the columns"),
    ("header_only.csv", quotes.text([]),
     "error: header_only.csv: no session is left to run on: 0 rows read, 0 outside the chosen dates, underlying or roots\n"
     "  hint: check `start`, `end`, `underlying` and `roots`"),
    ("empty.csv", "",
     "error: empty.csv: the file is empty\n  hint: it needs a header line and rows of quotes"),
]


class BadData(ProgramTest):
    def test_messages(self):
        for name, content, message in CASES:
            with self.subTest(name):
                if content is not None:
                    self.write(name, content)
                for extra in ([], ["--dry-run"]):
                    outcome = self.optix("run", "spx_short_put_touch", "--set", f"data.csv={name}", "--out", "run", *extra,
                                         code=DATA)
                    self.assert_lines(outcome, "err", message)
                    self.assert_lines(outcome, "out", "")
                    self.assert_files("run", [])

    def test_any_damage_to_a_compressed_file_is_noticed(self):
        whole = quotes.gzipped()
        for at in range(3, len(whole), 37):
            with self.subTest(byte=at):
                self.write("flip.csv.gz", quotes.gzipped(flip=at))
                process = self.finish(self.start("run", "spx_short_put_touch", "--set", "data.csv=flip.csv.gz", "-q",
                                                 "--no-journal", "--out", f"run{at}"), ["run"])
                if 4 <= at < 10:  # time, flags of the packer and system: nothing of the content
                    self.assertEqual(process.code, 0, process)
                    continue
                self.assertEqual(process.code, DATA, process)
                self.assertRegex(process.err, r"^error: flip\.csv\.gz")
                self.assert_files(f"run{at}", [])

    def test_as_json(self):
        self.write("negative_ask.csv", quotes.with_value("ask", "-1.00"))
        outcome = self.optix("run", "spx_short_put_touch", "--set", "data.csv=negative_ask.csv", "--json", code=DATA)
        self.assert_lines(outcome, "err",
                          '{"error":{"what":"the ask is negative: -1.00","where":"negative_ask.csv:7 column ask","hint":"'
                          + QUOTE_HINT.replace("  hint: ", "") + '"}}')

    def test_broken_rows_may_be_left_out(self):
        self.write("broken.csv", quotes.with_value("ask", "-1.00"))
        outcome = self.optix("run", "spx_short_put_touch", "--set", "data.csv=broken.csv", "--set", "data.broken_quotes=drop",
                             "--out", "run")
        self.assert_lines(outcome, "err", "data: 1 broken or repeated rows were left out")
        self.assert_files("run", RUN_FILES)

    def test_a_failed_run_leaves_an_earlier_one_alone(self):
        self.write("data.csv", quotes.text(quotes.rows()))
        command = ["run", "spx_short_put_touch", "--set", "data.csv=data.csv", "--out", "run"]
        self.optix(*command)
        before = {name: self.read_bytes(f"run/{name}") for name in RUN_FILES}
        self.write("data.csv", quotes.with_value("ask", "-1.00"))
        self.optix(*command, code=DATA)
        self.assertEqual(before, {name: self.read_bytes(f"run/{name}") for name in RUN_FILES})

    def read_bytes(self, name):
        with open(self.path(name), "rb") as f:
            return f.read()
