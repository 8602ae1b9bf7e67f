import type { SampleColumns } from '../archive/samples.js'
import type { Series } from '../archive/series.js'
import { METRICS, type Metric } from '../base/metrics.js'
import { type MetricOptions, type SeriesTimes, seriesTimes } from '../base/plant.js'
import type { Level } from './gauge.js'
import type { Range } from './ranges.js'
import { ESTIMATED, MINUTE_MS, type Part, QUARTER_MS, Slots } from './slots.js'
import {
  dayOf,
  dayStartMs,
  floorQuarter,
  SeriesWalk,
  type SettledStart,
  type WalkRules,
  type WalkStart,
} from './walk.js'

/** Quarters are kept in memory from the start of the UTC day this many days before the newest sample's. */
const HOT_DAYS = 2
/** Minutes are kept this long: a window of a minute is published while its plant's slowest device still sends. */
const HOT_MINUTES_MS = 3 * 3_600_000
/** A longer step in time is walked from the archive, a stretch at a time: its sums need not be in memory together. */
const HOT_GAP_MAX_MS = 31 * 86_400_000

/** Sums of one series over event time, in quarters and, where they are wanted, minutes. */
export interface SeriesSlots {
  readonly quarters: Slots
  readonly minutes: Slots | null
  /** The last sample walked, when it is a level. */
  readonly level: Level | null
}

/**
 * One metric of one device on its way into the KPIs: its rules, and while it is hot the sums of its last days and the
 * few samples that may still change them. A metric that is configured but was never sent has a track without a series:
 * it lowers coverage.
 */
export class Track {
  readonly plant: string
  readonly device: string
  readonly metric: string
  readonly times: SeriesTimes
  readonly multiplier: number
  readonly rules: WalkRules
  readonly isConfigured: boolean
  series: Series | null = null
  /** Expected from this instant on even without a sample, epoch ms; Infinity when only samples make it a member. */
  expectedFromMs = Infinity
  /** null until it is warm. */
  #hot: Hot | null = null

  constructor(
    at: { plant: string; device: string; metric: string },
    options: MetricOptions | undefined,
    isConfigured: boolean,
    replacedAt: readonly number[],
  ) {
    this.plant = at.plant
    this.device = at.device
    this.metric = at.metric
    this.isConfigured = isConfigured
    this.times = seriesTimes(options)
    this.multiplier = options?.multiplier ?? 1
    const metric = knownMetric(at.metric)
    this.rules = {
      kind: metric.kind,
      min: metric.min ?? -Infinity,
      max: metric.max ?? Infinity,
      maxGapMs: this.times.maxGapMs,
      maxHoldMs: this.times.maxHoldMs,
      interpolation: options?.interpolation ?? 'hold',
      modulus: options?.modulus === undefined ? null : options.modulus * this.multiplier,
      maxRatePerMs: options?.max_rate === undefined ? null : options.max_rate / 3_600_000,
      replacedAt,
    }
  }

  get newestTs(): number {
    return this.series?.newestTs ?? -Infinity
  }

  get oldestTs(): number {
    return this.series?.oldestTs ?? Infinity
  }

  /** From when on the track is a member: its first sample, or the instant from which its configuration expects it. */
  get sinceMs(): number {
    return Math.min(this.oldestTs, this.expectedFromMs)
  }

  get isWarm(): boolean {
    return this.#hot !== null
  }

  /** Where hot sums begin, when nothing is known yet: a few days before the newest sample. */
  get hotFromMs(): number {
    return quartersFromMs(this.newestTs)
  }

  /** Becomes hot with the samples from `start` on, all there are. */
  warm(start: WalkStart, samples: SampleColumns): void {
    this.#hot = new Hot(this.rules, start, samples)
  }

  /** Is no longer hot: the next use reads the archive. */
  cool(): void {
    this.#hot = null
  }

  /**
   * Takes a new sample. Returns false when it lies before what can be walked from memory: then it is late, and the range
   * has to be walked from the archive.
   */
  offer(ts: number, value: number, quality: number, assumed: boolean): boolean {
    return this.#hot?.offer(ts, value * this.multiplier, quality, assumed) ?? false
  }

  /** Walks what was offered since the last time; returns the range whose sums may have changed. */
  advance(): Range | null {
    return this.#hot?.advance() ?? null
  }

  /**
   * The hot sums when they hold all that there is from `quartersFromMs` on, and in minutes from `minutesFromMs` on; else
   * null. Before the first sample there is nothing that could be missing.
   */
  hotSlots(quartersFromMs: number, minutesFromMs: number): SeriesSlots | null {
    const hot = this.#hot
    if (hot === null) return null
    const first = floorQuarter(this.oldestTs)
    const isThere =
      Math.max(quartersFromMs, first) >= hot.quarters.fromMs && Math.max(minutesFromMs, first) >= hot.minutes.fromMs
    return isThere ? hot : null
  }

