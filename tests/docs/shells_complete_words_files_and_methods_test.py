"""bash and zsh offer words, files and methods where they are wanted. That they offer the flags and
subcommands is the subject of flags_are_the_same_everywhere_test.py.
"""

import pathlib
import sys
import tempfile

import completion

POLICY = """version: 1
name: shop
methods:
  /acme.shop.Orders/Place:
    allow:
      - cn: till
  "/acme.shop.Orders/List":
    allow:
      - cn: till
  /acme.shop.stock.*:
    allow:
      - cn: till
...
"""

FILES = ("shop.yml", "audit.jsonl", "authz.json", "notes.txt", "ca.pem", "client.crt", "client.key", "folder/shop_test.yaml")

POLICIES = ["folder/", "policy.yaml", "shop.yml"]
CERTIFICATES = ["ca.pem", "client.crt", "folder/"]
KEYS = ["ca.pem", "client.key", "folder/"]
SWITCH = ["off", "on"]

# A line, and what is offered at its end. A folder ends in `/` here.
OFFERS = {
    "certgate e": ["explain"],
    "certgate check ": POLICIES,
    "certgate check --strict shop": ["shop.yml"],
    "certgate check --format=": ["json", "sarif", "text"],
    "certgate check --descriptor-set n": ["notes.txt"],
    "certgate test --coverage ": POLICIES,
    "certgate test --format ": ["json", "junit", "text"],
    "certgate test --junit n": ["notes.txt"],
    "certgate test --filter ": [],
    "certgate diff policy.yaml ": POLICIES,
    "certgate diff --audit a": ["audit.jsonl"],
    "certgate diff --format ": ["json", "markdown", "text"],
    "certgate matrix ": POLICIES,
    "certgate matrix --format ": ["csv", "html", "json", "text"],
    "certgate matrix --output n": ["notes.txt"],
    "certgate audit ": ["query", "report", "show", "stats", "tail", "verify"],
    "certgate audit verify au": ["audit.jsonl", "authz.json"],
    "certgate audit verify --public-key ": ["ca.pem", "folder/"],
    "certgate audit verify --expect-hash ": [],
    "certgate audit query --format ": ["csv", "json", "text"],
    "certgate audit query --decision ": ["allowed", "denied"],
    "certgate audit query --action tls": ["tls-handshake"],
    "certgate audit query --reason no_m": ["no_matching_rule"],
    "certgate audit stats --policy ": POLICIES,
    "certgate audit stats --policy policy.yaml --method /acme.shop.Orders/P": [
        "/acme.shop.Orders/Place"],
    "certgate audit show ": [],
    "certgate audit show 01J au": ["audit.jsonl", "authz.json"],
    "certgate audit tail --follow --lines ": [],
    "certgate import ": ["ghostunnel", "grpc-authz"],
    "certgate import grpc-authz a": ["authz.json"],
    "certgate import grpc-authz --format ": ["json", "text"],
    "certgate import ghostunnel --name ": [],
    "certgate explain --policy ": POLICIES,
    "certgate explain --policy=": POLICIES,
    "certgate explain --policy s": ["shop.yml"],
    "certgate explain --policy folder/": ["folder/shop_test.yaml"],
    "certgate explain --cert ": CERTIFICATES,
    "certgate explain --ca ": CERTIFICATES,
    "certgate explain --format ": ["json", "text"],
    "certgate explain --format=j": ["json"],
    "certgate explain --color ": ["always", "auto", "never"],
    "certgate explain --cn ": [],
    # Methods come from the policy, if it is known already.
    "certgate explain --method ": [],
    "certgate explain --policy missing.yaml --method ": [],
    "certgate explain --policy policy.yaml --method ": [
        "/acme.shop.Orders/List", "/acme.shop.Orders/Place", "/acme.shop.stock."],
    "certgate explain --policy=policy.yaml --method /acme.shop.Orders/P": [
        "/acme.shop.Orders/Place"],
    "certgate explain --policy policy.yaml --cn till --method=/acme.shop.s": ["/acme.shop.stock."],

    "greeter-server --config ": POLICIES,
    "greeter-server --policy ": POLICIES,
    "greeter-server --cert ": CERTIFICATES,
    "greeter-server --client-ca=": CERTIFICATES,
    "greeter-server --key ": KEYS,
    "greeter-server --audit-file n": ["notes.txt"],
    "greeter-server --port-file n": ["notes.txt"],
    "greeter-server --log-level ": ["debug", "error", "info", "warn"],
    "greeter-server --log-format ": ["json", "text"],
    "greeter-server --api ": ["callback", "sync"],
    "greeter-server --audit-stdout ": SWITCH,
    "greeter-server --health=": SWITCH,
    "greeter-server --reflection ": SWITCH,
    "greeter-server --reflection --chec": ["--check"],
    "greeter-server --shutdown-grace ": [],

    "greeter-client ": ["chat", "collect", "health", "hello", "status", "stream", "whoami"],
    "greeter-client --timeout 2 --format=json w": ["whoami"],
    "greeter-client whoami ": [],
    "greeter-client --ca ": CERTIFICATES,
    "greeter-client --cert ": CERTIFICATES,
    "greeter-client --key=": KEYS,
    "greeter-client --format ": ["json", "text"],
    "greeter-client --timeout ": [],
}


def normal(choice, line, folder):
    """A choice with `/` at the end of a folder, and with the path before it that zsh leaves out."""
    typed = line.rpartition(" ")[2].rpartition("=")[2]
    path = choice if "/" in choice else typed[:typed.rfind("/") + 1] + choice
    return path + "/" if pathlib.Path(folder, path).is_dir() else path


def fill(folder):
    for name in FILES:
        path = pathlib.Path(folder, name)
        path.parent.mkdir(exist_ok=True)
        path.touch()
    pathlib.Path(folder, "policy.yaml").write_text(POLICY, encoding="utf-8")


def main():
    problems = []
    with tempfile.TemporaryDirectory() as folder:
        fill(folder)
        for shell in completion.SHELLS:
            offers = completion.choices(shell, sys.argv[1], list(OFFERS), folder)
            for line, expected in OFFERS.items():
                offered = sorted({normal(choice, line, folder) for choice in offers[line]})
                if offered != expected:
                    problems.append(f"{shell}: `{line}`\n  expected {expected}\n  got      {offered}")
    print("\n".join(problems) or f"{len(OFFERS)} lines were completed as expected")
    sys.exit(1 if problems else 0)


main()
