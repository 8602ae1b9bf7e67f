import { bound, type Database } from '../archive/database.js'
import type { SeriesTable } from '../archive/series.js'
import { flagOfQuality } from '../base/hj212/quality.js'
import { GOOD, QUALITIES, type QualityRank } from '../base/quality.js'
import type { InputSum } from '../kpi/formulas/recipe.js'
import type { TimeRange } from '../kpi/series/calendar.js'

/** Level of one metric that a stack has sent: of its readings in a period, or of the newest one. */
export interface SentLevel {
  /** Sum of its good readings, as the formulas of the KPIs take it; null where there is none. */
  readonly input: InputSum | null
  /** Least and largest good reading; of a newest reading its value, whatever its quality. null where there is none. */
  readonly min: number | null
  readonly max: number | null
  /** The letter that says why there are not enough good readings: the one that most others have, B where nothing came. */
  readonly flag: string
  /** Time of its newest reading, epoch ms; -Infinity where there is none. */
  readonly newestMs: number
}

/** Nothing came: as if the connection to the analyser were broken. */
export const MISSING: SentLevel = { input: null, min: null, max: null, flag: 'B', newestMs: -Infinity }

/** Readings of one stack. */
export interface StackReadings {
  readonly database: Database
  readonly series: Pick<SeriesTable, 'find'>
  readonly plant: string
  readonly stack: string
  multiplier(metric: string): number
  /** Nominal time between two readings of a metric, ms. */
  periodMs(metric: string): number
}

export function hasSent({ series, plant, stack }: StackReadings, metric: string): boolean {
  return series.find(plant, stack, metric) !== undefined
}

/**
 * The levels of some metrics in a time range: plain means, as data loggers reckon them, each good reading for one period. The
 * sum is made of whole millionths, so that it does not depend on the order of the rows.
 */
export async function levelsIn(
  readings: StackReadings,
  metrics: readonly string[],
  { startMs, endMs }: TimeRange,
): Promise<ReadonlyMap<string, SentLevel>> {
  const rows = await rowsOf(
    readings,
    metrics,
    (ids) => `
      SELECT series, quality, count(*)::DOUBLE, min(value), max(value), max(ts)::DOUBLE,
        sum(TRY_CAST(round(value * 1e6) AS HUGEINT))::DOUBLE / 1e6
      FROM reading WHERE series IN (${ids}) AND ts >= $1 AND ts < $2 AND value IS NOT NULL GROUP BY series, quality`,
    [startMs, endMs],
  )
  const levels = new Map<string, SentLevel>()
  for (const [metric, ofMetric] of rows) {
    const factor = readings.multiplier(metric)
    const good = ofMetric.find(([, quality]) => quality === GOOD)
    const [, , count = 0, min = null, max = null, , sum = 0] = good ?? []
    const expectedMs = endMs - startMs
    const coveredMs = Math.min(expectedMs, count! * readings.periodMs(metric))
    levels.set(metric, {
      input: good === undefined ? null : inputOf((sum! / count!) * factor, coveredMs, expectedMs),
      min: min === null ? null : min * factor,
      max: max === null ? null : max * factor,
      flag: letterOf(commonest(ofMetric)),
      newestMs: Math.max(...ofMetric.map(([, , , , , newest]) => newest!)),
    })
  }
  return levels
}

/** The newest reading of each of some metrics since an instant, whatever its quality. */
export async function newestLevels(
  readings: StackReadings,
  metrics: readonly string[],
  sinceMs: number,
): Promise<ReadonlyMap<string, SentLevel>> {
  const rows = await rowsOf(
    readings,
    metrics,
    (ids) => `
      SELECT series, arg_max(quality, ts), max(ts)::DOUBLE, arg_max(value, ts)
      FROM reading WHERE series IN (${ids}) AND ts >= $1 AND value IS NOT NULL GROUP BY series`,
    [sinceMs],
  )
  const levels = new Map<string, SentLevel>()
  for (const [metric, [row]] of rows) {
    const [, quality, newestMs, value] = row!
    const scaled = value! * readings.multiplier(metric)
    levels.set(metric, {
      input: quality === GOOD ? inputOf(scaled, 1, 1) : null,
      min: scaled,
      max: scaled,
      flag: letterOf(quality as QualityRank),
      newestMs: newestMs!,
    })
  }
  return levels
}

type Row = readonly (number | null)[]

async function rowsOf(
  { database, series, plant, stack }: StackReadings,
  metrics: readonly string[],
  sql: (ids: string) => string,
  instants: readonly number[],
): Promise<ReadonlyMap<string, readonly Row[]>> {
  const byId = new Map<number, string>()
  for (const metric of metrics) {
    const found = series.find(plant, stack, metric)
    if (found !== undefined) byId.set(found.id, metric)
  }
  const found = new Map<string, Row[]>()
  if (byId.size === 0) return found
  const columns = await database.columns(sql([...byId.keys()].join(',')), instants.map(bound))
  const [ids = []] = columns
  for (const [i, id] of ids.entries()) {
    const metric = byId.get(id as number)!
    const row = columns.map((column) => column[i] as number | null)
    found.set(metric, [...(found.get(metric) ?? []), row])
  }
  return found
}

function inputOf(mean: number, coveredMs: number, expectedMs: number): InputSum {
  const sum = mean * coveredMs
  return { sum, coveredMs, expectedMs, estimatedMs: 0, plannedMs: 0, flags: 0, accounts: NO_ACCOUNTS }
}

const NO_ACCOUNTS = new Float64Array()

/** The quality that most readings have which are not good; of two as common the better one. Good where all are. */
function commonest(rows: readonly Row[]): QualityRank | null {
  const others = rows.filter(([, quality]) => quality !== GOOD)
  const most = Math.max(...others.map(([, , count]) => count!))
  const ranks = others.filter(([, , count]) => count === most).map(([, quality]) => quality!)
  return ranks.length === 0 ? null : Math.min(...ranks)
}

/** HJ 212 has no letter for what is uncertain: it is not to be relied upon, which its D says. */
function letterOf(quality: QualityRank | null): string {
  if (quality === null) return MISSING.flag
  return flagOfQuality(QUALITIES[quality] ?? 'uncertain') ?? 'D'
}
