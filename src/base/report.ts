import type { KpiFlag } from './flags.js'
import type { Scope } from './kpi.js'
import type { NullReason } from './reasons.js'

/**
 * An emissions report as a document: what is frozen, signed, rendered and verified. The same figures stand in every
 * format, unrounded; a renderer rounds only what people read. Source: KPI specification §6.
 */

/** Words for people, in both languages. */
export interface Text {
  readonly en: string
  readonly zh: string
}

export const REPORT_PROFILES = [
  'ghg',
  'gbt32150',
  'cbam',
  'cbam-summary',
  'product-footprint',
  'ets-month',
  'zero-carbon-factory',
  'centre-declaration',
  'energy-saving',
] as const
/**
 * Form of a report: GHG Protocol with ISO 14064-1, GB/T 32150, the emissions report of a CBAM operator and its summary, footprints of
 * lots, a month of a carbon market, indicators of a zero-carbon factory, the declaration of a management centre, or savings for a bank.
 */
export type ReportProfile = (typeof REPORT_PROFILES)[number]

export interface Report {
  readonly format: 'greengauge-report-1'
  /** `suzhou-1.ghg.2026-10-01.2026-11-01`; of several plants their ids joined by `+`. */
  readonly id: string
  /** Counted from 1; of a draft the version that it would be. */
  readonly version: number
  readonly profile: ReportProfile
  /** Edition of the form; absent in the first of each. */
  readonly form?: number
  readonly title: Text
  readonly period: ReportPeriod
  /** By id. */
  readonly plants: readonly ReportPlant[]
  readonly basis: ReportBasis
  readonly sections: readonly ReportSection[]
  /** By id. Every number of a table that was computed is one. */
  readonly figures: Readonly<Record<string, ReportFigure>>
  /** Formulas that the figures were made with, by id. */
  readonly formulas: readonly ReportFormula[]
  readonly factors: readonly ReportFactor[]
  /** Points that were not checked against the original text of the standard. */
  readonly unchecked: readonly Text[]
  /** Changes since the version before; null in the first. */
  readonly previous: PreviousReport | null
  /** Text of the code by which instructions to check it are found; absent in forms without one. */
  readonly instructions?: string
  /** The report that this one is compared with; absent in reports from before there were comparisons. */
  readonly period_before?: PeriodBefore
}

/** Plants of a report of which no reading was received in its period: their figures are unknown, or rest on entries alone. */
export function plantsWithoutReadings({ plants, figures }: Pick<Report, 'plants' | 'figures'>): readonly string[] {
  const received = Object.entries(figures).filter(([id, { value }]) => id.endsWith('/received') && Number(value) > 0)
  return plants.map(({ id }) => id).filter((id) => !received.some(([figure]) => figure.startsWith(`${id}/stream/`)))
}

/** Days in each plant's own zone: from the beginning of `from` to the beginning of `to`, both 2026-10-01. */
export interface ReportPeriod {
  readonly from: string
  readonly to: string
}

export interface ReportPlant {
  readonly id: string
  readonly name: Text
  /** IANA zone. */
  readonly timezone: string
  /** The period as instants, RFC 3339. */
  readonly start: string
  readonly end: string
  /** SHA-256 of what each configuration in force in the period says of the plant, in order. */
  readonly configurations: readonly string[]
}

/** Program, factors and archive that the report rests on. */
export interface ReportBasis {
  readonly code: { readonly version: string; readonly commit: string }
  /** Edition of the calculation rules; of reports that state none it is 1. */
  readonly rules?: number
  /** SHA-256 of the factor tables. */
  readonly factors_sha256: string
  readonly gwp: string
  /** Everything that the journal says before this place is in it; `now` is the arrival of its last record, RFC 3339. */
  readonly archive: { readonly position: number; readonly now: string }
  /** Rule by which totals are added up. */
  readonly rule: Text
}

export interface ReportSection {
  readonly id: string
  readonly title: Text
  readonly note?: Text
  readonly tables: readonly ReportTable[]
}

