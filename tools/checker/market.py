"""What the market has said so far."""
from bisect import bisect_right
from decimal import Decimal

import contracts
from findings import number


def instant(time):
    """What sorts times of the journal: without its Z, a fraction of a second follows the whole one."""
    return time.rstrip("Z")


class Market:
    def __init__(self):
        self.contracts = []
        self.chains = {}       # underlying: (snapshot, row of each contract)
        self.prices = {}       # (underlying, session): last price
        self.first = {}        # (underlying, session): first price
        self.benchmark, self.ticks = None, ([], [])  # the first underlying; times and prices of it
        self.sessions = {}     # underlying: sessions with a price, in order
        self.published = {}    # (symbol, date): settlement value
        self.dividends = {}    # (underlying, type, ex): notice
        self.deliverables = {}  # contract: [(security, shares, cash)] of adjusted contracts
        self.splits, self.adjusted = [], []
        self.short_rate = Decimal(0)
        self.session = self.time = None

    def price(self, underlying, session, price):
        if price is None:
            return
        self.prices[underlying, session] = price
        self.first.setdefault((underlying, session), price)
        sessions = self.sessions.setdefault(underlying, [])
        if not sessions or sessions[-1] < session:
            sessions.append(session)

    def tick(self, underlying, time, price):
        self.benchmark = self.benchmark or underlying
        if underlying == self.benchmark and (not self.ticks[0] or self.ticks[0][-1] <= time):
            self.ticks[0].append(time)
            self.ticks[1].append(price)

    def take(self, message, body):
        if message == "market.instruments":
            self.contracts += contracts.batch(body)
        elif message == "market.underlying":
            self.price(body["underlying"], body["session"], number(body["price"]))
            self.tick(body["underlying"], instant(body["time"]), number(body["price"]))
        elif message == "market.chain":
            self.price(body["underlying"], body["session"], number(body["underlying_price"]))
            self.chains[body["underlying"]] = (body, {c: i for i, c in enumerate(body["contract"])})
            if self.session is None or self.session <= body["session"]:
                self.session, self.time = body["session"], body["time"]
        elif message == "market.dividend":
            key = (body["underlying"], body["type"], body["ex"])
            before = self.dividends.get(key)
            quoted = self.session is not None and body["ex"] <= self.session
            body["late"] = before["late"] if before else quoted  # its ex-date has passed: nobody gets it
            self.dividends[key] = body
        elif message == "market.settlement":
            self.published[body["symbol"], body["date"]] = number(body["value"])
        elif message == "market.split":
            self.splits.append(body)
        elif message == "market.adjusted":
            self.adjusted.append(body)
            rows = {}
            for to, security, shares, cash in zip(body["to"], body["security"], body["shares"], body["cash"]):
                rows.setdefault(to, []).append((security, number(shares), number(cash)))
            self.deliverables.update(rows)
        elif message == "market.rates" and body["rate"]:
            self.short_rate = Decimal(repr(body["rate"][0])) if body["rate"][0] is not None else Decimal(0)

    def terms(self, contract, underlying=""):
        if contract == contracts.SHARES:
            return contracts.shares_terms(underlying)
        return self.contracts[contract]

    def quote(self, terms):
        """(bid, ask, fresh): fresh is false when the latest snapshot does not quote the contract."""
        chain = self.chains.get(terms["underlying"])
        if not chain or terms["id"] not in chain[1]:
            return None, None, False
        body, row = chain[0], chain[1][terms["id"]]
        return number(body["bid"][row]), number(body["ask"][row]), True

    def last_price(self, underlying):
        sessions = self.sessions.get(underlying)
        return self.prices[underlying, sessions[-1]] if sessions else None

    def benchmark_at(self, time):
        """The first underlying's last price that was known at a time."""
        until = bisect_right(self.ticks[0], instant(time))
        return self.ticks[1][until - 1] if until else None

    def price_before(self, underlying, session):
        earlier = [s for s in self.sessions.get(underlying, []) if s < session]
        return self.prices[underlying, earlier[-1]] if earlier else None


def mark_price(mode, bid, ask, quantity):
    """USD per share; None when the quote cannot say. An ask of nothing is none."""
    ask = ask if ask is None or ask > 0 else None
    if bid is not None and ask is not None and bid > ask:
        return None
    known_bid = bid if bid is not None and bid >= 0 else None
    known_ask = ask if ask is not None and ask > 0 else None
    if mode == "touch":
        return known_bid if quantity > 0 else known_ask
    return (known_bid + known_ask) / 2 if known_bid is not None and known_ask is not None else None


def touch_and_mid(bid, ask, is_long, touch, mid):
    """The two prices of a holding as a quote moves them from what they were."""
    bid = bid if bid is not None and bid >= 0 else None
    ask = ask if ask is not None and ask > 0 else None
    if (bid is None and ask is None) or (bid is not None and ask is not None and bid > ask):
        return touch, mid
    if bid is not None and ask is not None:
        return (bid if is_long else ask), (bid + ask) / 2
    if bid is None:
        return (Decimal(0) if is_long else ask), min(mid, ask)
    return (bid if is_long else max(touch, bid)), max(mid, bid)
