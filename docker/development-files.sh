#!/usr/bin/env bash
# Lays development certificates out as the image expects them, for compose.yaml and for the
# Kubernetes overlay `development`:
#   docker/development-files.sh CERTS FOLDER
# CERTS is a folder that scripts/make-certs.sh has filled. Not for production: one machine holds the
# keys of everybody.
set -euo pipefail

if [ "$#" -ne 2 ]; then
  echo "usage: docker/development-files.sh CERTS FOLDER" >&2
  exit 2
fi
certs=$1 folder=$2
# The user that the image runs as.
user=10001

# put NAME FOLDER: a certificate and its key.
put() {
  install -d -m 0755 "$2"
  install -m 0644 "$certs/$1.crt" "$2/tls.crt"
  if [ "$(id -u)" -eq 0 ]; then
    install -m 0400 -o "$user" -g "$user" "$certs/$1.key" "$2/tls.key"
  else
    # Who is not root cannot give files away.
    install -m 0444 "$certs/$1.key" "$2/tls.key"
  fi
}

[ -f "$certs/server.crt" ] || {
  echo "development-files.sh: no certificates in $certs: run scripts/make-certs.sh $certs" >&2
  exit 1
}
rm -rf "$folder"/{tls,health,client}
put server "$folder/tls"
install -m 0644 "$certs/ca.crt" "$folder/tls/ca.crt"
# Whom the policy lets ask about health, and nothing else.
put other-client "$folder/health"
put client "$folder/client"
