import { randomUUID } from 'node:crypto'
import { Temporal } from 'temporal-polyfill'
import { z } from 'zod'
import { approvedId, entriesOf, isSaid } from '../../audit/entries.js'
import { BILLED_KPIS, billsOf, reconcile } from '../../audit/reconciliation.js'
import type { Clock } from '../../base/clock.js'
import { ENTRY_EVENTS, type EntryItem, OFFICE } from '../../base/entries.js'
import { type EventOrigin, withOrigin } from '../../base/entry-origin.js'
import type { EventItem } from '../../base/records.js'
import {
  approval,
  type EntryBody,
  entriesAnswer,
  entryAnswer,
  entryBody,
  reconciliationAnswer,
  refusal,
} from '../entries.js'
import { accountOf, namedActor } from '../guard.js'
import { faultOf, LIMIT_MAX, range, rangeOf } from '../parameters.js'
import { notTaken, readJson } from '../posted.js'
import { notFound, ProblemError, problem } from '../problem.js'
import type { Server } from '../server.js'
import type { KpiFigures } from '../sources/kpis.js'
import type { KnownPlants } from '../sources/plants.js'
import type { RecordPlace, RecordSources } from '../sources/records.js'
import { plantParams, requirePlant } from './plants.js'

const tags = ['entries']
const DAY_MS = 86_400_000
/** A bill is of a year at most: so far before a span one may begin that reaches into it. */
const LONGEST_BILL_MS = 400 * DAY_MS
/** A decision is made after what it is about, and an entry may be of long ago. */
const EVER = { fromMs: Date.UTC(2000, 0, 1), toMs: 8.64e15 }

export interface EntrySources
  extends KnownPlants,
    Pick<KpiFigures, 'points'>,
    Pick<RecordSources, 'say' | 'events' | 'entryRules'> {
  readonly clock: Clock
}

const entryParams = plantParams.extend({ entry: z.string().min(1).max(64) })
const decided = { 200: entryAnswer, 400: problem, 403: problem, 404: problem, 409: problem, 503: problem }

