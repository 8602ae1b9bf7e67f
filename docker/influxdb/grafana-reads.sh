#!/bin/sh
# InfluxDB's image runs this once, when it has been set up. Grafana gets a user that may read this bucket and nothing
# else: whoever may edit a dashboard may send any statement through it, DROP MEASUREMENT among them.
set -eu
influx v1 auth create \
  --username grafana \
  --password "$(cat /secrets/influxdb-grafana-password)" \
  --org "$DOCKER_INFLUXDB_INIT_ORG" \
  --read-bucket "$DOCKER_INFLUXDB_INIT_BUCKET_ID"
