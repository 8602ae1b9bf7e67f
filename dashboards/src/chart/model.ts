import type { KpiInfo, KpiPoint } from '../../../src/base/kpi.js'
import type { RestatementItem } from '../../../src/base/records.js'
import type { Figure, Language } from '../format.js'
import type { Span, Stream } from '../series/points.js'
import type { Note } from './notes.js'

/** What values are held against. All values as stored. */
export interface ChartReference {
  readonly value: number
  /** What is above a limit is marked; a target or a budget is only drawn. */
  readonly isLimit: boolean
  readonly label: string
  /** From which a limit is worth a word. */
  readonly warn: { readonly value: number; readonly label: string } | null
}

/** The period before, moved onto the time in view. */
export interface Before {
  readonly points: readonly KpiPoint[]
  /** What was added to its times, ms. */
  readonly shiftMs: number
}

/** What a chart shows: one stream, what it compares with, and in whose time and words. */
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
