import { type FlagBits, flagBit } from '../../base/flags.js'
import type { NullReason } from '../../base/reasons.js'
import type { HeatBasis } from './activity.js'

/** Grades of how well a number is known. Nothing of it was read in the full text of a standard. */
export const FACTOR_CONFIDENCES = {
  'verified-from-source': 'read in its source',
  'verified-from-secondary-source': 'read in a source that quotes the original',
  computed: 'computed from other numbers of the table',
  'from-memory': 'not checked against any source',
  own: "the plant's own",
} as const

export type FactorConfidence = keyof typeof FACTOR_CONFIDENCES

/** `not_stated`: a plant gave the value and did not say where it has it from. */
export type ParamSource = 'measured' | 'supplier' | 'default' | 'not_stated'

/** One emission factor, parameter or coal equivalent, of the tables or of a plant. */
export interface Factor {
  readonly id: string
  /** The word that programs compare. */
  readonly activity: string
  /** The words of the table. */
  readonly description: string
  /** In `unit`, which is one of those that figures use. */
  readonly value: number
  readonly unit: string
  /** As it stands in the table or the configuration. */
  readonly printed: { readonly value: string; readonly unit: string }
  readonly heat: HeatBasis
  /** `CN-JS`, `CN-GRID-E`, `CN`, `GLOBAL`; null: the plant that has it, wherever it stands. */
  readonly region: string | null
  /** First day, 2026-01-31. */
  readonly validFrom: string
  /** Last day, itself included; null: until further notice. */
  readonly validTo: string | null
  /** Day from which it was known. */
  readonly publishedOn: string
  readonly source: string
  readonly note: string
  readonly confidence: FactorConfidence
  readonly paramSource: ParamSource
  /** Flags of every figure it is used in. */
  readonly flags: FlagBits
  /** `emission-factors.csv:12`. */
  readonly place: string
}

/** A number that can be used, and what a figure made of it has to say. */
export interface KnownFactor {
  readonly value: number
  readonly unit: string
  readonly reason: null
  /** Ids of what it was made of, sorted. */
  readonly factors: readonly string[]
  readonly flags: FlagBits
}

/** An answer without a number, with the reason. */
export interface MissingFactor {
  readonly value: null
  readonly reason: Extract<NullReason, 'no_factor' | 'bad_config'>
  /** A sentence with its remedy, for the command line and for logs. */
  readonly detail: string
  readonly factors: readonly []
  readonly flags: 0
}

export type FactorLookup = KnownFactor | MissingFactor

export function missingFactor(reason: MissingFactor['reason'], detail: string): MissingFactor {
  return { value: null, reason, detail, factors: [], flags: 0 }
}

export function knownFactor(factor: Factor, flags: FlagBits = 0): KnownFactor {
  const { value, unit, id } = factor
  return { value, unit, reason: null, factors: [id], flags: factor.flags | flags }
}

/** A number made of several: their ids, each once, and the flags of all. */
export function madeOf(
  value: number,
  unit: string,
  parts: readonly Pick<KnownFactor, 'factors' | 'flags'>[],
): KnownFactor {
  const factors = [...new Set(parts.flatMap((part) => part.factors))].sort()
  return { value, unit, reason: null, factors, flags: parts.reduce((bits, part) => bits | part.flags, 0) }
}

/** Flag of a factor of another year than the consumption, or older than what others of its series have. */
export const YEAR_MISMATCH = flagBit('factor_year_mismatch')
export const CO2_ONLY = flagBit('co2_only')
export const FROM_MEMORY = flagBit('factor_from_memory')
