"""The recount: cash, holdings, marks, equity, from what the book was told, held against what it said."""
from collections import deque
from decimal import Decimal

import contracts
from carry import Carry
from contracts import SHARES
from entries import Entries
from findings import number
from holdings import Position, exact
from market import Market, mark_price, touch_and_mid
from settlements import Settlements
from trades import Trades


def causes_first(outputs):
    """The book tells what a holding is after a corporate action before it names the action."""
    ordered = []
    for event in outputs:
        at = len(ordered)
        if event.message == "portfolio.adjusted":
            while at and ordered[at - 1].message == "portfolio.position":
                at -= 1
        ordered.insert(at, event)
    return ordered


class Ledger:
    def __init__(self, settings, findings, book):
        self.findings, self.market = findings, Market()
        self.mode = settings.param(book, "mark", "mid")
        self.liquidation = settings.param(book, "liquidation", "touch")
        self.delivery = settings.param(book, "delivery", "auto")
        self.lots = settings.param(book, "lots.method", settings.param(book, "lots", "average"))
        self.pin = settings.param(book, "pin.mode", "auto")
        self.pin_band = settings.amount(book, "pin.band")
        self.half_spread = settings.amount(book, "shares.half_spread", "0.01")
        self.deposit = settings.amount(book, "cash", "100000")
        self.cash = self.realised = self.fees = self.income = self.deposits = Decimal(0)
        self.positions, self.pending = {}, deque()
        self.settlements, self.trades, self.entries = Settlements(self), Trades(self), Entries(self)
        self.fills, self.equities, self.equity_count, self.fresh = [], [], 0, None
        self.carry = Carry(self, settings, book)

    # ---- one wave of the book, and what it said of it ------------------------------------------------
    def wave(self, tag, inputs, outputs):
        self.tag, said = tag, deque(causes_first(outputs))
        for event in inputs:
            if event.message == "market.chain":
                self.snapshot(event.body, said)
            elif event.message == "orders.fill":
                self.take(said, self.fill(event.body))
            elif event.message == "orders.exercise":
                self.exercise(event.body, said)
            elif event.message == "control.start":
                self.pay_in()
            elif event.message == "control.stop":
                if not event.body["last"]:
                    self.trades.ends = True
            else:
                if event.message in ("market.split", "market.adjusted"):  # at the opening, before its prices
                    self.carry.begin_session(self.market.session, event.body["ex"])
                self.market.take(event.message, event.body)
        while said:
            self.hear(said.popleft())
        self.trades.ends = False
        for cause, amount, position in self.pending:
            self.findings.equal("movements of cash", f"{tag} {cause} of position {position}", amount, "nothing")
        self.pending.clear()
        self.entries.balance(tag)

    def take(self, said, count):
        """Hears the next so many answers."""
        for _ in range(min(count, len(said))):
            self.hear(said.popleft())

    def exercise(self, body, said):
        self.settlements.instruction(body)
        if said and said[0].message == "portfolio.settled" and said[0].body["contract"] == body["contract"]:
            done = said[0].body
            self.take(said, 1)
            ended = body["position"] not in self.positions
            self.take(said, 1 + (done["shares"] != 0) + (Decimal(done["cash"]) != 0) + ended)

    def pay_in(self):
        if self.deposit:
            self.deposits += self.deposit
            self.move_cash("deposit", self.deposit, 0)

    def snapshot(self, body, said):
        earlier = self.market.session
        self.market.take("market.chain", body)
        self.carry.begin_session(earlier, body["session"])
        self.fresh, self.carry.expected = body, None
        while said:
            event = said.popleft()
            self.hear(event)
            if event.message == "portfolio.equity":
                break
        self.fresh = None

    # ---- what the book says ------------------------------------------------------------------------
    def hear(self, event):
        body = event.body
        if event.message == "portfolio.settled":
            if self.fresh is not None and not body["cause"].startswith("early"):
                self.carry.fix_dividends()  # what expires now delivers after them
            self.settlements.apply(body)
        elif event.message == "portfolio.adjusted":
            self.adjust(body)
        elif event.message == "portfolio.cash":
            self.hear_cash(body)
        elif event.message == "portfolio.position":
            self.hear_position(body)
        elif event.message == "portfolio.equity":
            self.hear_equity(body)
        elif event.message == "portfolio.trade":
            self.trades.hear(body)
        elif event.message == "portfolio.entry":
            self.entries.hear(body)

    def move_cash(self, cause, amount, position):
        self.cash += amount
        if amount:
            self.pending.append((cause, amount, position))

    def hear_cash(self, body):
        cause, change, position = body["cause"], Decimal(body["change"]), body["position"]
        where = f"{self.tag} {cause} of position {position}"
        if cause in ("dividend", "interest", "borrow"):
            self.carry.hear(where, cause, change, position)
        else:
            due = next((p for p in self.pending if p[0] == cause and p[2] == position), None)
            if due:
                self.pending.remove(due)
            self.findings.equal("movements of cash", where, due[1] if due else "nothing", change)
        self.findings.equal("balances of cash", where, self.cash + self.not_yet_said(), Decimal(body["balance"]))

    def not_yet_said(self):
        return -sum((amount for _, amount, _ in self.pending), Decimal(0))

    def hear_position(self, body):
        where = f"{self.tag} contract {body['contract']} of position {body['position']}"
        position = self.positions.get(body["position"]) or self.trades.ended.get(body["position"])
        leg = position and position.legs.get((body["contract"], body["underlying"]))
        self.findings.equal("quantities held", where, leg.quantity if leg else 0, body["quantity"])
        self.findings.equal("costs of holdings", where, leg.cost if leg else Decimal(0), Decimal(body["cost"]))

    def hear_equity(self, body):
        self.mark_fresh()
        self.equity_count += 1
        self.equities.append(body)
        for name, value in self.sums().items():
            found = Decimal(body[name]) if isinstance(value, Decimal) else body[name]
            self.findings.equal(f"equity: {name}", self.tag, value, found)
        self.findings.equal("equity = cash + holdings", self.tag, Decimal(body["cash"]) + Decimal(body["market_value"]),
                            Decimal(body["equity"]))
        sources = sum(Decimal(body[name]) for name in ("realised", "unrealised", "income")) - Decimal(body["fees"])
        self.findings.equal("equity = deposits + profit", self.tag, self.deposits + sources, Decimal(body["equity"]))
        self.findings.holds("liquidation at most mid", self.tag,
                            Decimal(body["liquidation_value"]) <= Decimal(body["mid_value"]),
                            f"{body['liquidation_value']} above {body['mid_value']}")
        for what in self.settlements.overdue():
            self.findings.holds("nothing lingers", self.tag, False, f"{what} is still held")
        if self.fresh is not None:
            self.carry.all_said()

    # ---- what changes holdings ---------------------------------------------------------------------
    def fill(self, body):
        self.fills.append(body)
        if self.market.time is None or self.market.time < body["quote_time"]:
            self.market.time, self.market.session = body["quote_time"], body["session"]
        position = self.positions.get(body["position"])
        if position is None:
            position = self.positions[body["position"]] = Position(body["position"], body["quote_time"], body["session"])
        cash = Decimal(0)
        for row in body["legs"]:
            terms = self.market.terms(row["contract"], row["underlying"])
            leg = position.leg((row["contract"], row["underlying"]), terms, self.lots)
            units = row["quantity"] * terms["multiplier"]
            received = -Decimal(row["price"]) * units
            self.realised += leg.trade(row["quantity"], received)
            if leg.opened == row["quantity"]:  # its first price, until a quote says another
                leg.mark = leg.touch = leg.mid = Decimal(row["price"])
            leg.carried, leg.heard = None, self.market.session
            cash += received
            for name in ("touch", "mid"):
                other = number(row[name])
                if other is not None:
                    better = (other - Decimal(row["price"])) * units
                    setattr(position, f"over_{name}", getattr(position, f"over_{name}") + better)
            if leg.quantity:
                self.mark_quote(leg, number(row["bid"]), number(row["ask"]), False)
        self.move_cash("trade", cash, body["position"])
        fees = Decimal(body["fees"])
        self.move_cash("fee", -fees, body["position"])
        self.fees += fees
        position.fees += fees
        position.flows += cash - fees
        position.watch()
        self.trades.after(position, body["quote_time"], body["session"])
        return len(body["legs"]) + (cash != 0) + (fees != 0) + (not position.held())

    def settled(self, position):
        if not position.held():
            position.watch()
            self.trades.after(position, self.market.time, self.market.session)

    def adjust(self, body):
        """A split of shares, or contracts that became others."""
        where = f"{self.tag} position {body['position']}"
        position = self.positions[body["position"]]
        shares = body["from"] == SHARES
        key = (body["from"], body["underlying"] if shares else "")
        leg = position.legs.get(key)
        before = leg.quantity if leg else 0
        self.findings.equal("quantities before adjustments", where, before, body["quantity_before"])
        new, old = self.ratio(body, shares)
        self.settlements.adjusted(body, new, old)
        whole = abs(before) * new // old * (1 if before > 0 else -1)
        self.findings.equal("quantities after adjustments", where, whole, body["quantity_after"])
        terms = leg.terms if shares else self.market.terms(body["to"])
        cash, value, before_cost = Decimal(body["cash"]), leg.value(), leg.cost
        old_units = before * leg.multiplier
        to = leg if body["to"] == body["from"] else position.leg((body["to"], ""), terms, self.lots)
        rest = leg.cost - cash
        if to is leg:
            leg.quantity, leg.cost, leg.opened = whole, rest, leg.opened * new // old
        else:
            to.quantity, to.cost, to.opened, to.opened_cost = whole, rest, leg.opened * new // old, leg.opened_cost
            to.proceeds, to.lots, to.last_lot = leg.proceeds, leg.lots, leg.last_lot
            del position.legs[key]
        to.proceeds += cash
        to.convert_lots(whole, cash)
        if not whole:
            self.realised += cash - before_cost
            to.cost = Decimal(0)
        units = whole * terms["multiplier"]
        to.carried = value - cash if whole else None
        to.mark, to.touch, to.mid = (exact((price * old_units - cash) / units) if whole else Decimal(0)
                                     for price in (leg.mark, leg.touch, leg.mid))
        position.flows += cash
        self.move_cash("settlement", cash, body["position"])

    def ratio(self, body, shares):
        if shares:
            split = next((s for s in reversed(self.market.splits) if s["underlying"] == body["underlying"]), None)
            return (split["new_shares"], split["old_shares"]) if split else (0, 1)
        for adjusted in reversed(self.market.adjusted):
            for i, (source, to) in enumerate(zip(adjusted["from"], adjusted["to"])):
                if (source, to) == (body["from"], body["to"]):
                    return adjusted["quantity_new"][i], adjusted["quantity_old"][i]
        return 0, 1

    # ---- marks -------------------------------------------------------------------------------------
    def mark_fresh(self):
        """Marks what the snapshot of this wave says something of; once."""
        body, self.fresh_marked = self.fresh, True
        if body is None or body.get("checker_marked"):
            return
        body["checker_marked"] = True
        old = body["stale"] or body["halted"]
        for position in self.positions.values():
            touched = False
            for leg in position.held():
                if leg.terms["underlying"] != body["underlying"]:
                    continue
                touched = True
                if leg.terms["id"] == SHARES:
                    price = number(body["underlying_price"])
                    bid, ask = (None, None) if price is None else (price - self.half_spread, price + self.half_spread)
                    self.mark_quote(leg, bid, ask, old)
                    continue
                bid, ask, listed = self.market.quote(leg.terms)
                if listed:
                    self.mark_quote(leg, bid, ask, old)
                else:
                    leg.stale = True
            if touched:
                position.watch()

    def mark_quote(self, leg, bid, ask, stale):
        price = mark_price(self.mode, bid, ask, leg.quantity)
        leg.stale = stale or price is None
        leg.touch, leg.mid = touch_and_mid(bid, ask, leg.quantity > 0, leg.touch, leg.mid)
        leg.mark, leg.carried = (leg.mark if price is None else price), None

    def sums(self):
        held = [leg for position in self.positions.values() for leg in position.held()]
        value = sum((leg.value() for leg in held), Decimal(0))
        at = lambda name: sum((getattr(leg, name) * leg.quantity * leg.multiplier for leg in held), Decimal(0))
        return {"equity": self.cash + value, "cash": self.cash, "market_value": value, "realised": self.realised,
                "unrealised": value - sum((leg.cost for leg in held), Decimal(0)), "fees": self.fees,
                "open_positions": sum(bool(p.held()) for p in self.positions.values()),
                "open_contracts": sum(abs(leg.quantity) for leg in held if leg.terms["id"] != SHARES),
                "stale_marks": sum(leg.stale for leg in held), "income": self.income,
                "liquidation_value": at("touch"), "mid_value": at("mid")}
