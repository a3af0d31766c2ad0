"""What was compared, how often, and by how much it was off."""
from decimal import Decimal

CENT = Decimal("0.01")


def number(text):
    """A decimal of the journal; None for a missing price."""
    return None if text is None else Decimal(text)


class Findings:
    def __init__(self):
        self.counts, self.worst, self.differences = {}, {}, []  # differences: (invariant, text)

    @property
    def problems(self):
        return [f"{invariant}: {text}" for invariant, text in self.differences]

    def equal(self, invariant, where, expected, found):
        """Equal, exactly. Amounts are USD: their difference counts in cents."""
        self.counts[invariant] = self.counts.get(invariant, 0) + 1
        if expected == found:
            return True
        if isinstance(expected, Decimal) and isinstance(found, Decimal):
            self.worst[invariant] = max(self.worst.get(invariant, Decimal(0)), abs(expected - found) / CENT)
        self.differences.append((invariant, f"{where}: recomputed {expected}, the engine says {found}"))
        return False

    def near(self, invariant, where, expected, found, tolerance):
        """Equal up to a rounding that the engine documents."""
        within = abs(expected - found) <= tolerance
        return self.equal(invariant, where, expected, expected if within else found)

    def holds(self, invariant, where, condition, text):
        self.counts[invariant] = self.counts.get(invariant, 0) + 1
        if not condition:
            self.differences.append((invariant, f"{where}: {text}"))
        return condition

    def lines(self):
        for invariant, count in self.counts.items():
            bad = sum(one == invariant for one, _ in self.differences)
            worst = self.worst.get(invariant, Decimal(0)).normalize()
            yield f"{invariant:<44} {count:>8} checked, {bad} differ, worst {worst:f} cents"

    def merge(self, other, prefix):
        for invariant, count in other.counts.items():
            self.counts[invariant] = self.counts.get(invariant, 0) + count
        for invariant, worst in other.worst.items():
            self.worst[invariant] = max(self.worst.get(invariant, Decimal(0)), worst)
        self.differences += [(invariant, f"{prefix}: {text}") for invariant, text in other.differences]
