"""systemd is told when the server is ready, reads its files again, is well and stops, as sd_notify(3) has
it; and is not bothered where it has not asked.

Usage: systemd_is_told_how_the_server_is_test.py SOURCE_DIR BIN_DIR
"""

import os
import signal
import socket
import sys
import tempfile
import time

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "..", "support"))
from greeter_server import GreeterServer  # noqa: E402: after the path

PATIENCE = 10


class Manager:
    """What systemd has been told, in the order in which it came."""

    def __init__(self, folder):
        self.path = os.path.join(folder, "notify")
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self._socket.bind(self.path)

    def next(self, patience=PATIENCE):
        """The assignments of the next message but for those of the watchdog alone."""
        deadline = time.monotonic() + patience
        while True:
            self._socket.settimeout(max(deadline - time.monotonic(), 0.001))
            message = self._socket.recv(4096).decode("utf-8")
            told = dict(line.split("=", 1) for line in message.strip().split("\n"))
            if told != {"WATCHDOG": "1"}:
                return told

    def count_of_watchdog(self, seconds):
        """How often it was told in this time that the server is well."""
        count = 0
        deadline = time.monotonic() + seconds
        while (left := deadline - time.monotonic()) > 0:
            self._socket.settimeout(left)
            try:
                count += self._socket.recv(4096) == b"WATCHDOG=1"
            except TimeoutError:
                break
        return count


def expect(condition, what):
    if not condition:
        sys.exit(f"systemd_is_told_how_the_server_is: {what}")


def reload_with(server, manager, policy, text):
    """What is told after the files were asked to be read again: that they are, and the outcome."""
    with open(policy, "w", encoding="ascii") as file:
        file.write(text)
    server.process.send_signal(signal.SIGHUP)
    told = manager.next()
    expect(told.get("RELOADING") == "1", f"no word of a reload, but {told}")
    now = time.clock_gettime_ns(time.CLOCK_MONOTONIC) // 1000
    expect(0 <= now - int(told["MONOTONIC_USEC"]) < PATIENCE * 1_000_000, f"a wrong time: {told}")
    return manager.next()


def main():
    source, binaries = sys.argv[1:]
    with tempfile.TemporaryDirectory() as folder:
        manager = Manager(folder)
        policy = os.path.join(folder, "policy.yaml")
        with open(os.path.join(source, "policy/policy.yaml"), encoding="utf-8") as file:
            good = file.read()
        with open(policy, "w", encoding="utf-8") as file:
            file.write(good)
        server = GreeterServer(source, binaries, folder, policy=policy, flags=["--reload-watch", "off"],
                               environment={"NOTIFY_SOCKET": manager.path, "WATCHDOG_USEC": "200000"})
        told = manager.next()
        expect(told.get("READY") == "1" and "generation 1" in told["STATUS"], f"not ready: {told}")
        expect("WATCHDOG" not in told, f"two things at once: {told}")
        # Twice in 200 ms; a busy machine may be late.
        expect(manager.count_of_watchdog(2) >= 5, "the watchdog is hardly told anything")

        told = reload_with(server, manager, policy, good.replace("version: 1", "version: 1\nmods: x"))
        expect(told.get("READY") == "1" and "newer files are refused" in told["STATUS"] and
               "policy.yaml:" in told["STATUS"], f"no word of what is wrong: {told}")
        told = reload_with(server, manager, policy, "# new\n" + good)
        expect(told.get("READY") == "1" and "generation 2" in told["STATUS"] and
               "refused" not in told["STATUS"], f"no word of what is in force: {told}")
        # Also if nothing has changed: who waits for the reload must not wait for ever.
        told = reload_with(server, manager, policy, "# new\n" + good)
        expect(told.get("READY") == "1", f"no end of a reload that changed nothing: {told}")

        server.process.send_signal(signal.SIGTERM)
        told = manager.next()
        expect(told.get("STOPPING") == "1", f"no word of the end: {told}")
        expect(server.process.wait(timeout=60) == 0, "the server did not end well")

        # The watchdog is another process's.
        server._environment["WATCHDOG_PID"] = "1"
        server.start()
        expect(manager.next().get("READY") == "1", "not ready the second time")
        expect(manager.count_of_watchdog(1) == 0, "another's watchdog is told")
        expect(server.stop() == 0, "the server did not end well")


main()