/** Routes for what no meter sends: bills, receipts, laboratory values and corrections, with their authors and papers. */
export function entryRoutes(server: Server, sources: EntrySources): void {
  server.get(
    '/api/v1/plants/:plant/entries',
    {
      config: { right: 'view' },
      schema: {
        tags,
        summary:
          'What people put on record of [from, to), and how it stands; of the last 400 days when nothing is said',
        params: plantParams,
        querystring: z.strictObject(range),
        response: { 200: entriesAnswer, 400: problem, 404: problem },
      },
    },
    async ({ params: { plant }, query }) => {
      requirePlant(sources, plant)
      const nowMs = sources.clock.nowMs()
      const { fromMs, toMs } = rangeOf({ ...query, from: query.from ?? (query.to ?? nowMs) - LONGEST_BILL_MS }, nowMs)
      const items = await entries(sources, plant)
      return { items: items.filter(({ ts }) => Date.parse(ts) >= fromMs && Date.parse(ts) < toMs) }
    },
  )
  server.post(
    '/api/v1/plants/:plant/entries',
    {
      config: { right: 'audit', act: 'entry_made' },
      preValidation: readJson,
      schema: {
        tags,
        summary:
          'Put something on record that no meter sends; it waits for somebody else where the plant asks for that',
        params: plantParams,
        body: entryBody,
        response: { 200: entryAnswer, 400: problem, 403: problem, 404: problem, 503: problem },
      },
    },
    async (request) => {
      const {
        params: { plant },
        body,
      } = request
      requirePlant(sources, plant)
      const author = namedActor(request, 'author', body.author)
      const { type, id = randomUUID(), device: named, approved_by: _, ...rest } = body
      const { at, ...said } = { ...rest, author } as typeof rest & { readonly at?: string }
      const fields = type === 'correction' ? { ...said, at } : said
      const device = named ?? OFFICE
      const ts = timeOf(sources, plant, body)
      request.subject = `${type} ${id}`
      const { fourEyes } = sources.entryRules(plant)
      const event = fourEyes ? { of: type, said: fields, author } : fields
      await say(sources, { plant, device, id, ts }, fourEyes ? 'proposal' : type, event, personOrigin(request))
      return found(sources, plant, id)
    },
  )
  server.post(
    '/api/v1/plants/:plant/entries/:entry/approve',
    {
      config: { right: 'audit', act: 'entry_made' },
      preValidation: readJson,
      schema: {
        tags,
        summary: 'Approve what somebody else has proposed',
        params: entryParams,
        body: approval,
        response: decided,
      },
    },
    async (request) => {
      const {
        params: { plant, entry },
      } = request
      const by = namedActor(request, 'by', request.body.by)
      const { device, ts, status, author, type, fields, origin } = await found(sources, plant, entry)
      if (status !== 'proposed')
        throw new ProblemError(409, `The entry ${entry} is ${status}: there is nothing to approve.`)
      if (author === by) throw new ProblemError(409, `${by} has proposed it: a second pair of eyes is somebody else's.`)
      const place = { plant, device, id: approvedId(entry), ts: Date.parse(ts) }
      const proposer = origin?.kind === 'person' ? origin.account : null
      const approved = { kind: 'person', account: proposer, approver: accountOf(request) } as const
      await say(sources, place, type, { ...fields, approved_by: by }, approved)
      return found(sources, plant, approvedId(entry))
    },
  )
  server.post(
    '/api/v1/plants/:plant/entries/:entry/reject',
    {
      config: { right: 'audit', act: 'entry_made' },
      preValidation: readJson,
      schema: { tags, summary: 'Reject a proposal', params: entryParams, body: refusal, response: decided },
    },
    async (request) => {
      const {
        params: { plant, entry },
        body: { reason },
      } = request
      const by = namedActor(request, 'by', request.body.by)
      const { device, ts, status } = await found(sources, plant, entry)
      if (status !== 'proposed')
        throw new ProblemError(409, `The entry ${entry} is ${status}: there is nothing to reject.`)
      const place = { plant, device, id: `${entry}/rejected`, ts: Date.parse(ts) }
      await say(sources, place, 'rejection', { of: entry, by, reason }, personOrigin(request))
      return found(sources, plant, entry)
    },
  )
  server.post(
    '/api/v1/plants/:plant/entries/:entry/withdraw',
    {
      config: { right: 'audit', act: 'entry_made' },
      preValidation: readJson,
      schema: {
        tags,
        summary: 'Withdraw an entry: it stays on record and does not count any more',
        params: entryParams,
        body: refusal,
        response: decided,
      },
    },
    async (request) => {
      const {
        params: { plant, entry },
        body: { reason },
      } = request
      const by = namedActor(request, 'by', request.body.by)
      const { device, ts, status, type, author } = await found(sources, plant, entry)
      if (type === 'correction') {
        throw new ProblemError(409, 'A correction is not withdrawn: correct the reading again, to what it said before.')
      }
      if (status === 'withdrawn' || status === 'proposed' || status === 'rejected') {
        throw new ProblemError(409, `The entry ${entry} is ${status}: it does not count.`)
      }
      const { fourEyes } = sources.entryRules(plant)
      if (fourEyes && author === by) {
        throw new ProblemError(409, `${by} has entered it: where four eyes are asked for, somebody else withdraws it.`)
      }
      const fields = { of: entry, at: ts, author, reason, approved_by: by }
      const place = { plant, device, id: `${entry}/withdrawn`, ts: Date.parse(ts) }
      const said = fourEyes ? fields : { ...fields, author: by, approved_by: undefined }
      await say(sources, place, 'withdrawn', said, personOrigin(request))
      return found(sources, plant, entry)
    },
  )
  server.get(
    '/api/v1/plants/:plant/reconciliation',
    {
      config: { right: 'view' },
      schema: {
        tags,
        summary: 'Bills that reach into [from, to) against what the meters counted on the same days',
        params: plantParams,
        querystring: z.strictObject(range),
        response: { 200: reconciliationAnswer, 400: problem, 404: problem },
      },
    },
    async ({ params: { plant }, query }) => {
      requirePlant(sources, plant)
      const nowMs = sources.clock.nowMs()
      const { fromMs, toMs } = rangeOf({ ...query, from: query.from ?? (query.to ?? nowMs) - LONGEST_BILL_MS }, nowMs)
      const { tolerancePct } = sources.entryRules(plant)
      const zone = zoneOf(sources, plant)
      const items = []
      for (const bill of billsOf(await entries(sources, plant))) {
        const { metric, from, to } = bill.fields
        const span = { fromMs: startOf(from, zone), toMs: startOf(to, zone) }
        if (span.toMs <= fromMs || span.fromMs >= toMs) continue
        const kpi = BILLED_KPIS[metric]
        const stream = { plant, kpi: kpi ?? '', window: '1d', scope: 'plant', id: plant } as const
        const days = kpi === undefined ? [] : await sources.points({ ...stream, ...span, afterMs: null, limit: 400 })
        const due = Temporal.PlainDate.from(from).until(to).days
        items.push(reconcile(bill, days, due, tolerancePct))
      }
      return { items }
    },
  )
}

