#!/usr/bin/env python3
"""Runs the shippers' samples of config/shipping, with nothing changed but addresses and paths, in front
of receivers that speak as Elasticsearch, Loki, Splunk and a SIEM do. A server writes its trail and
rotates it meanwhile, the receivers refuse what comes first, and the shipper is stopped and started:
each record arrives once, as it stands in the file, with its own time.

Usage: shippers_deliver_each_record_test.py SOURCE_DIR BINARY_DIR
"""

import concurrent.futures
import datetime
import glob
import http.server
import itertools
import json
import os
import re
import signal
import socket
import ssl
import sys
import tempfile
import threading

sys.path.insert(0, os.path.join(sys.argv[1], "tests/support"))
from audit_trail import check_chain, read_lines  # noqa: E402
from daemon import Daemon, free_port  # noqa: E402
from greeter_server import GreeterServer  # noqa: E402
from hostile import wait_until  # noqa: E402
from http2_client import HELLO, SAY_HELLO, Http2Client  # noqa: E402

# As scripts/setup.sh unpacks it, where rsyslog keeps its package out.
UNPACKED = "/opt/certgate-tests/syslog-ng"
CALLS = 30


class HttpReceiver:
    """Takes what is posted over TLS, or not: `answer` gets each body and its number from 1, and returns
    a status, a text and what it takes, or None. `bodies` are the path, the headers and that."""

    def __init__(self, server, answer):
        self.bodies = []
        receiver = self
        requests = itertools.count(1)

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self):  # noqa: N802, the name that http.server asks for
                body = self.rfile.read(int(self.headers["Content-Length"])).decode("ascii")
                status, text, taken = answer(body, next(requests))
                if taken is not None:
                    receiver.bodies.append((self.path, dict(self.headers), taken))
                self._answer(status, text)

            do_PUT = do_POST

            def do_GET(self):  # noqa: N802
                self._answer(200, "{}")

            def do_HEAD(self):  # noqa: N802
                self._answer(200, "")

            def _answer(self, status, text):
                self.send_response(status)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(text)))
                self.end_headers()
                self.wfile.write(text.encode("ascii"))

            def log_message(self, *_):
                pass

        self._server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.socket = server_tls(server).wrap_socket(self._server.socket, server_side=True)
        self.port = self._server.server_address[1]
        threading.Thread(target=self._server.serve_forever, daemon=True).start()


def after_refusals(refusals, answer):
    """What a receiver does that refuses the first requests with these statuses."""
    def answer_later(body, number):
        if number <= len(refusals):
            return refusals[number - 1], "{}", None
        return 200, answer, body
    return answer_later


class TlsReceiver:
    """Takes syslog messages over TLS, with their lengths before them."""

    def __init__(self, server):
        self.messages = []
        self._context = server_tls(server)
        self._context.load_verify_locations(server.cert("ca.crt"))
        self._context.verify_mode = ssl.CERT_REQUIRED
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.port = self._socket.getsockname()[1]
        threading.Thread(target=self._run, daemon=True).start()

    def _run(self):
        while True:
            raw, _ = self._socket.accept()
            with self._context.wrap_socket(raw, server_side=True) as connection, \
                    connection.makefile("rb") as stream:
                while (length := self._length(stream)) is not None:
                    self.messages.append(stream.read(length).decode("ascii"))

    @staticmethod
    def _length(stream):
        digits = b""
        while (byte := stream.read(1)) not in (b" ", b""):
            digits += byte
        return int(digits) if digits else None


def server_tls(server):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(server.cert("server.crt"), server.cert("server.key"))
    return context


def sample(name, changes):
    with open(os.path.join(sys.argv[1], "config/shipping", name), encoding="ascii") as file:
        text = file.read()
    for old, new in changes.items():
        assert old in text, f"{name} does not hold {old}"
        text = text.replace(old, new)
    return text


def write(path, text):
    with open(path, "w", encoding="ascii") as file:
        file.write(text)
    return path


def run_rsyslog(folder, text):
    configuration = write(os.path.join(folder, "rsyslog.conf"),
                          f'global(workDirectory="{folder}")\n' + text)
    return Daemon(["/usr/sbin/rsyslogd", "-n", "-f", configuration,
                   "-i", os.path.join(folder, "pid")], os.path.join(folder, "log"))


