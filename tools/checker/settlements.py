"""Expiry, exercise, assignment: what each settlement must have been, by the rules."""
from decimal import Decimal

import contracts
from contracts import SHARES
from holdings import exact


class Settlements:
    """Applies what the book reports as settled, after holding it against the rules."""

    def __init__(self, ledger):
        self.ledger, self.count = ledger, 0
        self.wishes = {}       # (position, contract): contracts not to be exercised
        self.instructions = {}  # (position, contract): contracts asked to be exercised now

    def instruction(self, body):
        key = (body["position"], body["contract"])
        into = self.instructions if body["choice"] == "exercise" else self.wishes
        into[key] = into.get(key, 0) + body["quantity"]

    def adjusted(self, body, new, old):
        """A corporate action takes wishes along."""
        for wishes in (self.wishes, self.instructions):
            count = wishes.pop((body["position"], body["from"]), 0)
            if count:
                wishes[body["position"], body["to"]] = count * new // old

    def value(self, terms, estimated):
        """Settlement values that the market has said so far and that would be right."""
        market, expiration = self.ledger.market, terms["expiration"]
        if estimated:
            prior = market.price_before(terms["underlying"], expiration)
            return [v for v in (prior, market.first.get((terms["underlying"], expiration))) if v is not None]
        session = expiration
        if (terms["underlying"], session) not in market.prices:  # Saturday dates before 2015
            earlier = [s for s in market.sessions.get(terms["underlying"], []) if s <= expiration]
            session = earlier[-1] if earlier else expiration
        symbol = contracts.settlement_symbol(terms)
        for date in (expiration, session):
            if (symbol, date) in market.published:
                return [market.published[symbol, date]]
        if terms["settlement"] == "am":
            return []
        price = market.prices.get((terms["underlying"], session))
        return [] if price is None else [price]

    def exercise_value(self, terms, price):
        """USD per share of the multiplier: of adjusted contracts, by the worth of what they deliver."""
        rows = self.ledger.market.deliverables.get(terms["id"])
        if not rows:
            return contracts.intrinsic(terms, price)
        worth = Decimal(0)
        for security, shares, cash in rows:
            at = price if security == terms["underlying"] else self.ledger.market.last_price(security)
            worth += shares * (at or Decimal(0)) + cash
        worth /= terms["multiplier"]
        strike = Decimal(terms["strike"])
        return worth - strike if terms["right"] == "call" else strike - worth

    def apply(self, body):
        ledger, found = self.ledger, self.ledger.findings
        self.count += 1
        position = ledger.positions.get(body["position"])
        terms = ledger.market.terms(body["contract"])
        where = f"{contracts.osi_symbol(terms)} of position {body['position']}"
        leg = position.legs.get((body["contract"], "")) if position else None
        if not found.holds("settlements are of what is held", where,
                           leg is not None and body["quantity"] * leg.quantity > 0
                           and abs(body["quantity"]) <= abs(leg.quantity),
                           f"{body['quantity']} settled of {leg.quantity if leg else 'nothing'}"):
            return
        early = body["cause"] in ("early_exercise", "early_assignment")
        self.check_time(body, terms, where, early)
        intrinsic = Decimal(body["intrinsic"])
        exercised = body["cause"] != "expired"
        if not early:
            self.check_price(body, terms, where, exercised)
        is_long = leg.quantity > 0
        if exercised:
            cause = {(False, True): "exercised", (False, False): "assigned", (True, True): "early_exercise",
                     (True, False): "early_assignment"}[early, is_long]
            found.equal("causes of settlements", where, cause, body["cause"])
        physical = exercised and not contracts.is_cash_settled(terms, ledger.delivery)
        if physical:
            self.deliver(position, leg, body, terms, where)
        else:
            cash = intrinsic * body["quantity"] * terms["multiplier"] if exercised else Decimal(0)
            found.equal("cash of settlements", where, cash, Decimal(body["cash"]))
            found.equal("shares of settlements", where, 0, body["shares"])
            ledger.realised += leg.trade(-body["quantity"], cash)
            position.flows += cash
            ledger.move_cash("settlement", cash, body["position"])
        position.estimated |= body["estimated"]
        ledger.settled(position)

    def check_time(self, body, terms, where, early):
        market, found = self.ledger.market, self.ledger.findings
        if early:
            found.holds("early exercise is of american options before expiry", where,
                        terms["exercise"] == "american" and market.session <= terms["expiration"],
                        f"{terms['exercise']}, session {market.session}")
            if body["cause"] == "early_exercise":
                key = (body["position"], body["contract"])
                left = self.instructions.get(key, 0)
                found.holds("early exercise is asked for", where, left >= body["quantity"], f"asked for {left}")
                self.instructions[key] = left - body["quantity"]
        else:
            found.holds("nothing settles before its instant", where, terms["settles"] <= market.time,
                        f"due {terms['settles']}, settled at {market.time}")

    def check_price(self, body, terms, where, exercised):
        found, price = self.ledger.findings, Decimal(body["settlement_price"])
        right = self.value(terms, body["estimated"])
        found.equal("settlement prices", where, price if price in right else (right or ["none"])[0], price)
        value = self.exercise_value(terms, price)
        due = value >= contracts.threshold(terms["expiration"])
        key = (body["position"], body["contract"])
        wished = self.wishes.get(key, 0)
        if due and not exercised and wished >= abs(body["quantity"]) and body["quantity"] > 0:
            self.wishes[key] = wished - abs(body["quantity"])
            return
        asked = self.instructions.get(key, 0)
        if not due and exercised and asked >= body["quantity"] > 0:  # a holder may pay to have it delivered
            self.instructions[key] = asked - body["quantity"]
            return
        band = self.ledger.pin_band
        shares = not contracts.is_cash_settled(terms, self.ledger.delivery)
        if body["quantity"] < 0 and shares and self.ledger.pin != "auto" and 0 < band >= abs(value):
            due = self.ledger.pin == "assigned"
        found.equal("exercise thresholds", where, due, exercised)
        if exercised:
            found.equal("exercise values", where, value, Decimal(body["intrinsic"]))

    def deliver(self, position, leg, body, terms, where):
        ledger, found = self.ledger, self.ledger.findings
        sign = 1 if terms["right"] == "call" else -1
        rows = ledger.market.deliverables.get(terms["id"]) or [
            (terms["underlying"], Decimal(terms["multiplier"]), Decimal(0))]
        rows = [(s, n * body["quantity"] * sign, c) for s, n, c in rows]
        cash = -Decimal(terms["strike"]) * terms["multiplier"] * body["quantity"] * sign
        cash += sum(c for _, _, c in rows) * body["quantity"] * sign
        if len(rows) == 1:
            whole = int(rows[0][1])  # fractions are paid in cash
            cash += exact((rows[0][1] - whole) * (Decimal(body["settlement_price"]) if rows[0][0] == terms["underlying"]
                                                  else ledger.market.last_price(rows[0][0])))
            found.equal("shares of settlements", where, whole, body["shares"])
            found.equal("cash of settlements", where, cash, Decimal(body["cash"]))
        ledger.realised += leg.trade(-body["quantity"], Decimal(0))
        moved = Decimal(body["cash"])
        security = body["underlying"] or rows[0][0]
        stock = position.leg((SHARES, security), contracts.shares_terms(security), ledger.lots)
        ledger.realised += stock.trade(body["shares"], moved)
        if stock.quantity:
            at = ledger.market.last_price(security) or Decimal(body["settlement_price"])
            ledger.mark_quote(stock, at - ledger.half_spread, at + ledger.half_spread, False)
        position.flows += moved
        ledger.move_cash("delivery", moved, body["position"])

    def overdue(self):
        """Contracts that are held beyond the session in which they expire."""
        for position in self.ledger.positions.values():
            for leg in position.held():
                expiration = leg.terms["expiration"]
                heard = leg.heard == self.ledger.market.session  # of a fill whose answer was lost until now
                if expiration and self.ledger.market.session and expiration < self.ledger.market.session and not heard:
                    chain = self.ledger.market.chains.get(leg.terms["underlying"])
                    if chain and chain[0]["session"] > expiration:
                        yield f"{contracts.osi_symbol(leg.terms)} of position {position.number}"
