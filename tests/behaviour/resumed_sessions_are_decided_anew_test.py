#!/usr/bin/env python3
"""Resumes TLS sessions 50 times after the right behind them was lost: nobody is admitted.

Usage: resumed_sessions_are_decided_anew_test.py SOURCE_DIR BIN_DIR
"""

import datetime
import json
import os
import ssl
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, os.path.join(sys.argv[1], "tests/support"))
from greeter_server import GreeterServer  # noqa: E402
from http2_client import Http2Client, client_context  # noqa: E402

TIMES = 50
PATIENCE = 20
LIFETIME = 5  # seconds; the short-lived certificate's, from before the server starts
SAY_HELLO = "/helloworld.Greeter/SayHello"
REQUEST = b"\x00\x00\x00\x00\x05\x0a\x03Ada"
OK = "0"
UNAUTHENTICATED = "16"
VERSIONS = {"TLSv1.2": ssl.TLSVersion.TLSv1_2, "TLSv1.3": ssl.TLSVersion.TLSv1_3}
POLICY = """version: 1
name: resumed
methods:
  /helloworld.Greeter/SayHello:
    allow:
      - any: true
...
"""
CA_CONFIG = """[ca]
default_ca = the_ca
[the_ca]
database = {base}.index
serial = {base}.serial
new_certs_dir = {folder}
certificate = {base}.crt
private_key = {base}.key
default_md = sha256
policy = any_name
copy_extensions = none
x509_extensions = client
[any_name]
commonName = supplied
[client]
basicConstraints = critical, CA:FALSE
keyUsage = critical, digitalSignature
extendedKeyUsage = clientAuth
authorityKeyIdentifier = keyid
"""


def write(path, text):
    with open(path, "w", encoding="ascii") as file:
        file.write(text)


def openssl(*arguments):
    subprocess.run(["openssl", *arguments], check=True, capture_output=True)


class Authority:
    """One of the authorities that make-certs.sh has made."""

    def __init__(self, folder, name):
        self._base = os.path.join(folder, name)
        self._config = self._base + ".cnf"
        with open(self._base + ".crt", encoding="ascii") as file:
            self.certificate = file.read()
        write(self._config, CA_CONFIG.format(base=self._base, folder=folder))
        write(self._base + ".index", "")
        write(self._base + ".serial", "10AD\n")
        self.publish()

    def publish(self, *revoked):
        """Puts a CRL that holds the `revoked` certificates in the place of the one before."""
        for certificate in revoked:
            openssl("ca", "-config", self._config, "-revoke", certificate)
        openssl("ca", "-config", self._config, "-gencrl", "-crldays", "1", "-out",
                self._base + ".crl.new")
        os.rename(self._base + ".crl.new", self._base + ".crl")

    def issue_until(self, path, end):
        openssl("req", "-new", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes",
                "-keyout", path + ".key", "-out", path + ".csr", "-subj", "/CN=short-lived")
        openssl("ca", "-batch", "-notext", "-config", self._config, "-in", path + ".csr",
                "-out", path + ".crt", "-enddate", end.strftime("%Y%m%d%H%M%SZ"))


class Prepared:
    """What the server is started with beside what make-certs.sh makes."""

    def __init__(self, folder):
        self.own = Authority(folder, "ca")
        self.foreign = Authority(folder, "foreign-ca")
        write(os.path.join(folder, "ca.crt"), self.own.certificate + self.foreign.certificate)
        self.ends = datetime.datetime.fromtimestamp(int(time.time()) + LIFETIME + 1,
                                                    datetime.timezone.utc)
        self.own.issue_until(os.path.join(folder, "short-lived"), self.ends)


