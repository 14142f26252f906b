#!/usr/bin/env python3
"""Sends audit records to a real rsyslogd, over a local socket and over TCP, and stops and starts that
in between: it takes each record as it stands in the file. While it is gone or hangs, calls are
refused if it is required, and go on if it is not; what it then has no record of is counted.

Usage: syslog_servers_take_records_test.py SOURCE_DIR BINARY_DIR
"""

import json
import os
import sys
import tempfile

sys.path.insert(0, os.path.join(sys.argv[1], "tests/support"))
from audit_trail import check_chain, read_lines  # noqa: E402
from daemon import Daemon, free_port  # noqa: E402
from greeter_server import GreeterServer  # noqa: E402
from hostile import wait_until  # noqa: E402
from http2_client import HELLO, SAY_HELLO, Http2Client  # noqa: E402

OK, PERMISSION_DENIED, UNAVAILABLE = "0", "7", "14"
CONFIGURATION = """
global(workDirectory="{folder}" maxMessageSize="32k")
module(load="imuxsock" SysSock.Use="off")
module(load="imtcp")
input(type="imuxsock" Socket="{folder}/log" UseSpecialParser="off" RateLimit.Interval="0")
input(type="imtcp" address="127.0.0.1" port="{port}")
template(name="record" type="string" string="%msg%\\n")
template(name="header" type="string"
         string="%syslogfacility-text% %syslogseverity-text% %app-name% %msgid% %timereported:::date-rfc3339%\\n")
action(type="omfile" file="{folder}/received.jsonl" template="record")
action(type="omfile" file="{folder}/headers" template="header")
"""


class Rsyslogd(Daemon):
    def __init__(self, folder):
        os.mkdir(folder)
        self.socket = os.path.join(folder, "log")
        self.port = free_port()
        self._folder = folder
        configuration = os.path.join(folder, "rsyslog.conf")
        with open(configuration, "w", encoding="ascii") as file:
            file.write(CONFIGURATION.format(folder=folder, port=self.port))
        super().__init__(["/usr/sbin/rsyslogd", "-n", "-f", configuration,
                          "-i", os.path.join(folder, "rsyslogd.pid")],
                         os.path.join(folder, "rsyslogd.log"))

    def start(self):
        super().start()
        wait_until(lambda: os.path.exists(self.socket) or not self.is_alive(), "rsyslogd started")
        assert self.is_alive(), self.logged()

    def stop(self):
        super().stop()
        # It leaves its socket behind, as it would after a crash.
        assert os.path.exists(self.socket) or not self.is_alive()

    def received(self):
        path = os.path.join(self._folder, "received.jsonl")
        return read_lines(path)[0] if os.path.exists(path) else []

    def records(self):
        return [json.loads(line) for line in self.received()]

    def headers(self):
        with open(os.path.join(self._folder, "headers"), encoding="ascii") as file:
            return file.read().splitlines()


def call(server, path=SAY_HELLO, name="client"):
    with Http2Client(server, name) as client:
        stream = client.call(path, HELLO)
        client.run_until(lambda: client.status(stream) is not None)
        return client.status(stream)


def wait_for(rsyslogd, count):
    wait_until(lambda: len(rsyslogd.received()) >= count,
               f"{count} records received; {rsyslogd.logged()}")
    return rsyslogd.received()


def actions(lines):
    return [json.loads(line)["event"]["action"] for line in lines]


def denials(records):
    """The identifiers of denials that have a record, and the number of those that are counted."""
    denied = [record["event"]["id"] for record in records
              if record["event"]["action"] == "authorize"
              and record["event"]["outcome"] == "failure"]
    counted = sum(record["certgate"]["suppressed"]["count"] for record in records
                  if record["event"].get("reason") == "queue_full")
    return denied, counted


def check_required(address_of):
    """The only place: the chain goes on over the outage of the server, in its own sequence."""
    with tempfile.TemporaryDirectory() as scratch:
        rsyslogd = Rsyslogd(os.path.join(scratch, "rsyslog"))
        server = GreeterServer(sys.argv[1], sys.argv[2], scratch,
                               ["--audit-sink", address_of(rsyslogd) + " facility=local3",
                                "--audit-denial-burst", "0"])
        long_path = "/acme.Shop/" + "\x01" * 5000
        assert call(server) == OK
        assert call(server, name="other-client") == PERMISSION_DENIED
        assert call(server, long_path) == PERMISSION_DENIED
        # audit-open, two loads, three calls.
        before = wait_for(rsyslogd, 6)
        rsyslogd.stop()
        wait_until(lambda: call(server) == UNAVAILABLE, "calls refused")
        rsyslogd.start()
        wait_until(lambda: call(server) == OK, "calls answered again")
        assert server.stop() == 0, server.logged()
        wait_until(lambda: actions(rsyslogd.received())[-1] == "audit-close", "the last record received")
        received = rsyslogd.received()
        assert received[:6] == before
        assert actions(received).count("audit-suppressed") == 1, actions(received)
        # Over TCP what the kernel had taken when the server went is lost, and the chain shows it.
        if "tcp" not in address_of(rsyslogd):
            check_chain(received)
        check_headers(rsyslogd)
        return f"{len(received)} records"


