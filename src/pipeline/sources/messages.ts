import { setImmediate } from 'node:timers/promises'
import type { Archive } from '../../archive/archive.js'
import type { Senders } from '../../archive/senders.js'
import type { Clock } from '../../base/clock.js'
import type { QuarantineItem } from '../../base/wire.js'
import type { Quarantine } from '../../decode/quarantine.js'
import type { DurableMark } from '../../journal/durable-mark.js'
import type { JournalReader } from '../../journal/reader.js'
import type { Engine } from '../../kpi/engine.js'
import type { DuckdbStore } from '../../stores/duckdb.js'
import type { Stores } from '../../stores/stores.js'
import type { GatewaySources } from '../../views/routes/gateway.js'
import type { QuarantineQuery, QuarantineSources } from '../../views/routes/quarantine.js'
import { accountingOf, devicesOf } from '../accounting.js'
import { allDismissed, dismissed } from '../dismissing.js'
import type { MessageAccounting } from '../message-accounting.js'
import type { Pipeline } from '../pipeline.js'

/** Stages that know what became of messages. */
export interface MessageDeps {
  readonly clock: Clock
  readonly mark: DurableMark
  readonly reader: JournalReader
  readonly archive: Archive
  readonly senders: Senders
  readonly engine: Engine
  readonly points: DuckdbStore
  readonly stores: Stores
  readonly quarantine: Quarantine
  readonly accounting: MessageAccounting
  readonly pipeline: Pipeline
}

/** An item has up to some megabytes, so a turn is bounded by the time that its items take and not by their number. */
const TURN_MS = 5

/**
 * The items of a page, read one by one in turns of some milliseconds: live figures and all other answers wait for the same
 * thread.
 * @param nowMs time of a clock that is never set
 */
export async function itemsOf(
  quarantine: Pick<Quarantine, 'query'>,
  query: QuarantineQuery,
  nowMs: () => number = () => performance.now(),
): Promise<readonly QuarantineItem[]> {
  const items: QuarantineItem[] = []
  let { before } = query
  let begunMs = nowMs()
  while (items.length < query.limit) {
    const [item] = quarantine.query({ ...query, before, limit: 1 })
    if (item === undefined) break
    items.push(item)
    before = item.id
    if (nowMs() - begunMs < TURN_MS) continue
    await setImmediate()
    begunMs = nowMs()
  }
  return items
}

/** Answers to questions about messages: those in quarantine, and the account of all. */
export function messageSources(parts: MessageDeps): QuarantineSources & Pick<GatewaySources, 'accounting'> {
  const { quarantine, accounting, pipeline, senders } = parts
  return {
    quarantine: async (query) => ({
      items: await itemsOf(quarantine, query),
      counts: { ...accounting.elementsRejected },
      waiting: quarantine.waiting(query),
      dismissed: quarantine.dismissed(query),
    }),
    retryQuarantine: (id) => pipeline.retry(id),
    dismissQuarantine: (id, said) => dismissed(parts, id, said),
    dismissAllQuarantined: (filter, said) => allDismissed(parts, filter, said),
    accounting: (byDevice) =>
      pipeline.whenAtRest(async () => {
        const counted = await accountingOf({
          received: parts.mark.read().messages,
          read: parts.reader.messagesThrough,
          pendingReadings: pipeline.pendingReadings,
          accounting,
          engine: parts.engine,
          archive: parts.archive,
          points: parts.points,
          deliveries: parts.stores.deliveries,
        })
        return byDevice ? { ...counted, devices: devicesOf(senders) } : counted
      }),
  }
}
