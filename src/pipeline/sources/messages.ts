import type { Archive } from '../../archive/archive.js'
import type { Senders } from '../../archive/senders.js'
import type { Clock } from '../../base/clock.js'
import type { Quarantine } from '../../decode/quarantine.js'
import type { DurableMark } from '../../journal/durable-mark.js'
import type { JournalReader } from '../../journal/reader.js'
import type { Engine } from '../../kpi/engine.js'
import type { DuckdbStore } from '../../stores/duckdb.js'
import type { Stores } from '../../stores/stores.js'
import type { GatewaySources } from '../../views/routes/gateway.js'
import type { QuarantineSources } from '../../views/routes/quarantine.js'
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

/** Answers to questions about messages: those in quarantine, and the account of all. */
export function messageSources(parts: MessageDeps): QuarantineSources & Pick<GatewaySources, 'accounting'> {
  const { quarantine, accounting, pipeline, senders } = parts
  return {
    quarantine: (query) => ({
      items: quarantine.query(query),
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
