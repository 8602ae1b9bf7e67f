import type { Database } from '../archive/database.js'
import type { Senders } from '../archive/senders.js'
import type { SeriesTable } from '../archive/series.js'
import { DAY_MS } from '../base/durations.js'
import type { AuthorityOptions } from '../base/options/authorities.js'
import type { Engine } from '../kpi/engine.js'
import type { TimeRange } from '../kpi/series/calendar.js'
import { isFinal, LATENESS_MS } from '../kpi/series/liveness.js'
import type { PlantVersion } from '../kpi/settings/version.js'
import type { DuckdbStore, PointState } from '../stores/duckdb.js'
import type { MessageSource } from './line.js'
import type { Again } from './memory.js'
import { FIGURE_WINDOWS, isFigureOf, periodMessage } from './period.js'
import { realTimeMessage } from './real-time.js'
import { hj212EditionOf, STACK_METRICS, type Stack, samplingOf } from './stack.js'
import type { Kept } from './windows.js'

/** A window without a single figure is called silent so long after its end: by then what is late by a little has come. */
const SILENT_MS = 900_000

/** Sources of what is told: archive, engine, KPI points and configuration. */
export interface MessageSourceDeps {
  readonly database: Database
  readonly series: SeriesTable
  readonly senders: Pick<Senders, 'find'>
  readonly engine: Pick<Engine, 'pending' | 'nowMs' | 'idleMs'>
  readonly points: Pick<DuckdbStore, 'streams' | 'idOf' | 'states' | 'changesEnd'>
  /** The journal has been read, and what is archived has been computed. */
  isLive(): boolean
  nowMs(): number
  /** The plant by the configuration in force; null where it has none. */
  version(): PlantVersion | null
}

/** Answers for one stack, out of archive, points and engine as they are when it is asked. */
export function messageSourceOf(
  plant: string,
  stackId: string,
  options: Pick<AuthorityOptions, 'edition' | 'flow_unit' | 'keep_days'>,
  deps: MessageSourceDeps,
): MessageSource {
  return new StackMessages({ plant, id: stackId }, options, deps)
}

/** Readings of the last minutes come from the archive, figures of hours and days from the points. */
class StackMessages implements MessageSource {
  readonly #stack: { readonly plant: string; readonly id: string }
  readonly #options: Pick<AuthorityOptions, 'edition' | 'flow_unit' | 'keep_days'>
  readonly #deps: MessageSourceDeps

  constructor(
    stack: { readonly plant: string; readonly id: string },
    options: Pick<AuthorityOptions, 'edition' | 'flow_unit' | 'keep_days'>,
    deps: MessageSourceDeps,
  ) {
    this.#stack = stack
    this.#options = options
    this.#deps = deps
  }

  now: MessageSource['now'] = async () => {
    const now = this.#now()
    return now === null ? null : realTimeMessage(now, this.#deps.nowMs())
  }

  of: MessageSource['of'] = async (kept: Kept, span: TimeRange) => {
    const now = this.#now()
    if (now === null) return 'wait'
    if (kept === 'minute') return this.#isComplete(span.endMs) ? periodMessage(now, kept, span, []) : 'wait'
    const found = await this.#finalPoints(kept, span)
    if (found === 'wait') return found
    return periodMessage(
      now,
      kept,
      span,
      found.map(({ point }) => point),
    )
  }

  changed: MessageSource['changed'] = async (kept, beforeMs, change) => {
    const { points, nowMs } = this.#deps
    const end = points.changesEnd
    const streams = this.#ids(kept)
    // A database that was begun anew counts from its start again.
    const since = change > end ? 0 : change
    if (streams.length === 0 || since === end) return { starts: [], change: end }
    const found = await points.states(
      `WHERE p.stream IN (${streams.join(',')}) AND p.change >= $1 AND NOT p.provisional AND p.start >= $2 AND p.start < $3`,
      [BigInt(since), BigInt(Math.floor(nowMs() - this.#options.keep_days * DAY_MS)), BigInt(beforeMs)],
    )
    return { starts: [...new Set(found.map(({ point }) => point.startMs))].sort((a, b) => a - b), change: end }
  }

  /** The stack by the configuration in force; null where it has none, or while figures of now are not there yet. */
  #now(): Stack | null {
    const { database, series, version: versionOf, isLive } = this.#deps
    const { plant, id } = this.#stack
    const version = versionOf()
    if (version === null || !isLive()) return null
    const readings = { database, series, plant, stack: id, ...samplingOf(version, id) }
    return { readings, version, edition: hj212EditionOf(this.#options), flowUnit: this.#options.flow_unit }
  }

  #ids(kept: Again): readonly number[] {
    const { points } = this.#deps
    const { plant, id } = this.#stack
    return points.streams
      .filter((stream) => stream.window === FIGURE_WINDOWS[kept] && isFigureOf(stream, plant, id))
      .map((stream) => points.idOf(stream)!)
  }

  /** Its readings up to an instant are archived, but for late ones. */
  #isComplete(endMs: number): boolean {
    const { series, senders, engine } = this.#deps
    const { plant, id } = this.#stack
    const newestMs = Math.max(...STACK_METRICS.map((metric) => series.find(plant, id, metric)?.newestTs ?? -Infinity))
    const heardMs = senders.find(plant, id)?.lastArrivalMs ?? -Infinity
    const isIdle = engine.nowMs - heardMs > engine.idleMs(plant, id)
    return isFinal(endMs, newestMs - LATENESS_MS, isIdle, engine.nowMs)
  }

  /** The final points of an hour or day; `wait` while there may be others. */
  async #finalPoints(kept: Again, { startMs, endMs }: TimeRange): Promise<readonly PointState[] | 'wait'> {
    const { points, engine } = this.#deps
    const { plant, id } = this.#stack
    const pending = engine.pending(plant, endMs)
    const isOpen = pending?.open.some(
      (point) =>
        point.startMs === startMs &&
        isFigureOf(point.stream, plant, id) &&
        point.stream.window === FIGURE_WINDOWS[kept],
    )
    if (pending?.isLate || isOpen) return 'wait'
    const streams = this.#ids(kept)
    const found =
      streams.length === 0
        ? []
        : await points.states(`WHERE p.stream IN (${streams.join(',')}) AND p.start = $1`, [BigInt(startMs)])
    if (found.some(({ point }) => point.provisional)) return 'wait'
    return found.length === 0 && engine.nowMs < endMs + SILENT_MS ? 'wait' : found
  }
}
