import type { SampleColumns } from '../../src/base/samples.js'
import type { Buckets } from '../../src/kpi/series/buckets.js'
import {
  bucketsFrom,
  type Checkpoint,
  type FoldRules,
  type FoldStart,
  floorQuarterHour,
  type Rulebook,
  SeriesFold,
  type SettledStart,
  type Tail,
} from '../../src/kpi/series/fold.js'
import { quarterHoursFromMs } from '../../src/kpi/series/live-series.js'
import { inputOf } from '../../src/kpi/series/state.js'
import type { Range } from '../../src/kpi/time/ranges.js'

const HOT_GAP_MAX_MS = 31 * 86_400_000

/** Gives what `Hot` gives, the plain way: each time all samples from the settled start on are folded anew. */
export class PlainLiveSeries {
  tail: Tail = null
  readonly quarterHours: Buckets
  readonly minutes: Buckets
  readonly #rulebook: Rulebook
  readonly #minutesKeptMs: number
  #start: SettledStart
  readonly #samples: SampleColumns
  #isDirty = false
  #dirtyFromMs = Infinity
  #openFromMs: number
  #checkpoints: Checkpoint[] = []

  constructor(rulebook: Rulebook, start: FoldStart, samples: SampleColumns, minutesKeptMs: number) {
    this.#rulebook = rulebook
    this.#minutesKeptMs = minutesKeptMs
    this.#start = { ...start, closedMs: Infinity }
    const { ts, value, quality, marks } = samples
    this.#samples = { ts: [...ts], value: [...value], quality: [...quality], marks: [...marks] }
    this.#openFromMs = start.fromMs
    const newestTs = ts.at(-1) ?? start.fromMs
    const buckets = bucketsFrom(rulebook, Math.max(start.fromMs, quarterHoursFromMs(newestTs)), true)
    this.quarterHours = buckets.quarterHours
    this.minutes = buckets.minutes!
    this.minutes.restart(Math.max(start.fromMs, this.#minutesFromMs(newestTs)))
    this.#fold(start)
  }

  /** Samples up to here are late; epoch ms. */
  get closedMs(): number {
    return Math.max(this.#start.fromMs - 1, this.#start.closedMs)
  }

  offer(ts: number, value: number, quality: number, marks: number): boolean {
    const s = this.#samples
    const newest = s.ts.at(-1) ?? -Infinity
    if (ts < this.#start.fromMs || ts <= this.#start.closedMs || ts - newest > HOT_GAP_MAX_MS) return false
    this.#isDirty = true
    const at = ts > newest ? { index: s.ts.length, drop: 0 } : placeOf(s, ts, value, this.#rulebook[0]!.rules)
    if (at.index < s.ts.length) this.#dirtyFromMs = this.#start.fromMs
    s.ts.splice(at.index, at.drop, ts)
    s.value.splice(at.index, at.drop, value)
    s.quality.splice(at.index, at.drop, quality)
    s.marks.splice(at.index, at.drop, marks)
    return true
  }

  advance(): Range | null {
    if (!this.#isDirty) return null
    const fromMs = Math.min(this.#dirtyFromMs, this.#openFromMs)
    this.#isDirty = false
    this.#dirtyFromMs = Infinity
    this.#fold(this.#start)
    return { fromMs, toMs: (this.#samples.ts.at(-1) ?? fromMs) + 1 }
  }

  takeCheckpoints(): readonly Checkpoint[] {
    return this.#checkpoints.splice(0)
  }

  trim(newestTs: number): void {
    this.quarterHours.dropBefore(Math.min(this.#start.fromMs, quarterHoursFromMs(newestTs)))
    this.minutes.dropBefore(Math.min(this.#start.fromMs, this.#minutesFromMs(newestTs)))
  }

  #fold(start: FoldStart): void {
    this.quarterHours.truncate(start.fromMs)
    this.minutes.truncate(start.fromMs)
    const fold = new SeriesFold(this.#rulebook, start, Infinity, {
      quarterHours: this.quarterHours,
      minutes: this.minutes,
    })
    fold.fold(this.#samples)
    this.tail = fold.tail
    this.#openFromMs = fold.openFromMs
    this.#checkpoints.push(...fold.checkpoints)
    this.#start = fold.settled
    const settled = this.#samples.ts.findIndex((ts) => ts >= this.#start.fromMs)
    for (const column of Object.values(this.#samples)) column.splice(0, settled)
  }

  #minutesFromMs(newestTs: number): number {
    return floorQuarterHour(newestTs - this.#minutesKeptMs)
  }
}

function placeOf(
  samples: SampleColumns,
  ts: number,
  value: number,
  { kind, states }: FoldRules,
): { readonly index: number; readonly drop: 0 | 1 } {
  let index = samples.ts.findIndex((t) => t >= ts)
  if (kind === 'event') return { index, drop: 0 }
  if (states !== null) {
    while (samples.ts[index] === ts && inputOf(samples.value[index]!) < inputOf(value)) index++
    return { index, drop: samples.ts[index] === ts && inputOf(samples.value[index]!) === inputOf(value) ? 1 : 0 }
  }
  return { index, drop: samples.ts[index] === ts ? 1 : 0 }
}
