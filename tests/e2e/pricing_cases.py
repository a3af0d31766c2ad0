"""Prices, implied volatilities and surfaces; what the answers should be comes from formulas written here."""
import json
import math
import xml.etree.ElementTree

from program import CONFIG, DATA, USAGE, ProgramTest


def normal_cdf(x):
    return 0.5 * math.erfc(-x / math.sqrt(2))


def black_scholes(right, spot, strike, rate, dividend_yield, years, vol):
    deviation = vol * math.sqrt(years)
    d1 = (math.log(spot / strike) + (rate - dividend_yield) * years) / deviation + deviation / 2
    sign = 1 if right == "call" else -1
    return sign * (spot * math.exp(-dividend_yield * years) * normal_cdf(sign * d1) -
                   strike * math.exp(-rate * years) * normal_cdf(sign * (d1 - deviation)))


class Price(ProgramTest):
    def priced(self, *arguments):
        return json.loads(self.optix("price", *arguments, "--json").out)

    def test_european(self):
        for right in ("call", "put"):
            for spot, strike, days, vol, rate, dividends in ((100, 105, 30, 0.2, 0.03, 0.01), (4000, 3600, 7, 0.35, 0, 0),
                                                             (50, 50, 730, 0.1, -0.01, 0.02)):
                found = self.priced("--spot", str(spot), "--strike", str(strike), "--days", str(days), "--vol", str(vol),
                                    "--rate", str(rate), "--yield", str(dividends), "--right", right)
                price = lambda s=spot, d=days, v=vol, r=rate: black_scholes(right, s, strike, r, dividends, d / 365, v)
                values = found["values"]
                self.assertAlmostEqual(values["price"], price(), delta=1e-9 * spot)
                self.assertAlmostEqual(values["delta"], (price(s=spot * 1.0001) - price(s=spot * 0.9999)) / (spot * 2e-4), 5)
                self.assertAlmostEqual(values["vega"], (price(v=vol + 1e-5) - price(v=vol - 1e-5)) / 2e-3, 4)
                self.assertAlmostEqual(values["theta"], (price(d=days - 1e-3) - price(d=days + 1e-3)) / 2e-3, 4)
                self.assertAlmostEqual(values["rho"], (price(r=rate + 1e-6) - price(r=rate - 1e-6)) / 2e-4, 3)
                self.assertEqual(found["units"]["theta"], "USD per calendar day")
                self.assertEqual(found["units"]["vega"], "USD per volatility point (0.01)")

    def test_text(self):
        outcome = self.optix("price", "--spot", "100", "--strike", "105", "--days", "30", "--vol", "0.2")
        self.assertTrue(outcome.out.startswith("European, Black-Scholes-Merton call\nspot 100.000, strike 105.000, 30 days "
                                               "(0.0822 years), volatility 20.00 %, rate 0.00 %, yield 0.00 %\n"), outcome)
        for name in ("price", "delta", "gamma", "vega", "theta", "rho", "vanna", "volga", "charm"):
            self.assertRegex(outcome.out, rf"(?m)^{name} +-?[0-9.]+  [A-Za-z]")
        self.assert_lines(outcome, "err", "")

    def test_dates(self):
        by_date = self.priced("--spot", "100", "--strike", "100", "--expiry", "2024-02-16", "--date", "2024-01-17", "--vol", "0.2")
        by_days = self.priced("--spot", "100", "--strike", "100", "--days", "30", "--vol", "0.2")
        self.assertEqual(by_date["values"], by_days["values"])

    def test_american_and_dividends(self):
        market = ["--spot", "100", "--strike", "105", "--days", "180", "--vol", "0.25", "--rate", "0.05", "--right", "put"]
        european = self.priced(*market)["values"]["price"]
        american = self.priced(*market, "--style", "american")["values"]
        self.assertGreater(american["price"], european)
        self.assertLess(american["price"], european * 1.1)
        for scheme, tolerance in (("fast", 1e-3), ("accurate", 2e-5)):
            again = self.priced(*market, "--style", "american", "--scheme", scheme)["values"]["price"]
            self.assertAlmostEqual(again, american["price"], delta=tolerance)
        for model in ("spot", "escrowed"):
            paid = self.priced(*market, "--style", "american", "--dividend", "60:1.5", "--dividend", "150:1.5",
                               "--dividend-model", model)
            self.assertGreater(paid["values"]["price"], american["price"])
            self.assertEqual([d["amount"] for d in paid["inputs"]["dividends"]], [1.5, 1.5])
        deep = self.priced("--spot", "60", "--strike", "100", "--days", "180", "--vol", "0.2", "--rate", "0.05", "--right",
                           "put", "--style", "american")["values"]
        self.assertEqual((deep["price"], deep["exercise_now"]), (40, True))

    def test_black76(self):
        found = self.priced("--model", "black76", "--forward", "100", "--strike", "95", "--years", "0.5", "--vol", "0.3",
                            "--rate", "0.04", "--right", "put")["values"]
        expected = black_scholes("put", 100, 95, 0.04, 0.04, 0.5, 0.3)
        self.assertAlmostEqual(found["price"], expected, 10)
        self.assertAlmostEqual(found["rho"], -0.5 * expected / 100, 10)
        self.assertNotIn("rho_q", found)

    def test_what_is_wrong_is_said(self):
        good = {"--spot": "100", "--strike": "105", "--days": "30", "--vol": "0.2"}
        cases = [
            ({"--vol": "20"}, "error: --vol: 20.0000 is outside 0 to 10\n  hint: volatilities are fractions a year; did you mean 0.2000?"),
            ({"--vol": "-0.2"}, "error: --vol: -0.2000 is outside 0 to 10\n  hint: volatilities are fractions a year"),
            ({"--rate": "3"}, "error: --rate: 3.0000 is outside [-1, 1]\n  hint: rates are fractions a year, continuous; did you mean 0.0300?"),
            ({"--spot": "0"}, "error: --spot: 0.0000 is not above 0"),
            ({"--strike": "nan"}, "error: --strike: nan is not above 0"),
            ({"--days": "0"}, "error: --days: 0.0000 days is outside 0 to 100 years"),
            ({"--days": None}, "error: the time to expiry is missing\n  hint: one of --days 30, --years 0.25, --expiry 2024-02-16 --date 2024-01-05"),
            ({"--years": "1"}, "error: the time to expiry is given more than once\n  hint: one of --days 30, --years 0.25, --expiry 2024-02-16 --date 2024-01-05"),
            ({"--days": None, "--expiry": "2024-02-30", "--date": "2024-01-05"},
             "error: --expiry: '2024-02-30' is not a date\n  hint: yyyy-mm-dd, from 2005-01-03 to 2099-12-31"),
            ({"--days": None, "--expiry": "2024-02-16"}, "error: --date: is missing\n  hint: the date the price is for, for example --date 2024-01-05"),
            ({"--dividend": "45"}, "error: --dividend: '45' is not a dividend\n  hint: DAYS:AMOUNT or DATE:AMOUNT, for example 45:0.82 or 2024-02-09:0.82"),
            ({"--forward": "100"}, "error: --spot: the price of the underlying is missing\n  hint: --spot 100, or --model black76 --forward 100"),
        ]
        for change, message in cases:
            arguments = [word for option, value in {**good, **change}.items() if value is not None for word in (option, value)]
            with self.subTest(message):
                outcome = self.optix("price", *arguments, code=USAGE)
                self.assert_lines(outcome, "err", message)
                self.assert_lines(outcome, "out", "")
        self.assertIn("--spot = x", self.optix("price", "--spot", "x", code=USAGE).err)
        self.assertIn("slow not in", self.optix("price", "--scheme", "slow", code=USAGE).err)
        self.assertIn("did you mean `--spot`?", self.optix("price", "--sopt", "100", code=USAGE).err)


