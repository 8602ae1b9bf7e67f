import { createHash } from 'node:crypto'
import { TEMPORARY_TABLES } from './temporary-tables.js'

/**
 * The tables of the embedded database. Times are epoch ms as BIGINT. `position` is the place of the journal record a row
 * came from: it grows with arrival, so "what came since" is a comparison.
 * A conflict has been `decided` by the record that brought the second of the two readings.
 * A device's readings belong to the line of its last \`move\` at or before their position.
 * Every write of a KPI point has a \`change\` number, ascending: "what has changed since" is a comparison too. \`erased\`: an
 * earlier state of the window had a value, this one has none. A \`refusal\` is a reading or a point that a store does not
 * take; the other one of \`series\` and \`stream\` is null.
 * A `device_fact` and an `act` (what a person did to an alarm) came with the journal; `alarm` and `alarm_change` are computed.
 * A `decoder_state` is what decoding the next message depends on, such as what the births of a Sparkplug node have said.
 * No unique index: one on all readings needs memory in proportion to them. What is older than the newest of its series
 * is looked up instead.
 */
export const SCHEMA = `
CREATE TABLE IF NOT EXISTS series (
  id INTEGER, plant VARCHAR, line VARCHAR, device VARCHAR, class VARCHAR, metric VARCHAR, unit VARCHAR
);
CREATE TABLE IF NOT EXISTS line_name (id INTEGER, name VARCHAR);
CREATE TABLE IF NOT EXISTS reading (
  series INTEGER, line INTEGER, ts BIGINT, value DOUBLE, word VARCHAR, quality UTINYINT, seq DOUBLE,
  received_at BIGINT, assumed BOOLEAN, position BIGINT
);
CREATE TABLE IF NOT EXISTS conflict (
  series INTEGER, line INTEGER, ts BIGINT, value DOUBLE, word VARCHAR, quality UTINYINT, seq DOUBLE,
  received_at BIGINT, assumed BOOLEAN, position BIGINT, decided BIGINT
);
CREATE TABLE IF NOT EXISTS event (
  plant VARCHAR, line VARCHAR, device VARCHAR, id VARCHAR, type VARCHAR, ts BIGINT,
  received_at BIGINT, fields VARCHAR, position BIGINT
);
CREATE TABLE IF NOT EXISTS sender (
  plant VARCHAR, line VARCHAR, device VARCHAR, messages DOUBLE, readings DOUBLE, elements_rejected DOUBLE,
  last_arrival BIGINT, last_ts BIGINT, newest_ts BIGINT, status VARCHAR, client VARCHAR, session VARCHAR,
  minutes VARCHAR, last_seq DOUBLE, seq_gaps DOUBLE, seq_missing DOUBLE
);
CREATE TABLE IF NOT EXISTS link (plant VARCHAR, device VARCHAR, at_ms BIGINT, is_up BOOLEAN, position BIGINT);
CREATE TABLE IF NOT EXISTS config (from_ms BIGINT, hash VARCHAR, content VARCHAR, position BIGINT);
CREATE TABLE IF NOT EXISTS device_fact (
  plant VARCHAR, device VARCHAR, what VARCHAR, at_ms BIGINT, is_bad BOOLEAN, value DOUBLE, position BIGINT
);
CREATE TABLE IF NOT EXISTS act (plant VARCHAR, at_ms BIGINT, content VARCHAR, position BIGINT);
CREATE TABLE IF NOT EXISTS decoder_state (key VARCHAR, content VARCHAR);
CREATE TABLE IF NOT EXISTS progress (name VARCHAR, content VARCHAR);
CREATE TABLE IF NOT EXISTS checkpoint (series INTEGER, day INTEGER, from_ms BIGINT, state BLOB);
${TEMPORARY_TABLES}
CREATE TABLE IF NOT EXISTS kpi_stream (
  id INTEGER, plant VARCHAR, scope VARCHAR, scope_id VARCHAR, kpi VARCHAR, "window" VARCHAR
);
CREATE TABLE IF NOT EXISTS kpi_point (
  stream INTEGER, start BIGINT, "end" BIGINT, value DOUBLE, reason VARCHAR, numerator DOUBLE, denominator DOUBLE,
  coverage DOUBLE, estimated_share DOUBLE, provisional BOOLEAN, rev INTEGER, flags INTEGER, factors VARCHAR,
  change BIGINT, erased BOOLEAN
);
CREATE TABLE IF NOT EXISTS kpi_gone (stream INTEGER, start BIGINT, change BIGINT);
CREATE TABLE IF NOT EXISTS alarm (plant VARCHAR, id VARCHAR, content VARCHAR);
CREATE TABLE IF NOT EXISTS alarm_change (
  plant VARCHAR, id VARCHAR, rule VARCHAR, at_ms BIGINT, state VARCHAR, severity VARCHAR, value DOUBLE,
  limit_value DOUBLE, note VARCHAR, change BIGINT
);
CREATE TABLE IF NOT EXISTS restatement (
  number BIGINT, plant VARCHAR, scope VARCHAR, scope_id VARCHAR, kpi VARCHAR, "window" VARCHAR, start BIGINT,
  old_value DOUBLE, old_numerator DOUBLE, old_denominator DOUBLE, new_value DOUBLE, new_numerator DOUBLE,
  new_denominator DOUBLE, at_ms BIGINT, reason VARCHAR
);
CREATE TABLE IF NOT EXISTS refusal (
  store VARCHAR, series INTEGER, stream INTEGER, ts BIGINT, is_final BOOLEAN, detail VARCHAR, at_ms BIGINT
);
`

/**
 * Tables that came later and that a file may lack: they are made when it is opened, and an older program does not look at them.
 * A `first_reading` is the event time of the first reading that there ever was of a series of which retention has let readings go.
 * A `boundary_state` is the state of a series at the instant before which its readings are gone, or are about to go: `state` of its fold,
 * event time of its newest sample before, and for each quarter of an hour of the day before whether a sample lies in it.
 */
export const ADDED_TABLES = `
CREATE TABLE IF NOT EXISTS first_reading (series INTEGER, ts BIGINT);
CREATE TABLE IF NOT EXISTS boundary_state (
  series INTEGER, from_ms BIGINT, newest_ts BIGINT, sampled_quarters VARCHAR, state BLOB
);
`

/** Another one in a file means that the tables there are not these. */
export const SCHEMA_VERSION = createHash('sha256').update(SCHEMA).digest('hex').slice(0, 16)
