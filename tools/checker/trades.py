"""Closed trades, excursions and the band, and the files of the run folder."""
import csv
import os
from decimal import Decimal

import contracts
from contracts import SHARES
from findings import CENT, number
from market import mark_price


class Trades:
    def __init__(self, ledger):
        self.ledger, self.due, self.all, self.ended, self.ends = ledger, [], [], {}, False

    def after(self, position, time, session):
        """A position that holds nothing any more is a trade."""
        if position.held():
            return
        self.due.append((position, time, session))
        self.ended[position.number] = self.ledger.positions.pop(position.number)

    def hear(self, body):
        ledger, found = self.ledger, self.ledger.findings
        where = f"{ledger.tag} position {body['position']}"
        ended = next((due for due in self.due if due[0].number == body["position"]), None)
        if ended:
            self.due.remove(ended)
        elif self.ends and body["position"] in ledger.positions:
            ended = (ledger.positions[body["position"]], ledger.market.time, ledger.market.session)
        if not found.holds("trades are of positions that ended", where, ended is not None, "it did not end"):
            return
        trade = self.recount(*ended)
        self.all.append(trade)
        for name in ("opened", "closed", "entry_session", "exit_session", "still_open", "estimated"):
            found.equal(f"trades: {name}", where, trade[name], body[name])
        if trade["expiration"]:
            found.equal("trades: expiration", where, trade["expiration"], body["expiration"])
        for name in ("entry_cost", "exit_proceeds", "fees", "income", "pnl", "worst", "best", "pnl_touch", "pnl_mid"):
            found.equal(f"trades: {name}", where, trade[name], Decimal(body[name]))

    def recount(self, position, time, session):
        ledger = self.ledger
        still_open, cost, proceeds = bool(position.held()), Decimal(0), Decimal(0)
        touch, mid = -position.over_touch, -position.over_mid
        exits, estimated = {}, position.estimated
        for key, leg in position.legs.items():
            received = leg.proceeds
            if leg.quantity:
                units = leg.quantity * leg.multiplier
                at = self.exit_price(leg)
                estimated |= at is None
                at = leg.mark if at is None else at
                received += at * units
                touch += (leg.touch - at) * units
                mid += (leg.mid - at) * units
            cost += leg.opened_cost
            proceeds += received
            exits[key] = received
        pnl = proceeds - cost - position.fees + position.income
        expirations = [leg.terms["expiration"] for leg in position.legs.values() if leg.terms["expiration"]]
        unit = lambda leg, amount: amount / (leg.opened * leg.multiplier) if leg.opened else Decimal(0)
        return {"position": position.number, "opened": position.opened, "closed": time,
                "entry_session": position.entry_session, "exit_session": session, "still_open": still_open,
                "expiration": min(expirations) if expirations else None, "entry_cost": cost, "exit_proceeds": proceeds,
                "fees": position.fees, "income": position.income, "pnl": pnl, "worst": position.worst,
                "best": position.best, "estimated": estimated,
                "pnl_touch": pnl + touch, "pnl_mid": pnl + mid,
                "symbols": [symbol(leg) for leg in position.legs.values()],
                "quantities": [leg.opened for leg in position.legs.values()],
                "entry_prices": [unit(leg, leg.opened_cost) for leg in position.legs.values()],
                "exit_prices": [unit(leg, exits[key]) for key, leg in position.legs.items()]}

    def exit_price(self, leg):
        market, mode = self.ledger.market, self.ledger.liquidation
        if leg.terms["id"] == SHARES:
            price, half = market.last_price(leg.terms["underlying"]), self.ledger.half_spread
            return None if price is None else mark_price(mode, price - half, price + half, leg.quantity)
        bid, ask, listed = market.quote(leg.terms)
        return mark_price(mode, bid, ask, leg.quantity) if listed else None


def symbol(leg):
    return leg.terms["underlying"] if leg.terms["id"] == SHARES else contracts.osi_symbol(leg.terms)


def table(folder, name):
    with open(os.path.join(folder, name), encoding="utf-8", newline="") as f:
        return list(csv.DictReader(f))


def compare_files(ledger, folder, result):
    """trades.csv, fills.csv, equity.csv and result.json against the recount."""
    found = ledger.findings
    rows = table(folder, "trades.csv")
    found.equal("trades.csv", "rows", len(ledger.trades.all), len(rows))
    for trade, row in zip(ledger.trades.all, rows):
        where = f"position {trade['position']}"
        for name, column in (("position", "position"), ("opened", "opened"), ("closed", "closed"),
                             ("entry_session", "entry_date"), ("exit_session", "exit_date")):
            found.equal("trades.csv", f"{where} {column}", str(trade[name]), row[column])
        for name, column in (("entry_cost", "entry_cost_usd"), ("exit_proceeds", "exit_proceeds_usd"), ("pnl", "pnl"),
                             ("fees", "fees_usd"), ("worst", "mae_usd"), ("best", "mfe_usd"),
                             ("income", "income_usd"), ("pnl_touch", "pnl_touch"), ("pnl_mid", "pnl_mid")):
            found.equal("trades.csv", f"{where} {column}", trade[name], Decimal(row[column]))
        found.equal("trades.csv", f"{where} symbols", trade["symbols"], row["symbols"].split("|"))
        found.equal("trades.csv", f"{where} quantities", trade["quantities"], [int(q) for q in row["quantities"].split("|")])
        for name in ("entry_prices", "exit_prices"):
            found.equal("trades.csv", f"{where} {name}", [price.quantize(CENT) for price in trade[name]],
                        [Decimal(price).quantize(CENT) for price in row[name].split("|")])
        found.equal("trades.csv", f"{where} open", trade["still_open"], row["status"] == "open_marked")
    rows = table(folder, "fills.csv")
    fills = [(fill["order"], ledger.market.terms(leg["contract"], leg["underlying"]), leg)
             for fill in ledger.fills for leg in fill["legs"]]
    found.equal("fills.csv", "rows", len(fills), len(rows))
    for (order, terms, leg), row in zip(fills, rows):
        name = terms["underlying"] if terms["id"] == SHARES else contracts.osi_symbol(terms)
        found.equal("fills.csv", f"order {order}", (name, leg["quantity"], Decimal(leg["price"])),
                    (row["symbol"], int(row["quantity"]), Decimal(row["price"])))
    compare_marks(ledger, table(folder, "equity.csv"))
    if ledger.equities:
        sums = ledger.sums()
        for name, key in (("equity", "final_equity"), ("cash", "cash"), ("market_value", "market_value"), ("fees", "fees")):
            found.equal("result.json", key, sums[name], Decimal(result["account"][key]))


def compare_marks(ledger, rows):
    """equity.csv: the last mark of every instant, and what the underlying was at by then."""
    found = ledger.findings
    last = {mark["time"]: mark for mark in ledger.equities}
    found.equal("equity.csv", "times", list(last), [row["time"] for row in rows])
    for row in rows:
        mark = last.get(row["time"])
        if mark is None:
            continue
        found.equal("equity.csv", f"{row['time']} session", mark["session"], row["session"])
        for name, value in mark.items():
            if name in row and name not in ("session", "time"):
                found.equal("equity.csv", f"{row['time']} {name}", number(str(value)), Decimal(row[name]))
        found.equal("equity.csv", f"{row['time']} underlying", ledger.market.benchmark_at(row["time"]),
                    Decimal(row["underlying"]) if row["underlying"] else None)
