import { DAY_MS } from '../../base/durations.js'
import type { RemovedSeries } from '../../base/forget.js'
import { utcDayStartMs } from '../../base/utc-day.js'

/**
 * Kinds of what the record keeps of the journal, one kind of rows a table of the database. All rows carry the position of the
 * journal record that brought them (of a conflict: that decided it), so a range of the journal is a comparison. Rows of readings
 * carry the key of their series in words: a file can be read without any other.
 */
export const RECORD_KINDS = ['reading', 'conflict', 'event', 'link', 'config', 'device_fact', 'act'] as const
export type RecordKind = (typeof RECORD_KINDS)[number]

/** Stands for a plant where rows belong to none; no plant can be called so. */
export const NO_PLANT = '_'

interface Shape {
  /** The column by which a range of the journal is taken. */
  readonly position: 'position' | 'decided'
  /** SQL for the plant, and for the event time that says to which day a row belongs. */
  readonly plant: string
  readonly time: string
  readonly hasSeries: boolean
}

const SHAPES: Readonly<Record<RecordKind, Shape>> = {
  reading: { position: 'position', plant: 'plant', time: 'ts', hasSeries: true },
  conflict: { position: 'decided', plant: 'plant', time: 'ts', hasSeries: true },
  event: { position: 'position', plant: 'plant', time: 'ts', hasSeries: false },
  link: { position: 'position', plant: 'plant', time: 'at_ms', hasSeries: false },
  config: { position: 'position', plant: `'${NO_PLANT}'`, time: 'from_ms', hasSeries: false },
  device_fact: { position: 'position', plant: 'plant', time: 'at_ms', hasSeries: false },
  act: { position: 'position', plant: 'plant', time: 'at_ms', hasSeries: false },
}

/** Number of a series that is added: behind all others, of which some may have been forgotten. */
export const NEXT_SERIES =
  '(coalesce((SELECT max(id) FROM series), -1) + row_number() OVER (ORDER BY plant, device, metric))::INTEGER'

/** Columns that stand in words in a file and as a number in the database. */
const IN_WORDS = 'plant, line, device, class, metric, unit'

/**
 * The rows of the database that came with journal records in [from, to). `words` is where the tables `series` and
 * `line_name` are taken from, with its dot: '' the database itself, or `WORDS`.
 */
export function rowsBetween(kind: RecordKind, from: number, to: number, words = ''): string {
  const { position, hasSeries } = SHAPES[kind]
  const range = `${position} >= ${from} AND ${position} < ${to}`
  if (!hasSeries) return `SELECT * FROM ${kind} WHERE ${range} ORDER BY position, rowid`
  return `SELECT s.plant, l.name AS line, s.device, s.class, s.metric, s.unit, r.* EXCLUDE (series, line)
    FROM ${kind} r JOIN ${words}series s ON s.id = r.series JOIN ${words}line_name l ON l.id = r.line WHERE ${range}`
}

/** A plant and a day of event time, as a condition on rows of a kind. */
export function isOfDay(kind: RecordKind, { plant, day }: { plant: string; day: number }): string {
  const { plant: of, time } = SHAPES[kind]
  const fromMs = utcDayStartMs(day)
  return `${of} = ${quoted(plant)} AND ${time} >= ${fromMs} AND ${time} < ${fromMs + DAY_MS}`
}

/** The parts of a file: plant, day, number of rows. */
export function partsOfFile(kind: RecordKind, source: string): string {
  const { plant, time } = SHAPES[kind]
  return `SELECT ${plant}, (${time} // ${DAY_MS})::INTEGER, count(*)::INTEGER FROM ${source} GROUP BY ALL ORDER BY ALL`
}

/**
 * The rows of one plant and day in some files. Of several readings with one key the one that came last is right: it was
 * let in because it won over the others. Files that cannot hold a key twice (`isOne`) need not be searched for it.
 */
export function rowsOfDay(
  kind: RecordKind,
  source: string,
  of: { plant: string; day: number },
  isOne: boolean,
): string {
  const { position } = SHAPES[kind]
  const rows = `SELECT * FROM ${source} WHERE ${isOfDay(kind, of)}`
  if (kind !== 'reading' || isOne) return rows
  return `${rows} QUALIFY row_number() OVER (PARTITION BY device, metric, ts ORDER BY ${position} DESC) = 1`
}

/** Puts the rows of a file of a day in order: series by series, so that one of them is found in a few row groups. */
export function inSeriesOrder(kind: RecordKind, rows: string): string {
  return SHAPES[kind].hasSeries ? `${rows} ORDER BY device, metric, ts` : `${rows} ORDER BY position`
}

