"""What a position holds, at cost: average cost or tax lots."""
from decimal import ROUND_HALF_UP, Decimal

MILLIONTH = Decimal("0.000001")


def exact(amount):
    return amount.quantize(MILLIONTH, ROUND_HALF_UP)


class Leg:
    def __init__(self, terms, lots):
        self.terms, self.method = terms, lots
        self.quantity = self.opened = 0
        self.cost = self.opened_cost = self.proceeds = Decimal(0)
        self.mark = self.touch = self.mid = Decimal(0)
        self.stale, self.carried = False, None
        self.lots = []  # [number, quantity, cost], oldest first
        self.last_lot, self.heard = 0, None

    @property
    def multiplier(self):
        return self.terms["multiplier"]

    def value(self):
        return self.carried if self.carried is not None else self.mark * self.quantity * self.multiplier

    def trade(self, quantity, received):
        """Changes the holding against cash received; returns the profit realised."""
        if self.quantity * quantity < 0:
            closing = -self.quantity if abs(quantity) > abs(self.quantity) else quantity
            if closing != quantity:  # through zero: closes, then opens
                part = exact(received * closing / quantity)
                return self.trade(closing, part) + self.trade(quantity - closing, received - part)
            released = self.release(-quantity)
            self.cost -= released
            self.quantity += quantity
            self.proceeds += received
            return received - released
        self.quantity += quantity
        self.opened += quantity
        self.cost -= received
        self.opened_cost -= received
        self.last_lot += 1
        self.lots.append([self.last_lot, quantity, -received])
        return Decimal(0)

    def release(self, quantity):
        """Cost of `quantity` (signed as held) that leaves."""
        if self.method == "average" or quantity == self.quantity:
            if quantity == self.quantity:
                self.lots.clear()
                return self.cost
            return exact(self.cost * quantity / self.quantity)
        per_contract = lambda lot: lot[2] / abs(lot[1])  # of shorts: less received is a higher cost
        order = {"fifo": lambda lot: lot[0], "lifo": lambda lot: -lot[0],
                 "highest_cost": lambda lot: (-per_contract(lot), lot[0]),
                 "lowest_cost": lambda lot: (per_contract(lot), lot[0])}[self.method]
        left, cost = quantity, Decimal(0)
        for lot in sorted(self.lots, key=order):
            taken = left if abs(left) < abs(lot[1]) else lot[1]
            share = lot[2] if taken == lot[1] else exact(lot[2] * taken / lot[1])
            lot[1] -= taken
            lot[2] -= share
            cost += share
            left -= taken
            if not left:
                break
        self.lots = [lot for lot in self.lots if lot[1]]
        return cost

    def convert_lots(self, after, returned):
        """A split: quantities are rounded toward zero as they add up from the oldest; costs stay, less the cash
        in lieu in proportion. The cost of a lot that ends with nothing goes to the next, or the one before."""
        before = sum(lot[1] for lot in self.lots)
        if not before:
            return
        seen = given = 0
        spent, carried, kept = Decimal(0), Decimal(0), []
        for number, quantity, cost in self.lots:
            seen += quantity
            upto = abs(after) * abs(seen) // abs(before) * (1 if after > 0 else -1)
            part = exact(returned * seen / before) - spent
            spent += part
            cost += carried - part
            carried = Decimal(0)
            if upto != given:
                kept.append([number, upto - given, cost])
                given = upto
            else:
                carried = cost
        if carried and kept:
            kept[-1][2] += carried
        self.lots = kept


class Position:
    def __init__(self, number, time, session):
        self.number, self.opened, self.entry_session, self.legs = number, time, session, {}
        self.fees = self.income = self.flows = self.worst = self.best = Decimal(0)
        self.over_touch = self.over_mid = Decimal(0)
        self.estimated = False

    def leg(self, key, terms, lots):
        if key not in self.legs:
            self.legs[key] = Leg(terms, lots)
        return self.legs[key]

    def held(self):
        return [leg for leg in self.legs.values() if leg.quantity]

    def watch(self):
        profit = self.flows + sum((leg.value() for leg in self.held()), Decimal(0))
        self.worst, self.best = min(self.worst, profit), max(self.best, profit)
