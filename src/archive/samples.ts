import type { AlarmAction } from '../base/alarm.js'
import type { AnomalyAction } from '../base/anomaly.js'
import { type ConfigVersion, configVersion } from '../base/plant.js'
import type { ConnectionChange, DeviceFact } from '../base/reading.js'
import { ASSUMED_TIME, type SampleColumns, SLOW_ARRIVAL, TIMELY_MS, type WordColumns } from '../base/samples.js'
import { bound, type Database } from './database.js'
import { nearbyFirst } from './nearby-first.js'
import { withPackedText } from './packed-config.js'

/** The marks of a reading in SQL, as `marksOf` has them. */
export const MARKS = `CAST(assumed AS INTEGER) * ${ASSUMED_TIME} + CAST(received_at - ts > ${TIMELY_MS} AS INTEGER) * ${SLOW_ARRIVAL}`

/** The readings of some series in [fromMs, toMs), by series id; a series without any is absent. */
export async function readSamples(
  database: Database,
  ids: readonly number[],
  fromMs: number,
  toMs: number,
): Promise<Map<number, SampleColumns>> {
  const found = new Map<number, SampleColumns>()
  if (ids.length === 0) return found
  const columns = await database.columns(
    `SELECT series, ts::DOUBLE, coalesce(value, 'nan'::DOUBLE), quality, ${MARKS} FROM reading r
     WHERE series IN (${ids.join(',')}) AND ts >= $1 AND ts < $2 AND ${database.arrivals.condition(fromMs, toMs)} ORDER BY series, ts`,
    [bound(fromMs), bound(toMs)],
  )
  collect(found, columns)
  return found
}

/** The first readings of one series from `fromMs` on: at most `limit`, and undefined only where there are none. */
export async function readNext(
  database: Database,
  id: number,
  fromMs: number,
  limit: number,
): Promise<SampleColumns | undefined> {
  const found = await nearbyFirst([id], async (_, reachMs) => {
    const some = new Map<number, SampleColumns>()
    const columns = await database.columns(
      `SELECT series, ts::DOUBLE, coalesce(value, 'nan'::DOUBLE), quality, ${MARKS} FROM reading r
       WHERE series = $1 AND ts >= $2 AND ts < $3 AND ${database.arrivals.condition(fromMs, fromMs + reachMs)}
       ORDER BY ts LIMIT $4`,
      [id, bound(fromMs), bound(fromMs + reachMs), limit],
    )
    collect(some, columns)
    return some
  })
  return found.get(id)
}

/** The readings of one series in [fromMs, toMs), at most `limit` of them. */
export async function readWords(
  database: Database,
  id: number,
  fromMs: number,
  toMs: number,
  limit = 2 ** 52,
): Promise<WordColumns> {
  const [ts, values, words, quality, marks] = await database.columns(
    `SELECT ts::DOUBLE, value, word, quality, ${MARKS} FROM reading r
     WHERE series = $1 AND ts >= $2 AND ts < $3 AND ${database.arrivals.condition(fromMs, toMs)} ORDER BY ts LIMIT $4`,
    [id, bound(fromMs), bound(toMs), BigInt(limit)],
  )
  return {
    ts: (ts ?? []) as number[],
    value: (values ?? []).map((value, i) => (value ?? words?.[i]) as number | string),
    quality: (quality ?? []) as number[],
    marks: (marks ?? []) as number[],
  }
}

/** Time of the first reading of any of some series from `fromMs` on; null when there is none. */
export async function readFirstTs(database: Database, ids: readonly number[], fromMs: number): Promise<number | null> {
  if (ids.length === 0) return null
  const found = await nearbyFirst(['any'], async (any, reachMs) => {
    const [first] = await database.columns(
      `SELECT min(ts)::DOUBLE FROM reading r
       WHERE series IN (${ids.join(',')}) AND ts >= $1 AND ts < $2 AND ${database.arrivals.condition(fromMs, fromMs + reachMs)}`,
      [bound(fromMs), bound(fromMs + reachMs)],
    )
    const ts = first?.[0] as number | null | undefined
    return ts === null || ts === undefined ? new Map<string, number>() : new Map([[any[0]!, ts]])
  })
  return found.get('any') ?? null
}

/** Per series what came in journal records that begin at a position or behind it: from when to when, and the first of those records. */
export async function touchedFrom(
  database: Database,
  position: number,
): Promise<readonly { series: number; fromMs: number; toMs: number; position: number }[]> {
  const [ids, from, to, first] = await database.columns(
    `SELECT series, min(ts)::DOUBLE, max(ts)::DOUBLE, min(position)::DOUBLE FROM reading
     WHERE position >= $1 GROUP BY series ORDER BY series`,
    [BigInt(position)],
  )
  return (ids ?? []).map((series, i) => ({
    series: series as number,
    fromMs: from?.[i] as number,
    toMs: to?.[i] as number,
    position: first?.[i] as number,
  }))
}

