import { setImmediate } from 'node:timers/promises'
import type { Database } from '../../archive/database.js'
import { queryEvents } from '../../archive/events.js'
import { readFirstTs, readNext, readSamples, readWords } from '../../archive/samples.js'
import type { ReadingColumns } from '../../archive/series-readings.js'
import { DAY_MS, QUARTER_HOUR_MS } from '../../base/durations.js'
import { COUNTED_EVENTS, type CountedEvent, eventSeries } from '../../base/events.js'
import { GOOD } from '../../base/quality.js'
import type { SampleColumns, WordColumns } from '../../base/samples.js'
import type { TypedEvent } from '../events/recent-events.js'
import { type BoundaryStart, markSampledQuarters, sumsFromMs } from '../series/boundary-state.js'
import { SILENCE_MAX_MS } from '../series/counter.js'
import { bucketsFrom, type FoldStart, floorQuarterHour, rulesAt, SeriesFold, STATELESS } from '../series/fold.js'
import type { Late } from '../series/late.js'
import { LOOKAHEAD_MS } from '../series/lookahead.js'
import type { Samples } from '../series/samples.js'
import type { SeriesBuckets, SeriesState } from '../series/series-state.js'
import { LOOKAHEAD_SAMPLES, merged, modes, scaled, usableFrom } from '../series/shaping.js'
import { StateFold, type StateSink } from '../series/state.js'
import { MODE_METRIC } from '../settings/settings.js'
import type { Range } from '../time/ranges.js'
import type { CheckpointTable } from './checkpoints.js'
import { Prefetch } from './prefetch.js'

/**
 * A new sample can change what was decided for the three samples before it, and with it what the register did since the
 * sample before those. A checkpoint stands on a day with samples, so the fifth one back has four behind it.
 */
const CHECKPOINTS_BACK = 4
/**
 * The fourth accepted sample back has three behind it too, and where all of them lie further back than decisions look by
 * time, it and all before it were decided without the new sample: sums change from it on.
 */
const ACCEPTED_BACK = 4

/** So many samples are read at once to find those after a range that decide how it ends. */
const LOOKAHEAD_READ = 1000

/** After so many samples a fold that nobody waits for lets others have their turn. */
const SAMPLES_AT_ONCE = 5000

/** Range that a fold over the past has made anew, and late samples that it has left. */
export interface Refold {
  /** Sums outside this range are what they were. */
  readonly range: Range
  /** The time after the range, to be folded next; null when all is done. */
  readonly rest: Omit<Late, 'cause'> | null
}

/** Folds series through their past: the archive's samples from a checkpoint on. */
export class PastFold {
  readonly #database: Database
  readonly #checkpoints: CheckpointTable
  /** Series and range that are about to be folded, until the first series is; then they are read ahead. */
  #announced: { readonly seriesList: () => Iterable<SeriesState>; readonly range: () => Range } | null = null
  #prefetch: Prefetch | null = null

  constructor(database: Database, checkpoints: CheckpointTable) {
    this.#database = database
    this.#checkpoints = checkpoints
  }

  /**
   * Does `work`, which folds these series in this order through about this range: as soon as one has to be read, they are
   * read together. Nothing may be archived meanwhile.
   */
  async ahead<T>(seriesList: () => Iterable<SeriesState>, range: () => Range, work: () => Promise<T>): Promise<T> {
    this.#announced = { seriesList, range }
    try {
      return await work()
    } finally {
      this.#announced = null
      this.#prefetch = null
      this.#checkpoints.letGo()
    }
  }

  async #prefetchSome(): Promise<void> {
    if (this.#announced === null) return
    const { seriesList } = this.#announced
    const range = this.#announced.range()
    this.#announced = null
    this.#prefetch = new Prefetch(this.#database, seriesList(), range)
    await this.#checkpoints.hold(this.#prefetch.ids, range)
  }