class Position(ProgramTest):
    def analysed(self, *legs, more=("--days", "30")):
        words = [word for leg in legs for word in ("--leg", leg)]
        return json.loads(self.optix("price", "--spot", "100", *words, *more, "--json").out)

    def test_known_payoffs(self):
        cases = [  # legs, break-evens, best, worst (None: unbounded)
            (["buy 1 call 100 @2.35"], ["102.35"], None, -235),
            (["sell 2 put 95 @1.10"], ["93.90"], 220, -18780),
            (["-1 put 95 @2", "+1 put 90 @0.75"], ["93.75"], 125, -375),
            (["sell put 95 @1.5", "buy put 90 @0.5", "sell call 105 @1.5", "buy call 110 @0.5"], ["93.00", "107.00"], 200, -300),
            (["buy call 100 @3.25", "buy put 100 @3.15"], ["93.60", "106.40"], None, -640),
            (["buy 100 stock @100", "sell 1 call 105 @2"], ["98.00"], 700, -9800),
            (["sell 10 calls 100 @1 x=10"], ["101.00"], 100, None),
        ]
        for legs, zeros, best, worst in cases:
            with self.subTest(legs):
                expiry = self.analysed(*[leg + ("" if "stock" in leg else " vol=0.2") for leg in legs])["expiry"]
                self.assertEqual([zero["from"] for zero in expiry["break_evens"]], zeros)
                for side, value in (("best", best), ("worst", worst)):
                    self.assertEqual(expiry[side]["unbounded"], value is None, expiry)
                    if value is not None:
                        self.assertEqual(expiry[side]["profit"], value, expiry)

    def test_calendar(self):
        found = self.analysed("sell 1 call 100 @2.30 days=30 vol=0.2", "buy 1 call 100 @3.95 days=90 vol=0.2")
        far = black_scholes("call", 100, 100, 0, 0, 60 / 365, 0.2)
        expiry = found["expiry"]
        self.assertFalse(expiry["exact"])
        self.assertAlmostEqual(expiry["best"]["profit"], 100 * (far - 1.65), 6)
        self.assertAlmostEqual(expiry["worst"]["profit"], -165, 5)
        low, high = (zero["from"] for zero in expiry["break_evens"])
        for zero, intrinsic in ((low, 0), (high, high - 100)):
            self.assertAlmostEqual(black_scholes("call", zero, 100, 0, 0, 60 / 365, 0.2) - intrinsic, 1.65, 8)

    def test_chance_and_table(self):
        found = self.analysed("buy 1 call 100 @2 vol=0.25", more=("--days", "30", "--spots", "90:110:5", "--after", "0,30",
                                                                  "--vol-shifts", "-5,0"))
        deviation = 0.25 * math.sqrt(30 / 365)
        self.assertAlmostEqual(found["probability_of_profit"],
                               normal_cdf(math.log(100 / 102) / deviation - deviation / 2), 12)
        table = found["scenario"]
        self.assertEqual((table["underlying"], table["vol_points"], table["days"]), ([90, 95, 100, 105, 110], [-5, 0], [0, 30]))
        row = 0
        for days in (0, 30):
            for points in (-5, 0):
                for spot in (90, 95, 100, 105, 110):
                    value = (max(spot - 100, 0) if days == 30 else
                             black_scholes("call", spot, 100, 0, 0, 30 / 365, 0.25 + points / 100))
                    self.assertAlmostEqual(table["profit"][row], 100 * (value - 2), 8)
                    row += 1

    def test_text(self):
        outcome = self.optix("price", "--spot", "100", "--days", "30", "--leg", "sell 1 call 100 @2.5")
        for line in ("-1 call 100 @ 2.50, 30 days (0.0822 years), vol 21.86 % (implied)", "cost           -250.00 (received)",
                     "break-even     102.50", "max profit     250.00 at 0.00 to 100.00",
                     "max loss       unbounded: 100.00 for each dollar above every strike"):
            self.assertIn(line + "\n", outcome.out)

    def test_under_a_surface(self):
        found = self.analysed("sell 1 put 3600", "buy 1 put 3500", more=("--days", "32", "--surface", "simulated", "--date", "2021-06-14"))
        self.assertEqual(found["probability_law"], "under the surface's density")
        self.assertGreater(found["probability_of_profit"], 0.6)
        self.assertLess(found["options"][0]["vol"], found["options"][1]["vol"])  # the skew

    def test_what_is_wrong_is_said(self):
        cases = [
            ("", "the leg is empty"), ("sel 1 call 100", "`sel` is not buy, sell or a signed count"),
            ("sell 1 cal 100", "`cal` is not call, put or stock"), ("sell 1 call", "the strike is missing"),
            ("sell 1 call -5", "`-5` is not a strike"), ("sell 0 call 100", "`0` contracts: after sell the count is above 0"),
            ("sell 1 call 100 @x", "`@x` is not a price"), ("sell 1 call 100 vol=20", "20.0000 is outside 0 to 10"),
            ("sell 1 call 100 dayz=3", "`dayz=3` is not understood"), ("buy 5 stock vol=0.2", "`vol=0.2` means nothing for shares"),
            ("sell 1 call 100", "neither a price nor a volatility is known"),
            ("sell 1 call 100 @150", "no volatility gives the price 150.00: above maximum"),
        ]
        for leg, message in cases:
            with self.subTest(leg):
                outcome = self.optix("price", "--spot", "100", "--days", "30", "--leg", "buy 1 put 90 @1", "--leg", leg, code=USAGE)
                self.assertTrue(outcome.err.startswith(f"error: --leg 2: {message}\n"), outcome)
        outcome = self.optix("price", "--spot", "100", "--days", "30", "--leg", "buy 1 put 90 @1", "--after", "31", code=USAGE)
        self.assertIn("scenario elapsed", outcome.err)


