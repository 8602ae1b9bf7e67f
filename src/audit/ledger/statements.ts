import type { Database } from '../../archive/database.js'
import { type StoredEvent, storedEvents } from '../../archive/events.js'

/**
 * Types of events for what people say and meters do not send, and for what becomes of it: each such event is an entry of its own
 * in the ledger, beside the day of events that it is in. A type that devices send too counts when somebody signed it.
 */
const SAID = ['correction', 'proposal', 'rejection', 'withdrawn', 'bill', 'fuel_quality'] as const

/**
 * Statements that came with journal records from a position on, in order. Several bring their rows under one position: a message out
 * of the quarantine has that of the record which comes next.
 */
export function readStatements(database: Database, from: number): Promise<readonly StoredEvent[]> {
  const types = SAID.map((type) => `'${type}'`).join(', ')
  return storedEvents(
    database,
    `position >= $1 AND (type IN (${types}) OR json_extract_string(fields, '$.author') IS NOT NULL) ORDER BY position, id`,
    [BigInt(from)],
  )
}
