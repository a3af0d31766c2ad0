"""Mistakes in configuration and on the command line: each with its whole printed message."""
import json

from program import CONFIG, DATA, IO, USAGE, ProgramTest

FILES = {
    "key.yaml": "strategy: iron_condor\ndata: {simulated: {end: 2021-02-26}}\ncassh: 100000\n",
    "type.yaml": "strategy: iron_condor\ndata: {simulated: {end: 2021-02-26}}\ncash: plenty\n",
    "range.yaml": ("strategy:\n  use: iron_condor\n  legs:\n"
                   "    - {right: put, side: sell, quantity: 1, delta: {target: 30, min: 0.15, max: 0.25}}\n"
                   "data: {simulated: {end: 2021-02-26}}\n"),
    "port_type.yaml": "extends: standard\nwires+:\n  - {from: strategy.orders, to: book.market}\n",
    "names.yaml": ("extends: standard\nnodes: {brok: {type: executor.simulatd}}\nwires+:\n"
                   "  - {from: replay.snapsot, to: boook.market}\n"),
    "unwired.yaml": ("nodes:\n  replay:   {type: data.simulated}\n  strategy: {type: strategy.rules, use: iron_condor}\n"
                     "  executor: {type: executor.simulated}\nwires:\n"
                     "  - {from: replay.snapshot, to: [executor.market, strategy.market]}\n"
                     "  - {from: strategy.orders, to: executor.orders}\n"),
    "cycle.yaml": ("nodes:\n  replay: {type: data.simulated}\n  risk: {type: risk.pretrade}\n"
                   "  other: {type: risk.pretrade}\n  executor: {type: executor.simulated}\nwires:\n"
                   "  - {from: replay.snapshot, to: [risk.market, other.market, executor.market]}\n"
                   "  - {from: risk.approved, to: other.orders}\n"
                   "  - {from: other.approved, to: [risk.orders, executor.orders]}\n"
                   "  - {from: executor.reports, to: [risk.reports, other.reports]}\n"),
    "syntax.yaml": "strategy: [iron_condor\ncash: 5\n",
    "extends.yaml": "extends: standrd\n",
    "circle.yaml": "extends: circle.yaml\n",
    "twice.yaml": "strategy: iron_condor\ncash: 5\ncash: 6\n",
    "empty.yaml": "",
}

