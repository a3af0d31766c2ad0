#!/usr/bin/env python3
"""Recounts a run from its journal, sharing no code with the engine.

usage: check_run.py PROGRAM RUN_FOLDER [BOOK]
       check_run.py PROGRAM --all FOLDER

From the contracts, quotes, notices, orders and fills in the journal it computes cash, holdings, marks,
equity, settlements, deliveries, dividends, interest, fees and trades in exact decimals and compares them
with everything that the book said, and with the files of the run folder where there are any. BOOK is the
name of the node that keeps the ledger (default: book). --all checks every folder below FOLDER that has a
journal. Prints a line for each invariant: how often it was checked, how many differ, and the worst
difference in cents. Exits with 0 when everything is equal, 1 with the differences, 2 when it could not run.
"""
import os
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

from findings import Findings
from journal import by_tag, once, show
from ledger import Ledger
from margin import Margin
from market import Market
from orders import Orders
from settings import Settings
from trades import compare_files


def waves(tags, book):
    """(tag of the answer, what the book was told, what it said of it): it answers one round later."""
    waiting = None
    for tag, events in tags:
        said = sorted(once(e for e in events if e.source == book), key=lambda e: e.sequence)
        if waiting or said:
            yield tag, waiting[1] if waiting else [], said
        told = list(once(e for e in events if e.node == book))
        waiting = (tag, told) if told else None
    if waiting:
        yield waiting[0], waiting[1], []


def check(program, folder, book="book"):
    """(counts, problems) of a run folder."""
    findings = Findings()
    ledger = run(program, folder, findings, book)
    counts = {"equity marks": len(ledger.equities), "fills": len(ledger.fills),
              "settlements": ledger.settlements.count, "trades": len(ledger.trades.all)}
    return counts, findings.problems


def run(program, folder, findings, book="book"):
    settings = Settings(folder)
    book = settings.node("portfolio.book", book)
    executor = settings.node("executor.simulated", "executor")
    risk = settings.node("risk.pretrade", "risk")
    events = reader(program, os.path.join(folder, "journal.optix"))
    ledger = Ledger(settings, findings, book)
    for tag, told, said in waves(by_tag(events(book)), book):
        ledger.wave(tag, told, said)
    check_orders(events(executor), settings, findings, executor)
    check_margin(events(risk), settings, findings, risk)
    if settings.result is not None:
        compare_files(ledger, folder, settings.result)
    return ledger


def reader(program, file):
    """events(node): what it was told and what it said. Small journals are read once for all nodes."""
    if os.path.getsize(file) > 1_000_000:
        return lambda node: show(program, file, "--node", node)
    everything = list(show(program, file))
    return lambda node: (event for event in everything if node in (event.source, event.node))


def check_orders(events, settings, findings, executor):
    orders, seen = Orders(settings, findings, Market(), executor), set()
    for event in events:
        if event.node == executor:
            if event.message.startswith("market."):
                orders.market.take(event.message, event.body)
            else:
                orders.to_venue(event)
        elif (event.source, event.sequence) not in seen:
            seen.add((event.source, event.sequence))
            orders.report(event)


def check_margin(events, settings, findings, risk):
    margin = Margin(settings, findings, risk)
    for event in once(events):
        margin.hear(event)


def folders(root):
    for path, _, files in sorted(os.walk(root)):
        if "journal.optix" in files:
            yield path


def main(arguments):
    if len(arguments) not in (2, 3):
        print(__doc__, file=sys.stderr)
        return 2
    program, whole = arguments[0], Findings()
    every = arguments[1] == "--all"
    runs = list(folders(arguments[2])) if every else [arguments[1]]
    if not runs or not os.path.exists(os.path.join(runs[0], "journal.optix")):
        print(f"check_run: {arguments[2 if every else 1]}: no journal.optix in it", file=sys.stderr)
        return 2
    bad = 0
    try:
        for folder in runs:
            findings = Findings()
            run(program, folder, findings, "book" if every or len(arguments) < 3 else arguments[2])
            bad += bool(findings.differences)
            whole.merge(findings, os.path.relpath(folder, arguments[2]) if every else folder)
    except OSError as error:
        print(f"check_run: {error}", file=sys.stderr)
        return 2
    for problem in whole.problems[:100]:
        print(problem)
    for line in whole.lines():
        print(line)
    print(f"{len(runs)} runs, {sum(whole.counts.values())} comparisons: " +
          (f"{len(whole.differences)} differences in {bad} runs" if whole.differences else "all equal"))
    return 1 if whole.differences else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
