import type { Database } from '../../src/archive/database.js'
import { bundledLibrary } from '../../src/factor-tables.js'
import { type Evidence, evidenceOf } from '../../src/kpi/evidence.js'
import { DayColumns, type DaySource } from '../../src/kpi/offline/day.js'
import type { OfflinePlant } from '../../src/kpi/offline/plant.js'
import type { Bench } from './engine.js'

const DAY_MS = 86_400_000

/** The evidence of plant `p` in a period, as a bundle would hold it; `readings` gives the days of it. */
export async function offlineOf(
  bench: Bench,
  span: { readonly fromMs: number; readonly toMs: number },
  shorten: (evidence: Evidence) => Partial<Evidence> = () => ({}),
): Promise<{ readonly input: OfflinePlant; readonly evidence: Evidence }> {
  const found = await evidenceOf(
    { database: bench.database, series: bench.archive.series, senders: bench.senders, library: bundledLibrary() },
    { plant: 'p', ...span },
  )
  const evidence = { ...found, ...shorten(found) }
  const { series, events, links, versions, days } = evidence
  const readings = daysIn(bench.database, days)
  const nowMs = bench.engine.nowMs
  return {
    input: { plant: 'p', library: bundledLibrary(), versions, series, events, links, nowMs, readings },
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
