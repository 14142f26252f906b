"""A copy of the source tree, as a git repository, in which examples are run as they are written."""

import os
import pathlib
import re
import shutil
import signal
import socket
import subprocess
import tempfile
import time

# What no example reads, or what examples make themselves.
LEFT_OUT = {".git", "build", "src", "tests", "certs", "audit.jsonl"}

# The address in examples. Tests listen on a port that is free.
ADDRESS = re.compile(r"(?<=localhost:|127\.0\.0\.1:)50051")


def commands_of(text):
    """The commands of a block, each of as many lines as the shell wants."""
    command = ""
    for line in text.splitlines(keepends=True):
        command += line
        if line.endswith("\\\n") or not command.strip():
            continue
        if subprocess.run(["bash", "-n", "-c", command], capture_output=True, check=False).returncode == 0:
            yield command
            command = ""
    if command.strip():
        raise AssertionError(f"not a whole command: {command}")


class SourceCopy:
    """Use it with `with`. The certificates of scripts/make-certs.sh are in `certs`; all else is
    committed."""

    def __init__(self, source, bin_dir):
        self._folder = tempfile.TemporaryDirectory()
        self.root = pathlib.Path(self._folder.name, "certgate")
        shutil.copytree(source, self.root,
                        ignore=lambda folder, _: LEFT_OUT if folder == source else ())
        self._environment = dict(
            os.environ, TERM="dumb", LC_ALL="C.UTF-8", TZ="UTC",
            GIT_CONFIG_GLOBAL="/dev/null", GIT_CONFIG_NOSYSTEM="1",
            PATH=f"{pathlib.Path(bin_dir).resolve()}:{os.environ['PATH']}")
        self._server = None
        self._port = None
        # Examples of `certgate import` take it for granted.
        shutil.copy(pathlib.Path(__file__).parent / "authz.json", self.root)
        self._must("scripts/make-certs.sh certs")
        self._must("git init -q && git config user.name A && git config user.email a@acme.example &&"
                   " git add -A && git commit -qm Begin")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self._stop()
        self._folder.cleanup()

    def _must(self, command):
        result, output = self._bash(command)
        if result != 0:
            raise AssertionError(f"`{command}`: {output}")

    def _bash(self, command):
        result = subprocess.run(["bash", "-c", command], cwd=self.root, env=self._environment,
                                stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                                stderr=subprocess.STDOUT, timeout=60, check=False)
        return result.returncode, result.stdout.decode("utf-8", "replace")

    def run(self, command):
        """The exit code and the output of an example. A server that serves is started on a free
        port, and ended at once: 0 if it served and stopped as it should. Calls go to a server of
        config/server.yaml."""
        program = command.split()[0]
        if program == "greeter-server" and not re.search(r" --(check|help|version)\b", command):
            self._start(command)
            return self._stop()
        if re.search(r"\bgreeter-client ", command):
            if self._server is None:
                self._start("greeter-server --config config/server.yaml")
            command = ADDRESS.sub(self._port, command)
        if "audit.jsonl" in command and not (self.root / "audit.jsonl").exists():
            self._record_a_call()
        if command.startswith("scripts/make-certs.sh "):
            command = command.replace("make-certs.sh ", "make-certs.sh --force ")
        return self._bash(command)

    def script(self, text):
        """The exit code and the output of commands that belong together. With a server among them they
        are one shell's; it listens on a free port, and there is time for that. Else the exit code is
        that of the first that fails: an answer that is no (1) is an answer."""
        text = text.replace("build/release/bin/", "")
        if "greeter-server --config config/server.yaml &" not in text:
            outputs = []
            for command in commands_of(text):
                result, output = self.run(command)
                outputs.append(output)
                if result > 1:
                    return result, f"$ {command}{output}"
            return 0, "".join(outputs)
        with socket.create_server(("127.0.0.1", 0)) as free:
            port = str(free.getsockname()[1])
        text = text.replace("config/server.yaml &", f"config/server.yaml --listen 127.0.0.1:{port} &")
        text = text.replace("& sleep 1\n",
                            f"& until (exec 3<>/dev/tcp/127.0.0.1/{port}) 2>/dev/null; do sleep 0.1; done\n")
        # Job control as at a prompt: `kill %1`. The server's own exit code counts too.
        text = text.replace("scripts/make-certs.sh certs", "scripts/make-certs.sh --force certs")
        return self._bash("set -em\n" + ADDRESS.sub(port, text) + "\nwait %1\n")

    def _record_a_call(self):
        self._start("greeter-server --config config/server.yaml")
        self._must(f"greeter-client --target localhost:{self._port} --ca certs/ca.crt"
                   " --cert certs/client.crt --key certs/client.key")
        self._stop()

    def _start(self, command):
        self._stop()
        port_file = self.root / "port"
        port_file.unlink(missing_ok=True)
        command = re.sub(r" --listen \S+", "", command)
        self._server = subprocess.Popen(
            ["bash", "-c", f"exec {command} --listen 127.0.0.1:0 --port-file port"], cwd=self.root,
            env=self._environment, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE)
        while not port_file.exists():
            if self._server.poll() is not None:
                raise AssertionError(f"`{command}`: {self._server.stderr.read().decode()}")
            time.sleep(0.02)
        self._port = port_file.read_text(encoding="utf-8").strip()

    def _stop(self):
        if self._server is None:
            return None
        self._server.send_signal(signal.SIGTERM)
        _, log = self._server.communicate(timeout=60)
        result = self._server.returncode
        self._server = None
        return result, log.decode("utf-8", "replace")
