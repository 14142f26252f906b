"""Reads the metrics of a greeter-server as Prometheus does."""

import re
import time
import urllib.request

SAMPLE = re.compile(r'([a-zA-Z_:][a-zA-Z0-9_:]*)(?:\{(.*)\})? (\S+)')
LABEL = re.compile(r'([a-zA-Z_]\w*)="((?:[^"\\]|\\.)*)"(?:,|$)')


class Scrape:
    """One reading. Two samples with the same name and labels are a mistake."""

    def __init__(self, text):
        self.text = text
        self.samples = {}
        self.helped = set(re.findall(r"^# HELP (certgate_\w+) \S.*$", text, re.MULTILINE))
        self.types = dict(re.findall(r"^# TYPE (certgate_\w+) (\w+)$", text, re.MULTILINE))
        for line in text.splitlines():
            if line and not line.startswith("#"):
                self._add(line)

    def _add(self, line):
        found = SAMPLE.fullmatch(line)
        assert found, f"not a sample: {line}"
        name, labels, value = found.groups()
        key = (name, frozenset(LABEL.findall(labels or "")))
        assert key not in self.samples, f"twice: {line}"
        self.samples[key] = float(value)

    def names(self):
        """Of the metrics that are certgate's own and have samples."""
        return {self._metric(name) for name, _ in self.samples if name.startswith("certgate_")}

    def _metric(self, sample):
        metric = re.sub(r"_(bucket|sum|count)$", "", sample)
        return metric if self.types.get(metric) == "histogram" else sample

    def sum(self, name, **labels):
        """Of all samples of one metric that have at least `labels`."""
        return sum(value for others, value in self.series(name).items()
                   if labels.items() <= dict(others).items())

    def check_histogram(self, name):
        """Its buckets are what Prometheus expects of them."""
        buckets = sorted((float(dict(labels)["le"]), value)
                         for labels, value in self.series(name + "_bucket").items())
        counts = [count for _, count in buckets]
        assert counts == sorted(counts) and buckets[-1][0] == float("inf"), buckets
        assert counts[-1] == self.get(name + "_count"), self.text

    def get(self, name, /, **labels):
        return self.samples[(name, frozenset(labels.items()))]

    def series(self, name):
        """Of one metric: the value of each set of labels."""
        return {labels: value for (other, labels), value in self.samples.items() if other == name}


def url_of(server):
    found = re.search(r"metrics on (http://127\.0\.0\.1:\d+/metrics)\n", server.logged())
    if not found:
        raise SystemExit("no metrics are served:\n" + server.logged())
    return found.group(1)


def scrape(server):
    with urllib.request.urlopen(url_of(server), timeout=20) as answer:
        return Scrape(answer.read().decode("utf-8"))


def wait_for(server, condition, what):
    """Reads until `condition`, of a scrape, is true, and returns that scrape."""
    deadline = time.monotonic() + 60
    while True:
        reading = scrape(server)
        if condition(reading):
            return reading
        if time.monotonic() > deadline:
            raise SystemExit(f"in vain: {what}\n{reading.text}\n{server.logged()}")
        time.sleep(0.1)
