"""A program of another project that a test runs in the foreground, such as a syslog server."""

import atexit
import signal
import socket
import subprocess


class Daemon:
    """Runs `command`, with its output in the file `log`, until `stop`, or the end of the test."""

    def __init__(self, command, log):
        self._command = command
        self._log = log
        self.start()

    def start(self):
        with open(self._log, "ab") as log:
            self._process = subprocess.Popen(self._command, stdout=log, stderr=log)
        # A test that fails leaves nothing behind.
        atexit.register(self._kill)

    def is_alive(self):
        return self._process.poll() is None

    def logged(self):
        with open(self._log, encoding="utf-8", errors="replace") as log:
            return log.read()

    def stop(self):
        self._process.terminate()
        self._process.wait(timeout=30)

    def hang(self):
        """Does nothing any more, until `go_on`."""
        self._process.send_signal(signal.SIGSTOP)

    def go_on(self):
        self._process.send_signal(signal.SIGCONT)

    def _kill(self):
        if self.is_alive():
            self._process.kill()
            self._process.wait()


def free_port():
    """A port of 127.0.0.1 below the range from which the system takes those of clients."""
    for port in range(20_000, 32_000):
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port
    raise AssertionError("no port is free")
