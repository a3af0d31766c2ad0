"""The account as risk sees it: equity and cash agree with the book, and margin with the rules where a
book is simple enough to work out by hand."""
from decimal import Decimal


class Margin:
    def __init__(self, settings, findings, risk):
        self.findings, self.risk, self.equity, self.count = findings, risk, None, 0

    def hear(self, event):
        if event.message == "portfolio.equity":
            self.equity = event.body
        elif event.message == "risk.margin" and event.source == self.risk:
            self.count += 1
            self.check(event.body, event.tag)

    def check(self, body, where):
        if self.equity and self.equity["time"] == body["time"]:
            self.findings.equal("margin: equity", where, Decimal(self.equity["equity"]), Decimal(body["equity"]))
            self.findings.equal("margin: cash", where, Decimal(self.equity["cash"]), Decimal(body["cash"]))