class Resumer:
    """A client with a session of one version of TLS, which it offers again and again."""

    def __init__(self, server, certificate, version):
        self._server = server
        self.name = f"{certificate}, {version}"
        self._version = version
        self._context = client_context(server, certificate)
        self._context.minimum_version = VERSIONS[version]
        self._context.maximum_version = VERSIONS[version]
        self._session = None
        assert self.call() == (OK, False), self.name
        for _ in range(3):
            assert self.call() == (OK, True), f"{self.name}: not resumed"

    def call(self):
        """grpc-status, or None where there is none, and whether the session was resumed."""
        try:
            with Http2Client(self._server, context=self._context,
                             session=self._session) as client:
                assert client.tls_version == self._version
                stream = client.call(SAY_HELLO, REQUEST)
                client.run_until(lambda: client.has_ended(stream) or client.hung_up)
                self._session = self._session or client.session
                return client.status(stream), client.session_reused
        except OSError:
            return None, False


def records(server, reason):
    """Those with this `event.reason`. Records of failed handshakes have none."""
    with open(server.audit, encoding="ascii") as audit:
        return [record for record in map(json.loads, audit)
                if record["event"].get("reason") == reason]


def wait_for_loads(server, count):
    """Until the server has taken over files so many times, its start included."""
    deadline = time.monotonic() + PATIENCE
    while len(records(server, "loaded")) < count:
        if time.monotonic() > deadline:
            raise SystemExit("the files were not taken over:\n" + server.logged())
        time.sleep(0.02)


def check_refused(resumers, answer):
    for resumer in resumers:
        answers = [resumer.call() for _ in range(TIMES)]
        admitted = sum(status == OK for status, _ in answers)
        print(f"{resumer.name}: {admitted} of {TIMES} admitted", flush=True)
        assert set(answers) == {answer}, (resumer.name, set(answers))


def check_admitted(resumers, resumed):
    for resumer in resumers:
        assert resumer.call() == (OK, resumed), resumer.name


def resumers(server, certificate):
    return [Resumer(server, certificate, version) for version in VERSIONS]


def check_reasons(server):
    for reason in ("certificate_expired", "certificate_revoked"):
        refused = records(server, reason)
        assert len(refused) == TIMES * len(VERSIONS), (reason, len(refused))
        assert all(record["tls"]["resumed"] for record in refused), reason


def check(server, files):
    short_lived = resumers(server, "short-lived")
    kept = resumers(server, "other-client")
    revoked = resumers(server, "client")
    foreign = resumers(server, "foreign-client")

    time.sleep(max(0.0, files.ends.timestamp() - time.time()) + 0.05)
    check_refused(short_lived, (UNAUTHENTICATED, True))
    check_admitted(kept, True)

    loads = len(records(server, "loaded"))
    files.own.publish(server.cert("client.crt"))
    wait_for_loads(server, loads + 1)
    check_refused(revoked, (UNAUTHENTICATED, True))
    check_admitted(kept, True)

    # Sessions of a TLS context with other CAs are not known to the new one.
    write(server.cert("ca.crt.new"), files.own.certificate)
    os.rename(server.cert("ca.crt.new"), server.cert("ca.crt"))
    wait_for_loads(server, loads + 2)
    check_refused(foreign, (None, False))
    check_admitted(kept, False)
    check_reasons(server)

    # Nor to another run of the server, which asks for the certificate and its chain again.
    assert server.stop() == 0, server.logged()
    server.start()
    check_admitted(kept, False)
    check_refused(revoked, (UNAUTHENTICATED, False))
    assert server.stop() == 0, server.logged()


def main():
    with tempfile.TemporaryDirectory() as scratch:
        policy = os.path.join(scratch, "policy.yaml")
        write(policy, POLICY)
        prepared = []
        crls = [os.path.join(scratch, "certs", name + ".crl") for name in ("ca", "foreign-ca")]
        server = GreeterServer(
            sys.argv[1], sys.argv[2], scratch,
            # Each denial has a record of its own, which tells that the session was resumed.
            ["--crl", crls[0], "--crl", crls[1], "--audit-denial-burst", "0"],
            prepare=lambda folder: prepared.append(Prepared(folder)), policy=policy)
        try:
            check(server, prepared[0])
        finally:
            server.process.kill()


main()