/** Every change of the connections behind `on_change` devices, in the order in which they came, each with the place of its record. */
export async function readConnectionChanges(
  database: Database,
): Promise<readonly (ConnectionChange & { readonly position: number })[]> {
  const [plants, devices, at, isUp, positions] = await database.columns(
    'SELECT plant, device, at_ms::DOUBLE, is_up, position::DOUBLE FROM link ORDER BY position, rowid',
  )
  return (plants ?? []).map((plant, i) => ({
    plant: plant as string,
    device: devices?.[i] as string,
    at: at?.[i] as number,
    isUp: isUp?.[i] as boolean,
    position: positions?.[i] as number,
  }))
}

/**
 * Facts about devices in the order in which they came: all that came after a place in the journal, and before it the last
 * of each device and kind, and of one that is not well all since it was.
 */
export async function readDeviceFacts(
  database: Database,
  position: number,
): Promise<readonly { readonly fact: DeviceFact; readonly position: number }[]> {
  const rows = await database.columns(
    `SELECT plant, device, what, at_ms::DOUBLE, is_bad, value, position::DOUBLE, rowid FROM device_fact
     WHERE position <= $1
     WINDOW latest AS (PARTITION BY plant, device, what ORDER BY position DESC, rowid DESC)
     QUALIFY row_number() OVER latest = 1 OR count(*) FILTER (WHERE NOT is_bad) OVER latest = 0
     UNION ALL
     SELECT plant, device, what, at_ms::DOUBLE, is_bad, value, position::DOUBLE, rowid FROM device_fact
     WHERE position > $1
     ORDER BY 7, 8`,
    [BigInt(position)],
  )
  return (rows[0] ?? []).map((plant, i) => ({
    fact: {
      plant: plant as string,
      device: rows[1]?.[i] as string,
      what: rows[2]?.[i] as DeviceFact['what'],
      atMs: rows[3]?.[i] as number,
      isBad: rows[4]?.[i] as boolean,
      value: rows[5]?.[i] as number,
    },
    position: rows[6]?.[i] as number,
  }))
}

/** Everything that people did to alarms, in the order in which it came. */
export function readAlarmActions(
  database: Database,
): Promise<readonly { readonly act: AlarmAction; readonly atMs: number }[]> {
  return readActs<AlarmAction>(database, `content NOT LIKE '%"what":"forget"%' AND NOT ${IS_VERDICT}`)
}

/** Every verdict of a person on an anomaly, in the order in which it came. */
export function readAnomalyActions(
  database: Database,
): Promise<readonly { readonly act: AnomalyAction; readonly atMs: number }[]> {
  return readActs<AnomalyAction>(database, IS_VERDICT)
}

/** A quote in what people write stands behind a backslash, so that no note is taken for this. */
const IS_VERDICT = `content LIKE '%"what":"anomaly"%'`

async function readActs<T>(database: Database, condition: string) {
  const [at, contents] = await database.columns(
    `SELECT at_ms::DOUBLE, content FROM act WHERE ${condition} ORDER BY position, rowid`,
  )
  return (contents ?? []).map((content, i) => ({ act: JSON.parse(content as string) as T, atMs: at?.[i] as number }))
}

/** So many texts of configurations are in memory at once. */
const CONFIGS_READ = 32

/** Every configuration that the journal has had, in the order in which they came. */
export async function readConfigs(database: Database): Promise<readonly ConfigVersion[]> {
  const versions: ConfigVersion[] = []
  for (;;) {
    const [from = [], hashes, contents] = await database.columns(
      `SELECT from_ms::DOUBLE, hash, content FROM config ORDER BY position, rowid LIMIT ${CONFIGS_READ} OFFSET ${versions.length}`,
    )
    for (const [i, arrivedAt] of from.entries()) {
      const entry = { arrivedAt: arrivedAt as number, hash: hashes?.[i] as string, content: contents?.[i] as string }
      versions.push(withPackedText(configVersion(entry, versions.at(-1))))
    }
    if (from.length < CONFIGS_READ) return versions
  }
}

function collect(found: Map<number, SampleColumns>, columns: readonly (readonly unknown[])[]): void {
  const [ids, ts, values, qualities, marks] = columns
  let current: SampleColumns | undefined
  let currentId = -1
  for (let i = 0; i < (ids?.length ?? 0); i++) {
    const id = ids![i] as number
    if (id !== currentId || current === undefined) {
      current = { ts: [], value: [], quality: [], marks: [] }
      currentId = id
      found.set(id, current)
    }
    current.ts.push(ts![i] as number)
    current.value.push(values![i] as number)
    current.quality.push(qualities![i] as number)
    current.marks.push(marks![i] as number)
  }
}
