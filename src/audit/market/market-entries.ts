import { ALLOWANCE_MOVES, type AllowanceMove } from '../../base/allowances.js'
import { EVENT_FIELDS, type EventFields } from '../../base/events.js'
import type { EventItem } from '../../base/records.js'
import { compareText } from '../../base/text-order.js'
import type { EntryItem } from '../../base/wire/entries.js'
import { entryItemsOf, unapprovedId } from '../entries.js'

/** Allowances, their price and attestations of months, as people put them on record. */

/** Types of entries that the position in a carbon market and its months are told by. */
export const MARKET_ENTRIES = ['allowance', 'allowance_price', 'month_attestation'] as const

/** Statement of a person, and what it stands on. */
interface SaidBy {
  /** Id of the entry, without what an approval adds to it. */
  readonly entry: string
  /** The time that it is of, epoch ms. */
  readonly atMs: number
  readonly author: string
  /** Account that was signed in; null where nobody had to. */
  readonly account: string | null
  readonly approvedBy: string | null
  readonly document: string | null
  readonly sha256: string | null
}

export type AllowanceEntry = SaidBy & { readonly said: EventFields<'allowance'> }
export type PriceEntry = SaidBy & { readonly said: EventFields<'allowance_price'> }
export type AttestationEntry = SaidBy & { readonly said: EventFields<'month_attestation'> }

export interface MarketEntries {
  readonly allowances: readonly AllowanceEntry[]
  readonly prices: readonly PriceEntry[]
  readonly attestations: readonly AttestationEntry[]
}

/** Entries that stand: said by people, and neither withdrawn nor waiting for somebody else; in order of time and id. */
export function marketEntries(events: readonly EventItem[]): MarketEntries {
  const items = entryItemsOf(events)
    .filter(({ status, origin }) => (status === 'counted' || status === 'recorded') && origin?.kind === 'person')
    .toSorted((a, b) => compareText(a.ts, b.ts) || compareText(a.id, b.id))
  return {
    allowances: said(items, 'allowance'),
    prices: said(items, 'allowance_price'),
    attestations: said(items, 'month_attestation'),
  }
}

function said<T extends (typeof MARKET_ENTRIES)[number]>(
  items: readonly EntryItem[],
  type: T,
): readonly (SaidBy & { readonly said: EventFields<T> })[] {
  return items.flatMap((item) => {
    if (item.type !== type) return []
    const { data } = EVENT_FIELDS[type].safeParse(item.fields)
    return data === undefined ? [] : [{ ...sayingOf(item), said: data as EventFields<T> }]
  })
}

function sayingOf({ id, ts, author, origin, approved_by, document, fields }: EntryItem): SaidBy {
  return {
    entry: unapprovedId(id),
    atMs: Date.parse(ts),
    author,
    account: origin?.kind === 'person' ? origin.account : null,
    approvedBy: approved_by,
    document,
    sha256: typeof fields.document_sha256 === 'string' ? fields.document_sha256 : null,
  }
}

const ADDING: ReadonlySet<AllowanceMove> = new Set(['allocated', 'bought', 'carried_over'])

/** True for a movement that adds to what is held. */
export function addsAllowances(move: AllowanceMove): boolean {
  return ADDING.has(move)
}

/** Allowances of a year by movement, in the order of the movements. */
export function allowancesOf(entries: readonly AllowanceEntry[], year: number): ReadonlyMap<AllowanceMove, number> {
  return new Map(
    ALLOWANCE_MOVES.map((move) => {
      const ofMove = entries.filter(({ said }) => said.year === year && said.move === move)
      return [move, ofMove.reduce((sum, one) => sum + one.said.tonnes, 0)]
    }),
  )
}

/** The attestation of a month that counts: the last one. */
export function attestationOf(entries: readonly AttestationEntry[], month: string): AttestationEntry | null {
  return entries.findLast(({ said }) => said.month === month) ?? null
}
