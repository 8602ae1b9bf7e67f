import { setTimeout as sleep } from 'node:timers/promises'
import type { AuditFilter } from '../../../src/audit/log/search.js'
import type { AuditEntry, AuditNote } from '../../../src/base/audit-log.js'
import type { ViewSources } from '../../../src/views/views.js'
import type { ConfigRefusal, ConfigReply } from '../../../src/views/wire/configuration.js'
import { FakeForecasts } from './fake-forecasts.js'

/** An audit log in memory. */
export class FakeTrail
  extends FakeForecasts
  implements Pick<ViewSources, 'note' | 'auditLog' | 'auditLogTable' | 'configuration' | 'changeConfiguration'>
{
  async configuration(): Promise<ConfigReply> {
    return { refused: 409, detail: 'There is no file.' }
  }
  async changeConfiguration(): Promise<ConfigRefusal> {
    return { refused: 409, detail: 'There is no file.' }
  }
  readonly notes: AuditNote[] = []
  /** Newest first. */
  trailEntries: AuditEntry[] = []
  readonly trailQueries: unknown[] = []

  /** The disk takes so long for each act, ms. */
  noteMs = 0

  readonly note = async (note: AuditNote): Promise<boolean> => {
    if (this.noteMs > 0) await sleep(this.noteMs)
    return this.notes.push(note) > 0
  }

  async auditLog(filter: AuditFilter, page: { readonly before: number | null; readonly limit: number }) {
    this.trailQueries.push([filter, page])
    return { items: this.trailEntries, next: this.trailEntries.at(-1)?.number ?? null }
  }

  async *auditLogTable(filter: AuditFilter): AsyncGenerator<string> {
    this.trailQueries.push([filter])
    yield 'number\r\n'
    yield '1\r\n'
  }
}
