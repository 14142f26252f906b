"""The C++ in README.md compiles against the public headers as it stands."""

import pathlib
import re
import subprocess
import sys
import tempfile

# What the reader's own program has around each piece of code, in its order.
FRAMES = [
    """
#include <helloworld/helloworld.grpc.pb.h>
#include <iostream>
#include <memory>
#include <utility>
{includes}
using Greeter = helloworld::Greeter::Service;
int RunServer() {{
{statements}
return 0;
}}
""",
    """
#include <helloworld/helloworld.grpc.pb.h>
#include <memory>
{includes}
void Handle(const grpc::ServerContextBase* context, const helloworld::HelloRequest* request,
            helloworld::HelloReply* reply) {{
{statements}
}}
""",
]


def compiler(build):
    cache = pathlib.Path(build, "CMakeCache.txt").read_text(encoding="utf-8")
    return re.search(r"^CMAKE_CXX_COMPILER:\w+=(.+)$", cache, re.MULTILINE)[1]


def program(frame, code):
    lines = code.splitlines()
    return frame.format(includes="\n".join(line for line in lines if line.startswith("#include")),
                        statements="\n".join(line for line in lines if not line.startswith("#")))


def main():
    source, build = sys.argv[1], pathlib.Path(sys.argv[2]).parent
    readme = pathlib.Path(source, "README.md").read_text(encoding="utf-8")
    pieces = re.findall(r"^```cpp\n(.*?)^```$", readme, re.MULTILINE | re.DOTALL)
    assert len(pieces) == len(FRAMES), f"{len(pieces)} pieces of C++ in README.md"
    with tempfile.TemporaryDirectory() as scratch:
        for number, (frame, code) in enumerate(zip(FRAMES, pieces)):
            file = pathlib.Path(scratch, f"piece_{number}.cc")
            file.write_text(program(frame, code), encoding="utf-8")
            subprocess.run([compiler(build), "-std=c++20", "-fsyntax-only", "-Wall", "-Wextra",
                            "-Werror", f"-I{source}/include", "-isystem", f"{build}/proto/generated",
                            file], check=True)


main()