# file, message
FILE_CASES = [
    ("key.yaml", """\
error[E0301]: key.yaml:3:1 cassh: unknown key
      3 | cassh: 100000
   hint: did you mean `cash`?
1 error. Nothing was run."""),
    ("type.yaml", """\
error[E0310]: type.yaml:3:7 cash: expected an amount with at most six decimals, got "plenty"
      3 | cash: plenty
1 error. Nothing was run."""),
    ("range.yaml", """\
error[E0312]: range.yaml:4:61 strategy.legs[0].delta.target: 30 is outside [0, 1]
      4 |     - {right: put, side: sell, quantity: 1, delta: {target: 30, min: 0.15, max: 0.25}}
   hint: deltas are fractions without sign; did you mean 0.30?
1 error. Nothing was run."""),
    ("port_type.yaml", """\
error[E0404]: port_type.yaml:3:33 wires[10].to: book.market does not take orders.request, orders.cancel, orders.replace, orders.query, orders.exercise from strategy.orders
      3 |   - {from: strategy.orders, to: book.market}
   hint: strategy.orders sends orders.request, orders.cancel, orders.replace, orders.query, orders.exercise; book.market takes market.instruments, market.chain, market.underlying, control.end_of_data, feed.state, 5 more
1 error. Nothing was run."""),
    ("names.yaml", """\
error[E0401]: names.yaml:2:22 nodes.brok.type: there is no node type "executor.simulatd"
      2 | nodes: {brok: {type: executor.simulatd}}
   hint: did you mean `executor.simulated`?
error[E0403]: names.yaml:4:12 wires[10].from: replay (data.simulated) has no output "snapsot"
      4 |   - {from: replay.snapsot, to: boook.market}
   hint: did you mean `snapshot`?
error[E0402]: names.yaml:4:32 wires[10].to: there is no node "boook"
      4 |   - {from: replay.snapsot, to: boook.market}
   hint: did you mean `book`?
3 errors. Nothing was run."""),
    ("unwired.yaml", """\
error[E0405]: unwired.yaml:3:3 nodes.strategy: the input strategy.reports must be wired
      3 |   strategy: {type: strategy.rules, use: iron_condor}
   hint: it takes orders.accepted, orders.rejected, orders.cancelled, orders.fill, orders.replaced, 4 more; for example {from: executor.reports, to: strategy.reports}
1 error. Nothing was run."""),
    ("cycle.yaml", """\
error[E0407]: cycle.yaml:9:33 wires: a cycle without delay passes orders.request around for ever: other.approved -> risk.approved -> other.approved
      9 |   - {from: other.approved, to: [risk.orders, executor.orders]}
   hint: give one of its wires a latency, for example `latency: {model: fixed, ns: 1000000}`
1 error. Nothing was run."""),
    ("syntax.yaml", """\
error[E0102]: syntax.yaml:2:5: end of sequence flow not found
      2 | cash: 5
1 error. Nothing was run."""),
    ("extends.yaml", """\
error[E0201]: extends.yaml:1:10 extends: there is no preset `standrd` in topologies
      1 | extends: standrd
   hint: did you mean `standard`?; a file name ends in .yaml
1 error. Nothing was run."""),
    ("circle.yaml", """\
error[E0202]: circle.yaml:1:10 extends: files extend each other in a circle: circle.yaml -> circle.yaml
      1 | extends: circle.yaml
1 error. Nothing was run."""),
    ("twice.yaml", """\
error[E0105]: twice.yaml:3:1: the key `cash` appears twice
      3 | cash: 6
   hint: first at line 2
1 error. Nothing was run."""),
    ("empty.yaml", """\
error[E0411]: empty.yaml:1:1 nodes: a topology needs at least one node
1 error. Nothing was run."""),
    ("nothere.yaml", """\
error[E0101]: nothere.yaml: cannot read the file
   hint: check the name and the permissions
1 error. Nothing was run."""),
    ("spx_short_put_tuch", """\
error[E0201]: there is no file or preset `spx_short_put_tuch`
   hint: did you mean `spx_short_put_touch`?
1 error. Nothing was run."""),
]

# value of --set, message
SET_CASES = [
    ("data.simulated.strt=2021-01-04", """\
error[E0301]: --set data.simulated.strt: unknown key
   hint: did you mean `start`?
1 error. Nothing was run."""),
    ("cash=abc", """\
error[E0310]: --set cash: expected an amount with at most six decimals, got "abc"
1 error. Nothing was run."""),
    ("cash", """\
error[E0203]: --set cash: does not read as path=value
   hint: for example --set nodes.book.cash=50000 or --set legs[0].delta.target=0.2
1 error. Nothing was run."""),
    ("cash.x=3", """\
error[E0204]: --set cash.x=3: `cash` is not a map, it has no `x`
1 error. Nothing was run."""),
    ("bind=cfa", """\
error[E0311]: --set bind.default: "cfa" is not one of inline, caf, zeromq
   hint: did you mean `caf`?
1 error. Nothing was run."""),
    ("data.simulated.end=2021-13-01", """\
error[E0310]: --set data.simulated.end: expected a date like 2019-04-25, got "2021-13-01"
1 error. Nothing was run."""),
    ("strategy=iron_condr", """\
error[E0201]: --set strategy.use: there is no preset `iron_condr` in strategies
   hint: did you mean `iron_condor`?; a file name ends in .yaml
1 error. Nothing was run."""),
]

