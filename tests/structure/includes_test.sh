#!/usr/bin/env bash
# Usage: includes_test.sh SOURCE_DIR
# Checks the direction of includes (docs/architecture.md): what each folder may include of the
# others, who may know gRPC, and that public headers include public headers only. First proves, on
# a tree with one forbidden include each, that it would find them.
set -euo pipefail

# Folder of src/ and the folders that it may include beside itself.
allowed() {
  case $1 in
    counting) echo "" ;;
    files) echo "" ;;
    yaml) echo "files" ;;
    identity) echo "" ;;
    policy) echo "files yaml identity" ;;
    analysis) echo "yaml identity policy" ;;
    cli) echo "command_line files yaml identity policy analysis audit trail" ;;
    audit) echo "counting" ;;
    trail) echo "files policy audit" ;;
    authorization) echo "counting files identity policy analysis audit" ;;
    interceptor) echo "authorization identity" ;;
    server) echo "command_line yaml" ;;
    command_line) echo "yaml" ;;
    client) echo "command_line yaml" ;;
    *) echo "?" ;;
  esac
}

complain() { echo "$1: $2"; }

# Prints one line for each include that points the wrong way.
violations() {
  local root=$1 file line folder target
  while IFS=: read -r file line; do
    folder=${file#"$root"/src/}; folder=${folder%%/*}
    target=${line#*\"src/}; target=${target%%/*}
    [ "$(allowed "$folder")" != "?" ] || { complain "$file" "unknown folder src/$folder"; continue; }
    case " $folder $(allowed "$folder") " in
      *" $target "*) ;;
      *) complain "$file" "src/$folder must not include src/$target" ;;
    esac
  done < <(grep -rHE '^#include "src/' --include='*.h' --include='*.cc' "$root/src" || :)

  while IFS=: read -r file line; do
    complain "$file" "only src/interceptor and the programs know gRPC: $line"
  done < <(grep -rHE '^#include [<"](grpc|grpcpp|google/protobuf)/' --include='*.h' --include='*.cc' \
    "$root"/src/{counting,files,yaml,identity,policy,analysis,audit,trail,authorization} || :)

  while IFS=: read -r file line; do
    complain "$file" "a public header includes an internal one: $line"
  done < <(grep -rHE '^#include "' --include='*.h' "$root/include" || :)

  # The second evaluator is worth something only as long as it shares nothing with the first. The
  # tests beside it may include what they compare with it.
  while IFS=: read -r file line; do
    complain "$file" "tests/oracle must include nothing of src/: $line"
  done < <(grep -rHE '^#include "(src|tests/(unit|bench))/' --include='*.h' --include='*.cc' \
    --exclude='*_test.cc' "$root/tests/oracle" || :)
}

self_check() {
  local tree
  tree=$(mktemp -d)
  trap 'rm -rf "$tree"' RETURN
  mkdir -p "$tree"/include/certgate "$tree"/tests/oracle "$tree"/src/{files,yaml,identity,policy,analysis,audit,trail,authorization,server}
  echo '#include "src/audit/x.h"' >"$tree/src/policy/a.cc"
  echo '#include <grpcpp/grpcpp.h>' >"$tree/src/identity/b.cc"
  echo '#include "src/policy/x.h"' >"$tree/include/certgate/c.h"
  echo '#include "src/policy/x.h"' >"$tree/src/server/d.cc"
  echo '#include "src/policy/x.h"' >"$tree/tests/oracle/e.cc"
  [ "$(violations "$tree" | wc -l)" -eq 5 ] || { echo "the check does not see what it should"; exit 1; }
}

self_check
found=$(violations "$1")
[ -z "$found" ] || { echo "$found"; exit 1; }
echo "all includes point one way"
