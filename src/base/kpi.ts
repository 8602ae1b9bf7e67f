import type { KpiFlag } from './flags.js'
import type { NullReason } from './reasons.js'

export const WINDOWS = ['1m', '15m', '1h', '1d', '1mo', 'shift'] as const
export type Window = (typeof WINDOWS)[number]

export const SCOPES = ['plant', 'line', 'device'] as const
export type Scope = (typeof SCOPES)[number]

/** Figures of a plant that somebody looks at: of devices, or of its lines and the plant itself (either scope names both). */
export interface WatchedFigures {
  readonly scope: Scope
  /** null: each of them. */
  readonly id: string | null
}

export const PILLARS = ['green', 'intelligent', 'high_end'] as const
export type Pillar = (typeof PILLARS)[number]

/** A KPI of one scope in one window, with its basis: a figure without its basis is not a figure. */
export interface KpiPoint {
  readonly plant: string
  readonly scope: Scope
  /** Id of the line or device; the plant's own id in scope `plant`. */
  readonly id: string
  readonly kpi: string
  readonly window: Window
  /** RFC 3339, UTC. The window is [start, end). */
  readonly start: string
  readonly end: string
  /** null when it cannot be computed; then `reason` says why. */
  readonly value: number | null
  readonly unit: string
  readonly reason: NullReason | ''
  readonly numerator: number | null
  readonly denominator: number | null
  /** Part of the expected time that is covered by data, 0..1. */
  readonly coverage: number
  /** Part of the covered time that lies in intervals longer than the allowed gap, 0..1. */
  readonly estimated_share: number
  /** The window may still change without late data. */
  readonly provisional: boolean
  /** Times that the final point was written anew. */
  readonly rev: number
  readonly flags: readonly KpiFlag[]
  /** Ids of the factors used. */
  readonly factors: readonly string[]
  /** Edition of the calculation rules that made it; absent where that is the one of the program. */
  readonly rules?: number | undefined
}

/**
 * Degrees to which a formula is known to be that of its source: read in a public source, read in a secondary one, from memory, or
 * a decision of this project that no standard makes. No standard's full text was opened.
 */
export const FORMULA_CONFIDENCES = ['verified', 'secondary_source', 'from_memory', 'project'] as const
export type FormulaConfidence = (typeof FORMULA_CONFIDENCES)[number]

/** One entry of the catalogue of KPIs. */
export interface KpiInfo {
  readonly id: string
  readonly name: { readonly en: string; readonly zh: string }
  readonly unit: string
  readonly formula: string
  /** The same for whoever reads Chinese, with the symbols, settings and units of the formula. */
  readonly formula_zh: string
  readonly source: string
  readonly source_zh: string
  readonly confidence: FormulaConfidence
  /** Worked by hand, with its result. */
  readonly example: string
  readonly pillar: Pillar
  /** A sum is drawn as bars from zero, a level or a ratio as a line. */
  readonly shape: 'sum' | 'level' | 'ratio'
  readonly windows: readonly Window[]
  readonly scopes: readonly Scope[]
  /** Devices or events that it is made of, in words. */
  readonly members: string
  readonly members_zh: string
  /** When its value is null, in words; the reasons by the names that the API gives them. */
  readonly nulls: string
  readonly nulls_zh: string
}

/** True of a KPI whose days add up to the months and years of a plant that they are in. */
export function addsUp({ shape, windows, scopes }: Pick<KpiInfo, 'shape' | 'windows' | 'scopes'>): boolean {
  return shape === 'sum' && windows.includes('1d') && scopes.includes('plant')
}

/** Key of a point, the same when the point is written again. */
export function pointKey(p: Pick<KpiPoint, 'plant' | 'scope' | 'id' | 'kpi' | 'window' | 'start'>): string {
  return flat(p.plant, p.scope, p.id, p.kpi, p.window, p.start)
}

/** Key of a series of points: everything of a point's key but the time. */
export function streamKey(p: Pick<KpiPoint, 'plant' | 'scope' | 'id' | 'kpi' | 'window'>): string {
  return flat(p.plant, p.scope, p.id, p.kpi, p.window)
}

/**
 * Parts as one key. A template would leave V8 a tree of them, which a `Map` never makes flat: 320 bytes a point instead of
 * 120, for as long as the key is kept.
 */
export function flat(...parts: readonly (string | number)[]): string {
  return parts.join('|')
}
