"""Terms of contracts, and what they settle at: the rules, not the engine's tables."""
from decimal import Decimal

SHARES = 4294967295
# Roots that are settled in cash at a value of their own; all others deliver shares. OEX, DJX, ... are
# indices like SPX. The value is published under the second name, the underlying's own when there is none.
CASH_ROOTS = {
    "SPX": "SET", "SPXW": "SPX", "SPXQ": "SPX", "SPXPM": "SPX", "XSP": "XSP", "XSPAM": "XSR", "NDX": "XQO",
    "NDXP": "NDX", "XND": "XND", "RUT": "RLS", "RUTW": "RUT", "RUTQ": "RUT", "MRUT": "MRUT", "DJX": "DJS",
    "OEX": "OEX", "XEO": "XEO", "VIX": "VRO", "VIXW": "VRO"}


def settlement_symbol(terms):
    if terms["root"] == "SPXW" and terms["settlement"] == "am":
        return "SET"
    if terms["root"] == "XSP" and terms["settlement"] == "am":
        return "XSR"
    return CASH_ROOTS.get(terms["root"], terms["underlying"])


def is_cash_settled(terms, delivery):
    return delivery == "cash" or terms["root"] in CASH_ROOTS


def threshold(expiration):
    """In the money by at least this much at expiry is exercised (OCC Rule 805, customers)."""
    if expiration < "2006-10-21":
        return Decimal("0.25")
    return Decimal("0.05") if expiration < "2008-06-21" else Decimal("0.01")


def intrinsic(terms, price):
    strike = Decimal(terms["strike"])
    return price - strike if terms["right"] == "call" else strike - price


def osi_symbol(terms):
    date = terms["expiration"].replace("-", "")[2:]
    return "%-6s%s%s%08d" % (terms["root"], date, terms["right"][0].upper(), Decimal(terms["strike"]) * 1000)


def shares_terms(underlying):
    return {"root": underlying, "underlying": underlying, "expiration": None, "settles": None, "strike": "0",
            "right": "call", "settlement": "pm", "exercise": "american", "multiplier": 1, "id": SHARES}


NAMES = ("root", "underlying", "expiration", "settles", "strike", "right", "settlement", "exercise", "multiplier")


def batch(body):
    rows = zip(*(body[name] for name in NAMES))
    return [dict(zip(NAMES, row), id=body["first_id"] + i) for i, row in enumerate(rows)]
