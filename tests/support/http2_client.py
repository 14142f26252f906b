"""One connection to a greeter-server, frame by frame, for what gRPC's libraries do not let through."""

import socket
import ssl
import time

import h2.config
import h2.connection
import h2.errors
import h2.events
import h2.settings

PATIENCE = 20
# h2 takes it for the end of the connection, which it is not (RFC 9113, section 6.8).
GOAWAY = 7
SAY_HELLO = "/helloworld.Greeter/SayHello"
# HelloRequest{name: "Ada"}, as a message of gRPC.
HELLO = b"\x00\x00\x00\x00\x05\x0a\x03Ada"


def client_context(server, certificate="client"):
    context = ssl.create_default_context(cafile=server.cert("ca.crt"))
    context.set_alpn_protocols(["h2"])
    context.load_cert_chain(server.cert(certificate + ".crt"), server.cert(certificate + ".key"))
    return context


class Http2Client:
    """Keeps what comes, by stream. Answers nothing that it is not told to, but for h2's own
    acknowledgements; `silent` not even those. A TLS `session` is offered together with the `context`
    that it was given to."""

    def __init__(self, server, certificate="client", initial_window=None, silent=False,
                 context=None, session=None):
        context = context or client_context(server, certificate)
        raw = socket.create_connection(("127.0.0.1", server.port), timeout=PATIENCE)
        self._sock = context.wrap_socket(raw, server_hostname="localhost",
                                         session=session)
        self._connection = h2.connection.H2Connection(
            h2.config.H2Configuration(client_side=True, header_encoding="utf-8"))
        self._silent = silent
        self._events = []
        self._unread = b""
        self._going_away = []
        self.hung_up = False
        if initial_window is not None:
            self._connection.local_settings = h2.settings.Settings(
                client=True, initial_values={h2.settings.SettingCodes.INITIAL_WINDOW_SIZE:
                                             initial_window})
        self._connection.initiate_connection()
        self._flush()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def close(self):
        self._sock.close()

    @property
    def session(self):
        """The TLS session. Under TLS 1.3 the server gives it after the handshake: read first."""
        return self._sock.session

    @property
    def session_reused(self):
        return self._sock.session_reused

    @property
    def tls_version(self):
        return self._sock.version()

    def call(self, path, body=None, end=True):
        """Begins a call, and returns its stream."""
        stream = self._connection.get_next_available_stream_id()
        self._connection.send_headers(stream, [
            (":method", "POST"), (":scheme", "https"), (":path", path), (":authority", "localhost"),
            ("content-type", "application/grpc"), ("te", "trailers")], end_stream=False)
        if body is not None:
            self._connection.send_data(stream, body, end_stream=end)
        self._flush()
        return stream

    def ignore_stream_limit(self):
        """From now on opens as many streams as it is told to, whatever the server has announced."""
        self._connection.remote_settings = h2.settings.Settings(client=False)

    def room(self, stream):
        """How many bytes the server takes now, at most a frame."""
        return max(0, min(self._connection.local_flow_control_window(stream), 16_384))

    def send(self, stream, body):
        self._connection.send_data(stream, body)
        self._flush()

    def end_call(self, stream):
        self._connection.end_stream(stream)
        self._flush()

    def ping(self):
        """Asks, and waits for the answer: what was sent before has arrived."""
        seen = self._count(h2.events.PingAckReceived)
        self.send_ping()
        self.run_until(lambda: self._count(h2.events.PingAckReceived) > seen)

    def send_ping(self):
        self._connection.ping(b"certgate")
        self._flush()

    def run_until(self, condition, patience=PATIENCE):
        """Takes what comes until `condition` holds, or the test fails."""
        deadline = time.monotonic() + patience
        while not condition():
            left = deadline - time.monotonic()
            if left <= 0 or self.hung_up:
                why = "the server hung up" if self.hung_up else "nothing came of it"
                raise AssertionError(f"{why}; events: {self._events}")
            self._take(left)

    def run_for(self, seconds):
        """Takes what comes for a while."""
        deadline = time.monotonic() + seconds
        while not self.hung_up and (left := deadline - time.monotonic()) > 0:
            self._take(left)

    def run_until_closed(self, patience=PATIENCE):
        """The seconds until the server closed the connection."""
        start = time.monotonic()
        self.run_until(lambda: self.hung_up, patience)
        return time.monotonic() - start

    def forget(self):
        """Drops what came until now: a long run need not look through all of it each time."""
        self._events = []

    def data(self, stream):
        return b"".join(event.data for event in self._events
                        if isinstance(event, h2.events.DataReceived) and event.stream_id == stream)

    def status(self, stream):
        """grpc-status, or None."""
        for event in self._events:
            if isinstance(event, (h2.events.ResponseReceived, h2.events.TrailersReceived)) and \
                    event.stream_id == stream and "grpc-status" in dict(event.headers):
                return dict(event.headers)["grpc-status"]
        return None

    def has_ended(self, stream):
        return any(isinstance(event, (h2.events.StreamEnded, h2.events.StreamReset)) and
                   event.stream_id == stream for event in self._events)

    def reset_code(self, stream):
        for event in self._events:
            if isinstance(event, h2.events.StreamReset) and event.stream_id == stream:
                return event.error_code
        return None

    def setting(self, code):
        """What the server has announced."""
        return self._connection.remote_settings[code]

    def going_away(self):
        """What the server's GOAWAY frames say: pairs of error code and text."""
        return self._going_away

    def _count(self, kind):
        return sum(isinstance(event, kind) for event in self._events)

    def _take(self, seconds):
        self._sock.settimeout(seconds)
        try:
            received = self._sock.recv(65536)
        except (TimeoutError, socket.timeout):
            return
        except OSError:
            received = b""
        if not received:
            self.hung_up = True
            return
        self._unread += received
        while (frame := self._next_frame()) is not None:
            if frame[3] == GOAWAY:
                self._going_away.append((int.from_bytes(frame[13:17], "big"), frame[17:]))
            else:
                self._events += self._connection.receive_data(frame)
        self._flush()

    def _next_frame(self):
        """One whole frame (RFC 9113, section 4.1), or None."""
        length = 9 + int.from_bytes(self._unread[:3], "big")
        if len(self._unread) < max(length, 9):
            return None
        frame, self._unread = self._unread[:length], self._unread[length:]
        return frame

    def _flush(self):
        outgoing = self._connection.data_to_send()
        if outgoing and not (self._silent and self._events):
            try:
                self._sock.sendall(outgoing)
            except OSError:
                self.hung_up = True