export interface ReportTable {
  /** Also the name of its CSV file and its sheet; unique in the report, [a-z0-9-]. */
  readonly id: string
  readonly title: Text
  readonly note?: Text
  readonly columns: readonly ReportColumn[]
  readonly rows: readonly ReportRow[]
}

export interface ReportColumn {
  readonly id: string
  readonly title: Text
  readonly align: 'left' | 'right'
}

export interface ReportRow {
  /** Indentation: 0 a heading or total, 1 a part, 2 a part of a part. */
  readonly level: 0 | 1 | 2
  readonly strong: boolean
  /** One a column. */
  readonly cells: readonly ReportCell[]
}

/** null is an empty cell: nothing belongs there. What is not known is a figure with a reason, or a text that says so. */
export type ReportCell =
  | { readonly text: Text }
  /** An id, a code, a name or an instant: the same in every language. */
  | { readonly word: string }
  /** By id; shown in `unit` of the figure times `scale` where one is given, with so many decimals. */
  | { readonly figure: string; readonly unit: string; readonly scale: number; readonly decimals: number }
  | null

export interface ReportFigure {
  readonly name: Text
  /** Exact decimal such as "959636.71"; null where it is not known. */
  readonly value: string | null
  readonly unit: string
  /** '' when there is a value. */
  readonly reason: NullReason | 'not_configured' | ''
  /** 0..1; null where it says nothing. */
  readonly coverage: number | null
  readonly estimated_share: number | null
  readonly flags: readonly KpiFlag[]
  /** Ids, sorted. */
  readonly factors: readonly string[]
  /** When its data begin, by the clocks of the plant; absent where that is not within the period. */
  readonly data_from?: string
  readonly made: FigureMaking
}

/** Way in which a figure came about: enough to do it again by hand. */
export type FigureMaking =
  /** Sum of the final days of a KPI, each rounded to a millionth of its unit. */
  | {
      readonly by: 'days'
      readonly kpi: string
      readonly plant: string
      readonly scope: Scope
      readonly id: string
      readonly of: 'value' | 'numerator' | 'denominator' | 'highest'
      readonly days: number
    }
  /** Sum of the final hours of a KPI in a window of time, RFC 3339, each rounded to a millionth of its unit. */
  | {
      readonly by: 'hours'
      readonly kpi: string
      readonly plant: string
      readonly scope: Scope
      readonly id: string
      readonly from: string
      readonly to: string
      /** Hours of which anything is known. */
      readonly hours: number
    }
  /** Sum of other figures, those under `less` taken off. */
  | { readonly by: 'sum'; readonly of: readonly string[]; readonly less?: readonly string[] }
  /** One figure over another, times a constant. */
  | { readonly by: 'quotient'; readonly of: readonly [numerator: string, denominator: string]; readonly times: number }
  /** Counted from the readings, or from another table of the evidence. */
  | { readonly by: 'count'; readonly of: string }
  /** By a rule that is named in `formulas`. */
  | { readonly by: 'rule'; readonly formula: string; readonly of: readonly string[] }
  /** Said by a person or the configuration. */
  | { readonly by: 'statement'; readonly source: string }

/** Sums of final points of a KPI, of days or of hours: from there the way leads down to readings. */
export type PointSumMaking = Extract<FigureMaking, { readonly by: 'days' | 'hours' }>

export function isPointSum(made: FigureMaking): made is PointSumMaking {
  return made.by === 'days' || made.by === 'hours'
}

export interface ReportFormula {
  /** Id of the KPI, or of a rule of the report. */
  readonly id: string
  readonly name: Text
  readonly formula: string
  readonly source: string
  /** Degree to which the formula is known to be that of its source. */
  readonly confidence: string
}

export interface ReportFactor {
  readonly id: string
  readonly value: string
  readonly unit: string
  readonly source: string
  readonly year: string
  readonly region: string
  readonly valid_from: string
  readonly valid_to: string
  readonly published: string
  /** measured, supplier, default or not_stated. */
  readonly param_source: string
  readonly confidence: string
}

