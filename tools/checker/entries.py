"""The double entry: postings sum to zero, and the accounts say what the recount says."""
from decimal import Decimal


class Entries:
    def __init__(self, ledger):
        self.ledger, self.count, self.accounts, self.quantities = ledger, 0, {}, {}

    def hear(self, body):
        found, self.count = self.ledger.findings, self.count + 1
        where = f"{self.ledger.tag} entry {body['number']}"
        found.equal("entries are numbered", where, self.count, body["number"])
        found.equal("postings sum to zero", where, Decimal(0), sum(Decimal(p["amount"]) for p in body["postings"]))
        for posting in body["postings"]:
            account = posting["account"]
            self.accounts[account] = self.accounts.get(account, Decimal(0)) + Decimal(posting["amount"])
            if account == "holdings":
                key = (body["position"], posting["contract"], posting["underlying"])
                self.quantities[key] = self.quantities.get(key, 0) + posting["quantity"]

    def balance(self, tag):
        """After every wave; nothing to compare where the book was told not to send entries."""
        if not self.count:
            return
        ledger, found = self.ledger, self.ledger.findings
        held = [leg for position in ledger.positions.values() for leg in position.held()]
        account = lambda *names: sum((self.accounts.get(name, Decimal(0)) for name in names), Decimal(0))
        found.equal("accounts: cash", tag, ledger.cash, account("cash"))
        found.equal("accounts: holdings", tag, sum((leg.cost for leg in held), Decimal(0)), account("holdings"))
        found.equal("accounts: realised", tag, ledger.realised, -account("realised"))
        found.equal("accounts: fees", tag, ledger.fees, account("fees"))
        found.equal("accounts: income", tag, ledger.income, -account("dividends", "interest", "borrow"))
        found.equal("accounts: capital", tag, ledger.deposits, -account("capital"))
        quantities = {(position.number, leg.terms["id"], leg.terms["underlying"] if leg.terms["expiration"] is None else ""):
                      leg.quantity for position in ledger.positions.values() for leg in position.held()}
        posted = {key: quantity for key, quantity in self.quantities.items() if quantity}
        found.equal("quantities are conserved", tag, quantities, posted)
