#!/usr/bin/env python3
"""Shakes hands with a guarded server in each version of TLS: only 1.2 and 1.3 are taken.

Usage: old_tls_is_refused_test.py SOURCE_DIR BIN_DIR
"""

import os
import socket
import ssl
import sys
import tempfile
import warnings

sys.path.insert(0, os.path.join(sys.argv[1], "tests/support"))
from greeter_server import GreeterServer  # noqa: E402


def handshake(server, version):
    """The version that was agreed, or None where the server refused."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.load_verify_locations(server.cert("ca.crt"))
    context.load_cert_chain(server.cert("client.crt"), server.cert("client.key"))
    context.set_alpn_protocols(["h2"])
    # The client's own security level must not be what fails.
    context.set_ciphers("ALL:@SECLEVEL=0")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        context.minimum_version = version
        context.maximum_version = version
    try:
        with socket.create_connection(("127.0.0.1", server.port), timeout=5) as raw:
            with context.wrap_socket(raw, server_hostname="localhost") as sock:
                return sock.version()
    except (ssl.SSLError, ConnectionResetError):
        return None


def main():
    with tempfile.TemporaryDirectory() as scratch:
        server = GreeterServer(sys.argv[1], sys.argv[2], scratch)
        agreed = {version.name: handshake(server, version)
                  for version in (ssl.TLSVersion.TLSv1, ssl.TLSVersion.TLSv1_1,
                                  ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3)}
        code = server.stop()
        print(agreed)
        assert agreed == {"TLSv1": None, "TLSv1_1": None, "TLSv1_2": "TLSv1.2",
                          "TLSv1_3": "TLSv1.3"}, agreed
        assert code == 0, f"the server exited with {code}"


main()
