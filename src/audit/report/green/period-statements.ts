import type { StoredEvent } from '../../../archive/events.js'
import { EVENT_FIELDS, type EventFields } from '../../../base/events.js'
import { compareText } from '../../../base/text-order.js'
import { entryItemsOf, eventItem, unapprovedId } from '../../entries.js'

/** An amount of a period that a person stated, and the paper that it stands on. */
export interface PeriodStatement {
  /** Id of the entry, without what an approval adds to it. */
  readonly entry: string
  readonly author: string
  /** Name of the second pair of eyes; null without one. */
  readonly approver: string | null
  readonly document: string | null
  /** SHA-256 of the original, hex; null where none is named. */
  readonly sha256: string | null
  readonly said: EventFields<'period_statement'>
}

/** Statements that stand: said by people, and neither withdrawn nor waiting for somebody else; in order of their days and entry. */
export function periodStatements(events: readonly StoredEvent[]): readonly PeriodStatement[] {
  return entryItemsOf(events.map(eventItem))
    .flatMap(({ id, type, status, origin, author, approved_by: approver, document, fields }): PeriodStatement[] => {
      if (type !== 'period_statement' || status !== 'counted' || origin?.kind !== 'person') return []
      const { data } = EVENT_FIELDS.period_statement.safeParse(fields)
      if (data === undefined) return []
      const sha256 = typeof fields.document_sha256 === 'string' ? fields.document_sha256 : null
      return [{ entry: unapprovedId(id), author, approver, document, sha256, said: data }]
    })
    .sort(
      (a, b) =>
        compareText(a.said.from, b.said.from) || compareText(a.said.to, b.said.to) || compareText(a.entry, b.entry),
    )
}