def check_headers(rsyslogd):
    headers = rsyslogd.headers()
    start = "local3 notice greeter-server authorize 20"
    assert any(header.startswith(start) for header in headers), headers
    start = "local3 info greeter-server audit-open 20"
    assert any(header.startswith(start) for header in headers), headers


def check_optional(address_of):
    """Beside the file, denials only."""
    with tempfile.TemporaryDirectory() as scratch:
        rsyslogd = Rsyslogd(os.path.join(scratch, "rsyslog"))
        place = address_of(rsyslogd) + " records=denials required=off"
        server = GreeterServer(sys.argv[1], sys.argv[2], scratch, ["--audit-sink", place])
        for _ in range(3):
            assert call(server) == OK
            assert call(server, name="other-client") == PERMISSION_DENIED
        wait_for(rsyslogd, 4)
        rsyslogd.stop()
        for _ in range(3):
            assert call(server) == OK
            assert call(server, name="other-client") == PERMISSION_DENIED
        rsyslogd.start()
        wait_until(lambda: "can be written again" in server.logged(), "the outage over")
        assert call(server, name="other-client") == PERMISSION_DENIED
        assert server.stop() == 0, server.logged()
        wait_until(lambda: actions(rsyslogd.received())[-1:] == ["audit-close"], "the last record")
        received = rsyslogd.records()
        assert all(record["event"].get("reason") != "allowed" for record in received)
        denied, counted = denials(received)
        expected, _ = denials(check_chain(read_lines(server.audit)[0])[0])
        assert len(expected) == 7
        # What came during the outage waited in the queue.
        assert counted == 0
        assert set(denied) <= set(expected) and denied[:3] == expected[:3], (denied, expected)
        if "unix" in place:
            assert denied == expected, (denied, expected)
        return f"{len(denied)} of {len(expected)} denials"


def check_full_queue():
    """An outage that outlasts the queue: no call waits, and the trail there tells what it lacks."""
    with tempfile.TemporaryDirectory() as scratch:
        rsyslogd = Rsyslogd(os.path.join(scratch, "rsyslog"))
        server = GreeterServer(sys.argv[1], sys.argv[2], scratch,
                               ["--audit-sink", f"syslog:unix:{rsyslogd.socket} required=off",
                                "--audit-queue", "2", "--audit-denial-burst", "0"])
        assert call(server, name="other-client") == PERMISSION_DENIED
        wait_until(lambda: denials(rsyslogd.records())[0], "the first denial")
        rsyslogd.stop()
        for _ in range(9):
            assert call(server, name="other-client") == PERMISSION_DENIED
        rsyslogd.start()
        wait_until(lambda: denials(rsyslogd.records())[1], "the loss told")
        assert server.stop() == 0, server.logged()
        wait_until(lambda: actions(rsyslogd.received())[-1:] == ["audit-close"], "the last record")
        denied, counted = denials(check_chain(rsyslogd.received())[0])
        expected, _ = denials(check_chain(read_lines(server.audit)[0])[0])
        assert len(expected) == 10 and set(denied) < set(expected), (denied, expected)
        assert len(denied) + counted == len(expected), (denied, counted)
        return f"{len(denied)} of {len(expected)} denials received, {counted} counted"


def check_hanging():
    """Required, and it takes nothing: the first call that finds no more room waits for its time
    limit, all are refused, and none of those that were answered lacks its record afterwards."""
    with tempfile.TemporaryDirectory() as scratch:
        rsyslogd = Rsyslogd(os.path.join(scratch, "rsyslog"))
        server = GreeterServer(sys.argv[1], sys.argv[2], scratch,
                               ["--audit-sink", f"syslog:unix:{rsyslogd.socket}"])
        rsyslogd.hang()
        answered = 0
        while (status := call(server)) == OK:
            answered += 1
        assert status == UNAVAILABLE, status
        assert [call(server) for _ in range(5)] == [UNAVAILABLE] * 5
        rsyslogd.go_on()
        wait_until(lambda: call(server) == OK, "calls answered again")
        assert server.stop() == 0, server.logged()
        wait_until(lambda: actions(rsyslogd.received())[-1:] == ["audit-close"], "the last record")
        records, _ = check_chain(rsyslogd.received())
        allowed = sum(record["event"].get("reason") == "allowed" for record in records)
        assert allowed == answered + 1, (allowed, answered)
        return f"{answered} calls answered, the next refused, all that were answered recorded"


for kind, address in (("local socket", lambda rsyslogd: f"syslog:unix:{rsyslogd.socket}"),
                      ("TCP", lambda rsyslogd: f"syslog:tcp:127.0.0.1:{rsyslogd.port}")):
    print(f"{kind}: required, {check_required(address)}; not required, {check_optional(address)}",
          flush=True)
print(f"a full queue: {check_full_queue()}", flush=True)
print(f"hanging: {check_hanging()}", flush=True)
