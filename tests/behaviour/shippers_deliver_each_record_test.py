#!/usr/bin/env python3
"""Runs the shippers' samples of config/shipping, with nothing changed but addresses and paths, in front
of receivers that speak as Elasticsearch, Loki, Splunk and a SIEM do. A server writes its trail and
rotates it meanwhile: each record arrives, as it stands in the file, with its own time.

Usage: shippers_deliver_each_record_test.py SOURCE_DIR BINARY_DIR
"""

import datetime
import glob
import http.server
import json
import os
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
CALLS = 60


class HttpReceiver:
    """Takes what is posted over TLS, and answers as `answer` says. `bodies` are pairs of path and
    text."""

    def __init__(self, server, answer):
        self.bodies = []
        receiver = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self):  # noqa: N802, the name that http.server asks for
                body = self.rfile.read(int(self.headers["Content-Length"])).decode("ascii")
                receiver.bodies.append((self.path, dict(self.headers), body))
                self._answer(answer(body))

            do_PUT = do_POST

            def do_GET(self):  # noqa: N802
                self._answer("{}")

            def do_HEAD(self):  # noqa: N802
                self._answer("")

            def _answer(self, text):
                self.send_response(200)
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


def rotate(server, number):
    """As logrotate does."""
    closed = f"{server.audit}.{number}"
    os.rename(server.audit, closed)
    server.process.send_signal(signal.SIGHUP)
    wait_until(lambda: os.path.exists(server.audit), "the file made anew")
    return closed


def make_trail(server):
    """Calls, long and hostile ones among them, with a rotation in the middle; returns the lines."""
    for number in range(CALLS):
        call(server)
        if number % 10 == 0:
            call(server, "/acme.Shop/\"'\\\x01" + "Buy" * 1500)
            call(server, name="other-client")
        if number == CALLS // 2:
            closed = rotate(server, 1)
    assert server.stop() == 0, server.logged()
    lines = read_lines(closed)[0] + read_lines(server.audit)[0]
    check_chain(lines)
    return [line.decode("ascii") for line in lines]


def check(name, server, shipper, received):
    """`received` returns pairs of the record's text and its time in seconds, or no time."""
    lines = make_trail(server)
    wait_until(lambda: len(received()) >= len(lines) or not shipper.is_alive(),
               f"{name}: {len(lines)} records, but {len(received())}; {shipper.logged()}", 60)
    assert shipper.is_alive(), shipper.logged()
    shipper.stop()
    got = received()
    assert [text for text, _ in got] == lines, f"{name}: {len(got)} of {len(lines)} records"
    for text, time in got:
        written = datetime.datetime.fromisoformat(json.loads(text)["@timestamp"].replace("Z", "+00:00"))
        assert time is None or abs(written.timestamp() - time) < 1e-5, (written, time)
    print(f"{name}: {len(got)} records", flush=True)


def elastic(scratch, server, folder):
    def answer(body):
        items = [{"create": {"status": 201}} for _ in body.splitlines()[::2]]
        return json.dumps({"errors": False, "items": items})

    receiver = HttpReceiver(server, answer)
    shipper = run_rsyslog(folder, sample("rsyslog-elasticsearch.conf", {
        "https://elastic.acme.example": "https://localhost", '"9200"': f'"{receiver.port}"',
        "/etc/rsyslog.d/elastic-ca.crt": server.cert("ca.crt"),
        "/var/log/certgate/audit.jsonl": server.audit}))

    def received():
        records = []
        for path, _, body in list(receiver.bodies):
            assert path == "/_bulk", path
            lines = body.splitlines()
            for action, record in zip(lines[::2], lines[1::2]):
                assert json.loads(action) == {"create": {
                    "_index": "logs-certgate.audit-default",
                    "_id": json.loads(record)["event"]["id"]}}, action
                records.append((record, None))
        return records
    check("Elasticsearch", server, shipper, received)


def loki(scratch, server, folder):
    receiver = HttpReceiver(server, lambda body: "")
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
    check("Loki", server, shipper, received)


def splunk(scratch, server, folder):
    receiver = HttpReceiver(server, lambda body: '{"text":"Success","code":0}')
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
    check("Splunk", server, shipper, received)


def siem(scratch, server, folder):
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
            header, _, record = message.partition(" certgate - - - ")
            assert header.startswith("<85>1 20"), header
            records.append((record, None))
        return records
    check("SIEM", server, shipper, received)


for deliver in (elastic, loki, splunk, siem):
    with tempfile.TemporaryDirectory() as scratch:
        folder = os.path.join(scratch, "shipper")
        os.mkdir(folder)
        deliver(scratch, GreeterServer(sys.argv[1], sys.argv[2], scratch,
                                       ["--audit-denial-burst", "0"]), folder)
