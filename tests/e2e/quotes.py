"""Small files of end-of-day option quotes in the `cboe_historical` layout, and broken ones."""
import datetime
import gzip

COLUMNS = ("underlying,underlying_last,exchange,optionroot,type,expiration,quotedate,strike,last,net,bid,ask,"
           "volume,openinterest,impliedvol,delta,gamma").split(",")


def _row(session, expiration, strike, bid, delta, last):
    root = "SPXW%sP%08d" % (expiration.strftime("%y%m%d"), strike * 1000)
    us = "%m/%d/%Y"
    return ["SPX", last, "*", root, "put", expiration.strftime(us), session.strftime(us), str(strike), "0", "0",
            "%.2f" % bid, "%.2f" % (bid + 0.5), "10", "100", "0.15", "%.4f" % delta, "0.001"]


def rows(sessions=8, last="2900.00"):
    """`sessions` trading days from 2019-05-01 with two weekly expirations of six puts each."""
    out = []
    day = datetime.date(2019, 5, 1)
    while sessions > 0:
        if day.weekday() < 5:
            sessions -= 1
            for expiration in (datetime.date(2019, 5, 31), datetime.date(2019, 6, 7)):
                out += [_row(day, expiration, strike, 10 + 3 * i, -0.10 - 0.05 * i, last)
                        for i, strike in enumerate(range(2750, 2900, 25))]
        day += datetime.timedelta(1)
    return out


def text(table, columns=COLUMNS):
    return "".join(",".join(row) + "\n" for row in [columns] + table)


def with_value(column, value, row=5):
    """The file with one value replaced; row 0 is line 2 of the file."""
    table = rows()
    table[row][COLUMNS.index(column)] = value
    return text(table)


def without_column(column):
    at = COLUMNS.index(column)
    return text([row[:at] + row[at + 1:] for row in rows()], COLUMNS[:at] + COLUMNS[at + 1:])


def short_row():
    table = rows()
    table[5] = table[5][:8]
    return text(table)


def gzipped(cut=None, flip=None):
    """The good file compressed; `cut` keeps so many bytes, `flip` changes the byte at this place."""
    data = bytearray(gzip.compress(text(rows()).encode(), mtime=0))
    if flip is not None:
        data[flip] ^= 0x10
    return bytes(data[:cut])