def run_syslog_ng(folder, text):
    root = "" if os.path.exists("/usr/sbin/syslog-ng") else UNPACKED
    program = f"{root}/usr/sbin/syslog-ng"
    assert os.path.exists(program), f"{program} is not there; run scripts/setup.sh test"
    version = os.path.basename(glob.glob(f"{root}/usr/lib/syslog-ng/[0-9]*")[0])
    modules = f"{root}/usr/lib/syslog-ng/{version}"
    text = text.replace("disk-buffer(", f'disk-buffer(dir("{folder}") ')
    configuration = write(os.path.join(folder, "syslog-ng.conf"), f"@version: {version}\n" + text)
    libraries = f"{root}/usr/lib/syslog-ng"
    return Daemon(["env", f"LD_LIBRARY_PATH={libraries}", program, "-F", "--no-caps",
                   f"--module-path={modules}", "-f", configuration,
                   "-R", os.path.join(folder, "persist"), "-c", os.path.join(folder, "control"),
                   "-p", os.path.join(folder, "pid")], os.path.join(folder, "log"))


def call(server, path=SAY_HELLO, name="client"):
    with Http2Client(server, name) as client:
        stream = client.call(path, HELLO)
        client.run_until(lambda: client.has_ended(stream))


def rotate(server):
    """As logrotate does."""
    closed = f"{server.audit}.1"
    os.rename(server.audit, closed)
    server.process.send_signal(signal.SIGHUP)
    wait_until(lambda: os.path.exists(server.audit), "the file made anew")
    return closed


def make_calls(server, count):
    """Calls, long and hostile ones among them."""
    for number in range(count):
        call(server)
        if number % 10 == 0:
            call(server, "/acme.Shop/\"'\\\x01" + "Buy" * 1500)
            call(server, name="other-client")


def closed_by_itself(server):
    return glob.glob(server.audit.replace(".jsonl", "-*.jsonl"))


def make_trail(server, shipper, wait):
    """Two rotations while the shipper runs, and some calls while it does not; `wait` waits until it has
    sent what is there. Returns the lines."""
    make_calls(server, CALLS)
    closed = [rotate(server)]
    make_calls(server, CALLS)
    wait(lines_of(server, closed))
    shipper.stop()
    make_calls(server, CALLS)
    shipper.start()
    # More than the mebibyte after which the server rotates by itself.
    while not closed_by_itself(server):
        call(server, "/acme.Shop/" + "\x01" * 1500)
    make_calls(server, CALLS)
    assert server.stop() == 0, server.logged()
    closed += closed_by_itself(server)
    assert len(closed) == 2, closed
    lines = lines_of(server, closed)
    wait(lines)
    check_chain([line.encode("ascii") for line in lines])
    return lines


def lines_of(server, closed):
    """Of the files that are closed and of the one that is written to."""
    return [line.decode("ascii") for path in [*closed, server.audit] for line in read_lines(path)[0]]


def ended(text):
    """For messages: texts are long."""
    return text if len(text) < 300 else text[:200] + " ... " + text[-100:]


def check(name, server, shipper, received):
    """`received` returns pairs of the record's text and its time in seconds, or no time."""
    def wait(lines):
        wait_until(lambda: len(received()) >= len(lines) or not shipper.is_alive(),
                   f"{name}: {len(lines)} records received; {shipper.logged()}", 60)
        assert shipper.is_alive(), shipper.logged()

    lines = make_trail(server, shipper, wait)
    shipper.stop()
    got = received()
    for text, time in got:
        written = datetime.datetime.fromisoformat(json.loads(text)["@timestamp"].replace("Z", "+00:00"))
        assert time is None or abs(written.timestamp() - time) < 1e-5, (written, time)
    # What was refused at first, or went over another connection, may come behind what was not.
    got = sorted((text for text, _ in got), key=lambda text: json.loads(text)["event"]["sequence"])
    missing = sorted(set(lines) - set(got), key=lines.index)
    assert not missing, f"{name}: {len(missing)} are missing, such as {ended(missing[0])}"
    assert got == lines, f"{name}: {len(got)} came, {len(lines)} are written"
    return f"{name}: {len(got)} records"