  /** Adds what the newest sample of a gauge holds in [fromMs, toMs), as nothing comes after it. */
  addTail(part: Part, { level }: SeriesSlots, fromMs: number, toMs: number): void {
    if (level === null || level.ts !== this.newestTs) return
    const coveredMs = Math.min(toMs, level.ts + this.rules.maxHoldMs) - Math.max(fromMs, level.ts)
    if (coveredMs <= 0) return
    part.sum += level.value * coveredMs
    part.coveredMs += coveredMs
    if (!level.isManual) return
    part.estimatedMs += coveredMs
    part.flags |= ESTIMATED
  }

  /** Checkpoints made since the last call. */
  takeCheckpoints(): SeriesWalk['checkpoints'] {
    return this.#hot?.takeCheckpoints() ?? []
  }

  /** Forgets sums that are no longer hot. */
  trim(): void {
    this.#hot?.trim(this.newestTs)
  }
}

/** The hot part of a track: samples from a settled start on, and the sums they make. */
class Hot {
  readonly #rules: WalkRules
  #start: SettledStart
  level: Level | null = null
  readonly quarters = new Slots(QUARTER_MS)
  readonly minutes = new Slots(MINUTE_MS)
  #samples: { ts: number[]; value: number[]; quality: number[]; assumed: boolean[] }
  #isDirty = false
  #dirtyFromMs = Infinity
  #openFromMs: number
  #checkpoints: SeriesWalk['checkpoints'] = []

  constructor(rules: WalkRules, start: WalkStart, samples: SampleColumns) {
    this.#rules = rules
    this.#start = { ...start, closedMs: Infinity }
    this.#samples = { ...samples }
    this.#openFromMs = start.fromMs
    const newestTs = samples.ts.at(-1) ?? start.fromMs
    this.quarters.restart(Math.max(start.fromMs, quartersFromMs(newestTs)))
    this.minutes.restart(Math.max(start.fromMs, minutesFromMs(newestTs)))
    this.#walk(start)
  }

  offer(ts: number, value: number, quality: number, assumed: boolean): boolean {
    const s = this.#samples
    const newest = s.ts.at(-1) ?? -Infinity
    if (ts < this.#start.fromMs || ts <= this.#start.closedMs || ts - newest > HOT_GAP_MAX_MS) return false
    this.#isDirty = true
    if (ts > newest) {
      s.ts.push(ts)
      s.value.push(value)
      s.quality.push(quality)
      s.assumed.push(assumed)
      return true
    }
    const at = s.ts.findIndex((t) => t >= ts)
    const drop = s.ts[at] === ts ? 1 : 0
    s.ts.splice(at, drop, ts)
    s.value.splice(at, drop, value)
    s.quality.splice(at, drop, quality)
    s.assumed.splice(at, drop, assumed)
    this.#dirtyFromMs = this.#start.fromMs
    return true
  }

  advance(): Range | null {
    if (!this.#isDirty) return null
    const fromMs = Math.min(this.#dirtyFromMs, this.#openFromMs)
    this.#isDirty = false
    this.#dirtyFromMs = Infinity
    this.#walk(this.#start)
    return { fromMs, toMs: (this.#samples.ts.at(-1) ?? fromMs) + 1 }
  }

  /** From the settled start over all samples, anew; then the start moves up to what no later sample can change. */
  #walk(start: WalkStart): void {
    this.quarters.truncate(start.fromMs)
    this.minutes.truncate(start.fromMs)
    const walk = new SeriesWalk(this.#rules, start, Infinity, { quarters: this.quarters, minutes: this.minutes })
    walk.walk(this.#samples)
    this.level = walk.level
    this.#openFromMs = walk.openFromMs
    this.#checkpoints.push(...walk.checkpoints)
    this.#start = walk.settled
    const settled = this.#samples.ts.findIndex((ts) => ts >= this.#start.fromMs)
    for (const column of Object.values(this.#samples)) column.splice(0, settled)
  }

  takeCheckpoints(): SeriesWalk['checkpoints'] {
    const taken = this.#checkpoints
    this.#checkpoints = []
    return taken
  }

  trim(newestTs: number): void {
    this.quarters.dropBefore(Math.min(this.#start.fromMs, quartersFromMs(newestTs)))
    this.minutes.dropBefore(Math.min(this.#start.fromMs, minutesFromMs(newestTs)))
  }
}

function quartersFromMs(newestTs: number): number {
  return dayStartMs(dayOf(newestTs) - HOT_DAYS)
}

function minutesFromMs(newestTs: number): number {
  return floorQuarter(newestTs - HOT_MINUTES_MS)
}

function knownMetric(name: string): Metric {
  const metric = METRICS.get(name)
  if (metric === undefined) throw new Error(`${name} is not in the table of metrics`)
  return metric
}
