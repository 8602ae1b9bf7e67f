import type { HorizonName } from '../base/forecast.js'
import type { Scope, Window } from '../base/kpi.js'
import type { MetricClass } from '../base/metrics.js'
import type { StoredReading } from '../base/reading.js'
import type { StoredAlarmChange } from '../kpi/alarms/table.js'
import type { Point, Stream } from '../kpi/windows/point.js'
import type { BatchSamples } from './batch-samples.js'
import type { StoreSample } from './sample.js'

/** A period of one stream of points. */
export interface StreamQuery {
  readonly plant: string
  readonly scope: Scope
  readonly id: string
  readonly kpi: string
  readonly window: Window
  /** Windows whose start lies in [fromMs, toMs). */
  readonly fromMs: number
  readonly toMs: number
  readonly limit: number
}

/** A period of the readings of one metric of one device, of whatever line. */
export interface StoredReadingsQuery {
  readonly plant: string
  readonly device: string
  readonly class: MetricClass
  readonly metric: string
  /** Event times in [fromMs, toMs). */
  readonly fromMs: number
  readonly toMs: number
  readonly limit: number
}

/** Answers history. Any number of calls may be under way; a rejection says in a sentence why there is no answer. */
export interface History {
  /** Ascending by start. */
  points(query: StreamQuery): Promise<readonly Point[]>
  /** Ascending by time. */
  readings(query: StoredReadingsQuery): Promise<readonly StoredReading[]>
}

/** A window of a stream. */
export interface WindowRef {
  readonly stream: Stream
  readonly startMs: number
}

/** Samples and points that are written together. No reading and no window is in it twice. */
export interface StoreBatch {
  readonly samples: BatchSamples | readonly StoreSample[]
  readonly points: readonly Point[]
  /**
   * Windows of which nothing that was there may be left: those that had a value and are null now, whose points follow,
   * and those that nobody makes any more. They go before the points are written.
   */
  readonly erased: readonly WindowRef[]
  /** Changes of alarms, in order; of several at one instant the last one counts. */
  readonly alarms?: readonly StoredAlarmChange[]
  /** Intervals that were forecast; of several of one interval and horizon the last one counts. */
  readonly forecasts?: readonly StoredForecast[]
}

/** An interval of a series as it was forecast, with the bounds that hold the outcome in 50 % and 90 % of all cases. */
export interface StoredForecast extends Pick<Stream, 'plant' | 'scope' | 'id' | 'kpi'> {
  readonly horizon: HorizonName
  /** Start of the interval, epoch ms. */
  readonly startMs: number
  readonly issuedAtMs: number
  /** In the unit of the series, as are the bounds. */
  readonly value: number
  readonly low50: number
  readonly high50: number
  readonly low90: number
  readonly high90: number
}

/** A point, or one reading of a sample, that would be refused for ever, in the server's own words. */
export type ItemRefusal =
  | { readonly of: 'point'; readonly index: number; readonly detail: string }
  | { readonly of: 'reading'; readonly index: number; readonly metric: string; readonly detail: string }

/** Nothing is certain; the same comes again after a pause, at least the one that was asked for. */
export interface Busy {
  readonly kind: 'busy'
  /** null when the server asked for none. */
  readonly retryAfterMs: number | null
  /** In a sentence, with the setting to look at where it is one. */
  readonly reason: string
}

/** Answer of a store to a batch. `stored`: all of it is durable but what was refused. */
export type WriteOutcome = { readonly kind: 'stored'; readonly refused: readonly ItemRefusal[] } | Busy

/**
 * A server that results go to. The delivery loop alone calls `prepare`, `leaveMark` and `write`, and decides about pauses;
 * the store itself never tries again. A second `write` may begin before the first has answered: the two have nothing in
 * common then.
 */
export interface Store extends History {
  /** As in the configuration and in metrics. */
  readonly name: string
  /** Its kind, as in the configuration. */
  readonly type: string
  /**
   * Looks whether everything is there, and creates what may be created: before the first batch, after trouble, and from
   * time to time. `isMarked` is false when there is no mark that was left at `leftAtMs` or later: then the store does not
   * hold what it was given.
   */
  prepare(mark: string, leftAtMs?: number): Promise<{ readonly kind: 'ready'; readonly isMarked: boolean } | Busy>
  /** Leaves a mark, by which it is known again later, and says with which time. */
  leaveMark(mark: string): Promise<{ readonly kind: 'ready'; readonly atMs: number } | Busy>
  /** The same batch twice is the same as once. */
  write(batch: StoreBatch): Promise<WriteOutcome>
  close(): void
}