/** Everything that people put on record of a plant, oldest first. */
async function entries(sources: EntrySources, plant: string): Promise<readonly EntryItem[]> {
  const events: EventItem[] = []
  for (const type of ENTRY_EVENTS) for await (const event of said(sources, plant, type)) events.push(event)
  return entriesOf(events).toSorted((a, b) => (a.ts === b.ts ? (a.id < b.id ? -1 : 1) : a.ts < b.ts ? -1 : 1))
}

/** All that people said of a type. Devices send some types too, and more of them than a page holds. */
async function* said(sources: EntrySources, plant: string, type: string): AsyncGenerator<EventItem> {
  let after: RecordPlace | null = null
  for (;;) {
    const query = { plant, type, device: null, ...EVER, after, limit: LIMIT_MAX }
    const page: readonly EventItem[] = await sources.events(query)
    yield* page.filter(({ fields }) => isSaid(fields))
    const last = page.at(-1)
    if (last === undefined || page.length < LIMIT_MAX) return
    after = { ts: Date.parse(last.ts), device: last.device, id: last.id }
  }
}

async function found(sources: EntrySources, plant: string, id: string): Promise<EntryItem> {
  requirePlant(sources, plant)
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

async function say(
  sources: EntrySources,
  place: { readonly plant: string; readonly device: string; readonly id: string; readonly ts: number },
  type: string,
  fields: Readonly<Record<string, unknown>>,
  origin: EventOrigin,
): Promise<void> {
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

function personOrigin(request: Parameters<typeof accountOf>[0]): EventOrigin {
  return { kind: 'person', account: accountOf(request) }
}

/** The time that an entry is of: days begin in the zone of the plant. */
function timeOf(sources: EntrySources, plant: string, body: EntryBody): number {
  const zone = zoneOf(sources, plant)
  if (body.type === 'bill') {
    if (!(body.metric in BILLED_KPIS)) {
      throw faultOf('metric', body.metric, `one of ${Object.keys(BILLED_KPIS).join(', ')}`)
    }
    if (body.to <= body.from) throw faultOf('to', body.to, `a day after from, ${body.from}`)
    return startOf(body.from, zone)
  }
  if (body.type === 'fuel_quality') {
    if (body.valid_to < body.valid_from) throw faultOf('valid_to', body.valid_to, `a day not before ${body.valid_from}`)
    return startOf(body.valid_from, zone)
  }
  const ts = body.at.includes('T') ? Date.parse(body.at) : startOf(body.at, zone)
  const latestMs = sources.clock.nowMs() + 300_000
  if (ts > latestMs) throw faultOf('at', body.at, `an instant not after ${new Date(latestMs).toISOString()}`)
  return ts
}

function zoneOf(sources: EntrySources, plant: string): string {
  return sources.plants().find(({ id }) => id === plant)?.timezone ?? 'UTC'
}

function startOf(day: string, zone: string): number {
  return Temporal.PlainDate.from(day).toZonedDateTime(zone).epochMilliseconds
}
