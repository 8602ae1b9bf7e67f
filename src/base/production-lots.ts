import { DAY_MS } from './durations.js'

/** Lots of products: units they are counted in, rules by which emissions are allocated to them, and the words of PACT for both. */

/** Units of the PACT data model 3.0 that footprints of products are declared in. */
export const DECLARED_UNITS = [
  'liter',
  'kilogram',
  'cubic meter',
  'kilowatt hour',
  'megajoule',
  'ton kilometer',
  'square meter',
  'piece',
  'hour',
  'megabit second',
] as const
export type DeclaredUnit = (typeof DECLARED_UNITS)[number]

/** Units that people count lots and what goes into them in: the unit of PACT, and how many of it one is. */
export const LOT_UNITS = {
  pcs: { declared: 'piece', count: '1' },
  kg: { declared: 'kilogram', count: '1' },
  t: { declared: 'kilogram', count: '1000' },
  l: { declared: 'liter', count: '1' },
  m3: { declared: 'cubic meter', count: '1' },
  m2: { declared: 'square meter', count: '1' },
  kWh: { declared: 'kilowatt hour', count: '1' },
  MJ: { declared: 'megajoule', count: '1' },
  tkm: { declared: 'ton kilometer', count: '1' },
} as const satisfies Readonly<Record<string, { readonly declared: DeclaredUnit; readonly count: string }>>
export type LotUnit = keyof typeof LOT_UNITS

export const LOT_UNIT_LIST = Object.keys(LOT_UNITS) as [LotUnit, ...LotUnit[]]

/**
 * Rules by which a lot gets its part of what its line used and gave off in its hours. `metered_energy`: the meters of the line
 * counted for this lot alone, so all is its own. `time`, `mass`: the part that hours or tonnes of the lot are of those of all lots.
 */
export const ALLOCATION_RULES = ['metered_energy', 'time', 'mass'] as const
export type AllocationRule = (typeof ALLOCATION_RULES)[number]

/** Longest window of a lot, ms: 400 days. */
export const LOT_WINDOW_MAX_MS = 400 * DAY_MS
