#!/usr/bin/env python3
"""A private PostgreSQL server for one test, gone when the test is.

usage: postgres_server.py

Makes a cluster in a temporary folder, starts it on a unix socket and on a free loopback port, and
prints one line of JSON: {"socket": FOLDER, "port": N, "user": "owner", "database": "postgres",
"bin": FOLDER} or {"skipped": REASON} where PostgreSQL's programs are not installed. It serves until
its standard input ends, which also happens when the process that started it dies; then it stops the
server and removes the folder. On the socket nobody is asked for a password, on the port everybody.
As root the server runs as nobody, because it refuses to run as root.
"""
import glob
import json
import os
import pwd
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time


def programs():
    """The folder of initdb and postgres, the newest version first; None where there is none."""
    def version(folder):
        return [int(part) if part.isdigit() else 0 for part in folder.split(os.sep)[-2].split(".")]
    folders = sorted(glob.glob("/usr/lib/postgresql/*/bin"), key=version, reverse=True)
    on_path = shutil.which("initdb")
    if on_path:
        folders.append(os.path.dirname(os.path.realpath(on_path)))
    for folder in folders:
        if all(os.path.exists(os.path.join(folder, p)) for p in ("initdb", "postgres")):
            return folder
    return None


def unprivileged():
    """Arguments for subprocess that drop root's rights, and the id of the user."""
    if os.geteuid() != 0:
        return {}, None
    nobody = pwd.getpwnam("nobody")
    return {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}, nobody


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


def ready(server, folder, port, log, seconds=60):
    """True when the server answers on its socket; False when it ended or time is up."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if server.poll() is not None:
            return False
        with open(log, encoding="utf-8", errors="replace") as f:
            if "database system is ready to accept connections" in f.read():
                return os.path.exists(os.path.join(folder, f".s.PGSQL.{port}"))
        time.sleep(0.02)
    return False


def start(bin_folder, folder, as_user):
    data = os.path.join(folder, "data")
    clean = {"PATH": os.environ.get("PATH", ""), "LC_ALL": "C", "TZ": "UTC"}
    subprocess.run([os.path.join(bin_folder, "initdb"), "-D", data, "-U", "owner", "-E", "UTF8", "--locale=C",
                    "--no-sync", "--auth-local=trust", "--auth-host=scram-sha-256"],
                   check=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL,
                   cwd=folder, env=clean, **as_user)
    log = os.path.join(folder, "log")
    for _ in range(3):  # another program may take the port in between
        port = free_port()
        with open(log, "wb") as out:
            server = subprocess.Popen(
                [os.path.join(bin_folder, "postgres"), "-D", data, "-k", folder, "-p", str(port),
                 "-c", "listen_addresses=127.0.0.1", "-c", "fsync=off", "-c", "full_page_writes=off",
                 "-c", "synchronous_commit=off", "-c", "max_wal_size=4GB", "-c", "shared_buffers=64MB"],
                stdin=subprocess.DEVNULL, stdout=out, stderr=out, cwd=folder, env=clean, start_new_session=True,
                **as_user)
        if ready(server, folder, port, log):
            return server, port
        stop(server)
    with open(log, encoding="utf-8", errors="replace") as f:
        raise RuntimeError("the server did not start:\n" + f.read())


def stop(server):
    if server.poll() is None:
        server.send_signal(signal.SIGINT)  # fast shutdown: ends connections
        try:
            server.wait(20)
        except subprocess.TimeoutExpired:
            server.send_signal(signal.SIGQUIT)
            server.wait(20)


def main():
    def end(_signal, _frame):
        raise SystemExit(0)
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(number, end)
    bin_folder = programs()
    if not bin_folder:
        print(json.dumps({"skipped": "PostgreSQL's programs initdb and postgres are not installed"}), flush=True)
        return
    as_user, owner = unprivileged()
    folder = tempfile.mkdtemp(prefix="optix-pg-")
    server = None
    try:
        if owner:
            os.chown(folder, owner.pw_uid, owner.pw_gid)
        server, port = start(bin_folder, folder, as_user)
        print(json.dumps({"socket": folder, "port": port, "user": "owner", "database": "postgres", "bin": bin_folder}),
              flush=True)
        while sys.stdin.buffer.read(4096):
            pass
    finally:
        if server:
            stop(server)
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    main()
