"""What the tests of hostile clients share: a good client beside them, and figures of the server."""

import json
import os
import resource
import socket
import ssl
import subprocess
import sys
import time

PATIENCE = 120
MIB = 1024 * 1024
# Builds under a sanitizer are slow and large: there the tests do less, and memory says nothing.
SANITIZED = "SANITIZED" in os.environ


def scaled(number):
    """`number`, or a tenth of it under a sanitizer."""
    return number // 10 if SANITIZED else number


class GoodClient:
    """Calls the server as long as the `with` block lasts, and fails it if a single call does; with
    `may_lose`, if more than half of the calls do."""

    def __init__(self, server, may_lose=False):
        self._server = server
        self._may_lose = may_lose
        self.lost = 0
        self.calls = 0
        self.slowest = 0.0

    def __enter__(self):
        script = os.path.join(os.path.dirname(os.path.abspath(__file__)), "good_client.py")
        self._process = subprocess.Popen(
            [sys.executable, script, str(self._server.port), self._server.certs],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        assert self._process.stdout.readline() == "ready\n", "the good client did not start"
        return self

    def __exit__(self, kind, *_):
        said, _ = self._process.communicate("", timeout=180)
        if kind is not None:
            return
        result = json.loads(said)
        self.calls, self.slowest = result["calls"], result["slowest"]
        assert self._server.is_alive(), self._server.logged()
        self.lost = len(result["failures"])
        most = self.calls / 2 if self._may_lose else 0
        assert self.lost <= most, result["failures"][:5]
        assert self.calls > 1, "the good client was not served"

    def figures(self):
        lost = f", {self.lost} lost" if self._may_lose else ""
        return f"{self.calls} good calls{lost}, the slowest {self.slowest * 1000:.0f} ms"


class Usage:
    """What a process has at this moment."""

    def __init__(self, server):
        self.descriptors = len(os.listdir(f"/proc/{server.process.pid}/fd"))
        with open(f"/proc/{server.process.pid}/statm", encoding="ascii") as file:
            self.mib = int(file.read().split()[1]) * resource.getpagesize() / MIB

    def __str__(self):
        return f"{self.descriptors} descriptors, {self.mib:.0f} MiB"


def wait_until(condition, what, patience=PATIENCE):
    deadline = time.monotonic() + patience
    while not condition():
        if time.monotonic() > deadline:
            raise AssertionError(f"in {patience} s not: {what}")
        time.sleep(0.05)


def table(title, rows):
    """Prints figures; `rows` are pairs."""
    print(title)
    width = max(len(name) for name, _ in rows)
    for name, figure in rows:
        print(f"  {name:<{width}}  {figure}")
    sys.stdout.flush()


def allow_descriptors():
    """This process may open as many as the system lets it."""
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))


def tcp(server, patience=PATIENCE):
    return socket.create_connection(("127.0.0.1", server.port), timeout=patience)


def tls_context(server, name="client"):
    context = ssl.create_default_context(cafile=server.cert("ca.crt"))
    context.set_alpn_protocols(["h2"])
    if name:
        context.load_cert_chain(server.cert(name + ".crt"), server.cert(name + ".key"))
    return context


def tls(server, name="client", context=None):
    return (context or tls_context(server, name)).wrap_socket(tcp(server),
                                                              server_hostname="localhost")


def is_closed(sock, patience=PATIENCE):
    """Reads until the other side closes; False if it does not within `patience` seconds."""
    deadline = time.monotonic() + patience
    try:
        while (left := deadline - time.monotonic()) > 0:
            sock.settimeout(left)
            if not sock.recv(65536):
                return True
    except socket.timeout:
        return False
    except OSError:
        return True
    return False


def frame(kind, flags, stream, payload=b""):
    """A frame of HTTP/2 (RFC 9113, section 4.1)."""
    return (len(payload).to_bytes(3, "big") + bytes([kind, flags]) + stream.to_bytes(4, "big") +
            payload)


def records(server, action=None):
    """The audit records so far, of one action or all."""
    with open(server.audit, encoding="utf-8") as trail:
        found = [json.loads(line) for line in trail if line.endswith("\n")]
    return [record for record in found if action in (None, record["event"]["action"])]


def handshake_failures(server):
    """The failures in the audit trail, recorded and counted, by cause."""
    causes = {}
    for record in records(server, "tls-handshake"):
        cause = record["error"]["message"]
        causes[cause] = causes.get(cause, 0) + record["certgate"]["handshake"]["count"]
    return causes