/**
 * Statements that put rows back into the database; the first ones make the series and names of lines that are not there
 * yet, out of `all` rows before those that were replaced were left out.
 */
export function restoring(kind: RecordKind, rows: string, all: string): readonly string[] {
  if (!SHAPES[kind].hasSeries) return [`INSERT INTO ${kind} BY NAME ${rows}`]
  return [
    `INSERT INTO series BY NAME
     SELECT ${NEXT_SERIES} AS id, n.*
     FROM (SELECT plant, device, metric, any_value(line) AS line, any_value(class) AS class, any_value(unit) AS unit
           FROM (${all}) GROUP BY plant, device, metric) n
     ANTI JOIN series s ON s.plant = n.plant AND s.device = n.device AND s.metric = n.metric`,
    `INSERT INTO line_name BY NAME
     SELECT ((SELECT count(*) FROM line_name) + row_number() OVER (ORDER BY name) - 1)::INTEGER AS id, name
     FROM (SELECT DISTINCT line AS name FROM (${all})) n ANTI JOIN line_name l ON l.name = n.name`,
    `INSERT INTO ${kind} BY NAME
     SELECT s.id AS series, l.id AS line, f.* EXCLUDE (${IN_WORDS})
     FROM (${rows}) f JOIN series s ON s.plant = f.plant AND s.device = f.device AND s.metric = f.metric
       JOIN line_name l ON l.name = f.line`,
  ]
}

/** Kinds whose rows belong to a device. */
export const DEVICE_KINDS = [
  'reading',
  'conflict',
  'event',
  'link',
  'device_fact',
] as const satisfies readonly RecordKind[]

/** Rows that devices of a plant sent up to a place in the journal, or those of some metrics alone. */
export interface SentRows extends RemovedSeries {
  readonly plant: string
  readonly position: number
}

/** Kinds that may hold such rows: those of single metrics are readings, and what lost against them. */
export function kindsSentBy({ metrics }: RemovedSeries): readonly (typeof DEVICE_KINDS)[number][] {
  return metrics === undefined ? DEVICE_KINDS : DEVICE_KINDS.filter((kind) => SHAPES[kind].hasSeries)
}

/** Columns that stand in words have to say this of what is to go. */
function isOwn({ plant, devices, metrics }: Pick<SentRows, 'plant'> & RemovedSeries): string {
  const own = `plant = ${quoted(plant)} AND device IN (${devices.map(quoted).join(', ')})`
  return metrics === undefined ? own : `${own} AND metric IN (${metrics.map(quoted).join(', ')})`
}

/** The same as a condition on rows of a kind. What lost against another counts as of its own journal record. */
export function cameFrom(of: SentRows): string {
  return `${isOwn(of)} AND position <= ${of.position}`
}

/** All other rows, those of no device included. */
export function cameNotFrom(of: SentRows): string {
  return `(${cameFrom(of)}) IS NOT TRUE`
}

/** The rows of the database that devices of a plant have, with the key of the series in words. */
export function rowsOfDevices(kind: RecordKind, of: Pick<SentRows, 'plant'> & RemovedSeries): string {
  const own = isOwn(of)
  if (!SHAPES[kind].hasSeries) return `SELECT * FROM ${kind} WHERE ${own}`
  return `SELECT s.plant, s.device, s.metric, r.* FROM ${kind} r JOIN (SELECT * FROM series WHERE ${own}) s ON s.id = r.series`
}

/** The rows of the database that devices sent, of one day of event time, as a condition on the table of a kind. */
export function sentOnDay(kind: RecordKind, of: SentRows, day: number): string {
  const { time, hasSeries } = SHAPES[kind]
  const fromMs = utcDayStartMs(day)
  const onDay = `${time} >= ${fromMs} AND ${time} < ${fromMs + DAY_MS}`
  if (!hasSeries) return `${cameFrom(of)} AND ${onDay}`
  return `series IN (SELECT id FROM series WHERE ${isOwn(of)}) AND position <= ${of.position} AND ${onDay}`
}

/** Day of event time (UTC, since 1970) of a row of a kind. */
export function dayOf(kind: RecordKind): string {
  return `(${SHAPES[kind].time} // ${DAY_MS})::INTEGER`
}

/** Readings and what lost against them: what retention is about. */
export function isReading(kind: RecordKind): boolean {
  return kind === 'reading' || kind === 'conflict'
}

/** A text as SQL writes it. */
export function quoted(text: string): string {
  return `'${text.replaceAll("'", "''")}'`
}
