import type { Scope, Window } from '../base/kpi.js'
import type { Point } from '../kpi/point.js'
import type { StoredPoints } from '../kpi/recomputation.js'

/** A stretch of one stream of points. */
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

/**
 * What a store says of a batch. `busy`: nothing is certain, the same batch comes again after the pause. `stored`: all of
 * it is durable but the refused ones, which would be refused for ever.
 */
export type WriteOutcome =
  | { readonly kind: 'stored'; readonly refused: readonly { readonly index: number; readonly detail: string }[] }
  | { readonly kind: 'busy'; readonly retryAfterMs: number; readonly reason: string }

/**
 * Where KPI points go and from where history is answered. The delivery loop alone calls `write`, one batch at a time;
 * the API and the engine read at any time. An exception is a bug or a lost disk.
 */
export interface Store extends StoredPoints {
  /** As in the configuration and in metrics. */
  readonly name: string
  /** Writes points, in place of those with the same stream and start: the same batch twice is the same as once. */
  write(points: readonly Point[]): Promise<WriteOutcome>
  /** Forgets points that are not final and that nobody makes any more. */
  remove(points: readonly Point[]): Promise<void>
  /** Ascending by start. */
  points(query: StreamQuery): Promise<Point[]>
  /** Final points it holds. */
  finalCount(): Promise<number>
}
