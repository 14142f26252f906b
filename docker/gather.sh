#!/usr/bin/env bash
# Puts together what an image of the programs needs:
#   docker/gather.sh FOLDER PROGRAM...
# FOLDER/root gets the programs in /usr/bin, without debugging symbols, the shared libraries that
# they load, and the names of the user 10001; FOLDER/owned what belongs to that user in /var/log.
set -euo pipefail

if [ "$#" -lt 2 ]; then
  echo "usage: docker/gather.sh FOLDER PROGRAM..." >&2
  exit 2
fi
folder=$1
shift

# The files that the loader maps for a program, and the loader itself, under the names by which they
# are asked for, which are links to the files.
libraries_of() {
  ldd "$1" | awk '$3 == "not" { print "gather.sh: no library " $1 > "/dev/stderr"; exit 1 }
                  $2 == "=>" { print $3 }
                  $1 ~ /^\// { print $1 }'
}

install -d "$folder"/root/{usr/bin,etc/certgate,var/log}
for program in "$@"; do
  install -s -m 0755 "$program" "$folder/root/usr/bin/"
  libraries_of "$program" | while read -r library; do
    install -D -m 0755 "$(readlink -f "$library")" "$folder/root$library"
  done
done

cat >"$folder/root/etc/passwd" <<'PASSWD'
root:x:0:0:root:/:/sbin/nologin
certgate:x:10001:10001:certgate:/:/sbin/nologin
PASSWD
cat >"$folder/root/etc/group" <<'GROUP'
root:x:0:
certgate:x:10001:
GROUP
# Names of hosts come from /etc/hosts first, then from DNS.
echo 'hosts: files dns' >"$folder/root/etc/nsswitch.conf"

install -d -m 0750 "$folder/owned/certgate"
