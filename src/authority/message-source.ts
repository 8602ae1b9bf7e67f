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

/** The teller of one stack, out of archive, points and engine as they are when it is asked. */
export function messageSourceOf(
  plant: string,
  stackId: string,
  options: Pick<AuthorityOptions, 'edition' | 'flow_unit' | 'keep_days'>,
  parts: MessageSourceDeps,
): MessageSource {
  const { database, series, senders, engine, points } = parts

  const stack = (): Stack | null => {
    const version = parts.version()
    if (version === null || !parts.isLive()) return null
    const readings = { database, series, plant, stack: stackId, ...samplingOf(version, stackId) }
    return { readings, version, edition: hj212EditionOf(options), flowUnit: options.flow_unit }
  }

  const ids = (kept: Again): readonly number[] =>
    points.streams
      .filter((stream) => stream.window === FIGURE_WINDOWS[kept] && isFigureOf(stream, plant, stackId))
      .map((stream) => points.idOf(stream)!)

  /** Its readings up to an instant are archived, but for late ones. */
  const isComplete = (endMs: number): boolean => {
    const newestMs = Math.max(
      ...STACK_METRICS.map((metric) => series.find(plant, stackId, metric)?.newestTs ?? -Infinity),
    )
    const heardMs = senders.find(plant, stackId)?.lastArrivalMs ?? -Infinity
    const isIdle = engine.nowMs - heardMs > engine.idleMs(plant, stackId)
    return isFinal(endMs, newestMs - LATENESS_MS, isIdle, engine.nowMs)
  }

  /** The final points of an hour or day; `wait` while there may be others. */
  const finalPoints = async (kept: Again, { startMs, endMs }: TimeRange): Promise<readonly PointState[] | 'wait'> => {
    const pending = engine.pending(plant, endMs)
    const isOpen = pending?.open.some(
      (point) =>
        point.startMs === startMs &&
        isFigureOf(point.stream, plant, stackId) &&
        point.stream.window === FIGURE_WINDOWS[kept],
    )
    if (pending?.isLate || isOpen) return 'wait'
    const streams = ids(kept)
    const found =
      streams.length === 0
        ? []
        : await points.states(`WHERE p.stream IN (${streams.join(',')}) AND p.start = $1`, [BigInt(startMs)])
    if (found.some(({ point }) => point.provisional)) return 'wait'
    return found.length === 0 && engine.nowMs < endMs + SILENT_MS ? 'wait' : found
  }

  return {
    now: async () => {
      const now = stack()
      return now === null ? null : realTimeMessage(now, parts.nowMs())
    },
    of: async (kept: Kept, span: TimeRange) => {
      const now = stack()
      if (now === null) return 'wait'
      if (kept === 'minute') return isComplete(span.endMs) ? periodMessage(now, kept, span, []) : 'wait'
      const found = await finalPoints(kept, span)
      if (found === 'wait') return found
      return periodMessage(
        now,
        kept,
        span,
        found.map(({ point }) => point),
      )
    },
    changed: async (kept, beforeMs, change) => {
      const end = points.changesEnd
      const streams = ids(kept)
      // A database that was begun anew counts from its start again.
      const since = change > end ? 0 : change
      if (streams.length === 0 || since === end) return { starts: [], change: end }
      const found = await points.states(
        `WHERE p.stream IN (${streams.join(',')}) AND p.change >= $1 AND NOT p.provisional AND p.start >= $2 AND p.start < $3`,
        [BigInt(since), BigInt(Math.floor(parts.nowMs() - options.keep_days * DAY_MS)), BigInt(beforeMs)],
      )
      return { starts: [...new Set(found.map(({ point }) => point.startMs))].sort((a, b) => a - b), change: end }
    },
  }
}
