#!/usr/bin/env python3
"""Metrics show nothing but themselves, a bounded number of series, and readers who hang hold up
neither calls nor the server's end. An address that cannot be taken keeps the server from starting.

Usage: metrics_stand_in_nobodys_way_test.py SOURCE_DIR BIN_DIR
"""

import os
import shutil
import socket
import subprocess
import sys
import tempfile
import urllib.error
import urllib.parse
import urllib.request

sys.path.insert(0, os.path.join(sys.argv[1], "tests/support"))
from greeter_server import GreeterServer  # noqa: E402
from metrics import scrape, url_of, wait_for  # noqa: E402

SOURCE, BINARIES = sys.argv[1:3]
PATHS = ["/", "/metrics/", "/metrics/more", "/metricsx", "/METRICS", "/etc/passwd", "/index.html",
         "/metrics/../../etc/passwd", "//etc/passwd"]
METHODS = ["HEAD", "POST", "PUT", "DELETE", "OPTIONS", "PATCH", "PROPFIND"]
READERS = 60
LISTS = 1_100
MOST_SERIES = 1_000
FLAGS = ["--metrics-listen", "127.0.0.1:0"]


def status_of(url, method="GET"):
    headers = {"Origin": "http://acme.example", "Access-Control-Request-Method": "GET"}
    request = urllib.request.Request(url, method=method, headers=headers)
    try:
        with urllib.request.urlopen(request, timeout=20) as answer:
            assert "Access-Control-Allow-Origin" not in answer.headers, answer.headers
            return answer.status
    except urllib.error.HTTPError as error:
        assert "certgate_" not in error.read().decode(), url
        return error.code


def nothing_else_is_served(server):
    url = url_of(server)
    for path in PATHS:
        status = status_of(urllib.parse.urljoin(url, "/") + path[1:])
        assert status == 404, (path, status)
    for method in METHODS:
        status = status_of(url, method)
        assert status == 405, (method, status)
    assert status_of(url) == 200


def call(server):
    subprocess.run(
        [os.path.join(BINARIES, "greeter-client"), "--target", f"127.0.0.1:{server.port}", "--ca",
         server.cert("ca.crt"), "--cert", server.cert("client.crt"), "--key",
         server.cert("client.key")], check=True, stdout=subprocess.DEVNULL, timeout=60)


def readers_who_hang(server):
    """The first say half a line, the others nothing."""
    address = ("127.0.0.1", urllib.parse.urlsplit(url_of(server)).port)
    readers = [socket.create_connection(address, timeout=20) for _ in range(READERS)]
    for reader in readers[:READERS // 2]:
        reader.sendall(b"GET /metr")
    return readers


def start_fails(server, address, code, message):
    result = subprocess.run(
        [os.path.join(BINARIES, "greeter-server"), "--listen", "127.0.0.1:0", "--cert",
         server.cert("server.crt"), "--key", server.cert("server.key"), "--client-ca",
         server.cert("ca.crt"), "--policy", os.path.join(SOURCE, "policy/policy.yaml"),
         "--audit-stdout", "--metrics-listen", address],
        stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, timeout=60, check=False)
    assert result.returncode == code, (address, result)
    assert message in result.stderr and f"`{address}`" in result.stderr, result.stderr
    assert "listening on" not in result.stderr, result.stderr


def addresses_are_refused(server):
    taken = f"127.0.0.1:{urllib.parse.urlsplit(url_of(server)).port}"
    start_fails(server, taken, 3, "Address already in use")
    # An address of documentation (RFC 5737), which no machine has.
    start_fails(server, "192.0.2.1:0", 3, "Cannot assign requested address")
    for address in ["9464", ":9464", "localhost:9464", "[::1]:9464", "+9464", "x/tmp/socket:1",
                    "127.0.0.1:9464,0.0.0.0:9465", "127.0.0.1:9464s", "unix:socket",
                    "127.0.0.1:65536"]:
        start_fails(server, address, 2, "is not an address to serve metrics on")


def make_lists(certs):
    """A folder with more CRLs than are shown, one of which ends before all others."""
    folder = os.path.join(certs, "crls")
    os.mkdir(folder)
    database, configuration = os.path.join(certs, "database"), os.path.join(certs, "ca.cnf")
    with open(database, "w", encoding="ascii"):
        pass
    with open(configuration, "w", encoding="ascii") as file:
        file.write(f"[ca]\ndefault_ca = authority\n[authority]\ndatabase = {database}\n"
                   "default_md = sha256\n")
    for name, days in (("long", 40), ("soon", 9)):
        subprocess.run(
            ["openssl", "ca", "-gencrl", "-crldays", str(days), "-config", configuration, "-cert",
             os.path.join(certs, "ca.crt"), "-keyfile", os.path.join(certs, "ca.key"), "-out",
             os.path.join(folder, name + ".crl")], check=True, capture_output=True)
    for number in range(LISTS):
        shutil.copy(os.path.join(folder, "long.crl"), os.path.join(folder, f"copy-{number}.crl"))


def series_are_bounded():
    with tempfile.TemporaryDirectory() as scratch:
        server = GreeterServer(
            SOURCE, BINARIES, scratch, prepare=make_lists,
            flags=[*FLAGS, "--crl", os.path.join(scratch, "certs/crls")])
        series = scrape(server).series("certgate_expiry_timestamp_seconds")
        assert len(series) == MOST_SERIES, len(series)
        soonest = min(series, key=series.get)
        assert "soon.crl" in dict(soonest)["name"], soonest
        # What ends last is left out.
        assert {dict(labels)["kind"] for labels in series} == {"CRL"}
        assert server.stop() == 0, server.logged()


def main():
    with tempfile.TemporaryDirectory() as scratch:
        server = GreeterServer(SOURCE, BINARIES, scratch, flags=FLAGS)
        nothing_else_is_served(server)
        addresses_are_refused(server)
        readers = readers_who_hang(server)
        call(server)
        # Stays alive, and readers get their turn when those who hang have had theirs.
        for reader in readers[1:]:
            reader.close()
        wait_for(server, lambda now: now.get("certgate_identity_cache_size") == 1, "a turn")
        readers = readers_who_hang(server)
        code = server.stop()
        assert code == 0, f"the server exited with {code}:\n{server.logged()}"
        for reader in readers:
            reader.close()
    series_are_bounded()


main()
