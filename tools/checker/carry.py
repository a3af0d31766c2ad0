"""What time brings and costs: interest on cash, the fee for borrowed shares, dividends on shares."""
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from contracts import SHARES
from findings import CENT, number


class Carry:
    def __init__(self, ledger, settings, book):
        self.ledger, self.accrued, self.expected, self.paid = ledger, {}, None, set()
        self.rates = {name: settings.param(book, path) for name, path in (
            ("cash", "interest.rate"), ("debit", "interest.debit_rate"), ("borrow", "borrow.rate"))}

    def begin_session(self, earlier, session):
        """What a night costs: interest on cash, the fee for borrowed shares."""
        if earlier is None or earlier >= session:
            return
        self.ledger.market.session = session
        days = (date.fromisoformat(session) - date.fromisoformat(earlier)).days
        self.accrued = {}
        rate = self.rate()
        interest = (self.ledger.cash * rate * days / 365).quantize(CENT, ROUND_HALF_UP)
        if interest:
            self.accrued["interest", 0] = interest
        borrow = Decimal(self.rates["borrow"] or 0)
        for position in self.ledger.positions.values():
            for leg in position.held():
                if leg.terms["id"] == SHARES and leg.quantity < 0 and borrow:
                    fee = (leg.value() * borrow * days / 365).quantize(CENT, ROUND_HALF_UP)
                    key = ("borrow", position.number)
                    self.accrued[key] = self.accrued.get(key, Decimal(0)) + fee

    def rate(self):
        which = "debit" if self.ledger.cash < 0 and self.rates["debit"] not in (None, "published") else "cash"
        rate = self.rates[which]
        return self.ledger.market.short_rate if rate in (None, "published") else Decimal(rate)

    def dividends_due(self):
        """{position: USD} of the dividends that went ex by this session."""
        due, ledger = {}, self.ledger
        for (underlying, kind, ex), notice in ledger.market.dividends.items():
            if ex > ledger.market.session or (underlying, kind, ex) in self.paid:
                continue
            self.paid.add((underlying, kind, ex))
            for position in ledger.positions.values():
                leg = position.legs.get((SHARES, underlying))
                if leg and leg.quantity and not notice["late"]:
                    due[position.number] = due.get(position.number, Decimal(0)) + number(notice["amount"]) * leg.quantity
        return {position: amount for position, amount in due.items() if amount}

    def fix_dividends(self):
        if self.expected is None:
            self.expected = self.dividends_due()

    def hear(self, where, cause, change, number_):
        ledger = self.ledger
        if cause == "dividend":
            self.fix_dividends()
            left = self.expected.get(number_)  # several dividends of one morning come one by one
            known = left is not None and (left == change or abs(left) > abs(change))
            ledger.findings.equal("dividends", where, change if known else "nothing", change)
            if known:
                self.expected[number_] = left - change
        else:
            ledger.findings.equal("interest and borrow cost", where, self.accrued.pop((cause, number_), "nothing"), change)
        ledger.cash += change
        ledger.income += change
        position = ledger.positions.get(number_)
        if position:
            position.income += change
            position.flows += change

    def all_said(self):
        """After a snapshot nothing that was due is missing."""
        ledger = self.ledger
        for key, amount in self.accrued.items():
            ledger.findings.equal("interest and borrow cost", f"{ledger.tag} {key}", amount, "nothing")
        self.accrued = {}
        self.fix_dividends()
        for position, amount in self.expected.items():
            ledger.findings.equal("dividends", f"{ledger.tag} position {position}", amount, Decimal(0))