  /** Makes a series live: its sums from a few days before its newest sample on. */
  async warm(series: SeriesState): Promise<void> {
    if (series.archived === null || !series.isSampled) return
    const start = await this.#startAt(series, series.liveFromMs)
    series.warm(start, columnsOf(await this.#samples(series, start.fromMs, Infinity)))
  }

  /** The sums of a series in [fromMs, toMs), as they are; of minutes those from an instant on, Infinity for none. */
  async buckets(series: SeriesState, range: Range, minutesFromMs: number): Promise<SeriesBuckets> {
    const withMinutes = minutesFromMs < Infinity
    const isEmpty = series.archived === null || range.toMs <= series.oldestTs
    if (series.archived === null || isEmpty) {
      return { ...bucketsFrom(series.rulebook, floorQuarterHour(range.fromMs), withMinutes), tail: null }
    }
    const start = await this.#startAt(series, range.fromMs)
    const sumsMs = floorQuarterHour(Math.max(sumsFromMs(start), range.fromMs))
    const buckets = bucketsFrom(series.rulebook, sumsMs, withMinutes)
    markSampledQuarters(start, buckets.quarterHours)
    // A day has a hundred times as many minutes as quarters: of hundreds of series they are most of the memory.
    buckets.minutes?.restart(Math.max(buckets.quarterHours.fromMs, floorQuarterHour(minutesFromMs)))
    const fold = new SeriesFold(series.rulebook, start, range.toMs, buckets)
    fold.fold(await this.#samplesAround(series, start.fromMs, range.toMs))
    return fold
  }

  /** Folds the state of a machine through a range that is over, a day of its samples at a time. */
  async states(series: SeriesState, { fromMs, toMs }: Range, sink: StateSink): Promise<void> {
    const start = await this.#startAt(series, fromMs)
    const fold = start.state === null ? new StateFold() : StateFold.restore(start.state)
    const rulesOf = (ms: number) => rulesAt(series.rulebook, ms).states!
    // A checkpoint stands on the last day with samples: what lies between it and the range is little, however long ago.
    for (let a = start.fromMs; a < toMs; ) {
      const b = Math.min(toMs, Math.max(a, fromMs) + DAY_MS)
      const samples = await this.#mergedSamples(
        series,
        series.inputs.map(() => a),
        b,
        b === toMs,
      )
      for (const [i, ts] of samples.ts.entries()) {
        if (i % SAMPLES_AT_ONCE === SAMPLES_AT_ONCE - 1) await setImmediate()
        const rules = rulesOf(ts)
        fold.step(samples, i, rules, sink, Number.isNaN(fold.ts) ? rules : rulesOf(fold.ts))
      }
      a = b
    }
    if (Number.isNaN(fold.ts)) return
    fold.tail(fromMs, toMs, rulesOf(fold.ts), (a, b, state, accounts, isManual) =>
      sink.state(a, b, state, accounts, isManual),
    )
  }

  /**
   * Folds late samples into a series's sums: from a checkpoint before them on, until the state at the start of a later day
   * is what it was (then nothing after it can differ), at most up to `untilMs`.
   */
  async refold(series: SeriesState, late: Late, untilMs: number): Promise<Refold> {
    if (series.archived === null) throw new Error(`late samples of ${series.device} ${series.metric}, which has none`)
    if (series.isEvent) return { range: aroundEvents(late), rest: null }
    const { id } = series.archived
    await this.#prefetchSome()
    const { foldedMs } = late
    const from = foldedMs === undefined ? { ms: late.fromMs, back: CHECKPOINTS_BACK } : { ms: foldedMs - 1, back: 0 }
    const start = startOf(series, await this.#checkpoints.before(id, from.ms, from.back))
    const samples = await this.#samplesAround(series, start.fromMs, untilMs)
    // It is folded for its states; the sums are made where they are needed.
    const fold = new SeriesFold(
      series.rulebook,
      start,
      untilMs,
      bucketsFrom(series.rulebook, floorQuarterHour(untilMs), false),
    )
    const accepted = fold.noteAccepted(late.fromMs - LOOKAHEAD_MS, ACCEPTED_BACK)
    fold.fold(samples)
    const made = fold.checkpoints.filter((checkpoint) => checkpoint.fromMs < untilMs)
    const before = await this.#checkpoints.between(id, start.fromMs, untilMs, made.length + 1)
    const same = made.find(
      (checkpoint) =>
        checkpoint.fromMs > late.toMs &&
        before.some(
          (b) => b.day === checkpoint.day && b.fromMs === checkpoint.fromMs && isSameState(b.state, checkpoint.state),
        ),
    )
    const toMs = same?.fromMs ?? Math.min(untilMs, floorQuarterHour(series.newestTs) + DAY_MS)
    this.#checkpoints.replace(
      id,
      // The start itself stays.
      { fromMs: start.state === null ? start.fromMs : start.fromMs + 1, toMs },
      made.filter((checkpoint) => checkpoint.fromMs < toMs),
    )
    const isDone = same !== undefined || untilMs > series.newestTs
    // Up to its next sample the state stays what it is, be that a quarter of a century away.
    const goOnMs = firstFrom(samples.ts, untilMs) ?? untilMs
    const sameMs = accepted.length < ACCEPTED_BACK ? start.fromMs : floorQuarterHour(accepted[0]!)
    const fromMs = Math.max(start.fromMs, foldedMs ?? sameMs)
    if (isDone) return { range: { fromMs, toMs }, rest: null }
    const silentToMs = Math.max(toMs, floorQuarterHour(goOnMs))
    const rest = { fromMs: goOnMs, toMs: Math.max(late.toMs, goOnMs), position: late.position, foldedMs: silentToMs }
    return { range: { fromMs, toMs: silentToMs }, rest }
  }

  /**
   * True when a fold that begins with nothing comes at `toMs` to the very state of the one that has seen everything: then
   * all that follows is the same. Each input is read from its own instant on, the start of a quarter.
   */
  async isSettledFrom(series: SeriesState, fromMs: readonly number[], toMs: number): Promise<boolean> {
    const start = await this.#startAt(series, toMs)
    const firstMs = Math.min(...fromMs)
    const samplesFrom = (ms: readonly number[]) =>
      series.isMerged ? this.#mergedSamples(series, ms, toMs, false) : this.#samples(series, ms[0]!, toMs)
    const whole = this.#settled(series, start, await samplesFrom(fromMs.map(() => start.fromMs)))
    const cut = this.#settled(series, { fromMs: firstMs, state: null }, await samplesFrom(fromMs))
    if (whole.state === null || cut.state === null) return firstMs <= series.oldestTs
    return whole.fromMs === cut.fromMs && isSameState(whole.state, cut.state)
  }

  #settled(series: SeriesState, start: FoldStart, samples: Samples): FoldStart {
    const fold = new SeriesFold(series.rulebook, start, Infinity, bucketsFrom(series.rulebook, NEVER_MS, false))
    fold.fold(samples)
    return fold.settled
  }

  /**
   * The first instant from `fromMs` on at which any of these series can be covered: nothing bridges a longer silence. A
   * clock that was reset to the year 2000 makes one of a quarter of a century, in which there is nothing to compute.
   */
  async nextCoveredMs(seriesList: Iterable<SeriesState>, fromMs: number): Promise<number> {
    const nextTs = await this.nextSampledMs(seriesList, fromMs)
    return Math.max(fromMs, floorQuarterHour(nextTs - SILENCE_MAX_MS))
  }

  /** The first sample of any of these series from `fromMs` on, epoch ms; `fromMs` where there is none, or events may be. */
  async nextSampledMs(seriesList: Iterable<SeriesState>, fromMs: number): Promise<number> {
    const ahead = [...seriesList].filter((series) => series.newestTs >= fromMs)
    if (ahead.some((series) => series.isEvent)) return fromMs
    const ids = ahead.flatMap(({ inputs }) => inputs.flatMap((archived) => archived?.id ?? []))
    return (await readFirstTs(this.#database, ids, fromMs)) ?? fromMs
  }

  /** Finds where a fold has to begin for the sums from an instant on. */
  async #startAt(series: SeriesState, fromMs: number): Promise<FoldStart> {
    if (series.isEvent) return { fromMs: floorQuarterHour(Math.max(fromMs, series.oldestTs)), state: STATELESS }
    await this.#prefetchSome()
    return startOf(series, await this.#checkpoints.before(series.archived!.id, fromMs, 0))
  }

  /** The state of a series after all samples before an instant, the start of a quarter. */
  async stateAt(series: SeriesState, ms: number): Promise<Float64Array> {
    const start = await this.#startAt(series, ms)
    if (start.state !== null && start.fromMs === ms) return start.state
    const samples = await this.#samplesAround(series, start.fromMs, ms)
    const fold = new SeriesFold(series.rulebook, start, ms, bucketsFrom(series.rulebook, ms, false))
    let count = 0
    while (count < samples.ts.length && samples.ts[count]! < ms) count++
    fold.go(samples, 0, count)
    return fold.state
  }

  /** The events of a plant that figures are made of, or some types of them, with event times in [fromMs, toMs). */
  async events(
    plant: string,
    fromMs: number,
    toMs: number,
    types: readonly CountedEvent[] = COUNTED_EVENTS,
  ): Promise<readonly TypedEvent[]> {
    return (await queryEvents(this.#database, { types, plant, fromMs, toMs })) as readonly TypedEvent[]
  }

  /** The samples of [fromMs, toMs) and the few after it that decide how it ends. */
  async #samplesAround(series: SeriesState, fromMs: number, toMs: number): Promise<Samples> {
    if (series.isMerged)
      return this.#mergedSamples(
        series,
        series.inputs.map(() => fromMs),
        toMs,
      )
    if (series.isEvent) return this.#samples(series, fromMs, toMs)
    if (!series.isRegister) {
      const samples = await this.#samples(series, fromMs, toMs)
      // A value that holds does so up to its next sample, wherever that is.
      return toMs <= series.newestTs ? join(samples, await this.#samples(series, toMs, Infinity, 1)) : samples
    }
    let samples = await this.#samples(series, fromMs, toMs + DAY_MS)
    let readTo = toMs + DAY_MS
    while (series.archived !== null && readTo <= series.newestTs && usableFrom(samples, toMs) < LOOKAHEAD_SAMPLES) {
      const more = await this.#next(series.archived.id, readTo, LOOKAHEAD_READ)
      if (more === undefined) break
      readTo = more.ts.at(-1)! + 1
      samples = join(samples, scaled(more, series))
    }
    return samples
  }

  async #samples(series: SeriesState, fromMs: number, toMs: number, limit?: number): Promise<Samples> {
    if (series.archived === null) return EMPTY
    if (series.isMerged)
      return this.#mergedSamples(
        series,
        series.inputs.map(() => fromMs),
        toMs,
      )
    if (series.isEvent) {
      const { plant, device } = series
      const types = COUNTED_EVENTS.filter((type) => eventSeries(type) === series.metric)
      const events = await queryEvents(this.#database, { types, plant, device, fromMs, toMs })
      const ts = events.map((event) => event.ts)
      return { ts, value: ts.map(() => 1), quality: ts.map(() => GOOD), marks: ts.map(() => 0) }
    }
    const { id } = series.archived
    if (series.metric === MODE_METRIC) {
      return modes(await this.#wordsOf(id, fromMs, toMs, limit), series)
    }
    const found =
      limit === undefined
        ? ((await this.#prefetch?.between(id, fromMs, toMs)) ??
          (await readSamples(this.#database, [id], fromMs, toMs)).get(id))
        : await this.#next(id, fromMs, limit)
    return found === undefined ? { ts: [], value: [], quality: [], marks: [] } : scaled(found, series)
  }

  /** Reads some of the first samples of one series from `fromMs` on, at most `limit`; undefined when there are none. */
  async #next(id: number, fromMs: number, limit: number): Promise<ReadingColumns | SampleColumns | undefined> {
    const atHand = await this.#prefetch?.next(id, fromMs, limit)
    if (atHand === null || atHand === undefined) return readNext(this.#database, id, fromMs, limit)
    return atHand.ts.length === 0 ? undefined : atHand
  }

  async #wordsOf(id: number, fromMs: number, toMs: number, limit?: number): Promise<WordColumns> {
    const atHand = limit === undefined ? await this.#prefetch?.wordsBetween(id, fromMs, toMs) : null
    return atHand ?? readWords(this.#database, id, fromMs, toMs, limit)
  }

  /** Samples of all inputs of a series that is made of several, each with its next one after the range: what holds, holds up to there. */
  async #mergedSamples(
    series: SeriesState,
    fromMs: readonly number[],
    toMs: number,
    withNext = true,
  ): Promise<SampleColumns> {
    const parts: { input: number; words: WordColumns }[] = []
    for (const [input, archived] of series.inputs.entries()) {
      if (archived === null) continue
      parts.push({ input, words: await this.#wordsOf(archived.id, fromMs[input]!, toMs) })
      if (!withNext || toMs > archived.newestTs) continue
      parts.push({ input, words: await readWords(this.#database, archived.id, toMs, Infinity, 1) })
    }
    return merged(parts, series)
  }
}

/** Sums from here on are none. */
const NEVER_MS = floorQuarterHour(8.64e15)

const EMPTY: SampleColumns = { ts: [], value: [], quality: [], marks: [] }

/**
 * An event says nothing of the time around it, but up to a day there is no silence between two events: the hours on both
 * sides without any are published by them.
 */
function aroundEvents({ fromMs, toMs }: Range): Range {
  return { fromMs: floorQuarterHour(fromMs) - DAY_MS - QUARTER_HOUR_MS, toMs: toMs + DAY_MS + QUARTER_HOUR_MS }
}

/** Finds the start of a fold: a checkpoint, the boundary when none lies behind it, else the first sample. */
function startOf(series: SeriesState, checkpoint: FoldStart | null): FoldStart {
  const { boundary } = series
  if (boundary === null) return checkpoint ?? beginning(series)
  const isBehind = checkpoint !== null && checkpoint.fromMs > boundary.fromMs
  if (isBehind) return checkpoint
  const start: BoundaryStart = { fromMs: boundary.fromMs, state: boundary.state, boundary }
  return start
}

/** Start of the very first fold over a series. */
function beginning(series: SeriesState): FoldStart {
  return { fromMs: floorQuarterHour(series.oldestTs), state: null }
}

function join(a: Samples, b: Samples): Samples {
  const columnOf = (name: Exclude<keyof Samples, 'size'>) => Array.from(a[name]).concat(Array.from(b[name]))
  return { ts: columnOf('ts'), value: columnOf('value'), quality: columnOf('quality'), marks: columnOf('marks') }
}

/** As arrays that can grow. */
function columnsOf(samples: Samples): SampleColumns {
  return {
    ts: Array.from(samples.ts),
    value: Array.from(samples.value),
    quality: Array.from(samples.quality),
    marks: Array.from(samples.marks),
  }
}

function firstFrom(ts: ArrayLike<number>, ms: number): number | undefined {
  for (let i = 0; i < ts.length; i++) if (ts[i]! >= ms) return ts[i]
  return undefined
}

function isSameState(a: Float64Array, b: Float64Array): boolean {
  return a.length === b.length && a.every((value, i) => Object.is(value, b[i]))
}
