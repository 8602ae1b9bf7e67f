#!/bin/sh
# The secrets of docker-compose.yml, files of the volume "secrets":
#
#   secrets.sh             makes each one that is not there yet
#   secrets.sh show NAME   writes it to standard output
#   secrets.sh set NAME    puts one of your own in its place, from standard input
set -eu
umask 077

folder=${SECRETS_DIR:-/secrets}
names='influxdb-admin-password influxdb-token influxdb-grafana-password grafana-admin-password'
# Another set, of the trial of a cluster.
names=${SECRETS:-$names}

# Whole or not at all: nobody reads half a secret.
keep() {
  new=$folder/.$1.new
  cat >"$new"
  if [ ! -s "$new" ]; then
    rm -f "$new"
    echo "secrets: nothing came for $1" >&2
    exit 65
  fi
  # Grafana is another user than InfluxDB and the gateway, and sees no more than what is meant for it.
  case $1 in *grafana*) chgrp "${GRAFANA_GID:-472}" "$new" ;; esac
  chmod 0640 "$new"
  mv -f "$new" "$folder/$1"
}

# 256 bits, in characters that no shell, URL or YAML file minds.
random() {
  head -c 32 /dev/urandom | base64 | tr -d '\n=' | tr '+/' '-_'
}

known() {
  for name in $names; do [ "$name" != "${1:-}" ] || return 0; done
  echo "secrets: there is no secret \"${1:-}\"; there are: $names" >&2
  exit 64
}

case ${1:-make} in
  make) for name in $names; do [ -s "$folder/$name" ] || random | keep "$name"; done ;;
  show) known "${2:-}" && cat "$folder/$2" && echo ;;
  set) known "${2:-}" && keep "$2" ;;
  *) echo "secrets: make, show NAME or set NAME" >&2 && exit 64 ;;
esac
