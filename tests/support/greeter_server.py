"""A greeter-server of a test's own, on a free port, with certificates made for it."""

import atexit
import contextlib
import os
import re
import resource
import signal
import subprocess
import tempfile
import time


class GreeterServer:
    """`flags` are added to those of a working server, `environment` to the test's own. `prepare`, if
    given, is called with the folder of the new certificates before the server starts. `policy` is
    the sample policy unless given; `max_files` the most descriptors that the server may have."""

    def __init__(self, source, binaries, scratch, flags=(), environment=None, prepare=None,
                 policy=None, max_files=None):
        self.certs = os.path.join(scratch, "certs")
        self.audit = os.path.join(scratch, "audit.jsonl")
        self.log = os.path.join(scratch, "server.log")
        subprocess.run([os.path.join(source, "scripts/make-certs.sh"), self.certs], check=True,
                       stdout=subprocess.DEVNULL)
        if prepare:
            prepare(self.certs)
        self._command = [
            os.path.join(binaries, "greeter-server"), "--listen", "127.0.0.1:0",
            "--cert", self.cert("server.crt"), "--key", self.cert("server.key"),
            "--client-ca", self.cert("ca.crt"),
            "--policy", policy or os.path.join(source, "policy/policy.yaml"),
            "--audit-file", self.audit, *flags]
        self._environment = {**os.environ, **(environment or {})}
        self._max_files = max_files
        self.start()

    def start(self):
        """Starts the server, with a log of its own; again after `stop`, on another port."""
        with open(self.log, "wb") as log:
            self.process = subprocess.Popen(
                self._command, stderr=log, env=self._environment,
                preexec_fn=None if self._max_files is None else lambda: resource.setrlimit(
                    resource.RLIMIT_NOFILE, (self._max_files, self._max_files)))
        # A test that fails leaves nothing behind.
        atexit.register(self._end)
        self.port = self._wait_for_port()

    def cert(self, name):
        return os.path.join(self.certs, name)

    def logged(self):
        with open(self.log, encoding="utf-8", errors="replace") as log:
            return log.read()

    def is_alive(self):
        return self.process.poll() is None

    def stop(self):
        """Asks the server to end, and returns its exit code."""
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(timeout=30)

    def _end(self):
        if self.is_alive():
            self.process.kill()
            self.process.wait()

    def _wait_for_port(self):
        deadline = time.monotonic() + 20
        while time.monotonic() < deadline and self.is_alive():
            found = re.search(r"listening on 127\.0\.0\.1:(\d+)", self.logged())
            if found:
                return int(found.group(1))
            time.sleep(0.05)
        raise SystemExit("the server did not start:\n" + self.logged())


@contextlib.contextmanager
def running_server(source, binaries, *flags, environment=None):
    """A server that ends with the `with` block, well if the block does."""
    with tempfile.TemporaryDirectory() as scratch:
        server = GreeterServer(source, binaries, scratch, flags, environment)
        try:
            yield server
            if server.is_alive():
                server.stop()
            code = server.process.returncode
            assert code == 0, f"the server exited with {code}:\n{server.logged()}"
        finally:
            if server.is_alive():
                server.process.kill()
                server.process.wait()
