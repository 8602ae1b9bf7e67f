import { approvedId, entryItemsOf, isListedEntry } from '../audit/entries.js'
import type { Clock } from '../base/clock.js'
import { DAY_MS } from '../base/durations.js'
import { ENTRY_EVENTS, type EntryType, OFFICE } from '../base/entries.js'
import { type EventOrigin, withOrigin } from '../base/entry-origin.js'
import type { EventItem } from '../base/records.js'
import type { EntryItem } from '../base/wire/entries.js'
import { accountOf } from './guard.js'
import { LIMIT_MAX, parameterFault } from './parameters.js'
import { notTaken } from './posted.js'
import { notFound, ProblemError } from './problem.js'
import type { KpiFigures } from './sources/kpis.js'
import type { KnownPlants } from './sources/plants.js'
import type { RecordPlace, RecordSources } from './sources/records.js'

/** A bill is of a year at most: so far before a span one may begin that reaches into it. */
export const LONGEST_BILL_MS = 400 * DAY_MS
/** A decision is made after what it is about, and an entry may be of long ago. */
const EVER = { fromMs: Date.UTC(2000, 0, 1), toMs: 8.64e15 }

export interface EntrySources
  extends KnownPlants,
    Pick<KpiFigures, 'points'>,
    Pick<RecordSources, 'say' | 'events' | 'entryRules' | 'certificateStatements'> {
  readonly clock: Clock
}

/** Everything that people put on record of a plant, oldest first. */
export async function entries(sources: EntrySources, plant: string): Promise<readonly EntryItem[]> {
  const events = await saidOfTypes(sources, plant, ENTRY_EVENTS)
  return entryItemsOf(events).toSorted((a, b) => (a.ts === b.ts ? (a.id < b.id ? -1 : 1) : a.ts < b.ts ? -1 : 1))
}

/** Entries of one type that count, oldest first: neither withdrawn nor waiting for somebody else. */
export async function countedEntries(
  sources: Pick<RecordSources, 'events'>,
  plant: string,
  type: EntryType,
): Promise<readonly EntryItem[]> {
  const events = await saidOfTypes(sources, plant, [type, 'withdrawn'])
  return entryItemsOf(events).filter((item) => item.type === type && item.status === 'counted')
}

/** All that people said of some types, type by type. */
export async function saidOfTypes(
  sources: Pick<RecordSources, 'events'>,
  plant: string,
  types: readonly string[],
): Promise<readonly EventItem[]> {
  const events: EventItem[] = []
  for (const type of types) for await (const event of said(sources, plant, type)) events.push(event)
  return events
}

/** All that people said of a type. Devices send some types too, and more of them than a page holds. */
async function* said(sources: Pick<RecordSources, 'events'>, plant: string, type: string): AsyncGenerator<EventItem> {
  let after: RecordPlace | null = null
  for (;;) {
    const query = { plant, type, device: null, ...EVER, after, limit: LIMIT_MAX }
    const page: readonly EventItem[] = await sources.events(query)
    yield* page.filter(({ fields }) => isListedEntry(fields))
    const last = page.at(-1)
    if (last === undefined || page.length < LIMIT_MAX) return
    after = { ts: Date.parse(last.ts), device: last.device, id: last.id }
  }
}

/** One of them. Throws the 404. */
export async function found(sources: EntrySources, plant: string, id: string): Promise<EntryItem> {
  const all = await entries(sources, plant)
  // Ids are of a device each: one that a device has made up must not stand before that of a person.
  const people = all.filter(({ origin }) => origin?.kind !== 'device')
  const entry =
    [id, approvedId(id)].map((one) => people.find((entry) => entry.id === one)).find(Boolean) ??
    all.find((one) => one.id === id)
  if (entry === undefined)
    throw notFound(`There is no entry ${id} in ${plant}; /api/v1/plants/${plant}/entries lists them.`)
  return entry
}

/** Puts something on record. Throws the 404 for an unknown device, the 409 for an id that a device has used, and the 503. */
export async function say(
  sources: EntrySources,
  place: { readonly plant: string; readonly device: string; readonly id: string; readonly ts: number },
  type: string,
  fields: Readonly<Record<string, unknown>>,
  origin: EventOrigin,
): Promise<void> {
  if (place.ts < EVER.fromMs) {
    const said = new Date(place.ts).toISOString()
    throw new ProblemError(
      400,
      `The entry is of ${said}; a time from ${new Date(EVER.fromMs).toISOString()} on is expected.`,
    )
  }
  const lines = sources.plants().find(({ id }) => id === place.plant)?.lines ?? []
  const line = lines.find(({ devices }) => devices.some(({ id }) => id === place.device))?.id ?? OFFICE
  if (line === OFFICE && place.device !== OFFICE) {
    throw notFound(`There is no device ${place.device} in ${place.plant}; /api/v1/plants lists those there are.`)
  }
  const event = await sources.say({ ...place, line, type, fields: withOrigin(fields, origin) })
  if (event === null) throw notTaken()
  if (event.origin?.kind !== 'device') return
  throw new ProblemError(409, `The device ${place.device} has sent an event with the id ${place.id}: give another id.`)
}

/** Zone in which the days of a plant begin. */
export function zoneOf(sources: EntrySources, plant: string): string {
  return sources.plants().find(({ id }) => id === plant)?.timezone ?? 'UTC'
}

/** The person who asks, as the origin of what they put on record. */
export function personOrigin(request: Parameters<typeof accountOf>[0]): EventOrigin {
  return { kind: 'person', account: accountOf(request) }
}

/** An instant as it was said, when it is not of the future. Throws the 400. */
export function notAfterNow(
  { clock }: Pick<EntrySources, 'clock'>,
  parameter: string,
  said: string,
  ts: number,
): number {
  const latestMs = clock.nowMs() + 300_000
  if (ts > latestMs) throw parameterFault(parameter, said, `an instant not after ${new Date(latestMs).toISOString()}`)
  return ts
}
