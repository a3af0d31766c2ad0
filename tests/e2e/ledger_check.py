#!/usr/bin/env python3
"""Recounts the ledger of a run from its journal, sharing no code with the engine.

usage: ledger_check.py PROGRAM RUN_FOLDER [BOOK]

From the contracts, quotes, deposits and fills in the journal it computes cash, market value,
realised and unrealised profit, fees, settlements and trades in exact decimals, and compares them
with every equity message and with trades.csv, fills.csv, equity.csv and result.json of the folder.
BOOK is the name of the node that keeps the ledger (default: book). Exits with 0 when everything
is equal to the cent, 1 with the differences, 2 when it could not run.
"""
import csv
import json
import os
import re
import subprocess
import sys
from decimal import Decimal

CENT = Decimal("0.01")


def osi_symbol(contract):
    date = contract["expiration"].replace("-", "")[2:]
    return "%-6s%s%s%08d" % (contract["root"], date, contract["right"][0].upper(), Decimal(contract["strike"]) * 1000)


def mark(mode, bid, ask, quantity):
    """USD per share, None when the quote cannot say."""
    if bid is not None and ask is not None and bid > ask:
        return None
    if mode == "touch":
        return bid if quantity > 0 else ask if ask else None
    return (bid + ask) / 2 if bid is not None and ask else None


def price(text):
    return None if text is None else Decimal(text)


class Leg:
    def __init__(self, contract):
        self.contract = contract
        self.quantity = self.opened = 0
        self.cost = self.opened_cost = self.proceeds = Decimal(0)
        self.mark, self.stale = Decimal(0), False

    def value(self):
        return self.mark * self.quantity * self.contract["multiplier"]

    def trade(self, quantity, at):
        """Average cost; returns the profit realised."""
        amount = at * quantity * self.contract["multiplier"]
        if self.quantity * quantity >= 0:
            self.quantity += quantity
            self.opened += quantity
            self.cost += amount
            self.opened_cost += amount
            return Decimal(0)
        assert abs(quantity) <= abs(self.quantity), "a fill turned a leg over"
        released = self.cost * -quantity / self.quantity
        self.cost -= released
        self.quantity += quantity
        self.proceeds -= amount
        return -amount - released


class Position:
    def __init__(self, fill):
        self.opened, self.entry_session, self.legs = fill["quote_time"], fill["session"], {}
        self.fees = self.worst = self.best = Decimal(0)
        self.settled = self.estimated = False

    def held(self):
        return [leg for leg in self.legs.values() if leg.quantity]

    def watch(self):
        legs = self.legs.values()
        profit = sum(leg.value() + leg.proceeds - leg.opened_cost for leg in legs) - self.fees
        self.worst, self.best = min(self.worst, profit), max(self.best, profit)


