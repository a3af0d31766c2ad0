"""The account as risk sees it: equity and cash agree with the book, and margin with the rules where a book is
simple enough to work out by hand: short options alone, or each behind a long of the same expiration."""
from decimal import Decimal

from contracts import SHARES
from market import Market

BROAD = ("SPX", "NDX", "RUT", "XSP", "OEX", "DJX", "MRUT", "XND")


class Margin:
    def __init__(self, settings, findings, risk):
        self.findings, self.risk, self.market = findings, risk, Market()
        self.equity, self.held, self.filled = None, {}, None
        self.at_mid = settings.param(settings.node("portfolio.book", "book"), "mark", "mid") == "mid"
        account = settings.param(risk, "margin.account")
        reserve = settings.param(risk, "undefined_reserve")
        self.by_rules = account in ("reg_t", None) and reserve is None
        self.classes = settings.param(risk, "margin.classes", {})

    def hear(self, event):
        body = event.body
        if event.message == "orders.fill":
            self.filled = event.tag.split("+")[0]
        elif event.message == "portfolio.equity":
            self.equity = body
        elif event.message == "portfolio.position":
            self.held[body["position"], body["contract"], body["underlying"]] = body["quantity"]
        elif event.message == "portfolio.adjusted":
            name = body["underlying"] if body["from"] == SHARES else ""
            self.held[body["position"], body["from"], name] = 0
            self.held[body["position"], body["to"], name] = body["quantity_after"]
        elif event.message.startswith("market.") and event.source != self.risk:
            self.market.take(event.message, body)
        elif event.message == "risk.margin" and event.source == self.risk:
            self.check(body, event.tag)

    def check(self, body, where):
        if not self.equity or self.equity["time"] != body["time"]:
            return
        # Risk looks at mids, whatever the book is told; a fill marks by the quotes it traded on.
        if self.at_mid and self.equity["stale_marks"] == 0 and self.filled != where.split("+")[0]:
            self.findings.equal("margin: equity", where, Decimal(self.equity["equity"]), Decimal(body["equity"]))
        self.findings.equal("margin: cash", where, Decimal(self.equity["cash"]), Decimal(body["cash"]))
        options = self.options()
        if options is None or not self.by_rules or self.classes:
            return
        maintenance, excess = Decimal(body["maintenance"]), Decimal(body["excess"])
        self.findings.equal("margin: excess = cash - maintenance", where, Decimal(body["cash"]) - maintenance, excess)
        expected = self.requirement(options, body["time"])
        if expected is not None:
            self.findings.equal("margin: maintenance", where, expected, maintenance)
            self.findings.equal("margin: initial", where, expected, Decimal(body["initial"]))

    def options(self):
        """{contract: quantity} over all positions; None when shares or long-dated options are held."""
        sums = {}
        for (_, contract, _), quantity in self.held.items():
            if quantity and contract == SHARES:
                return None
            sums[contract] = sums.get(contract, 0) + quantity
        held = {contract: quantity for contract, quantity in sums.items() if quantity}
        for contract in held:
            if self.market.session is None or self.market.terms(contract)["expiration"] > self.later(9):
                return None
        return held

    def later(self, months):
        year, month, day = (int(part) for part in self.market.session.split("-"))
        month += months - 1
        return f"{year + month // 12:04d}-{month % 12 + 1:02d}-{day:02d}"

    def requirement(self, options, time):
        """USD; None for a book that takes more than these rules."""
        longs = {c: q for c, q in options.items() if q > 0}
        shorts = {c: -q for c, q in options.items() if q < 0}
        if not shorts:
            return Decimal(0)
        if len(shorts) > 1 or len(longs) > 1:
            return None
        (short, count), = shorts.items()
        terms = self.market.terms(short)
        naked = self.naked(terms, time)
        if naked is None:
            return None
        if not longs:
            return naked * count
        (bought, cover), = longs.items()
        other = self.market.terms(bought)
        same = all(other[name] == terms[name] for name in ("underlying", "expiration", "right", "multiplier"))
        if not same:
            return naked * count if other["underlying"] != terms["underlying"] else None
        width = Decimal(other["strike"]) - Decimal(terms["strike"])
        loss = max(Decimal(0), width if terms["right"] == "call" else -width) * terms["multiplier"]
        paired = min(count, cover)
        return min(loss, naked) * paired + naked * (count - paired)

    def naked(self, terms, time):
        chain = self.market.chains.get(terms["underlying"])
        bid, ask, listed = self.market.quote(terms)
        if not chain or chain[0]["time"] != time or not listed or bid is None or not ask or bid > ask:
            return None
        if terms["id"] in self.market.deliverables:
            return None
        price, strike = Decimal(chain[0]["underlying_price"]), Decimal(terms["strike"])
        rate = Decimal("0.15") if terms["underlying"] in BROAD else Decimal("0.20")
        call = terms["right"] == "call"
        out = max(Decimal(0), strike - price if call else price - strike)
        floor = (price if call else strike) * Decimal("0.10")
        return ((bid + ask) / 2 + max(rate * price - out, floor)) * terms["multiplier"]
