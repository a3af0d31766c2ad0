#!/usr/bin/env python3
"""A data service for one test: quotes as JSON, page by page, with the faults that real ones have.

usage: http_server.py ROWS.json [OPTION=VALUE ...]

ROWS.json is an array of row objects (numbers as text are sent as they are, digit for digit). Prints
{"port": N} and serves on the loopback interface until its standard input ends.

Options: size=N        rows on a page (default 50)
         rate=N        more requests within a second than N: 429 with Retry-After: 1
         errors=P      share of requests answered with 500, by seed
         seed=N
         cut=N         every Nth body ends in the middle
         slow=SECONDS  wait before each body
         port=N        instead of a free one
         die_after=N   the program ends when it is asked for page N + 1
         key=TEXT      wanted in X-Api-Key, Authorization: Bearer, or ?apikey=, else 401
         etags=1       answers have an ETag, and 304 follows If-None-Match
         volatile=1    bodies hold a number that changes with every request

Paths (each with ?session=YYYY-MM-DD for the rows of one session; 404 where there are none):
  /link     {"results": [row...], "next_url": address}
  /header   [row...] and the header Link
  /cursor   {"data": {"rows": [row...], "next": cursor}}, ?cursor=
  /number   {"rows": [row...]}, ?page=1...
  /columns  {"s": "ok", "bid": [...], ...}, everything at once
  /nested   as /link, with the greeks in an object and the prices as numbers
  /redirect?to=URL, /loop, /elsewhere, /log (what was asked), /set?OPTION=VALUE, /change (new prices), /raw?status=&body=
"""
import gzip
import hashlib
import json
import os
import random
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlencode, urlsplit


class Service:
    def __init__(self, rows, options):
        self.rows = rows
        self.options = options
        self.random = random.Random(int(options.get("seed", "1")))
        self.lock = threading.Lock()
        self.log = []
        self.started = []
        self.pages = 0
        self.bodies = 0

    def number(self, name, default=0.0):
        return float(self.options.get(name, default))

    def session_rows(self, query):
        session = query.get("session")
        return [r for r in self.rows if r["session"] == session] if session else self.rows


class Raw(float):
    """A number that json writes with the digits it came with."""
    def __new__(cls, text):
        value = super().__new__(cls, text)
        value.text = text
        return value

    def __repr__(self):
        return self.text


def as_number(text):
    return None if text == "" else Raw(text)


