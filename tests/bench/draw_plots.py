"""Draws what compare_servers.py has measured, as SVG files.

Usage: draw_plots.py RESULTS.json FOLDER
"""

import json
import pathlib
import sys

import matplotlib

matplotlib.use("svg")
# The same figures make the same file.
matplotlib.rcParams.update({"svg.hashsalt": "certgate", "font.size": 11, "svg.fonttype": "none",
                            "axes.spines.top": False, "axes.spines.right": False})

from matplotlib import pyplot  # noqa: E402: after the choice of what draws

UNGUARDED, GUARDED, UNRECORDED = "#7a7a7a", "#1f77b4", "#2ca02c"


def save(figure, path):
    # White behind it, so that it can be read on a dark page too.
    figure.savefig(path, metadata={"Date": None, "Creator": None}, facecolor="white")
    pyplot.close(figure)


def draw_cost_by_policy_size(results, path):
    servers = results["servers"]
    plain = servers["guarded"]["cpu_us"]["base"]
    guarded = servers["guarded"]["cpu_us"]["ratio"]
    sizes = {1: guarded}
    for name, section in servers.items():
        if name.startswith("entries_"):
            sizes[int(name.removeprefix("entries_"))] = guarded * section["cpu_us"]["ratio"]
    figure, axes = pyplot.subplots(figsize=(7, 4), layout="constrained")
    axes.plot(sorted(sizes), [plain * sizes[size] for size in sorted(sizes)], "o-", color=GUARDED,
              label="guarded, each call recorded")
    axes.axhline(plain * servers["unrecorded"]["cpu_us"]["ratio"], color=UNRECORDED, linestyle="--",
                 label="guarded without records (1 entry)")
    axes.axhline(plain, color=UNGUARDED, label="unguarded")
    axes.set_xscale("log")
    axes.set_ylim(bottom=0)
    axes.set_xlabel("entries of the policy")
    axes.set_ylabel("server CPU, microseconds a call")
    axes.set_title("What a call costs, by the size of the policy")
    axes.legend(loc="lower left")
    save(figure, path)


def draw_latency_distribution(results, path):
    quantiles = results["servers"]["at_a_rate"]["quantiles"]
    figure, axes = pyplot.subplots(figsize=(7, 4), layout="constrained")
    for name, color, label in (("base", UNGUARDED, "unguarded"), ("other", GUARDED, "guarded")):
        # 0.9 is drawn at 1, 0.99 at 2: the slow calls are what counts.
        axes.plot([1 / (1 - part) for part, _ in quantiles[name]],
                  [latency / 1000 for _, latency in quantiles[name]], color=color, label=label)
    axes.set_xscale("log")
    axes.set_xticks([2, 10, 100, 1000], ["50 %", "90 %", "99 %", "99.9 %"])
    axes.minorticks_off()
    axes.set_ylim(bottom=0)
    axes.set_xlabel("of the calls take no longer than")
    axes.set_ylabel("milliseconds")
    axes.set_title("Latency at 1,000 calls a second")
    axes.legend(loc="upper left")
    save(figure, path)


def main():
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    results = json.loads(pathlib.Path(sys.argv[1]).read_text(encoding="ascii"))
    folder = pathlib.Path(sys.argv[2])
    folder.mkdir(parents=True, exist_ok=True)
    draw_cost_by_policy_size(results, folder / "cost-by-policy-size.svg")
    draw_latency_distribution(results, folder / "latency-distribution.svg")


main()
