#!/usr/bin/env python3
"""Shakes hands with servers that were given TLS settings: what they exclude is not spoken.

Usage: tls_settings_hold_on_the_wire_test.py SOURCE_DIR BIN_DIR
"""

import os
import socket
import ssl
import subprocess
import sys
import tempfile

sys.path.insert(0, os.path.join(sys.argv[1], "tests/support"))
from greeter_server import running_server  # noqa: E402

TLS12, TLS13 = ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3
EMPTY_SETTINGS = bytes.fromhex("000000040000000000")
PREFACE = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + EMPTY_SETTINGS
OTHER_SUITE = "TLS_CHACHA20_POLY1305_SHA256"
# What an administrator may have set for all programs.
ADMINISTRATORS = """openssl_conf = init
[init]
ssl_conf = ssl
[ssl]
system_default = every
[every]
Ciphersuites = TLS_CHACHA20_POLY1305_SHA256
Options = ServerPreference
"""


def running(*flags, environment=None):
    return running_server(sys.argv[1], sys.argv[2], *flags, environment=environment)


def client(server, version):
    context = ssl.create_default_context(cafile=server.cert("ca.crt"))
    context.load_cert_chain(server.cert("client.crt"), server.cert("client.key"))
    context.set_alpn_protocols(["h2"])
    context.minimum_version = context.maximum_version = version
    return context


def connect(server, context, session=None):
    raw = socket.create_connection(("127.0.0.1", server.port), timeout=10)
    sock = context.wrap_socket(raw, server_hostname="localhost", session=session)
    # Tickets of TLS 1.3 come with the first bytes.
    sock.sendall(PREFACE)
    assert sock.recv(9), "the server hung up"
    return sock


def agreed(server, version):
    """The cipher that was agreed, or None where the server refused."""
    try:
        with connect(server, client(server, version)) as sock:
            return sock.cipher()[0]
    except (ssl.SSLError, ConnectionResetError):
        return None


def resumes(server, version):
    """Whether a second connection resumes the session of a first one, which is still open."""
    context = client(server, version)
    with connect(server, context) as first:
        with connect(server, context, first.session) as second:
            return second.session_reused


def the_defaults():
    with running() as server:
        assert agreed(server, TLS12) is not None
        assert agreed(server, TLS13) is not None
        assert resumes(server, TLS12) and resumes(server, TLS13)


def only_tls13():
    with running("--tls-min-version", "1.3") as server:
        assert agreed(server, TLS12) is None
        assert agreed(server, TLS13) is not None


def only_the_chosen_ciphers():
    with running("--tls-ciphers", "ECDHE+CHACHA20", "--tls-ciphersuites", OTHER_SUITE) as server:
        found = agreed(server, TLS12)
        assert found is not None and "CHACHA20" in found, found
        assert agreed(server, TLS13) == OTHER_SUITE
        context = client(server, TLS12)
        context.set_ciphers("ECDHE+AESGCM")
        try:
            connect(server, context).close()
        except (ssl.SSLError, ConnectionResetError):
            return
        raise AssertionError("a cipher that was not chosen was agreed")


def no_resumption():
    with running("--tls-resumption", "off") as server:
        for version in (TLS12, TLS13):
            assert agreed(server, version) is not None
            assert not resumes(server, version), f"a session of {version.name} was resumed"


def the_administrators_settings_stay():
    with tempfile.NamedTemporaryFile("w", suffix=".cnf") as configuration:
        configuration.write(ADMINISTRATORS)
        configuration.flush()
        own = {"OPENSSL_CONF": configuration.name}
        with running("--tls-resumption", "off", environment=own) as server:
            assert agreed(server, TLS13) == OTHER_SUITE
            assert not resumes(server, TLS12)
        with running("--tls-ciphersuites", "TLS_AES_128_GCM_SHA256", environment=own) as server:
            assert agreed(server, TLS13) == "TLS_AES_128_GCM_SHA256"


def refused_at_start(*flags, message, environment=None):
    # `--check` sees it too. No file is reached, so none need exist.
    result = subprocess.run(
        [os.path.join(sys.argv[2], "greeter-server"), "--check", "--cert", "c", "--key", "k",
         "--client-ca", "a", "--policy", "p", "--audit-stdout", *flags],
        env={**os.environ, **(environment or {})}, capture_output=True, text=True, timeout=30,
        check=False)
    assert result.returncode == 3, result
    assert message in result.stderr, result.stderr
    assert result.stderr.count("\n") == 1, result.stderr


def mistakes_keep_the_server_from_starting():
    refused_at_start("--tls-ciphers", "ECDHE-RSA-AES256-GCM-SHA384:ECDHE-RSA-AES257-GCM-SHA384",
                     message="`ECDHE-RSA-AES257-GCM-SHA384` in the ciphers of TLS 1.2 is not a "
                             "cipher that OpenSSL has")
    refused_at_start("--tls-ciphers", OTHER_SUITE, message="is a cipher suite of TLS 1.3")
    refused_at_start("--tls-ciphers", "ALL:eNULL", message="does not")
    refused_at_start("--tls-ciphers", "ALL:!eNULL", message="does not authenticate the server")
    refused_at_start("--tls-ciphers", "HIGH:@SECLEVEL=0", message="`@SECLEVEL=0`")
    refused_at_start("--tls-ciphers", "HIGH:!HIGH", message="no cipher is left")
    refused_at_start("--tls-ciphersuites", OTHER_SUITE + ":TLS_AES_512_GCM_SHA256",
                     message="`TLS_AES_512_GCM_SHA256` in the cipher suites of TLS 1.3 is not one")
    with tempfile.NamedTemporaryFile("w", suffix=".cnf") as configuration:
        configuration.write("[broken\n")
        configuration.flush()
        refused_at_start("--tls-min-version", "1.3", environment={"OPENSSL_CONF": configuration.name},
                         message=f"OpenSSL's configuration `{configuration.name}` cannot be read")


def main():
    for behaviour in (the_defaults, only_tls13, only_the_chosen_ciphers, no_resumption,
                      the_administrators_settings_stay, mistakes_keep_the_server_from_starting):
        print(behaviour.__name__)
        behaviour()


main()