export interface PreviousReport {
  readonly version: number
  /** SHA-256 of its canonical JSON, hex. */
  readonly sha256: string
  /** Figures that differ, in the order of their ids. */
  readonly differences: readonly ReportDifference[]
  /** Largest change of a total, part of one; null when a total was not known. */
  readonly change: number | null
  /** Above it a new version has to be issued. */
  readonly threshold: number
  /** `change` is above `threshold`. */
  readonly mandatory: boolean
}

export interface ReportDifference {
  readonly figure: string
  /** null where it was not there, or not known. */
  readonly before: string | null
  readonly after: string | null
  /** Exact decimal; null where one of them is not a number. */
  readonly delta: string | null
  /** Reasons of the change, as restatements say them; empty when nothing is on record. */
  readonly reasons: readonly string[]
}

/** The report of the period before: of the same plants and form, ending where this one begins. */
export interface PeriodBefore {
  readonly id: string
  readonly period: ReportPeriod
  /** Its last version that was frozen when this report was made; null without one, then `reason` says why. */
  readonly report: EarlierReport | null
  readonly reason: PeriodBeforeReason | ''
}

/** `unreadable`: the ledger says that it was frozen, and its files could not be read. */
export type PeriodBeforeReason = 'not_frozen' | 'unreadable'

/** Statements of an earlier report as it was frozen; nothing of it is computed again. */
export interface EarlierReport {
  readonly version: number
  /** Edition of its calculation rules. */
  readonly rules: number
  /** SHA-256 of its canonical JSON, hex. */
  readonly sha256: string
  /** Hash of the entry of the ledger that says that it was frozen. */
  readonly entry: string
  /** Its headline figures, by id. */
  readonly figures: Readonly<Record<string, StatedFigure>>
}

/** A figure as another report has it. */
export type StatedFigure = Pick<ReportFigure, 'value' | 'unit' | 'reason' | 'coverage' | 'estimated_share' | 'flags'>

export const REPORT_STATUSES = ['draft', 'frozen', 'verified', 'superseded'] as const
export type ReportStatus = (typeof REPORT_STATUSES)[number]

/** One version of a report, as lists show it. */
export interface ReportItem {
  readonly id: string
  readonly version: number
  readonly profile: ReportProfile
  readonly plants: readonly string[]
  readonly from: string
  readonly to: string
  readonly status: ReportStatus
  readonly created_at: string
  readonly frozen_at: string | null
  readonly frozen_by: string | null
  readonly verified_at: string | null
  readonly verified_by: string | null
  /** SHA-256 of its canonical JSON, hex. */
  readonly sha256: string
  /** Readings or settings that came later would change it: the draft of the next version says how. */
  readonly outdated: boolean
  /** The change is above the threshold. */
  readonly must_reissue: boolean
  /** The evidence bundle has been made. */
  readonly has_bundle: boolean
}

/** Work that takes longer than a request. */
export interface AuditJob {
  readonly id: string
  readonly what: 'report' | 'freeze' | 'bundle' | 'check' | 'ledger_check'
  readonly state: 'waiting' | 'running' | 'done' | 'failed'
  /** 0..1. */
  readonly progress: number
  /** The step it is at, or why it failed. */
  readonly detail: Text
  /** Version of a report that the work made or was about; null until it is done, and for a check of the ledger. */
  readonly report: { readonly id: string; readonly version: number } | null
  readonly findings: readonly Finding[]
}

/** One thing that a check looked at. */
export interface Finding {
  readonly ok: boolean
  /** Short and stable: `zip_signature`, `file`, `chain`, `root`, `figure`, … */
  readonly code: string
  /** The file, reading, figure, factor, line or signature it is about; '' when it is about all. */
  readonly subject: string
  readonly text: Text
}

/** A report states a formula once, in English; who reads it in Chinese gets it in Chinese beside that. */
export interface LineageFormula extends ReportFormula {
  readonly formula_zh?: string | undefined
  readonly source_zh?: string | undefined
}
