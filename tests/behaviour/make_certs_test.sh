#!/bin/sh
# scripts/make-certs.sh makes the certificates that it promises, and nothing readable by others.
# Usage: make_certs_test.sh SOURCE_DIR
set -eu

make_certs=$1/scripts/make-certs.sh
folder=$(mktemp -d)
trap 'rm -rf -- "$folder"' EXIT
# A name with a space and a dollar sign: paths are never pasted into a configuration.
certs="$folder/new \$dir/certs"

fail() {
  echo "make_certs_test: $1" >&2
  exit 1
}

# expect_failure STATUS TEXT COMMAND...: exits with STATUS and says TEXT on standard error
expect_failure() {
  expected=$1
  text=$2
  shift 2
  status=0
  "$@" >"$folder/out" 2>"$folder/err" || status=$?
  [ "$status" -eq "$expected" ] || fail "expected exit status $expected, got $status: $*"
  grep -qF -- "$text" "$folder/err" || fail "expected \`$text\`, got: $(cat "$folder/err")"
}

# expect_field CERTIFICATE TEXT OPENSSL_OPTION...
expect_field() {
  certificate=$1
  text=$2
  shift 2
  openssl x509 -in "$certs/$certificate.crt" -noout "$@" >"$folder/out"
  grep -qF -- "$text" "$folder/out" ||
    fail "$certificate.crt: expected \`$text\`, got: $(cat "$folder/out")"
}

verify() {
  openssl verify -x509_strict -CAfile "$certs/$1.crt" -purpose "$2" "$certs/$3.crt" \
    >"$folder/out" 2>&1
}

expect_verified() {
  verify "$@" || fail "$3.crt does not lead to $1.crt: $(cat "$folder/out")"
}

expect_unverified() {
  text=$1
  shift
  ! verify "$@" || fail "$3.crt should not lead to $1.crt"
  grep -qF -- "$text" "$folder/out" || fail "expected \`$text\`, got: $(cat "$folder/out")"
}

all='ca server client other-client operator foreign-ca foreign-client expired-client'

usage_is_clear() {
  expect_failure 2 'no directory given' "$make_certs"
  expect_failure 2 "unknown option \`--frce\`" "$make_certs" --frce "$certs"
  expect_failure 2 'more than one directory' "$make_certs" "$certs" "$certs"
  "$make_certs" --help | grep -q '^usage: make-certs.sh' || fail '--help shows no usage'
  : >"$folder/file"
  expect_failure 1 'cannot create the directory' "$make_certs" "$folder/file/certs"
  mkdir "$folder/empty"
  expect_failure 1 'openssl command is missing' env PATH="$folder/empty" "$(command -v sh)" \
    "$make_certs" "$certs"
  # The superuser may write anywhere.
  [ "$(id -u)" -eq 0 ] && return
  mkdir "$folder/locked"
  chmod 0500 "$folder/locked"
  expect_failure 1 'cannot write to the directory' "$make_certs" "$folder/locked"
}

one_line_for_each_certificate() {
  (umask 022 && "$make_certs" "$certs") >"$folder/lines" 2>"$folder/err" ||
    fail "make-certs.sh failed: $(cat "$folder/err")"
  [ ! -s "$folder/err" ] || fail "unexpected words: $(cat "$folder/err")"
  for name in $all; do
    [ "$(grep -c "^$name\.crt  *[a-z]" "$folder/lines")" -eq 1 ] || fail "no line for $name.crt"
  done
  [ "$(wc -l <"$folder/lines")" -eq 8 ] || fail 'more lines than certificates'
}

nothing_else_is_left() {
  for name in $all; do
    echo "$name.crt"
    echo "$name.key"
  done | sort >"$folder/expected"
  find "$certs" -mindepth 1 -printf '%P\n' | sort >"$folder/found"
  diff "$folder/expected" "$folder/found" || fail 'other files than expected'
}

