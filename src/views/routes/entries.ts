import { randomUUID } from 'node:crypto'
import { z } from 'zod'
import { BILLED_KPIS } from '../../audit/reconciliation.js'
import { startOfDayIn } from '../../base/days-in-zone.js'
import { OFFICE } from '../../base/entries.js'
import { EVENT_FIELDS } from '../../base/events.js'
import { entriesAnswer, entryAnswer } from '../../base/wire/entries.js'
import { CertificateDesk } from '../certificates.js'
import { type EntryBody, entryBody } from '../entries.js'
import {
  type EntrySources,
  entries,
  found,
  LONGEST_BILL_MS,
  notAfterNow,
  personOrigin,
  say,
  zoneOf,
} from '../entries-on-record.js'
import { namedActor } from '../guard.js'
import { isLotBody, type LotBody, lotTime } from '../lot-entries.js'
import { requireUncontradicted } from '../no-direct-source.js'
import { faultOf, parameterFault, range, rangeOf } from '../parameters.js'
import { readJson } from '../posted.js'
import { badParameters, problem } from '../problem.js'
import type { Server } from '../server.js'
import { plantParams, requirePlant } from './plants.js'

const tags = ['entries']

/** Routes for what no meter sends: bills, receipts, laboratory values and corrections, with their authors and papers. */
export function entryRoutes(server: Server, sources: EntrySources): void {
  const certificates = new CertificateDesk(sources)
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
        response: { 200: entryAnswer, 400: problem, 403: problem, 404: problem, 409: problem, 503: problem },
      },
    },
    async (request) => {
      const {
        params: { plant },
        body,
      } = request
      requirePlant(sources, plant)
      const author = namedActor(request, 'author', body.author)
      const { type, id = randomUUID(), approved_by: _, ...sent } = body
      const { device: named, ...rest } = sent as typeof sent & { readonly device?: string }
      const { at, ...said } = { ...rest, author } as typeof rest & { readonly at?: string }
      const fields = type === 'correction' ? { ...said, at } : said
      const device = named ?? OFFICE
      const ts = isLotBody(body) ? await lotTime(sources, plant, body) : timeOf(sources, plant, body)
      await requireUncontradicted(sources, plant, type, fields)
      request.subject = `${type} ${id}`
      const { fourEyes } = sources.entryRules(plant)
      const event = fourEyes ? { of: type, said: fields, author } : fields
      const put = () =>
        say(sources, { plant, device, id, ts }, fourEyes ? 'proposal' : type, event, personOrigin(request))
      if (body.type !== 'energy_certificate') await put()
      else {
        const at = new Date(sources.clock.nowMs()).toISOString()
        const origin = { plant, entry: id, author, document: body.document, isProposed: fourEyes, at }
        await certificates.claim(fields, origin, put)
      }
      return found(sources, plant, id)
    },
  )
}

/** The time that an entry is of: days begin in the zone of the plant. */
function timeOf(sources: EntrySources, plant: string, body: Exclude<EntryBody, LotBody>): number {
  const zone = zoneOf(sources, plant)
  if (body.type === 'bill') {
    const { metric, from, to } = body
    const faults = [
      ...(metric in BILLED_KPIS ? [] : [faultOf('metric', metric, `one of ${Object.keys(BILLED_KPIS).join(', ')}`)]),
      ...(to > from ? [] : [faultOf('to', to, `a day after from, ${from}`)]),
    ]
    const [first, ...others] = faults
    if (first !== undefined) throw badParameters([first, ...others])
    return startOfDayIn(zone, body.from)
  }
  if (body.type === 'fuel_quality') {
    if (body.valid_to < body.valid_from)
      throw parameterFault('valid_to', body.valid_to, `a day not before ${body.valid_from}`)
    return startOfDayIn(zone, body.valid_from)
  }
  if (body.type === 'non_routine_event') {
    if (body.to !== undefined && body.to < body.from)
      throw parameterFault('to', body.to, `a day not before ${body.from}`)
    const { savings } = sources.entryRules(plant)
    if (savings?.includes(body.saving) === false)
      throw parameterFault(
        'saving',
        body.saving,
        `the id of a saving that ${plant} claims: ${savings.join(', ') || 'none yet'}`,
      )
    return startOfDayIn(zone, body.from)
  }
  if (body.type === 'energy_certificate') return certificateTime(sources, plant, body)
  if (body.type === 'period_statement') {
    requireWholeStatement(body)
    return notAfterNow(sources, 'from', body.from, startOfDayIn(zone, body.from))
  }
  const ts = body.at.includes('T') ? Date.parse(body.at) : startOfDayIn(zone, body.at)
  return notAfterNow(sources, 'at', body.at, ts)
}

/** A statement says what belongs together: days in order, and a currency with money alone. */
function requireWholeStatement(body: Extract<EntryBody, { readonly type: 'period_statement' }>): void {
  const issue = EVENT_FIELDS.period_statement.safeParse(body).error?.issues[0]
  if (issue === undefined) return
  const parameter = String(issue.path[0]) as 'to' | 'currency' | 'amount'
  throw parameterFault(parameter, String(body[parameter] ?? ''), issue.message.replace(/,$/, ''))
}

/** A retired certificate is of the month of consumption that it is for, any other of the month of its generation. */
function certificateTime(
  sources: EntrySources,
  plant: string,
  body: Extract<EntryBody, { readonly type: 'energy_certificate' }>,
): number {
  const { data: _, error } = EVENT_FIELDS.energy_certificate.safeParse(body)
  const issue = error?.issues[0]
  if (issue !== undefined) {
    const parameter = String(issue.path[0]) as 'last' | 'used_for'
    throw parameterFault(parameter, body[parameter] ?? '', issue.message.replace(/,$/, ''))
  }
  const zone = zoneOf(sources, plant)
  notAfterNow(sources, 'generated', body.generated, startOfDayIn(zone, `${body.generated}-01`))
  const parameter = body.state === 'retired' ? 'used_for' : 'generated'
  const month = body[parameter] ?? body.generated
  return notAfterNow(sources, parameter, month, startOfDayIn(zone, `${month}-01`))
}
