import type { StoredEvent } from '../archive/events.js'
import { type EntryStatus, type EntryType, isEntryType } from '../base/entries.js'
import { splitOrigin } from '../base/entry-origin.js'
import type { EventItem } from '../base/records.js'
import type { EntryItem } from '../base/wire/entries.js'

/** An archived event as the API gives it, its origin beside what it says. */
export function eventItem(stored: Omit<StoredEvent, 'position'>): EventItem {
  const { id, type, line, device, ts, receivedAt } = stored
  return { id, type, line, device, ts: instant(ts), received_at: instant(receivedAt), ...splitOrigin(stored.fields) }
}

function instant(ms: number): string {
  return new Date(ms).toISOString()
}

/**
 * True for an event that is to be listed among entries: it has an author, says who rejected something, or names a paper. A device
 * counts by itself without any of them, cycle by cycle; with a paper it puts something on record as people do.
 */
export function isListedEntry({ author, by, document }: EventItem['fields']): boolean {
  return [author, by, document].some((said) => typeof said === 'string')
}

/** The author of an entry, or the device that names a paper and nobody; null for what is no entry. */
function authorOf({ device, origin }: EventItem, { author, document }: EventItem['fields']): string | null {
  if (typeof author === 'string') return author
  return origin?.kind === 'device' && typeof document === 'string' ? device : null
}

/** The id of the event that an approved proposal becomes. */
export function approvedId(proposal: string): string {
  return `${proposal}/approved`
}

const APPROVED = approvedId('')

/** The id that an entry is known by, before and after its approval. */
export function unapprovedId(id: string): string {
  return id.endsWith(APPROVED) ? id.slice(0, -APPROVED.length) : id
}

/**
 * Lists what was put on record, and how it stands: out of the events of a span and all decisions on them. What a device counted
 * by itself is no entry: it has no author and no paper.
 */
export function entryItemsOf(events: readonly EventItem[]): readonly EntryItem[] {
  const approved = new Set(events.filter((event) => event.origin?.kind !== 'device').map(keyOf))
  const rejections = decisions(events, 'rejection', ({ by }) => by)
  const withdrawals = decisions(events, 'withdrawn', ({ author }) => author)
  return events.flatMap((event): EntryItem[] => {
    const { id, device, ts, received_at, origin = null } = event
    const isProposal = event.type === 'proposal'
    const type = isProposal ? String(event.fields.of) : event.type
    const fields = isProposal ? (event.fields.said as EventItem['fields']) : event.fields
    const { document, approved_by } = fields
    const author = authorOf(event, fields)
    if (!isEntryType(type) || author === null) return []
    // An approved proposal is on record as an event with its own id.
    if (isProposal && approved.has(keyOf({ device, id: approvedId(id) }))) return []
    const refused = (isProposal ? rejections : withdrawals).get(keyOf(event)) ?? null
    return [
      {
        id,
        type,
        device,
        ts,
        received_at,
        status: statusOf(type, isProposal, refused !== null),
        author,
        origin,
        document: typeof document === 'string' ? document : null,
        approved_by: typeof approved_by === 'string' ? approved_by : null,
        refused,
        fields,
      },
    ]
  })
}

/** Entries that no figure is made of. */
const RECORDED: ReadonlySet<EntryType> = new Set([
  'bill',
  'correction',
  'energy_certificate',
  'month_attestation',
  'centre_look',
])

function statusOf(type: EntryType, isProposal: boolean, isRefused: boolean): EntryStatus {
  if (isProposal) return isRefused ? 'rejected' : 'proposed'
  if (isRefused) return 'withdrawn'
  return RECORDED.has(type) ? 'recorded' : 'counted'
}

type Refused = NonNullable<EntryItem['refused']>

function decisions(
  events: readonly EventItem[],
  type: string,
  who: (fields: EventItem['fields']) => unknown,
): ReadonlyMap<string, Refused> {
  const found = new Map<string, Refused>()
  for (const { type: of, device, fields, origin } of events) {
    if (of !== type || origin?.kind === 'device') continue
    found.set(keyOf({ device, id: String(fields.of) }), { by: String(who(fields)), reason: String(fields.reason) })
  }
  return found
}

function keyOf({ device, id }: Pick<EventItem, 'device' | 'id'>): string {
  return `${device}/${id}`
}