class Ledger:
    def __init__(self, modes, reported_settlements):
        self.modes, self.reported = modes, reported_settlements
        self.contracts, self.prices, self.positions, self.trades = [], {}, {}, []
        self.cash = self.fees = self.realised = Decimal(0)
        self.chain, self.fills, self.settlements, self.problems = {}, [], 0, []

    def expect(self, where, expected, found):
        if expected != found:
            self.problems.append(f"{where}: recomputed {expected}, the engine says {found}")

    def instruments(self, body):
        self.expect("first id of a batch of contracts", len(self.contracts), body["first_id"])
        names = ("root", "underlying", "expiration", "settles", "strike", "right", "settlement", "multiplier")
        self.contracts += [dict(zip(names, row)) for row in zip(*(body[name] for name in names))]

    def underlying(self, body):
        self.prices[body["underlying"], body["session"]] = Decimal(body["price"])

    def snapshot(self, body):
        self.prices[body["underlying"], body["session"]] = Decimal(body["underlying_price"])
        row = {c: i for i, c in enumerate(body["contract"])}
        quote = lambda c: (price(body["bid"][row[c]]), price(body["ask"][row[c]])) if c in row else (None, None)
        self.chain[body["underlying"]] = (row, quote)
        for number, position in list(self.positions.items()):
            self.settle(number, position, body)
            touched = [(c, leg) for c, leg in position.legs.items()
                       if leg.quantity and leg.contract["underlying"] == body["underlying"]]
            for contract, leg in touched:
                self.mark(leg, quote(contract), body["stale"])
            if touched:
                position.watch()

    def mark(self, leg, quote, stale):
        at = mark(self.modes["mark"], *quote, leg.quantity)
        leg.stale = stale or at is None
        leg.mark = leg.mark if at is None else at

    def settle(self, number, position, body):
        """Everything due is settled at what the journal's own prices say it is worth."""
        any_due = False
        for contract, leg in position.legs.items():
            terms = leg.contract
            if not leg.quantity or terms["underlying"] != body["underlying"] or body["time"] < terms["settles"]:
                continue
            any_due = True
            where = f"settlement of {osi_symbol(terms)}"
            reported = self.reported.pop((number, contract), None)
            if reported is None:
                self.problems.append(f"{where}: due by {body['time']}, but not reported")
                continue
            at = Decimal(reported["settlement_price"])
            if not reported["estimated"]:
                self.expect(f"{where} price", self.prices.get((terms["underlying"], terms["expiration"])), at)
                self.expect(f"{where} kind", "pm", terms["settlement"])
            strike = Decimal(terms["strike"])
            intrinsic = max(Decimal(0), at - strike if terms["right"] == "call" else strike - at)
            cash = intrinsic * leg.quantity * terms["multiplier"]
            self.expect(f"{where} quantity", leg.quantity, reported["quantity"])
            self.expect(f"{where} intrinsic", intrinsic, Decimal(reported["intrinsic"]))
            self.expect(f"{where} cash", cash, Decimal(reported["cash"]))
            self.realised += leg.trade(-leg.quantity, intrinsic)
            self.cash += cash
            self.settlements += 1
            position.estimated |= reported["estimated"]
        if any_due and not position.held():
            position.watch()
            self.close(number, body["time"], body["session"])

    def fill(self, body):
        self.fills.append(body)
        position = self.positions.setdefault(body["position"], Position(body))
        for row in body["legs"]:
            terms = self.contracts[row["contract"]]
            leg = position.legs.setdefault(row["contract"], Leg(terms))
            self.realised += leg.trade(row["quantity"], Decimal(row["price"]))
            self.cash -= Decimal(row["price"]) * row["quantity"] * terms["multiplier"]
            if leg.quantity:
                self.mark(leg, (price(row["bid"]), price(row["ask"])), False)
        fees = Decimal(body["fees"])
        self.cash -= fees
        self.fees += fees
        position.fees += fees
        position.watch()
        if not position.held():
            self.close(body["position"], body["quote_time"], body["session"])

    def close(self, number, time, session):
        """A trade as the list of what trades.csv and the trade message say of it."""
        position = self.positions[number]
        still_open, exits = bool(position.held()), {}
        for contract, leg in position.legs.items():
            proceeds = leg.proceeds
            if leg.quantity:
                row, quote = self.chain[leg.contract["underlying"]]
                at = mark(self.modes["liquidation"], *quote(contract), leg.quantity)
                position.estimated |= at is None
                at = leg.mark if at is None else at
                proceeds += at * leg.quantity * leg.contract["multiplier"]
            exits[contract] = proceeds
        cost = sum(leg.opened_cost for leg in position.legs.values())
        proceeds = sum(exits.values())
        unit = lambda leg, amount: amount / (leg.opened * leg.contract["multiplier"])
        self.trades.append({
            "position": number, "opened": position.opened, "closed": time, "entry_date": position.entry_session,
            "exit_date": session, "expiration": min(leg.contract["expiration"] for leg in position.legs.values()),
            "still_open": still_open, "entry_cost": cost, "exit_proceeds": proceeds, "fees": position.fees,
            "pnl": proceeds - cost - position.fees, "worst": position.worst, "best": position.best,
            "estimated": position.estimated,
            "symbols": [osi_symbol(leg.contract) for leg in position.legs.values()],
            "quantities": [leg.opened for leg in position.legs.values()],
            "entry_prices": [unit(leg, leg.opened_cost) for leg in position.legs.values()],
            "exit_prices": [unit(leg, exits[c]) for c, leg in position.legs.items()]})
        if not still_open:
            del self.positions[number]

    def sums(self):
        held = [leg for position in self.positions.values() for leg in position.held()]
        value = sum((leg.value() for leg in held), Decimal(0))
        return {"equity": self.cash + value, "cash": self.cash, "market_value": value, "realised": self.realised,
                "unrealised": value - sum(leg.cost for leg in held), "fees": self.fees,
                "open_positions": len(self.positions), "open_contracts": sum(abs(leg.quantity) for leg in held),
                "stale_marks": sum(leg.stale for leg in held)}