def as_text(value):
    """json.dumps with Raw numbers as they are."""
    if isinstance(value, Raw):
        return value.text
    if isinstance(value, dict):
        return "{" + ",".join(json.dumps(k) + ":" + as_text(v) for k, v in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ",".join(as_text(v) for v in value) + "]"
    return json.dumps(value)


NUMBERS = ("underlying_price", "strike", "bid", "ask", "iv", "delta", "gamma", "volume", "open_interest")


def flat(row):
    return {k: as_number(v) if k in NUMBERS else v for k, v in row.items()}


def nested(row):
    out = {k: v for k, v in flat(row).items() if k not in ("iv", "delta", "gamma", "underlying", "underlying_price")}
    greeks = {k: flat(row)[k] for k in ("delta", "gamma") if row[k] != ""}
    out["details"] = {"other": [1, {"bid": 2}], "exchange": None}
    out["greeks"] = greeks or None
    if row["iv"] != "":
        out["implied_volatility"] = as_number(row["iv"])
    out["underlying_asset"] = {"ticker": row["underlying"], "price": as_number(row["underlying_price"])}
    return out


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    wbufsize = 1 << 16  # header and body in one piece
    disable_nagle_algorithm = True
    service = None

    def log_message(self, *_):
        pass

    def answer(self, status, body, headers=()):
        data = body.encode()
        self.send_response(status)
        packed = "gzip" in self.headers.get("Accept-Encoding", "") and len(data) > 1000
        if packed:
            data = gzip.compress(data, 1)
            self.send_header("Content-Encoding", "gzip")
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(data)))
        for name, value in headers:
            self.send_header(name, value)
        self.end_headers()
        s = self.service
        with s.lock:
            s.bodies += status == 200
            cut = s.number("cut") and status == 200 and s.bodies % int(s.number("cut")) == 0
        if s.number("slow"):
            time.sleep(s.number("slow"))
        self.wfile.write(data[:len(data) // 2] if cut else data)
        self.close_connection = self.close_connection or bool(cut)

    def allowed(self, query):
        key = self.service.options.get("key")
        return not key or key in (self.headers.get("X-Api-Key"), query.get("apikey")) or \
            self.headers.get("Authorization") == "Bearer " + key

    def refused(self, query):
        """Answers with the fault that is due; False when none is."""
        s = self.service
        if not self.allowed(query):
            self.answer(401, json.dumps({"error": "no key, or not " + str(query.get("apikey"))}))
            return True
        now = time.monotonic()
        with s.lock:
            s.started = [t for t in s.started if t > now - 1] + [now]
            busy = s.number("rate") and len(s.started) > s.number("rate")
            broken = s.random.random() < s.number("errors")
        if busy:
            self.answer(429, '{"error": "too many requests"}', [("Retry-After", "1")])
        elif broken:
            self.answer(500, '{"error": "internal"}')
        return busy or broken

    def do_GET(self):
        parts = urlsplit(self.path)
        query = {k: v[0] for k, v in parse_qs(parts.query).items()}
        s = self.service
        here = f"http://127.0.0.1:{self.server.server_address[1]}"
        if parts.path == "/log":
            return self.answer(200, json.dumps(s.log))
        if parts.path == "/set":
            s.options.update(query)
            return self.answer(200, "{}")
        if parts.path == "/change":
            for row in s.rows:
                row["ask"] = str(float(row["ask"]) + 1)
            return self.answer(200, "{}")
        s.log.append({"path": self.path, "time": time.monotonic(),
                      "key": self.headers.get("X-Api-Key") or self.headers.get("Authorization"),
                      "etag": self.headers.get("If-None-Match")})
        if parts.path == "/raw":
            return self.answer(int(query.get("status", "200")), query.get("body", ""),
                               [tuple(h.split(": ", 1)) for h in query.get("header", "").split("|") if h])
        if parts.path == "/redirect":
            return self.answer(302, "", [("Location", query["to"])])
        if parts.path == "/loop":
            return self.answer(200, as_text({"results": [], "next_url": "/loop"}))
        if parts.path == "/elsewhere":
            return self.answer(200, as_text({"results": [], "next_url": "http://example.invalid/steal"}))
        if self.refused(query):
            return None
        die_after = int(s.number("die_after"))
        s.pages += 1
        if die_after and s.pages > die_after:
            os._exit(3)
        return self.page(parts, query, here)

    def page(self, parts, query, here):
        s = self.service
        rows = s.session_rows(query)
        if not rows:
            return self.answer(404, '{"error": "no data"}')
        size = int(s.number("size", 50))
        kind = parts.path.strip("/")
        number = {"number": int(query.get("page", "1")) - 1,
                  "cursor": int(query.get("cursor", "c0")[1:])}.get(kind, int(query.get("at", "0")))
        part = rows[number * size:(number + 1) * size]
        more = (number + 1) * size < len(rows)
        keep = {k: v for k, v in query.items() if k in ("session",)}
        link = f"{here}{parts.path}?" + urlencode({**keep, "at": number + 1})
        headers = []
        if kind == "link":
            body = {"results": [flat(r) for r in part], "next_url": link if more else None}
        elif kind == "nested":
            body = {"status": "OK", "results": [nested(r) for r in part]}
            if more:
                body["next_url"] = link[len(here):]
        elif kind == "header":
            body = [flat(r) for r in part]
            links = [f'<{here}/header>; rel="first"'] + ([f'<{link}>; rel="next"'] if more else [])
            headers.append(("Link", ", ".join(links)))
        elif kind == "cursor":
            body = {"data": {"rows": [flat(r) for r in part], "next": f"c{number + 1}" if more else ""}}
        elif kind == "number":
            body = {"rows": [flat(r) for r in part]}
        elif kind == "columns":
            body = {"s": "ok", **{k: [flat(r)[k] for r in rows] for k in rows[0]}}
        else:
            return self.answer(404, '{"error": "no such path"}')
        tag = '"' + hashlib.sha256(as_text(body).encode()).hexdigest()[:16] + '"'
        if s.number("etags"):
            headers.append(("ETag", tag))
            if self.headers.get("If-None-Match") == tag:
                return self.answer(304, "", headers)
        if s.number("volatile") and isinstance(body, dict):
            body["request_id"] = str(time.monotonic_ns())
        return self.answer(200, as_text(body), headers)


def main():
    with open(sys.argv[1], encoding="utf-8") as f:
        rows = json.load(f)
    Handler.service = Service(rows, dict(o.split("=", 1) for o in sys.argv[2:]))
    port = int(Handler.service.number("port"))
    server = ThreadingHTTPServer(("127.0.0.1", port), Handler)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True).start()
    print(json.dumps({"port": server.server_address[1]}), flush=True)
    while sys.stdin.buffer.read(4096):
        pass
    os._exit(0)


if __name__ == "__main__":
    main()