class ImpliedVolatility(ProgramTest):
    def test_one_price(self):
        price = black_scholes("put", 100, 90, 0.03, 0.01, 45 / 365, 0.27)
        arguments = ["iv", "--spot", "100", "--strike", "90", "--days", "45", "--rate", "0.03", "--yield", "0.01", "--right", "put"]
        found = json.loads(self.optix(*arguments, "--price", repr(price), "--json").out)
        self.assertAlmostEqual(found["vol"], 0.27, 11)
        self.assertEqual(found["status"], "ok")
        american = json.loads(self.optix(*arguments, "--price", repr(price), "--style", "american", "--json").out)
        self.assertLess(american["vol"], 0.27)
        self.assertRegex(self.optix(*arguments, "--price", "1.5").out, r"^0\.\d{8}  \(\d+\.\d{4} % a year\)\n$")
        outcome = self.optix(*arguments, "--price", "120", code=DATA)
        self.assertIn("status above_maximum", outcome.err)
        self.assertEqual(json.loads(self.optix(*arguments, "--price", "120", "--json", code=DATA).out)["vol"], None)

    def test_rows(self):
        rows = [("call", 105, 0.2), ("put", 95, 0.3), ("C", 100, 0.15)]
        text = "id,right,strike,price,days\n"
        for i, (right, strike, vol) in enumerate(rows):
            text += f"{i},{right},{strike},{black_scholes('put' if right == 'put' else 'call', 100, strike, 0, 0, 30 / 365, vol)!r},30\n"
        text += "3,put,120,10,30\n"
        self.write("rows.csv", text)
        outcome = self.optix("iv", "--csv", "rows.csv", "--spot", "100")
        lines = outcome.out.splitlines()
        self.assertEqual(lines[0], "id,right,strike,price,days,vol,status")
        for line, (_, _, vol) in zip(lines[1:], rows):
            self.assertAlmostEqual(float(line.split(",")[5]), vol, 9)
            self.assertEqual(line.split(",")[6], "ok")
        self.assertTrue(lines[4].endswith(",,below_intrinsic"), lines[4])
        self.assert_lines(outcome, "err", "1 of 4 rows have no volatility; see their status")

    def test_broken_rows(self):
        cases = [
            ("right,strik,price,days\ncall,1,1,1\n", "rows.csv:1: there is no column `strike`"),
            ("right,strike,price,days\ncall,1,x,1\n", "rows.csv:2 column price: 'x' is not a number"),
            ("right,strike,price,days\n\nkall,1,1,1\n", "rows.csv:3 column right: 'kall' is not a right"),
            ("right,strike,price,days\ncall,1,1\n", "rows.csv:2: 3 fields where the header has 4"),
            ("right,strike,price,days,days\n", "rows.csv:1: the column `days` is there twice"),
            ("", "rows.csv: there is no header"),
        ]
        for text, message in cases:
            with self.subTest(message):
                self.write("rows.csv", text)
                outcome = self.optix("iv", "--csv", "rows.csv", "--spot", "100", code=DATA)
                self.assertTrue(outcome.err.startswith(f"error: {message}\n"), outcome)
                self.assert_lines(outcome, "out", "")
        self.optix("iv", "--csv", "nowhere.csv", "--spot", "1", code=DATA)