keys_are_private_and_fit() {
  for name in $all; do
    [ "$(stat -c %a "$certs/$name.key")" = 600 ] || fail "$name.key is readable by others"
    [ "$(stat -c %a "$certs/$name.crt")" = 644 ] || fail "$name.crt is not readable by all"
    openssl pkey -in "$certs/$name.key" -pubout >"$folder/from_key"
    openssl x509 -in "$certs/$name.crt" -noout -pubkey >"$folder/from_certificate"
    cmp "$folder/from_key" "$folder/from_certificate" || fail "$name.key is not that of $name.crt"
    expect_field "$name" 'ASN1 OID: prime256v1' -text
  done
}

names_are_those_of_the_article() {
  client='CN=my-grpc-client,OU=payments,O=Acme'
  expect_field ca 'subject=CN=MyTestCA' -subject -nameopt RFC2253
  expect_field server 'subject=CN=localhost' -subject -nameopt RFC2253
  for name in client foreign-client expired-client; do
    expect_field "$name" "subject=$client" -subject -nameopt RFC2253
  done
  expect_field other-client 'CN=other-client,OU=marketing' -subject -nameopt RFC2253
  expect_field operator 'subject=CN=alice,OU=sre,O=Acme' -subject -nameopt RFC2253
  expect_field foreign-client 'issuer=CN=MyForeignCA' -issuer -nameopt RFC2253
  expect_field expired-client 'issuer=CN=MyTestCA' -issuer -nameopt RFC2253
}

extensions_are_those_that_tls_needs() {
  expect_field server 'DNS:localhost, IP Address:127.0.0.1, IP Address:0:0:0:0:0:0:0:1' \
    -ext subjectAltName
  expect_field server 'TLS Web Server Authentication' -ext extendedKeyUsage
  for name in client other-client operator foreign-client expired-client; do
    expect_field "$name" 'TLS Web Client Authentication' -ext extendedKeyUsage
    expect_field "$name" 'CA:FALSE' -ext basicConstraints
    expect_field "$name" 'Digital Signature' -ext keyUsage
  done
  for name in ca foreign-ca; do
    expect_field "$name" 'CA:TRUE' -ext basicConstraints
    expect_field "$name" 'Certificate Sign' -ext keyUsage
  done
}

chains_are_good_where_they_should_be() {
  expect_verified ca sslserver server
  expect_verified ca sslclient client
  expect_verified ca sslclient other-client
  expect_verified ca sslclient operator
  expect_verified foreign-ca sslclient foreign-client
  expect_unverified 'certificate has expired' ca sslclient expired-client
  expect_unverified 'unable to get local issuer' ca sslclient foreign-client
  expect_unverified 'unable to get local issuer' foreign-ca sslclient client
  expect_unverified 'purpose' ca sslserver client
  for name in ca server client other-client foreign-ca foreign-client; do
    openssl x509 -in "$certs/$name.crt" -noout -checkend $((30 * 24 * 3600)) >/dev/null ||
      fail "$name.crt expires within a month"
  done
}

files_are_overwritten_only_by_force() {
  cksum "$certs"/* >"$folder/before"
  expect_failure 1 'exists; give --force' "$make_certs" "$certs"
  cksum "$certs"/* | diff "$folder/before" - || fail 'files were changed without --force'
  "$make_certs" --force "$certs" >/dev/null || fail '--force does not overwrite'
  for file in "$certs"/*; do
    ! grep -qF -- "$(cksum "$file")" "$folder/before" || fail "$file was not made anew"
  done
  expect_verified ca sslclient client
  # One file that exists is enough to refuse, and leaves the rest alone.
  mkdir "$folder/partial"
  echo mine >"$folder/partial/client.key"
  expect_failure 1 "client.key\` exists" "$make_certs" "$folder/partial"
  [ "$(ls -A "$folder/partial")" = client.key ] || fail 'a refused run left files behind'
}

usage_is_clear
one_line_for_each_certificate
nothing_else_is_left
keys_are_private_and_fit
names_are_those_of_the_article
extensions_are_those_that_tls_needs
chains_are_good_where_they_should_be
files_are_overwritten_only_by_force
nothing_else_is_left
keys_are_private_and_fit
echo 'make-certs.sh makes what it promises'
