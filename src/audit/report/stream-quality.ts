import { HOUR_MS } from '../../base/durations.js'
import { QUALITIES } from '../../base/quality.js'
import type { PlantSpan, StreamQuality } from './sources.js'

/** A reading that arrives later than this is late. Source: KPI specification §5. */
export const LATE_MS = 24 * HOUR_MS
/** Silences longer than this are listed. Source: KPI specification §6. */
export const GAP_MS = HOUR_MS
/** Delays are counted in steps, so that a year of readings a second has some thousand counts and not millions of delays. */
export const DELAY_STEP_MS = 100

/** The fields of a reading that say how its series was reported. */
export interface ReportedReading {
  readonly device: string
  readonly metric: string
  readonly unit: string
  /** Event time and arrival, epoch ms. */
  readonly ts: number
  readonly receivedAt: number
  /** Rank, see `base/quality`. */
  readonly quality: number
  readonly assumed: boolean
}

interface Open {
  readonly device: string
  readonly metric: string
  readonly unit: string
  readonly byRank: Map<number, number>
  readonly delays: Map<number, number>
  readonly gaps: { readonly fromMs: number; readonly toMs: number }[]
  lastMs: number
  late: number
  assumed: number
}

/**
 * Tells how each series of a plant reported, from its readings one by one in order of device, metric and time: the same that
 * the gateway asks its database. Keeps one series at a time.
 */
export class StreamQualities {
  readonly #span: Pick<PlantSpan, 'fromMs' | 'toMs'>
  readonly #done: StreamQuality[] = []
  #open: Open | null = null

  constructor(span: Pick<PlantSpan, 'fromMs' | 'toMs'>) {
    this.#span = span
  }

  /** Readings outside the span are left out. */
  add({ device, metric, unit, ts, receivedAt, quality, assumed }: ReportedReading): void {
    const { fromMs, toMs } = this.#span
    if (ts < fromMs || ts >= toMs) return
    if (this.#open?.device !== device || this.#open.metric !== metric) {
      this.#close()
      const maps = { byRank: new Map<number, number>(), delays: new Map<number, number>(), gaps: [] }
      this.#open = { device, metric, unit, ...maps, lastMs: fromMs, late: 0, assumed: 0 }
    }
    const open = this.#open
    if (ts - open.lastMs > GAP_MS) open.gaps.push({ fromMs: open.lastMs, toMs: ts })
    open.lastMs = ts
    open.byRank.set(quality, (open.byRank.get(quality) ?? 0) + 1)
    if (assumed) open.assumed++
    const delay = receivedAt - ts
    if (delay > LATE_MS) open.late++
    else {
      const step = Math.floor(delay / DELAY_STEP_MS)
      open.delays.set(step, (open.delays.get(step) ?? 0) + 1)
    }
  }

  /** Every series that had a reading in the span. */
  finish(): readonly StreamQuality[] {
    this.#close()
    return this.#done
  }

  #close(): void {
    const open = this.#open
    if (open === null) return
    const { device, metric, unit, byRank, delays, late, assumed, gaps, lastMs } = open
    const { toMs } = this.#span
    if (toMs - lastMs > GAP_MS) gaps.push({ fromMs: lastMs, toMs })
    this.#done.push(streamQuality({ device, metric, unit, byRank, delays, late, assumed, gaps }))
    this.#open = null
  }
}

/** The same from counts: of each rank of quality, and of each step of delay of what is not late. */
export function streamQuality({
  byRank,
  delays,
  assumed,
  ...of
}: Pick<StreamQuality, 'device' | 'metric' | 'unit' | 'late' | 'gaps'> & {
  readonly byRank: ReadonlyMap<number, number>
  readonly delays: ReadonlyMap<number, number>
  readonly assumed: number
}): StreamQuality {
  const ranks = [...byRank].sort(([a], [b]) => a - b)
  return {
    ...of,
    received: ranks.reduce((sum, [, count]) => sum + count, 0),
    byQuality: Object.fromEntries(ranks.map(([rank, count]) => [QUALITIES[rank] ?? String(rank), count])),
    assumedTime: assumed,
    delayMs: lowerMedian(delays),
  }
}

function lowerMedian(delays: ReadonlyMap<number, number>): number | null {
  const steps = [...delays].sort(([a], [b]) => a - b)
  const count = steps.reduce((sum, [, many]) => sum + many, 0)
  let left = Math.floor((count - 1) / 2)
  for (const [step, many] of steps) {
    if (left < many) return step * DELAY_STEP_MS
    left -= many
  }
  return null
}
