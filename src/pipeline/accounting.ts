import type { Archive } from '../archive/archive.js'
import type { Senders } from '../archive/senders.js'
import type { Accounting } from '../base/wire.js'
import type { Engine } from '../kpi/engine.js'
import type { Store } from '../stores/store.js'
import { elementsRejected, type Ledger } from './ledger.js'

/** What the sums are taken from: each number counted by the stage that knows it, none derived from the others. */
export interface Counted {
  /** Messages in the journal up to its durable end, by the journal's own count. */
  readonly received: number
  /** Of these, those before the reader's place, by the journal's own count. */
  readonly read: number
  readonly pendingReadings: number
  readonly ledger: Ledger
  readonly engine: Pick<Engine, 'finalPoints'>
  readonly archive: Pick<Archive, 'readingCount'>
  readonly store: Pick<Store, 'name' | 'finalCount'>
}

/** The conservation identity, to be taken while the pipeline is at rest. */
export async function accountingOf(counted: Counted): Promise<Accounting> {
  const { ledger, received, store, engine } = counted
  // The embedded store's readings are the archive's rows: counted there, not taken over from the ledger.
  const readingsStored = await counted.archive.readingCount()
  const finalStored = await store.finalCount()
  const messages = {
    received,
    decoded: ledger.messagesDecoded,
    rejected: ledger.messagesRejected,
    undecoded: received - counted.read,
  }
  const readings = {
    decoded: ledger.readingsDecoded,
    archived: ledger.readingsArchived,
    duplicate: ledger.readingsDuplicate,
    conflict: ledger.readingsConflict,
    pending: counted.pendingReadings,
  }
  const ofStore = {
    readings: { archived: readings.archived, stored: readingsStored, refused: 0, pending: 0 },
    kpis: { final: engine.finalPoints, stored: finalStored, refused: 0, pending: 0 },
  }
  const closes =
    messages.received === messages.decoded + messages.rejected + messages.undecoded &&
    readings.decoded === readings.archived + readings.duplicate + readings.conflict + readings.pending &&
    ofStore.readings.archived === ofStore.readings.stored + ofStore.readings.refused + ofStore.readings.pending &&
    ofStore.kpis.final === ofStore.kpis.stored + ofStore.kpis.refused + ofStore.kpis.pending
  return { messages, readings, elements_rejected: elementsRejected(ledger), stores: { [store.name]: ofStore }, closes }
}

/** The same by device: what each has sent, and what became of it. */
export function devicesOf(senders: Senders): NonNullable<Accounting['devices']> {
  return [...senders.all()].map((sender) => ({
    plant: sender.plant,
    line: sender.line,
    device: sender.device,
    messages: sender.messages,
    readings: sender.readings,
    elements_rejected: sender.elementsRejected,
  }))
}