def elastic(server, folder):
    receiver = HttpReceiver(server, after_refusals((503, 401), '{"result":"created"}'))
    shipper = run_syslog_ng(folder, sample("syslog-ng-elasticsearch.conf", {
        "https://elastic.acme.example:9200": f"https://localhost:{receiver.port}",
        "/etc/syslog-ng/elastic-ca.crt": server.cert("ca.crt"),
        "/var/log/certgate/audit.jsonl": server.audit}))

    def received():
        records = []
        for path, headers, body in list(receiver.bodies):
            assert path == "/logs-certgate.audit-default/_doc", path
            assert headers["Content-Type"] == "application/json", headers
            assert headers["Authorization"].startswith("Basic "), headers
            records.append((body, None))
        return records
    return check("Elasticsearch", server, shipper, received)


def loki(server, folder):
    receiver = HttpReceiver(server, after_refusals((503, 429), ""))
    shipper = run_syslog_ng(folder, sample("syslog-ng-loki.conf", {
        "https://loki.acme.example": f"https://localhost:{receiver.port}",
        "/etc/syslog-ng/loki-ca.crt": server.cert("ca.crt"),
        "/var/log/certgate/audit.jsonl": server.audit}))

    def received():
        records = []
        for path, headers, body in list(receiver.bodies):
            assert path == "/loki/api/v1/push" and headers["Content-Type"] == "application/json"
            for stream in json.loads(body)["streams"]:
                ((nanoseconds, record),) = stream["values"]
                labels = stream["stream"]
                assert labels == {"job": "certgate", "service": "greeter-server",
                                  "action": json.loads(record)["event"]["action"]}, labels
                records.append((record, int(nanoseconds) / 1e9))
        return records
    return check("Loki", server, shipper, received)


def splunk(server, folder):
    receiver = HttpReceiver(server, after_refusals((403, 503), '{"text":"Success","code":0}'))
    shipper = run_syslog_ng(folder, sample("syslog-ng-splunk.conf", {
        "https://splunk.acme.example:8088": f"https://localhost:{receiver.port}",
        "/etc/syslog-ng/splunk-ca.crt": server.cert("ca.crt"),
        "/var/log/certgate/audit.jsonl": server.audit}))

    def received():
        records = []
        for path, headers, body in list(receiver.bodies):
            assert path == "/services/collector/event" and headers["Authorization"].startswith("Splunk ")
            for line in body.splitlines():
                event = json.loads(line)
                assert event["sourcetype"] == "_json" and event["source"] == "certgate", line
                records.append((line.partition('"event":')[2][:-1], event["time"]))
        return records
    return check("Splunk", server, shipper, received)


def siem(server, folder):
    receiver = TlsReceiver(server)
    shipper = run_rsyslog(folder, sample("rsyslog-tls.conf", {
        '"siem.acme.example" port="6514"': f'"127.0.0.1" port="{receiver.port}"',
        'Peers="siem.acme.example"': 'Peers="localhost"',
        "/etc/rsyslog.d/siem-ca.crt": server.cert("ca.crt"),
        "/etc/rsyslog.d/this-host.crt": server.cert("client.crt"),
        "/etc/rsyslog.d/this-host.key": server.cert("client.key"),
        "/var/log/certgate/audit.jsonl": server.audit}))

    def received():
        records = []
        for message in list(receiver.messages):
            header = re.match(r"<(\d+)>1 (\S+) \S+ greeter-server - (\S+) - (?={)", message)
            assert header, ended(message)
            record = message[header.end():]
            parsed = json.loads(record)
            priority = "86" if parsed["event"]["outcome"] == "success" else "85"
            expected = (priority, parsed["@timestamp"], parsed["event"]["action"])
            assert header.groups() == expected, header.groups()
            records.append((record, None))
        return records
    return check("SIEM", server, shipper, received)


def deliver(to):
    with tempfile.TemporaryDirectory() as scratch:
        os.mkdir(os.path.join(scratch, "shipper"))
        server = GreeterServer(sys.argv[1], sys.argv[2], scratch,
                               ["--audit-denial-burst", "0", "--audit-rotate-mib", "1"])
        return to(server, os.path.join(scratch, "shipper"))


# Side by side: most of the time they wait for one another's retries.
with concurrent.futures.ThreadPoolExecutor() as pool:
    for result in [pool.submit(deliver, to) for to in (elastic, loki, splunk, siem)]:
        print(result.result(), flush=True)
