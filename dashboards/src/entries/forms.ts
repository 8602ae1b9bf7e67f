import { ALLOWANCE_MOVES } from '../../../src/base/allowances.js'
import { CERTIFICATE_STATES } from '../../../src/base/energy-certificates.js'
import type { EnteredType } from '../../../src/base/entries.js'
import { PERIOD_MEASURES } from '../../../src/base/period-statements.js'
import { ALLOCATION_RULES, LOT_UNIT_LIST } from '../../../src/base/production-lots.js'
import { dayAfter } from '../reports/period.js'

/** Fields that an entry of each type asks for, in the order in which they are filled in. */

export type EntryField =
  | 'metric'
  | 'amount'
  | 'unit'
  | 'from'
  | 'to'
  | 'cost'
  | 'currency'
  | 'supplier'
  | 'fuel'
  | 'at'
  | 'ncv'
  | 'carbon_content'
  | 'oxidation_factor'
  | 'valid_from'
  | 'valid_to'
  | 'laboratory'
  | 'sample'
  | 'gas'
  | 'kg'
  | 'material'
  | 't'
  | 'device'
  | 'instant'
  | 'before'
  | 'after'
  | 'reason'
  | 'saving'
  | 'kwh_per_day'
  | 'issuer'
  | 'first'
  | 'last'
  | 'mwh'
  | 'generated'
  | 'technology'
  | 'state'
  | 'used_for'
  | 'lot'
  | 'product'
  | 'line'
  | 'begin'
  | 'end'
  | 'quantity'
  | 'allocation'
  | 'allocated'
  | 'allocated_of'
  | 'supplier_inputs'
  | 'kg_each'
  | 'fossil_carbon_kg'
  | 'biogenic_carbon_kg'
  | 'exempted_pct'
  | 'footprint'
  | 'move'
  | 'tonnes'
  | 'year'
  | 'price'
  | 'measure'
  | 'author'
  | 'document'
  | 'document_sha256'

export type FieldKind =
  | 'word'
  | 'text'
  | 'number'
  | 'day'
  | 'month'
  | 'instant'
  | 'device'
  | 'digest'
  | readonly string[]

export interface FormField {
  readonly id: EntryField
  readonly kind: FieldKind
  readonly isRequired: boolean
}

const must = (id: EntryField, kind: FieldKind = 'word'): FormField => ({ id, kind, isRequired: true })
const may = (id: EntryField, kind: FieldKind = 'word'): FormField => ({ id, kind, isRequired: false })

/** Registers that bills are of. */
const BILLED = [
  'elec_import_kwh',
  'ng_volume_nm3',
  'heat_gj',
  'steam_mass_t',
  'water_fresh_m3',
  'coal_mass_t',
  'diesel_mass_t',
  'gasoline_mass_t',
  'lpg_mass_t',
] as const
export type BilledMetric = (typeof BILLED)[number]

const PAPERS = [must('author'), must('document'), may('document_sha256', 'digest')]

export const FORMS: Readonly<Record<EnteredType, readonly FormField[]>> = {
  bill: [
    must('metric', BILLED),
    must('amount', 'number'),
    must('from', 'day'),
    must('to', 'day'),
    may('cost', 'number'),
    may('currency'),
    may('supplier'),
    ...PAPERS,
  ],
  fuel_used: [
    must('fuel'),
    must('amount', 'number'),
    must('unit', ['t', 'kg', 'Nm3', 'GJ']),
    must('at', 'day'),
    may('supplier'),
    ...PAPERS,
  ],
  fuel_quality: [
    must('fuel'),
    must('ncv', 'number'),
    must('unit', ['GJ/t', 'kJ/kg', 'kJ/Nm3', 'GJ/1e4Nm3']),
    may('carbon_content', 'number'),
    may('oxidation_factor', 'number'),
    must('valid_from', 'day'),
    must('valid_to', 'day'),
    may('laboratory'),
    may('sample'),
    ...PAPERS,
  ],
  refrigerant_refill: [must('gas'), must('kg', 'number'), must('at', 'day'), must('author'), must('document')],
  process_input: [must('material'), must('t', 'number'), must('at', 'day'), must('author'), must('document')],
  correction: [
    must('device', 'device'),
    must('metric'),
    must('instant', 'instant'),
    must('before', 'number'),
    must('after', 'number'),
    must('reason', 'text'),
    must('author'),
  ],
  non_routine_event: [
    must('saving'),
    must('from', 'day'),
    may('to', 'day'),
    must('kwh_per_day', 'number'),
    must('reason', 'text'),
    must('author'),
    may('document'),
  ],
  energy_certificate: [
    must('issuer'),
    must('first'),
    may('last'),
    must('mwh', 'number'),
    must('generated', 'month'),
    must('technology'),
    must('state', CERTIFICATE_STATES),
    may('used_for', 'month'),
    ...PAPERS,
  ],
  production_lot: [
    must('lot'),
    must('product'),
    must('line'),
    must('begin', 'instant'),
    must('end', 'instant'),
    must('quantity', 'number'),
    must('unit', LOT_UNIT_LIST),
    must('allocation', ALLOCATION_RULES),
    may('allocated', 'number'),
    may('allocated_of', 'number'),
    may('supplier_inputs', 'number'),
    may('kg_each', 'number'),
    may('fossil_carbon_kg', 'number'),
    may('biogenic_carbon_kg', 'number'),
    may('exempted_pct', 'number'),
    ...PAPERS,
  ],
  lot_input: [
    must('lot'),
    must('material'),
    must('footprint'),
    must('amount', 'number'),
    must('unit', LOT_UNIT_LIST),
    ...PAPERS,
  ],
  allowance: [
    must('move', ALLOWANCE_MOVES),
    must('tonnes', 'number'),
    must('year', 'number'),
    must('at', 'day'),
    ...PAPERS,
  ],
  allowance_price: [must('price', 'number'), must('currency'), must('at', 'day'), ...PAPERS],
  period_statement: [
    must('measure', PERIOD_MEASURES),
    must('amount', 'number'),
    may('currency'),
    must('from', 'day'),
    must('to', 'day'),
    ...PAPERS,
  ],
}

/** Fields that are instants, by what they are in the request. */
const INSTANTS: Readonly<Partial<Record<EntryField, string>>> = { instant: 'at', begin: 'from', end: 'to' }

export type Typed = Readonly<Partial<Record<EntryField, string>>>

/** The first field that has to be filled in and is not; null when none. */
export function missingIn(type: EnteredType, typed: Typed): EntryField | null {
  return FORMS[type].find(({ id, isRequired }) => isRequired && (typed[id] ?? '').trim() === '')?.id ?? null
}

/**
 * Body of the request: numbers as numbers, nothing where nothing was typed. People say the last day of a bill or period, the
 * gateway takes the day after it; `instantOf` turns the local time of a reading into RFC 3339.
 */
export function bodyOf(type: EnteredType, typed: Typed, instantOf: (field: string) => string): Record<string, unknown> {
  const body: Record<string, unknown> = { type }
  for (const { id, kind } of FORMS[type]) {
    const text = (typed[id] ?? '').trim()
    if (text === '') continue
    const of = INSTANTS[id]
    if (of !== undefined) body[of] = instantOf(text)
    else if (id === 'to' && (type === 'bill' || type === 'period_statement'))
      body.to = Number.isNaN(Date.parse(text)) ? text : dayAfter(text)
    else body[id] = kind === 'number' ? Number(text.replace(',', '.')) : text
  }
  return body
}
