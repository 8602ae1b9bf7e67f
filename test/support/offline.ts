import { isDeepStrictEqual } from 'node:util'
import type { Database } from '../../src/archive/database.js'
import { bundledLibrary } from '../../src/kpi/factors/bundled.js'
import { type Evidence, evidenceOf } from '../../src/kpi/history/evidence.js'
import { DayColumns, type DaySource } from '../../src/kpi/offline/day.js'
import type { OfflinePlant } from '../../src/kpi/offline/plant.js'
import { type OfflineWindow, recomputedPoints } from '../../src/kpi/offline/points.js'
import { isTakenBack, type Point, windowKey } from '../../src/kpi/windows/point.js'
import type { Difference } from './arrival.js'
import type { Embedded } from './embedded.js'

const DAY_MS = 86_400_000

/** Source of the evidence of a plant: a bench is one, and so is the database of a gateway that does not run. */
type Settled = Omit<Embedded, 'close'>

export interface RecomputedSpan {
  /** Epoch ms. */
  readonly fromMs: number
  readonly toMs: number
  readonly windows: readonly OfflineWindow[]
}

/** Differences between what has been published of plant `p` and what its readings come to without the database. */
export async function recomputedDifferences(
  settled: Settled,
  span: RecomputedSpan,
  shorten?: (evidence: Evidence) => Partial<Evidence>,
): Promise<{ readonly differences: readonly Difference[]; readonly compared: number }> {
  const windows: readonly string[] = span.windows
  const live = new Map<string, Point>()
  for (const [key, point] of await settled.store.between('p', span.fromMs, span.toMs)) {
    if (windows.includes(point.stream.window) && !isTakenBack(point)) live.set(key, point)
  }
  const { input } = await offlineOf(settled, span, shorten)
  const made = new Map<string, Point>()
  const query = { ...span, scopes: ['plant', 'line', 'device'], kpis: null } as const
  // The set of windows inside a silence depends on when it was known to be one; what they say does not.
  const isKept = (point: Point) => live.has(windowKey(point))
  for await (const point of recomputedPoints(input, { ...query, isKept })) made.set(windowKey(point), point)
  const differences = [...new Set([...live.keys(), ...made.keys()])].flatMap((key) => {
    const [expected, found] = [figureOf(live.get(key)), figureOf(made.get(key))]
    return isDeepStrictEqual(expected, found) ? [] : { key, expected: expected ?? {}, found }
  })
  return { differences, compared: live.size }
}

function figureOf(point: Point | undefined): object | undefined {
  if (point === undefined) return undefined
  const { value, numerator, denominator, coverage, estimatedShare, reason, flags, factors } = point
  return { value, numerator, denominator, coverage, estimatedShare, reason, flags, factors }
}

/** The evidence of plant `p` in a period, as a bundle would hold it; `readings` gives the days of it. */
export async function offlineOf(
  settled: Settled,
  span: { readonly fromMs: number; readonly toMs: number },
  shorten: (evidence: Evidence) => Partial<Evidence> = () => ({}),
): Promise<{ readonly input: OfflinePlant; readonly evidence: Evidence }> {
  const found = await evidenceOf(
    { database: settled.database, series: settled.archive.series, senders: settled.senders, library: bundledLibrary() },
    { plant: 'p', ...span },
  )
  const evidence = { ...found, ...shorten(found) }
  const { series, events, connectionChanges, versions, days } = evidence
  const readings = daysIn(settled.database, days)
  const nowMs = settled.engine.nowMs
  return {
    input: { plant: 'p', library: bundledLibrary(), versions, series, events, connectionChanges, nowMs, readings },
    evidence,
  }
}

/** Days of the readings of plant `p`, row by row. */
export function daysIn(database: Database, days: readonly number[]): DaySource {
  return {
    days,
    load: async (day, isWanted) => {
      const [devices, metrics, ts, values, words, qualities, arrivals, assumed] = await database.columns(
        `SELECT s.device, s.metric, r.ts::DOUBLE, r.value, r.word, r.quality, r.received_at::DOUBLE, r.assumed
         FROM reading r JOIN series s ON s.id = r.series
         WHERE s.plant = 'p' AND r.ts >= $1 AND r.ts < $2 ORDER BY s.device, s.metric, r.ts`,
        [BigInt(day * DAY_MS), BigInt((day + 1) * DAY_MS)],
      )
      const columns = new DayColumns()
      for (let i = 0; i < (ts?.length ?? 0); i++) {
        const [device, metric] = [devices![i] as string, metrics![i] as string]
        if (!isWanted(device, metric)) continue
        columns.add({
          device,
          metric,
          ts: ts![i] as number,
          value: values![i] as number | null,
          word: words![i] as string | null,
          quality: qualities![i] as number,
          receivedAt: arrivals![i] as number,
          assumed: assumed![i] as boolean,
        })
      }
      return columns.end()
    },
  }
}
