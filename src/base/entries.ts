/** Entries that people put on record because no meter sends them, and what became of each. Instants are RFC 3339, days 2026-10-01. */

export const ENTRY_TYPES = [
  'bill',
  'fuel_used',
  'fuel_quality',
  'refrigerant_refill',
  'process_input',
  'correction',
  'non_routine_event',
  'energy_certificate',
  'production_lot',
  'lot_input',
  'supplier_footprint',
  'allowance',
  'allowance_price',
  'month_attestation',
  'period_statement',
  'centre_look',
] as const
export type EntryType = (typeof ENTRY_TYPES)[number]

/**
 * Types that are no form to fill in: a footprint of a supplier comes with its file, an attestation of a month with its report, and
 * functions of a centre are found by the gateway.
 */
const OTHERWISE_ENTERED = ['supplier_footprint', 'month_attestation', 'centre_look'] as const
type OtherwiseEntered = (typeof OTHERWISE_ENTERED)[number]

/** Types that people fill in by hand. */
export type EnteredType = Exclude<EntryType, OtherwiseEntered>
export const ENTERED_TYPES = ENTRY_TYPES.filter(
  (type): type is EnteredType => !(OTHERWISE_ENTERED as readonly string[]).includes(type),
)

export function isEntryType(type: string): type is EntryType {
  return (ENTRY_TYPES as readonly string[]).includes(type)
}

/** Types of events that entries are told by: the entries themselves, and what was decided of them. */
export const DECISION_TYPES = ['proposal', 'rejection', 'withdrawn'] as const
export const ENTRY_EVENTS = [...ENTRY_TYPES, ...DECISION_TYPES] as const

const TOLD_BY_PEOPLE: ReadonlySet<string> = new Set([...ENTRY_EVENTS, 'downtime_reason', 'comment'])

/** True for types of events that people put on record: each event of these says where it came from. */
export function isEnteredByPeople(type: string): boolean {
  return TOLD_BY_PEOPLE.has(type)
}

/** Ids of events that decisions have: of an entry's id and one of these. No device may give an event such an id. */
const DECIDED = /\/(approved|rejected|withdrawn)$/

/** True for an event id that only a decision of people may have. */
export function isDecisionId(id: string): boolean {
  return DECIDED.test(id)
}

/** Stands for the office where an entry belongs to no device; its line has the same name. */
export const OFFICE = 'office'

/**
 * `counted`: figures are made of it. `recorded`: it is on record to be compared with (a bill), or a correction of which the
 * list of corrections says what became. `proposed`: it waits for somebody else than its author.
 */
export const ENTRY_STATUSES = ['counted', 'recorded', 'proposed', 'rejected', 'withdrawn'] as const
export type EntryStatus = (typeof ENTRY_STATUSES)[number]
