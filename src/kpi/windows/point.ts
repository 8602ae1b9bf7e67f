import { type FlagBits, flagBit, flagsOf } from '../../base/flags.js'
import { flat, type KpiPoint, type Scope, type Window } from '../../base/kpi.js'
import type { NullReason } from '../../base/reasons.js'
import type { RestatedFigure } from '../../base/records.js'

/** Result of a formula: a value, or the reason why there is none, always with what it was made from. */
export interface Figure {
  readonly value: number | null
  readonly reason: NullReason | ''
  readonly numerator: number
  readonly denominator: number
  /** Part of the expected time that is covered, 0..1. */
  readonly coverage: number
  /** Part of the covered time that is estimated, 0..1. */
  readonly estimatedShare: number
  readonly flags: FlagBits
  /** Ids of the factors it was made with, ascending. */
  readonly factors: readonly string[]
}

export const NO_FACTORS: readonly string[] = []

/** A figure made of nothing. */
export const NO_FIGURE: Figure = {
  value: null,
  reason: 'no_data',
  numerator: 0,
  denominator: 0,
  coverage: 0,
  estimatedShare: 0,
  flags: 0,
  factors: NO_FACTORS,
}

/** The figure of a window that was published and that nobody makes any more: for reports, sums and charts it is none. */
export const TAKEN_BACK: Figure = { ...NO_FIGURE, reason: 'taken_back' }

export function isTakenBack({ reason }: Pick<Figure, 'reason'>): boolean {
  return reason === TAKEN_BACK.reason
}

/** True for a figure made of nothing: nothing was covered, and nothing was due. */
export function isNoFigure(figure: Figure): boolean {
  const { value, reason, numerator, denominator, coverage } = figure
  const isNone = reason === NO_FIGURE.reason || isTakenBack(figure)
  return value === null && isNone && numerator === 0 && denominator === 0 && coverage === 0
}

/** The points of one KPI of one scope in one window size: everything of a point that does not change with time. */
export interface Stream {
  readonly plant: string
  readonly scope: Scope
  readonly id: string
  readonly kpi: string
  readonly window: Window
  readonly unit: string
}

/** A figure at its place: a KPI point as it is computed and stored, with numbers for times and bits for flags. */
export interface Point extends Figure {
  readonly stream: Stream
  readonly startMs: number
  readonly endMs: number
  readonly provisional: boolean
  readonly rev: number
}

/** A point of a window as it is computed. Written out: spreads of a span and a figure are copied key by key. */
export function newPoint(
  stream: Stream,
  { startMs, endMs }: Pick<Point, 'startMs' | 'endMs'>,
  figure: Figure,
  provisional: boolean,
): Point {
  const { value, reason, numerator, denominator, coverage, estimatedShare, flags, factors } = figure
  return {
    stream,
    startMs,
    endMs,
    value,
    reason,
    numerator,
    denominator,
    coverage,
    estimatedShare,
    flags,
    factors,
    provisional,
    rev: 0,
  }
}

/** The same figure: everything that does not depend on the order of arrival. */
export function isSameFigure(a: Figure, b: Figure): boolean {
  return (
    a.value === b.value &&
    a.reason === b.reason &&
    a.numerator === b.numerator &&
    a.denominator === b.denominator &&
    a.coverage === b.coverage &&
    a.estimatedShare === b.estimatedShare &&
    a.flags === b.flags &&
    isSameFactors(a.factors, b.factors)
  )
}

/** True when the number itself is another one, not only what is said beside it. */
export function isRestated(before: RestatedFigure, after: RestatedFigure): boolean {
  return (
    before.value !== after.value || before.numerator !== after.numerator || before.denominator !== after.denominator
  )
}

export function isSameFactors(a: readonly string[], b: readonly string[]): boolean {
  return a === b || (a.length === b.length && a.every((id, i) => id === b[i]))
}

/** Factor ids as one text, for stores: an id has no comma. */
export function factorsText(factors: readonly string[]): string {
  return factors.join(',')
}

/** The factor ids of such a text. */
export function factorsFrom(text: string): readonly string[] {
  return text === '' ? NO_FACTORS : text.split(',')
}

/** Key of a point: it is the same when the point is computed again. */
export function windowKey({ stream, startMs }: Point): string {
  return flat(stream.plant, stream.scope, stream.id, stream.kpi, stream.window, startMs)
}

export function toWire(point: Point): KpiPoint {
  const { stream } = point
  return {
    plant: stream.plant,
    scope: stream.scope,
    id: stream.id,
    kpi: stream.kpi,
    window: stream.window,
    start: new Date(point.startMs).toISOString(),
    end: new Date(point.endMs).toISOString(),
    value: point.value,
    unit: stream.unit,
    reason: point.reason,
    numerator: point.numerator,
    denominator: point.denominator,
    coverage: point.coverage,
    estimated_share: point.estimatedShare,
    provisional: point.provisional,
    rev: point.rev,
    flags: flagsOf(point.flags),
    factors: point.factors,
  }
}

/** The inverse of `toWire`. */
export function fromWire(point: KpiPoint): Point {
  const { plant, scope, id, kpi, window, unit } = point
  return {
    stream: { plant, scope, id, kpi, window, unit },
    startMs: Date.parse(point.start),
    endMs: Date.parse(point.end),
    value: point.value,
    reason: point.reason as NullReason | '',
    numerator: point.numerator as number,
    denominator: point.denominator as number,
    coverage: point.coverage,
    estimatedShare: point.estimated_share,
    flags: point.flags.reduce((bits, flag) => bits | flagBit(flag), 0),
    factors: point.factors,
    provisional: point.provisional,
    rev: point.rev,
  }
}