class Surface(ProgramTest):
    def test_the_made_up_surface_is_found_again(self):
        found = json.loads(self.optix("surface", "simulated", "--date", "2021-06-14", "--json").out)
        self.assertEqual(found["session"], "2021-06-14")
        self.assertTrue(found["arbitrage"]["free"])
        self.assertEqual(len(found["slices"]), 10)
        for row in found["slices"]:
            years = row["days"] / 365
            level = 0.18 * (1 + 0.2 * (math.sqrt(years) - 0.5))  # the market's own parameters
            self.assertAlmostEqual(row["atm_vol"], level, delta=0.003)
            self.assertAlmostEqual(row["discount"], math.exp(-0.02 * years), delta=0.002)
            self.assertAlmostEqual(row["forward"] / found["spot"], math.exp(0.005 * years), delta=2e-4)
            self.assertLess(row["risk_reversal_25"], 0)

    def test_table_and_drawings(self):
        outcome = self.optix("surface", "demo", "--date", "2021-06-14", "--expiry", "2021-07-16", "--svg", "smile.svg", "--heat", "heat.svg")
        self.assertTrue(outcome.out.startswith("SIM 2021-06-14T20:00:00Z, spot "), outcome)
        self.assertIn("\narbitrage: none (least g ", outcome.out)
        self.assertRegex(outcome.out, r"(?m)^2021-07-16  SIM +32\.0 ")
        smile = xml.etree.ElementTree.fromstring(self.read("smile.svg"))
        heat = xml.etree.ElementTree.fromstring(self.read("heat.svg"))
        name = "{http://www.w3.org/2000/svg}"
        self.assertGreater(len(smile.findall(f".//{name}circle")), 20)
        self.assertEqual(len(smile.findall(f".//{name}path[@class='fit']")), 1)
        self.assertGreater(len(heat.findall(f".//{name}title")), 80)
        for text in (self.read("smile.svg"), self.read("heat.svg")):
            self.assertNotIn("nan", text.lower().replace("finan", ""))
            self.assertNotIn("<script", text)

    def test_what_is_wrong_is_said(self):
        cases = [
            (["--date", "2024-06-14"], USAGE, "error: --date: there is no snapshot of 2024-06-14\n"),
            (["--date", "June"], USAGE, "error: --date: 'June' is not a date\n"),
            (["--date", "2021-06-14", "--expiry", "2021-06-15"], USAGE, "error: --expiry: there is no smile of 2021-06-15\n"),
            (["--set", "data.simulated.spot=x"], CONFIG, "error[E"),
            (["--date", "2021-06-14", "--svg", "nowhere/x.svg"], 7, "error: nowhere/x.svg"),
        ]
        for arguments, code, message in cases:
            with self.subTest(arguments):
                outcome = self.optix("surface", "simulated", *arguments, code=code)
                self.assertTrue(outcome.err.startswith(message), outcome)
        self.optix("surface", "nowhere.csv", code=DATA)
        self.optix("surface", "--json", code=USAGE)


