import type { KpiInfo, KpiPoint } from '../../../src/base/kpi.js'
import type { RestatementItem } from '../../../src/views/wire/records.js'
import type { Figure, Language } from '../format.js'
import type { Span, Stream } from '../series/points.js'
import type { Note } from './notes.js'

/** Limit, target or budget that values are compared with. All values as stored. */
export interface ChartReference {
  readonly value: number
  /** True for a limit: a value above it is marked; a target or a budget is only drawn. */
  readonly isLimit: boolean
  readonly label: string
  /** Value from which a limit is worth a word; null where there is none. */
  readonly warn: { readonly value: number; readonly label: string } | null
}

/** The period before, moved onto the time in view. */
export interface Before {
  readonly points: readonly KpiPoint[]
  /** Shift that was added to the times of its points, ms. */
  readonly shiftMs: number
}

/** Content of a chart: one stream, what it compares with, and in whose time and words. */
export interface ChartModel {
  /** The range that was chosen. While it stays the same, the axes hold still under the pointer. */
  readonly view: string
  readonly stream: Stream
  readonly points: readonly KpiPoint[]
  readonly span: Span
  /** Until when data should be there: what is later is not missing but in the future. */
  readonly dueMs: number
  readonly info: KpiInfo
  /** Bars from zero: sums, and levels that are blocks of the clock. */
  readonly isBars: boolean
  readonly figure: Figure
  readonly reference: ChartReference | null
  readonly before: Before | null
  readonly notes: readonly Note[]
  /** Figures that have changed when nobody expected it any more, by the start of their window. */
  readonly restated: ReadonlyMap<number, RestatementItem>
  readonly zone: string
  readonly language: Language
}

/** Over the limit, near it, or neither. */
export function stateOf(value: number, reference: ChartReference | null): 'over' | 'near' | 'normal' {
  if (reference === null || !reference.isLimit) return 'normal'
  if (value > reference.value) return 'over'
  return reference.warn !== null && value >= reference.warn.value ? 'near' : 'normal'
}
