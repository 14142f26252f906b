"""What the shells offer for lines that are typed so far."""

import pathlib
import subprocess

HERE = pathlib.Path(__file__).resolve().parent
SHELLS = {"bash": ["bash", "--norc", HERE / "bash_choices.sh"],
          "zsh": ["zsh", "-f", HERE / "zsh_choices.zsh"]}


def choices(shell, source, lines, folder="."):
    """For each of `lines` the choices of `shell` at its end, in `folder`."""
    completions = pathlib.Path(source, "completion", shell).resolve()
    result = subprocess.run([*SHELLS[shell], completions, *lines], cwd=folder, text=True,
                            stdin=subprocess.DEVNULL, capture_output=True, timeout=120, check=False)
    answers = [[]]
    for choice in result.stdout.splitlines():
        if choice == "--":
            answers.append([])
        else:
            answers[-1].append(choice)
    if result.returncode != 0 or result.stderr or len(answers) != len(lines) + 1:
        raise AssertionError(f"{shell}: exit {result.returncode}\n{result.stdout}{result.stderr}")
    return dict(zip(lines, answers))