class Enrichment(ProgramTest):
    def test_the_node_gives_one_digest_wherever_it_runs(self):
        quarter = ["--set", "nodes.replay.end=2021-03-31", "--quiet"]
        for binding in ("inline", "caf", "zeromq"):
            self.optix("run", "surface", *quarter, "--set", f"bind.default={binding}", "--out", binding)
        self.assertEqual(self.digest("inline"), self.digest("caf"))
        self.assertEqual(self.digest("inline"), self.digest("zeromq"))
        self.assertIn(self.digest("caf"), self.optix("journal", "replay", "caf/journal.optix").out)

    def test_ahead_of_the_run_and_in_its_way(self):
        data = "data: {simulated: {start: 2021-01-04, end: 2021-04-30%s}}\nstrategy: iron_condor\n"
        self.write("way.yaml", data % "" + "topology: surface\n")
        self.write("ahead.yaml", data % ", enrich: recompute")
        self.write("alone.yaml", data % ", enrich: {mode: recompute, ahead: 0}")
        for run in ("way", "ahead", "alone"):
            self.optix("run", run + ".yaml", "--out", run, "--quiet", "--no-journal")
        self.assertEqual(self.digest("ahead"), self.digest("alone"))
        for name in ("trades.csv", "fills.csv", "equity.csv"):
            self.assertEqual(self.read("way/" + name), self.read("ahead/" + name))
        self.assertGreater(len(self.read("way/trades.csv").splitlines()), 2)
        self.assertEqual(self.result("way")["counts"].get("snapshots"), self.result("ahead")["counts"].get("snapshots"))