def journal_lines(program, folder, book):
    """The events the book saw or sent, each once, as JSON lines."""
    process = subprocess.Popen([program, "journal", "show", "--json", "--bodies", "--node", book,
                                os.path.join(folder, "journal.optix")], stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    out, err = process.communicate()
    if process.returncode != 0:
        raise OSError(err.decode())
    seen = set()
    for line in out.splitlines():
        head = re.match(rb'{"tag":"([^"]*)","source":"([^"]*)","sequence":(\d+),"to":"([^"]*)","message":"([^"]*)"', line)
        tag, source, sequence, to, message = (part.decode() for part in head.groups())
        mine = to.split(".")[0] == book
        if (source == book or mine) and (source, sequence, mine) not in seen:
            seen.add((source, sequence, mine))
            yield tag, source == book, message, line


def check(program, folder, book="book"):
    """(counts, problems) of a run folder."""
    with open(os.path.join(folder, "result.json"), encoding="utf-8") as f:
        result = json.load(f)
    modes = {name: re.search(rf"^    {name}: (\w+)", result["config"], re.MULTILINE).group(1)
             for name in ("mark", "liquidation")}
    lines = list(journal_lines(program, folder, book))
    body = lambda line: json.loads(line)["body"]
    settlements = {}
    for tag, sent, message, line in lines:
        if sent and message == "portfolio.settled":
            settlements[body(line)["position"], body(line)["contract"]] = body(line)
    ledger = Ledger(modes, settlements)
    marks, reported_trades, tags = [], [], {}
    for tag, sent, message, line in lines:
        tags.setdefault(tag, []).append((sent, message, line))
    for tag, events in tags.items():
        equities = [body(line) for sent, message, line in events if sent and message == "portfolio.equity"]
        for sent, message, line in events:
            if sent and message == "portfolio.cash" and body(line)["cause"] == "deposit":
                ledger.cash += Decimal(body(line)["change"])
            elif sent and message == "portfolio.trade":
                reported_trades.append(body(line))
        if equities:  # what the book sent was caused by earlier tags; its last word on a tag counts
            for name, value in ledger.sums().items():
                ledger.expect(f"{tag} {name}", value, Decimal(equities[-1][name]))
            marks.append(equities[-1])
        handlers = {"market.instruments": ledger.instruments, "market.underlying": ledger.underlying,
                    "market.chain": ledger.snapshot, "orders.fill": ledger.fill}
        for sent, message, line in events:
            if not sent and message in handlers:
                handlers[message](body(line))
            elif not sent and message == "control.stop" and not body(line)["last"]:
                last = body(next(l for _, s, m, l in reversed(lines) if not s and m == "market.chain"))
                for number in list(ledger.positions):
                    ledger.close(number, last["time"], last["session"])
    for number, contract in settlements:
        ledger.problems.append(f"settlement of contract {contract} in position {number}: reported, but nothing was due")
    compare_trades(ledger, reported_trades)
    compare_files(ledger, folder, marks, result)
    counts = {"equity marks": len(marks), "fills": len(ledger.fills), "settlements": ledger.settlements,
              "trades": len(ledger.trades)}
    return counts, ledger.problems


def compare_trades(ledger, reported):
    ledger.expect("number of trade messages", len(ledger.trades), len(reported))
    for trade, message in zip(ledger.trades, reported):
        for name in ("position", "opened", "closed", "expiration", "still_open", "estimated"):
            ledger.expect(f"trade {trade['position']} {name}", trade[name], message[name])
        for name in ("entry_cost", "exit_proceeds", "fees", "pnl", "worst", "best"):
            ledger.expect(f"trade {trade['position']} {name}", trade[name], Decimal(message[name]))


def compare_files(ledger, folder, marks, result):
    def table(name):
        with open(os.path.join(folder, name), encoding="utf-8", newline="") as f:
            return list(csv.DictReader(f))

    def amounts(text):
        return [Decimal(part).quantize(CENT) for part in text.split("|")]

    rows = table("trades.csv")
    ledger.expect("rows of trades.csv", len(ledger.trades), len(rows))
    for trade, row in zip(ledger.trades, rows):
        where = f"trades.csv position {trade['position']}"
        for name in ("position", "opened", "closed", "entry_date", "exit_date", "expiration"):
            ledger.expect(f"{where} {name}", str(trade[name]), row[name])
        for name, column in (("entry_cost", "entry_cost_usd"), ("exit_proceeds", "exit_proceeds_usd"), ("pnl", "pnl"),
                             ("fees", "fees_usd"), ("worst", "mae_usd"), ("best", "mfe_usd")):
            ledger.expect(f"{where} {column}", trade[name], Decimal(row[column]))
        ledger.expect(f"{where} symbols", trade["symbols"], row["symbols"].split("|"))
        ledger.expect(f"{where} quantities", trade["quantities"], [int(part) for part in row["quantities"].split("|")])
        for name in ("entry_prices", "exit_prices"):
            ledger.expect(f"{where} {name}", [part.quantize(CENT) for part in trade[name]], amounts(row[name]))
        ledger.expect(f"{where} open", trade["still_open"], row["status"] == "open_marked")
    rows = table("fills.csv")
    fills = [(fill["order"], ledger.contracts[leg["contract"]], leg) for fill in ledger.fills for leg in fill["legs"]]
    ledger.expect("rows of fills.csv", len(fills), len(rows))
    for (order, terms, leg), row in zip(fills, rows):
        ledger.expect(f"fills.csv order {order}", (osi_symbol(terms), leg["quantity"], Decimal(leg["price"])),
                      (row["symbol"], int(row["quantity"]), Decimal(row["price"])))
    last = {mark["session"]: mark for mark in marks}  # the last mark of each session
    rows = table("equity.csv")
    ledger.expect("sessions of equity.csv", list(last), [row["session"] for row in rows])
    for row in rows:
        for name, value in last.get(row["session"], {}).items():
            if name not in ("session", "time"):
                ledger.expect(f"equity.csv {row['session']} {name}", Decimal(value), Decimal(row[name]))
    if marks:
        for name, key in (("equity", "final_equity"), ("cash", "cash"), ("market_value", "market_value"), ("fees", "fees")):
            ledger.expect(f"result.json {key}", ledger.sums()[name], Decimal(result["account"][key]))


def main(arguments):
    if len(arguments) not in (2, 3):
        print(__doc__, file=sys.stderr)
        return 2
    try:
        counts, problems = check(*arguments)
    except OSError as error:
        print(f"ledger_check: {error}", file=sys.stderr)
        return 2
    for problem in problems[:50]:
        print(problem)
    print("ledger: " + ", ".join(f"{count} {name}" for name, count in counts.items()) +
          (f"; {len(problems)} differences" if problems else ": all equal"))
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