# arguments, whole message
USAGE_CASES = [
    (["jurnal", "show", "x"], "error: there is no command `jurnal`\n  hint: did you mean `journal`? `optix --help` lists all"),
    (["journal", "shwo", "x"], "error: `optix journal` has no command `shwo`\n"
                               "  hint: did you mean `show`? `optix journal --help` lists all"),
    (["xyzzy"], "error: there is no command `xyzzy`\n  hint: `optix --help` lists all"),
    ([], "error: a command is missing\n  hint: `optix demo` is a start; `optix --help` lists all"),
    (["journal"], "error: a command is missing after `optix journal`\n  hint: `optix journal --help` lists all"),
    (["demo", "--thread", "3"], "error: `optix demo` has no option `--thread`\n"
                                "  hint: did you mean `--threads`? `optix demo --help` lists all"),
    (["demo", "--seed", "abc"], "error: Could not convert: --seed = abc\n  hint: see `optix demo --help`"),
    (["run"], "error: FILE is required\n  hint: see `optix run --help`"),
    (["run", "a", "b"], "error: The following argument was not expected: b\n  hint: see `optix run --help`"),
    (["docs", "foo"], "error: PAGE: foo not in {messages,nodes,errors}\n  hint: see `optix docs --help`"),
]


class BadConfiguration(ProgramTest):
    def test_files(self):
        for name, content in FILES.items():
            self.write(name, content)
        for name, message in FILE_CASES:
            for command in (["validate"], ["topology", "check"], ["run", "--out", "run"], ["config", "show"]):
                with self.subTest(name, command=command):
                    outcome = self.optix(*command, name, code=CONFIG)
                    self.assert_lines(outcome, "err", message)
                    self.assert_lines(outcome, "out", "")
                    self.assert_files("run", [])

    def test_overrides(self):
        for value, message in SET_CASES:
            with self.subTest(value):
                outcome = self.optix("demo", "--set", value, code=CONFIG)
                self.assert_lines(outcome, "err", message)
                self.assert_lines(outcome, "out", "")
                self.assert_files("runs", [])

    def test_as_json(self):
        self.write("key.yaml", FILES["key.yaml"])
        outcome = self.optix("validate", "key.yaml", "--json", code=CONFIG)
        self.assertEqual(json.loads(outcome.err), {"errors": [
            {"code": "E0301", "file": "key.yaml", "line": 3, "column": 1, "path": "cassh", "message": "unknown key",
             "hint": "did you mean `cash`?", "source": "cassh: 100000"}]})
        self.assert_lines(outcome, "out", "")

    def test_dates_that_are_no_period(self):
        outcome = self.optix("demo", "--set", "data.simulated.end=2020-01-01", code=DATA)
        self.assert_lines(outcome, "err", "error: --set: end: 2020-01-01 is before the start, 2021-01-04\n"
                                          "  hint: both are inclusive session dates")

    def test_command_line(self):
        for arguments, message in USAGE_CASES:
            with self.subTest(" ".join(arguments)):
                outcome = self.optix(*arguments, code=USAGE)
                self.assert_lines(outcome, "err", message)
                self.assert_lines(outcome, "out", "")

    def test_command_line_as_json(self):
        outcome = self.optix("--json", "jurnal", code=USAGE)
        self.assertEqual(json.loads(outcome.err), {"error": {
            "what": "there is no command `jurnal`", "where": "",
            "hint": "did you mean `journal`? `optix --help` lists all"}})

    def test_run_folders_that_cannot_be(self):
        self.write("file", "x")
        for out, reason in (("file", "Not a directory"), ("file/run", "Not a directory")):
            with self.subTest(out):
                outcome = self.optix("demo", "--out", out, code=IO)
                self.assert_lines(outcome, "err", f"error: {out}: cannot create the run folder: {reason}\n"
                                                  "  hint: choose another with --out")

    def test_a_full_disk_under_stdout(self):
        with open("/dev/full", "wb") as full:
            outcome = self.optix("config", "show", "demo", code=IO, stdout=full)
        self.assert_lines(outcome, "err", "error: stdout: the result could not be written\n  hint: the disk may be full")
