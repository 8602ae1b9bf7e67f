import type { Archive } from '../archive/archive.js'
import type { Senders } from '../archive/senders.js'
import type { Accounting, StoreAccounting } from '../base/wire.js'
import type { Engine } from '../kpi/engine.js'
import type { Delivery } from '../stores/delivery.js'
import type { DuckdbStore } from '../stores/duckdb.js'
import { elementsRejected, ignoredOf, type MessageAccounting } from './message-accounting.js'

/** Numbers that the sums are taken from: each counted by the stage that knows it, none derived from the others. */
export interface StageCounts {
  /** Messages in the journal up to its durable end, by the journal's own count. */
  readonly received: number
  /** Messages before the reader's place, by the journal's own count. */
  readonly read: number
  readonly pendingReadings: number
  readonly accounting: MessageAccounting
  readonly engine: Pick<Engine, 'finalPoints'>
  readonly archive: Pick<Archive, 'readingCount' | 'readingCountSince'>
  readonly points: Pick<DuckdbStore, 'finalCount'>
  readonly deliveries: readonly Pick<Delivery, 'store' | 'place' | 'refusals'>[]
}

/** The conservation identity, to be taken while the pipeline is at rest. */
export async function accountingOf(counted: StageCounts): Promise<Accounting> {
  const { accounting, received } = counted
  const messages = {
    received,
    decoded: accounting.messagesDecoded,
    rejected: accounting.messagesRejected,
    undecoded: received - counted.read,
  }
  const readings = {
    decoded: accounting.readingsDecoded,
    archived: accounting.readingsArchived,
    duplicate: accounting.readingsDuplicate,
    conflict: accounting.readingsConflict,
    pending: counted.pendingReadings,
  }
  const stores = await storesOf(counted)
  const closes =
    messages.received === messages.decoded + messages.rejected + messages.undecoded &&
    readings.decoded === readings.archived + readings.duplicate + readings.conflict + readings.pending &&
    Object.values(stores).every(
      ({ readings, kpis }) =>
        readings.archived === readings.stored + readings.refused + readings.pending &&
        kpis.final === kpis.stored + kpis.refused + kpis.pending,
    )
  const ignored = ignoredOf(accounting)
  return { messages, readings, elements_rejected: elementsRejected(accounting), ignored, stores, closes }
}

/**
 * By store: the rows of the database, told apart by how far the store has been given them. The embedded store's
 * readings are the archive's rows themselves: counted there, not taken over from the ledger.
 */
async function storesOf(counted: StageCounts): Promise<Record<string, StoreAccounting>> {
  const { accounting, engine, archive, points, deliveries } = counted
  // The place of each delivery moves on while the rows are counted.
  const places = deliveries.map(({ store, place, refusals }) => ({ ...place, name: store.name, ...refusals.counts }))
  const rows = (await archive.readingCount()) + accounting.readingsForgotten
  const finals = await points.finalCount()
  const [archived, final] = [accounting.readingsArchived, engine.finalPoints]
  const stores: Record<string, StoreAccounting> = {
    duckdb: {
      readings: { archived, stored: rows, refused: 0, pending: 0 },
      kpis: { final, stored: finals, refused: 0, pending: 0 },
    },
  }
  for (const { name, position, change, readings, finalPoints } of places) {
    const pending = await archive.readingCountSince(position)
    const pendingFinal = await points.finalCount(change)
    stores[name] = {
      readings: { archived, stored: rows - pending - readings, refused: readings, pending },
      kpis: { final, stored: finals - pendingFinal - finalPoints, refused: finalPoints, pending: pendingFinal },
    }
  }
  return stores
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
