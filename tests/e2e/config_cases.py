"""Presets, what a configuration expands to, schemas, drawings and generated pages."""
import json
import os
import re

import program
from program import CONFIG, ProgramTest

RUNS_ALONE = ["demo", "live", "standard", "surface"]
# Where the data of each is named.
NEEDS_A_FILE = {"spx_short_put_touch": ("spx_short_put_touch", 6), "spx_short_put_mid": ("spx_short_put_touch", 6),
                "spx_iron_condor_expiry": ("spx_iron_condor_expiry", 16),
                "spx_short_strangle_expiry": ("spx_short_strangle_expiry", 14)}
STRATEGIES = ["iron_condor", "put_spread", "short_put", "short_strangle"]

PAGES = [("messages", "docs/messages.md"), ("nodes", "docs/nodes.md"), ("errors", "docs/errors.md")]
SCHEMAS = ["run", "topology", "strategy"]


def tree_file(name):
    with open(os.path.join(program.source, name), encoding="utf-8") as f:
        return f.read()


class Presets(ProgramTest):
    def test_the_lists_above_name_every_preset(self):
        found = {name[:-5] for folder in ("runs", "strategies", "topologies")
                 for name in os.listdir(os.path.join(program.source, "config", folder)) if name.endswith(".yaml")}
        self.assertEqual(found, set(RUNS_ALONE + list(NEEDS_A_FILE) + STRATEGIES))

    def test_validate(self):
        cases = ([(name, []) for name in RUNS_ALONE] + [(name, ["--set", "data.csv=quotes.csv"]) for name in NEEDS_A_FILE] +
                 [(name, ["--set", "data.simulated.end=2021-03-31"]) for name in STRATEGIES])
        for name, extra in cases:
            nodes, wires = (7, 19) if name == "surface" else (6, 18)
            for command in (["validate"], ["topology", "check"]):
                with self.subTest(name, command=command):
                    outcome = self.optix(*command, name, *extra)
                    self.assert_lines(outcome, "out", f"valid: {nodes} nodes, {wires} wires")
                    self.assert_lines(outcome, "err", "")
                    outcome = self.optix(*command, name, *extra, "--json")
                    self.assertEqual(json.loads(outcome.out), {"valid": True, "nodes": nodes, "wires": wires})

    def test_presets_that_need_data_say_so(self):
        config = os.path.join(program.source, "config")
        for name, (file, line) in NEEDS_A_FILE.items():
            outcome = self.optix("validate", name, code=CONFIG)
            self.assert_lines(outcome, "err", f"""\
error[E0302]: {config}/runs/{file}.yaml:{line}:7 data.csv: is missing; expected a file or folder
{line:7} | data: {{layout: cboe_historical}}
   hint: csv: a file of quotes; or dataset: a dataset by name or folder
1 error. Nothing was run.""")
        for name in STRATEGIES:
            outcome = self.optix("validate", name, code=CONFIG)
            self.assert_lines(outcome, "err", f"""\
error[E0302]: {config}/strategies/{name}.yaml data: is missing; expected where quotes come from
   hint: `data: {{csv: chain.csv.gz}}`, `data: {{simulated: {{}}}}`, or --set data.csv=chain.csv.gz
1 error. Nothing was run.""")

    def test_what_is_shown_loads_again_and_is_the_same_run(self):
        for name in RUNS_ALONE:
            with self.subTest(name):
                self.write("shown.yaml", self.optix("config", "show", name).out)
                again = self.optix("config", "show", "shown.yaml").out
                # Spelled out, a default is a value like any other: only the marks differ.
                plain = lambda text: re.sub(r"  # default$", "", text, flags=re.MULTILINE)
                self.assertEqual(plain(self.read("shown.yaml")), plain(again))
                self.optix("validate", "shown.yaml")

    def test_graphs(self):
        for form, first in (("text", " 0  replay "), ("dot", "digraph topology {"), ("mermaid", "flowchart LR")):
            with self.subTest(form):
                outcome = self.optix("topology", "graph", "demo", "--format", form)
                self.assertTrue(outcome.out.startswith(first), outcome)
                self.assert_lines(outcome, "err", "")
                for node in ("replay", "iron_condor", "risk", "executor", "book", "metrics"):
                    self.assertIn(node, outcome.out)
                arrows = {"text": r"^ *-> ", "dot": r'^ *"\w+" -> "\w+"', "mermaid": r"^ *n\d+ .*--.*> ?.*n\d+"}[form]
                self.assertGreaterEqual(len(re.findall(arrows, outcome.out, re.MULTILINE)), 8, outcome)


class Generated(ProgramTest):
    def test_pages_are_in_step(self):
        for page, path in PAGES:
            with self.subTest(path):
                self.assertEqual(self.optix("docs", page).out, tree_file(path),
                                 f"{path} is out of date: optix docs {page} > {path}")

    def test_schemas_are_in_step(self):
        for form in SCHEMAS:
            with self.subTest(form):
                path = f"config/schema/{form}.schema.json"
                printed = self.optix("config", "schema", form).out
                schema = json.loads(printed)
                self.assertEqual(schema["$schema"], "https://json-schema.org/draft/2020-12/schema")
                self.assertIn("properties", json.dumps(schema))
                self.assertEqual(printed, tree_file(path), f"{path} is out of date: optix config schema {form} > {path}")

    def test_schema_references_lead_somewhere(self):
        for form in SCHEMAS:
            schema = json.loads(self.optix("config", "schema", form).out)
            stack = [schema]
            while stack:
                value = stack.pop()
                if isinstance(value, dict):
                    if "$ref" in value:
                        target = schema
                        self.assertTrue(value["$ref"].startswith("#/"), value)
                        for part in value["$ref"][2:].split("/"):
                            target = target[part]
                    stack += value.values()
                elif isinstance(value, list):
                    stack += value


class Doctor(ProgramTest):
    def test_doctor(self):
        outcome = self.optix("doctor")
        self.assertNotIn("FAIL", outcome.out)
        for binding in ("inline", "caf", "zeromq"):
            self.assertIn(f"  ok    a short run, bound {binding}: same digest\n", outcome.out)
        self.assert_lines(outcome, "err", "")
        findings = json.loads(self.optix("doctor", "--json").out)
        self.assertTrue(findings and all(finding["ok"] for finding in findings), findings)

    def test_version_and_help(self):
        self.assertRegex(self.optix("--version").out, r"^optix \d+\.\d+\.\d+\n$")
        for command in ([], ["demo"], ["run"], ["validate"], ["topology"], ["topology", "graph"], ["config"], ["journal"],
                        ["journal", "show"], ["journal", "replay"], ["feed"], ["price"], ["iv"], ["surface"], ["doctor"], ["docs"]):
            outcome = self.optix(*command, "--help")
            self.assertIn("Usage: ", outcome.out)
            self.assert_lines(outcome, "err", "")
