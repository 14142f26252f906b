# Installs npm packages for a test. Source it after support/programs.sh.
# shellcheck shell=bash

# npm_packages NAME: installs what tests/interop/NAME/package-lock.json lists into the build folder,
# and sets $packages to the node_modules there. Does nothing when they are there.
npm_packages() {
  local from=$source_dir/tests/interop/$1 into
  into=$(dirname "$bin_dir")/tests/interop/$1
  packages=$into/node_modules
  command -v node >/dev/null || fail "there is no node: scripts/setup.sh test installs it"
  # Written last, so that what was interrupted is done again.
  ! cmp -s "$from/package-lock.json" "$into/installed-lock.json" || return 0
  command -v npm >/dev/null || fail "there is no npm: scripts/setup.sh test installs it"
  mkdir -p "$into"
  rm -f "$into/installed-lock.json"
  cp "$from/package.json" "$from/package-lock.json" "$from/.npmrc" "$into/"
  # No package's own scripts are run. The limits end it before ctest ends the test without a word.
  (cd "$into" && timeout 480 npm ci --ignore-scripts --prefer-offline --fetch-timeout=60000) \
    >"$work/npm.out" 2>"$work/npm.err" </dev/null || npm_failed "$1" $?
  cp "$from/package-lock.json" "$into/installed-lock.json"
}

# npm_failed NAME EXIT_CODE
npm_failed() {
  local unreachable='ENOTFOUND|EAI_AGAIN|ECONN|ENET|EHOST|TIMEDOUT|SOCKET|_CERT|ENOTCACHED'
  if [ "$2" -eq 124 ] || grep -qE "$unreachable" "$work/npm.err"; then
    fail "npm cannot reach its registry, which the $1 test takes its packages from"
  fi
  fail "npm could not install the packages of the $1 test"
}
