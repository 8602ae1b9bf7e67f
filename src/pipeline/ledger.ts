import type { MetricClass } from '../base/metrics.js'
import { REJECT_REASON_LIST, type RejectReason } from '../base/reasons.js'
import { type Cursor, START } from '../journal/cursor.js'

/**
 * How far the journal has been read and what has become of it so far, since the data directory was made: saved with each
 * batch, in its transaction, so that after a kill the figures belong to the place.
 */
export interface Ledger {
  cursor: Cursor
  /** Arrival of the last entry that was read, epoch ms: the pipeline's "now". */
  nowMs: number
  messagesDecoded: number
  messagesRejected: number
  readingsDecoded: number
  readingsArchived: number
  readingsDuplicate: number
  readingsConflict: number
  readingsByClass: Record<MetricClass, number>
  elementsRejected: Record<RejectReason, number>
  /** The last time that the gateway was stopped: from its last sign of life to its start, epoch ms; null before it was. */
  outage: { readonly fromMs: number; readonly toMs: number } | null
}

export function newLedger(): Ledger {
  return {
    cursor: START,
    nowMs: 0,
    messagesDecoded: 0,
    messagesRejected: 0,
    readingsDecoded: 0,
    readingsArchived: 0,
    readingsDuplicate: 0,
    readingsConflict: 0,
    readingsByClass: { energy: 0, emissions: 0, robot: 0, production: 0 },
    elementsRejected: Object.fromEntries(REJECT_REASON_LIST.map((reason) => [reason, 0])) as Record<
      RejectReason,
      number
    >,
    outage: null,
  }
}

/** As it was saved, also by a program that knew less; null when it never was. */
export function ledgerFrom(saved: Partial<Ledger> | null): Ledger {
  const begun = newLedger()
  return { ...begun, ...saved, elementsRejected: { ...begun.elementsRejected, ...saved?.elementsRejected } }
}

export function elementsRejected(ledger: Ledger): number {
  return Object.values(ledger.elementsRejected).reduce((sum, n) => sum + n, 0)
}
