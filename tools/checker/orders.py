"""Orders at the venue: the state machine of each, its limits, the quotes it traded on, the kill switch."""
from decimal import Decimal
from functools import reduce
from math import gcd

from contracts import SHARES
from findings import number

ENDED = ("filled", "cancelled", "rejected")
STATES = {"orders.accepted": "working", "orders.replaced": None, "orders.triggered": None, "orders.unknown": None,
          "orders.status": None}


class Order:
    def __init__(self, body, tag):
        self.request, self.tag, self.state = body, tag, "pending"
        self.limit = number(body["limit"])
        self.legs = {(leg["contract"], leg["underlying"]): leg["quantity"] for leg in body["legs"]}
        self.left = sum(abs(quantity) for quantity in self.legs.values())
        self.traded, self.executions, self.wanted = {}, 0, []
        self.unit = reduce(gcd, (abs(q) for q in self.legs.values()), 0) or 1
        self.per_unit = {key: quantity // self.unit for key, quantity in self.legs.items()}

    def resize(self, units):
        """To so many units in all, what has traded counted in; returns what is left."""
        self.legs = {key: quantity * units for key, quantity in self.per_unit.items()}
        self.unit = units
        self.left = sum(abs(q) for q in self.legs.values()) - sum(abs(q) for q in self.traded.values())
        return self.left

    @property
    def has_limit(self):
        return self.request["type"] in ("limit", "stop_limit")


class Orders:
    def __init__(self, settings, findings, market, executor):
        self.findings, self.market, self.orders = findings, market, {}
        self.impact = Decimal(settings.param(executor, "fill.impact", "0") or 0) != 0
        self.killed_at, self.fills = None, 0
        self.next_snapshot = settings.param(executor, "fill_on") == "next_snapshot"
        per_contract, per_order = (settings.param(executor, f"fees.{name}", "0") for name in ("per_contract", "per_order"))
        plain = settings.nodes.get(executor, {}).get("fees")
        simple = isinstance(plain, dict) and all(
            key in ("per_contract", "per_order") or value in (None, "none", "0", [], {}) for key, value in plain.items())
        self.rates = (Decimal(per_contract), Decimal(per_order)) if simple else None

    def to_venue(self, event):
        body = event.body
        if event.message == "orders.request":
            known = self.orders.get(body["order"])
            if known is None or known.state in ENDED:
                self.orders[body["order"]] = Order(body, event.tag)
        elif event.message == "orders.replace":
            order = self.orders.get(body["order"])
            if order and order.state not in ENDED:
                order.wanted.append(body)
        elif event.message == "risk.kill_switch":
            self.killed_at = event.tag if body["engaged"] else None

    def report(self, event):
        body, found = event.body, self.findings
        if event.message in ("orders.exercise",):
            return
        where = f"{event.tag} order {body['order']}"
        order = self.orders.get(body["order"])
        if event.message in ("orders.rejected", "orders.status", "orders.cancelled") and order is None:
            return  # an order that never was: that is what it says
        if not found.holds("reports are of orders sent", where, order is not None, event.message):
            return
        if event.message == "orders.status":
            self.check_status(order, body, where)
            return
        if event.message == "orders.rejected" and order.state != "pending":
            if order.wanted and "sent before" not in body["detail"]:
                order.wanted.pop(0)
            return  # of a second request or a replacement: the order itself goes on
        found.holds("nothing follows the end of an order", where, order.state not in ENDED,
                    f"{event.message} after {order.state}")
        if event.message == "orders.fill":
            self.fill(order, body, where, event.tag)
        elif event.message == "orders.accepted":
            found.equal("orders are accepted once", where, "pending", order.state)
            order.state = "working"
            found.holds("the kill switch is respected", where, not self.is_killed(order), "accepted after it engaged")
            found.holds("ioc and fok never rest", where, order.request["time_in_force"] in ("day", "gtc")
                        or order.request["type"] not in ("market", "limit") or order.request["parent"] != 0
                        or self.next_snapshot,
                        order.request["time_in_force"])
        elif event.message == "orders.replaced":
            self.replaced(order, body, where)
        elif event.message in ("orders.cancelled", "orders.rejected"):
            order.state = event.message.split(".")[1]

    def is_killed(self, order):
        return self.killed_at is not None and order.request["intent"] == "open" and order.request["reason"] != "margin_call"

    def check_status(self, order, body, where):
        state = body["state"]
        same = {"working": ("working", "waiting", "partially_filled", "unknown", "pending"), "pending": ("pending", "unknown"),
                "filled": ("filled",), "cancelled": ("cancelled", "expired"), "rejected": ("rejected",)}
        self.findings.holds("states of orders", where, state in same[order.state] or state == "unknown",
                            f"{state} where the reports say {order.state}")
        if state in ("working", "partially_filled"):
            self.findings.equal("quantities still to trade", where, order.left, body["remaining"])

    def replaced(self, order, body, where):
        wanted, size = order.wanted[0] if order.wanted else None, sum(abs(q) for q in order.per_unit.values())
        done = sum(abs(q) for q in order.traded.values())
        expected = wanted["units"] * size - done if wanted and wanted["units"] else order.left
        limit = number(wanted["limit"]) if wanted and wanted["limit"] is not None else order.limit
        if wanted and expected == body["remaining"] and (not order.has_limit or limit == number(body["limit"])):
            order.wanted.pop(0)
            order.limit = limit
        else:  # another order of its group, or its parent, traded a part: the venue makes it smaller
            self.findings.holds("quantities still to trade", where, 0 < body["remaining"] <= order.left,
                                f"{body['remaining']} of {order.left} without a request")
        order.resize((body["remaining"] + done) // size)
        self.findings.equal("limits after a replacement", where, order.limit, number(body["limit"]))
        self.findings.equal("quantities still to trade", where, order.left, body["remaining"])

    def fill(self, order, body, where, tag):
        found, request = self.findings, order.request
        self.fills += 1
        order.executions += 1
        found.equal("executions are numbered", where, order.executions, body["execution"])
        found.equal("fills name their position and intent", where, (request["position"], request["intent"]),
                    (body["position"], body["intent"]))
        found.holds("the kill switch is respected", where, not self.is_killed(order) or order.tag > tag,
                    "an opening order traded after it engaged")
        for leg in body["legs"]:
            self.leg(order, leg, body, where)
        order.left -= sum(abs(leg["quantity"]) for leg in body["legs"])
        found.equal("quantities still to trade", where, order.left, body["remaining"])
        found.holds("nothing trades more than was asked for", where, order.left >= 0, f"{order.left} left")
        legged = request["combo"] == "legged" and len(order.legs) > 1
        whole = all(abs(leg["quantity"]) == abs(order.legs.get((leg["contract"], leg["underlying"]), 0))
                    for leg in body["legs"]) if legged else order.left == 0  # of a legged combo each leg by itself
        found.holds("fok trades all or nothing", where, request["time_in_force"] != "fok" or whole, f"{order.left} left")
        self.whole_units(order, body, where)
        self.fees(order, body, where)
        if order.left == 0:
            order.state = "filled"

    def leg(self, order, leg, body, where):
        found, key, quantity = self.findings, (leg["contract"], leg["underlying"]), leg["quantity"]
        wanted = order.legs.get(key, 0)
        order.traded[key] = order.traded.get(key, 0) + quantity
        found.holds("legs trade the way they were ordered", where,
                    wanted * quantity > 0 and abs(order.traded[key]) <= abs(wanted),
                    f"{order.traded[key]} of {wanted} of contract {leg['contract']}")
        bid, ask, price = number(leg["bid"]), number(leg["ask"]), Decimal(leg["price"])
        quoted, ask = (bid, ask), ask if ask is None or ask > 0 else None  # an ask of nothing is none
        found.holds("no fill on a crossed quote", where, bid is None or ask is None or bid <= ask, f"{bid}/{ask}")
        side = ask if quantity > 0 else bid
        found.holds("no fill on a missing side", where, side is not None and side > 0, f"{bid}/{ask} for {quantity}")
        if side is not None and not self.impact:
            lower = bid if bid is not None else side
            upper = ask if ask is not None else side
            found.holds("prices are inside the quote", where, lower <= price <= upper, f"{price} outside {bid}/{ask}")
        touch, mid = number(leg["touch"]), number(leg["mid"])
        found.equal("touch of fills", where, side, touch)
        if bid is not None and ask is not None:
            found.equal("mid of fills", where, (bid + ask) / 2, mid)
        if leg["contract"] == SHARES:
            return
        terms = self.market.terms(leg["contract"])
        chain = self.market.chains.get(terms["underlying"])
        first = body["legs"][0]
        alone = self.market.terms(first["contract"], first["underlying"])["underlying"] == terms["underlying"]
        if chain and alone and chain[0]["time"] == body["quote_time"]:  # legs on others wait for their own chain
            found.equal("quotes of fills", where, self.market.quote(terms)[:2], quoted)
            found.holds("no fill while halted", where, not chain[0]["halted"], "trading is halted")
            found.holds("nothing opens on stale quotes", where, not chain[0]["stale"] or body["intent"] == "close",
                        "the chain is stale")

    def whole_units(self, order, body, where):
        request = order.request
        if len(order.legs) < 2 or request["combo"] == "legged":
            return
        units = {key: abs(sum(leg["quantity"] for leg in body["legs"] if (leg["contract"], leg["underlying"]) == key))
                 for key in order.legs}
        parts = {Decimal(units[key]) / abs(order.per_unit[key]) for key in order.legs if order.per_unit[key]}
        self.findings.holds("combos trade in whole units", where, len(parts) == 1, f"{units} of {order.legs}")
        self.limit(order, body, where)

    def limit(self, order, body, where):
        if not order.has_limit or any(leg["contract"] == SHARES for leg in body["legs"]) and len(order.legs) > 1:
            return
        prices = {(leg["contract"], leg["underlying"]): Decimal(leg["price"]) for leg in body["legs"]}
        unit = reduce(gcd, (abs(q) for q in order.legs.values()))
        if set(prices) == set(order.legs):
            net = sum(prices[key] * (quantity // unit) for key, quantity in order.legs.items())
            self.findings.holds("fills are within limits", where, net <= order.limit, f"{net} above {order.limit}")

    def fees(self, order, body, where):
        if len(order.legs) == 1:
            self.limit(order, body, where)
        if self.rates is None:
            self.findings.holds("fees are not negative", where, Decimal(body["fees"]) >= 0, body["fees"])
            return
        contracts = sum(abs(leg["quantity"]) for leg in body["legs"] if leg["contract"] != SHARES)
        shares = any(leg["contract"] == SHARES for leg in body["legs"])
        if not shares:
            fee = self.rates[0] * contracts + (self.rates[1] if body["execution"] == 1 else 0)
            self.findings.equal("fees of fills", where, fee, Decimal(body["fees"]))
