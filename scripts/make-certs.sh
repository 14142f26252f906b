#!/bin/sh
# Makes certificates for development and tests: an authority, a server, five clients. Not for
# production: the keys lie unencrypted in one folder.
set -eu

days=365

usage() {
  cat <<'USAGE'
usage: make-certs.sh [--force] DIR

Makes development certificates in DIR, which is created if it is missing:
  ca.crt             the authority, CN=MyTestCA
  server.crt         the server, CN=localhost, for localhost, 127.0.0.1 and ::1
  client.crt         a client, CN=my-grpc-client, OU=payments, O=Acme
  other-client.crt   a client that the sample policy does not list, CN=other-client, OU=marketing
  operator.crt       an operator, CN=alice, OU=sre, O=Acme
  foreign-client.crt names like those of client.crt, issued by another authority (foreign-ca.crt)
  expired-client.crt names like those of client.crt, expired
Each has its private key beside it, NAME.key, mode 0600.

  --force   overwrite files from an earlier run
  --help    show this text
USAGE
}

fail() {
  echo "make-certs.sh: $1" >&2
  exit "${2:-1}"
}

parse_arguments() {
  force=no
  dir=
  for argument in "$@"; do
    case $argument in
      --help | -h) usage && exit 0 ;;
      --force) force=yes ;;
      -*) usage_error "unknown option \`$argument\`" ;;
      *)
        [ -z "$dir" ] || usage_error "more than one directory: \`$dir\` and \`$argument\`"
        dir=$argument
        ;;
    esac
  done
  [ -n "$dir" ] || usage_error 'no directory given'
}

usage_error() {
  echo "make-certs.sh: $1" >&2
  usage >&2
  exit 2
}

prepare_directory() {
  command -v openssl >/dev/null 2>&1 ||
    fail "the openssl command is missing; install the package \`openssl\`"
  mkdir -p -- "$dir" || fail "cannot create the directory \`$dir\`"
  dir=$(cd -- "$dir" && pwd) || fail "cannot enter the directory \`$dir\`"
  [ -w "$dir" ] || fail "cannot write to the directory \`$dir\`"
  for name in ca server client other-client operator foreign-ca foreign-client expired-client; do
    for file in "$dir/$name.key" "$dir/$name.crt"; do
      [ ! -d "$file" ] || fail "\`$file\` is a directory; remove it or choose another place"
      [ "$force" = yes ] || [ ! -e "$file" ] ||
        fail "\`$file\` exists; give --force to overwrite it"
    done
  done
}

# Runs openssl in silence; its words are shown only when it fails.
run_openssl() {
  openssl "$@" >log 2>&1 || {
    cat log >&2
    fail "\`openssl $1\` failed; see above"
  }
}

# make_key NAME
make_key() {
  run_openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out "$1.key"
}

# write_config NAME SUBJECT EXTENSIONS
write_config() {
  cat >"$1.cnf" <<CONFIG
[req]
prompt = no
string_mask = utf8only
distinguished_name = subject
[subject]
$2
[extensions]
$3
CONFIG
}

# make_authority NAME COMMON_NAME
make_authority() {
  make_key "$1"
  write_config "$1" "CN = $2" 'basicConstraints = critical, CA:TRUE
keyUsage = critical, keyCertSign, cRLSign
subjectKeyIdentifier = hash'
  run_openssl req -x509 -new -sha256 -days "$days" -config "$1.cnf" -extensions extensions \
    -key "$1.key" -out "$1.crt"
}

# request NAME SUBJECT PURPOSE [MORE_EXTENSIONS]: key and certificate signing request
request() {
  make_key "$1"
  write_config "$1" "$2" "basicConstraints = critical, CA:FALSE
keyUsage = critical, digitalSignature
extendedKeyUsage = $3
subjectKeyIdentifier = hash
authorityKeyIdentifier = keyid
${4:-}"
  run_openssl req -new -sha256 -config "$1.cnf" -key "$1.key" -out "$1.csr"
}

# sign NAME AUTHORITY: the certificate is good from now on for $days days
sign() {
  run_openssl x509 -req -sha256 -days "$days" -in "$1.csr" -CA "$2.crt" -CAkey "$2.key" \
    -CAcreateserial -extfile "$1.cnf" -extensions extensions -out "$1.crt"
}

# sign_expired NAME AUTHORITY: the certificate was good for some days of 2020. `openssl x509` can
# set dates from OpenSSL 3.4 on only; `openssl ca` always could, but keeps a database.
sign_expired() {
  cat >>"$1.cnf" <<'CONFIG'
[ca]
default_ca = authority
[authority]
database = database
serial = serial
new_certs_dir = .
default_md = sha256
policy = any_subject
[any_subject]
commonName = supplied
organizationalUnitName = optional
organizationName = optional
CONFIG
  : >database
  run_openssl ca -batch -notext -preserveDN -create_serial -config "$1.cnf" -extensions extensions \
    -startdate 20200101000000Z -enddate 20200131000000Z -in "$1.csr" \
    -cert "$2.crt" -keyfile "$2.key" -out "$1.crt"
}

# publish NAME PURPOSE: moves key and certificate from the work folder to their place
publish() {
  mv -f -- "$1.key" "$dir/$1.key"
  mv -f -- "$1.crt" "$dir/$1.crt"
  chmod 0644 -- "$dir/$1.crt"
  printf '%-20s %s\n' "$1.crt" "$2"
}

parse_arguments "$@"
prepare_directory
# Before any key is written: nobody else may read one, not even for a moment.
umask 077
# Inside the target, so that files are renamed into place and never copied.
work=$(mktemp -d "$dir/.make-certs.XXXXXX") || fail "cannot write to the directory \`$dir\`"
trap 'rm -rf -- "$work"' EXIT
trap 'exit 1' HUP INT TERM
# File names within are relative: a path in an OpenSSL configuration may not hold `$` or `#`.
cd -- "$work"

client='O = Acme
OU = payments
CN = my-grpc-client'
make_authority ca MyTestCA
make_authority foreign-ca MyForeignCA
request server 'CN = localhost' serverAuth 'subjectAltName = DNS:localhost, IP:127.0.0.1, IP:::1'
sign server ca
request client "$client" clientAuth
sign client ca
request other-client 'O = Acme
OU = marketing
CN = other-client' clientAuth
sign other-client ca
request operator 'O = Acme
OU = sre
CN = alice' clientAuth
sign operator ca
request foreign-client "$client" clientAuth
sign foreign-client foreign-ca
request expired-client "$client" clientAuth
sign_expired expired-client ca

publish ca 'the authority that server and clients trust'
publish server 'the server at localhost, 127.0.0.1 and ::1'
publish client 'my-grpc-client of OU payments'
publish other-client 'other-client of OU marketing, which the sample policy does not list'
publish operator 'alice of OU sre, an operator'
publish foreign-ca 'an authority that nobody trusts'
publish foreign-client 'my-grpc-client of OU payments, issued by foreign-ca'
publish expired-client 'my-grpc-client of OU payments, expired in January 2020'
