"""A paper session on a feed that loses one message in a hundred: publisher, relay and session are
three processes; the session's journal is judged against what the relay says it lost."""
import json
import os
import socket
import subprocess

import program
from program import ProgramTest

SEED = "7"
DATA = ["--set", "data.simulated.snapshots_per_session=60", "--set", "data.simulated.end=2021-02-26",
        "--set", "data.simulated.weekly_expirations=6", "--set", "data.simulated.monthly_expirations=0",
        "--set", "data.simulated.strikes_each_side=10", "--set", "data.simulated.strike_step=50"]


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


class Live(ProgramTest):
    def start_relay(self, stream, snapshots):
        relay = os.path.join(os.path.dirname(program.program), "lossy_relay")
        process = subprocess.Popen([relay, stream, snapshots, SEED, "0.01"], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        self.addCleanup(process.kill)
        return process, json.loads(process.stdout.readline())

    def test_two_processes_and_a_lossy_relay(self):
        stream, snapshots = (f"tcp://127.0.0.1:{free_port()}" for _ in range(2))
        arguments = ["feed", "publish", "simulated", "--rate", "250", "--wait-subscriber", "--bind", stream,
                     "--snapshot-bind", snapshots, *DATA]
        publisher = self.start(*arguments)
        self.addCleanup(publisher.kill)
        relay, endpoints = self.start_relay(stream, snapshots)
        self.optix("run", "live", "--out", "paper",
                   "--set", f'nodes.replay.endpoint="{endpoints["stream"]}"',
                   "--set", f'nodes.replay.snapshot_endpoint="{endpoints["snapshots"]}"')
        sent = self.finish(publisher, arguments)
        self.assertEqual(sent.code, 0, sent)
        relay.stdin.close()
        truth = json.loads(relay.stdout.read())
        relay.wait(timeout=10)

        lost = set(truth["dropped"])
        self.assertGreater(len(lost), 10, "the relay lost too little to show anything")
        judged = self.judge("paper/journal.optix", lost)
        replayed = json.loads(self.optix("journal", "replay", "paper/journal.optix", "--json").out)
        line = {"id": "F1", "processes": 3, "published": truth["data"], "dropped": len(lost),
                "dropped_heartbeats": truth["dropped_heartbeats"], "dropped_answers": truth["dropped_answers"], **judged,
                "digest_live": self.digest("paper"), "digest_replay": replayed["digest"]}
        line["pass"] = (not judged["not_found"] and not judged["false_gaps"] and not judged["opening_on_stale"]
                        and judged["opening_orders"] > 0 and line["digest_live"] == line["digest_replay"])
        print(json.dumps(line), flush=True)
        self.assertTrue(line["pass"], line)

    def judge(self, journal, lost):
        """Reads the session's journal: which losses it noticed, and what was ordered meanwhile."""
        shown = self.optix("journal", "show", journal, "--json", "-q", "--message", "feed.state",
                           "--message", "orders.request")
        reported, false_gaps, stale = set(), 0, False
        opening, on_stale, seen = set(), set(), set()
        for text in shown.out.splitlines():
            event = json.loads(text)
            key = (event["source"], event["sequence"])
            body = event["body"]
            if event["message"] == "feed.state":
                # A wire a node: the strategy hears of it a round after the others; count the first.
                if key in seen:
                    continue
                seen.add(key)
                stale = body["stale"]
                gap, tail = body["reason"].startswith("gap"), body["reason"].startswith("tail loss")
                if gap or tail:
                    missing = set(range(body["expected"], body["received"] + (1 if tail else 0)))
                    reported |= missing
                    false_gaps += 1 if missing - lost else 0
            if event["message"] == "orders.request" and body["intent"] == "open" and event["to"].startswith("executor."):
                opening.add(body["order"])
                if stale:
                    on_stale.add(body["order"])
        return {"not_found": len(lost - reported), "false_gaps": false_gaps, "opening_orders": len(opening),
                "opening_on_stale": len(on_stale)}
