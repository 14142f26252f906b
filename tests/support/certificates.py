"""Certificates that no decent client would show, made with the openssl command."""

import os
import subprocess


class Minter:
    """Writes NAME.crt and NAME.key into `folder`, beside the authorities of make-certs.sh."""

    def __init__(self, folder):
        self._folder = folder

    def self_signed(self, name):
        self._run("req", "-x509", "-new", *self._new_key(name), "-subj", "/O=Acme/CN=my-grpc-client",
                  "-days", "2", "-out", name + ".crt")

    def leaf(self, name, authority, alternative_names=1, name_length=20, common_name="odd-client"):
        """A client's certificate with so many DNS names of so many bytes."""
        names = ",".join(f"DNS:{self._host(number, name_length)}"
                         for number in range(alternative_names))
        self._sign(name, authority, common_name, f"subjectAltName = {names}\n")

    def chain(self, name, authority, length):
        """A client's certificate below `length` authorities below `authority`; all are shown."""
        chain, issuer = [], authority
        for number in range(length):
            between = f"{name}-{number}"
            self._sign(between, issuer, between, "basicConstraints = critical, CA:TRUE\n")
            chain.insert(0, self._read(between + ".crt"))
            issuer = between
        self.leaf(name, issuer)
        with open(os.path.join(self._folder, name + ".crt"), "a", encoding="ascii") as file:
            file.write("".join(chain))

    @staticmethod
    def _host(number, length):
        label = f"n{number}-" + "x" * length
        # A label of DNS has at most 63 bytes.
        return ".".join(label[at:at + 60] for at in range(0, length, 60)) + ".acme.example"

    def _sign(self, name, authority, common_name, extensions):
        with open(os.path.join(self._folder, name + ".ext"), "w", encoding="ascii") as file:
            file.write(extensions)
        self._run("req", "-new", "-utf8", *self._new_key(name), "-subj", f"/O=Acme/CN={common_name}",
                  "-out", name + ".csr")
        self._run("x509", "-req", "-in", name + ".csr", "-CA", authority + ".crt", "-CAkey",
                  authority + ".key", "-CAcreateserial", "-days", "2", "-extfile", name + ".ext",
                  "-out", name + ".crt")

    @staticmethod
    def _new_key(name):
        return ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout",
                name + ".key"]

    def _read(self, name):
        with open(os.path.join(self._folder, name), encoding="ascii") as file:
            return file.read()

    def _run(self, *arguments):
        subprocess.run(["openssl", *arguments], cwd=self._folder, check=True, capture_output=True)
