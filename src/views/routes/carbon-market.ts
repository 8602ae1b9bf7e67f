import { randomUUID } from 'node:crypto'
import { z } from 'zod'
import { MARKET_ENTRIES, marketEntries } from '../../audit/market/market-entries.js'
import { attestationDueMs, periodOfMonth } from '../../audit/market/months.js'
import { startOfDayIn } from '../../base/days-in-zone.js'
import { DAY_MS } from '../../base/durations.js'
import { OFFICE } from '../../base/entries.js'
import type { EventItem } from '../../base/records.js'
import { type EntryItem, entryAnswer } from '../../base/wire/entries.js'
import {
  CHANGES_OF_CONFIGURATION,
  carbonMarket,
  changersOf,
  digestIn,
  frozenMonth,
  type MarketPlan,
} from '../carbon-market.js'
import { type EntrySources, entries, found, personOrigin, saidOfTypes, say, zoneOf } from '../entries-on-record.js'
import { namedActor } from '../guard.js'
import { parameterFault } from '../parameters.js'
import { readJson } from '../posted.js'
import { ProblemError, problem } from '../problem.js'
import type { Server } from '../server.js'
import type { AuditSources } from '../sources/reports.js'
import type { Awaitable } from '../sources/soon.js'
import { type CarbonMarketAnswer, carbonMarketAnswer } from '../wire/carbon-market.js'
import type { AuditLogSources } from './audit-log.js'
import { plantParams, requirePlant } from './plants.js'
import type { ProjectionSources } from './projections.js'

/** Changes of the configuration that are looked through for who made them. */
const CHANGES_READ = 200
/** Entries whose originals are looked for are of so long ago at most. */
const PAPERS_MS = 731 * DAY_MS

export interface MarketSources {
  /** Setting of a plant, and all versions of its control plan. */
  controlPlan(plant: string): Awaitable<MarketPlan>
  /** Hashes of the originals that the gateway has, among some. */
  keptOriginals(query: { readonly plant: string; readonly sha256s: readonly string[] }): Awaitable<readonly string[]>
}

export type CarbonMarketSources = MarketSources &
  EntrySources &
  Pick<AuditLogSources, 'auditLog'> &
  Pick<ProjectionSources, 'projections'> &
  Pick<AuditSources, 'reports'>

const ATTEST = z.strictObject({
  by: z.string().min(1).max(64).optional().describe('who attests it; whoever has signed in when absent'),
  role: z.string().min(1).max(64).optional().describe('office of that person'),
  document: z.string().min(1).max(200).optional().describe('number or name of a paper that it stands on'),
  id: z
    .string()
    .regex(/^[A-Za-z0-9._:-]{1,48}$/)
    .optional()
    .describe('of its own among the entries; sent again with it, it is the same entry; one is made when absent'),
})
const monthParams = plantParams.extend({
  month: z.string().regex(/^20\d\d-(0[1-9]|1[0-2])$/, 'a month such as 2026-10'),
})

/** Routes of a plant's carbon market: how far each month is, what is held and used, and the act by which a person answers for a month. */
export function carbonMarketRoutes(server: Server, sources: CarbonMarketSources): void {
  server.get(
    '/api/v1/plants/:plant/carbon-market',
    {
      config: { right: 'view' },
      schema: {
        tags: ['reports'],
        summary: 'Months of a carbon market and who attested them, allowances, versions of the control plan, originals',
        params: plantParams,
        response: { 200: carbonMarketAnswer, 404: problem },
      },
    },
    async ({ params: { plant } }) => {
      requirePlant(sources, plant)
      return readMarket(sources, plant)
    },
  )
  attestRoute(server, sources)
}

async function readMarket(sources: CarbonMarketSources, plant: string): Promise<CarbonMarketAnswer> {
  const nowMs = sources.clock.nowMs()
  const [plan, all, projections, log] = await Promise.all([
    sources.controlPlan(plant),
    entries(sources, plant),
    sources.projections(plant),
    sources.auditLog(CHANGES_OF_CONFIGURATION, { before: null, limit: CHANGES_READ }),
  ])
  const papers = all.filter((one) => isOnPaper(one) && Date.parse(one.ts) >= nowMs - PAPERS_MS).toReversed()
  const sha256s = [...new Set(papers.flatMap((one) => digestIn(one) ?? []))]
  const kept = sha256s.length === 0 ? [] : await sources.keptOriginals({ plant, sha256s })
  return carbonMarket({
    ...plan,
    plant,
    nowMs,
    zone: zoneOf(sources, plant),
    entries: marketEntries(await marketEvents(sources, plant)),
    papers,
    projections,
    reports: sources.reports(),
    changedBy: changersOf(log.items),
    kept: new Set(kept),
  })
}

function marketEvents(sources: Pick<EntrySources, 'events'>, plant: string): Promise<readonly EventItem[]> {
  return saidOfTypes(sources, plant, [...MARKET_ENTRIES, 'withdrawn'])
}

/** Statements that stand and rest on a paper. */
function isOnPaper({ type, status, origin }: EntryItem): boolean {
  const isOther = ['month_attestation', 'correction', 'non_routine_event', 'centre_look'].includes(type)
  return !isOther && (status === 'counted' || status === 'recorded') && origin?.kind !== 'device'
}

function attestRoute(server: Server, sources: CarbonMarketSources): void {
  server.post(
    '/api/v1/plants/:plant/carbon-market/:month/attestation',
    {
      config: { right: 'audit', act: 'entry_made' },
      preValidation: readJson,
      schema: {
        tags: ['reports'],
        summary:
          'Attest the data of a month as its document that is frozen last has them; it waits for somebody else where the plant asks for that',
        params: monthParams,
        body: ATTEST,
        response: { 200: entryAnswer, 400: problem, 403: problem, 404: problem, 409: problem, 503: problem },
      },
    },
    async (request) => {
      const {
        params: { plant, month },
        body: { by, id = randomUUID(), ...said },
      } = request
      requirePlant(sources, plant)
      const author = namedActor(request, 'by', by)
      const { ets } = await sources.controlPlan(plant)
      if (ets === null)
        throw new ProblemError(409, `${plant} takes part in no carbon market: its setting ets says that it does.`)
      const nowMs = sources.clock.nowMs()
      const { to } = periodOfMonth(month)
      const zone = zoneOf(sources, plant)
      if (startOfDayIn(zone, to) > nowMs)
        throw parameterFault('month', month, 'a month that is over in the zone of the plant')
      const report = frozenMonth(sources.reports(), plant, month)
      if (report === null)
        throw new ProblemError(
          409,
          `The document of ${month} is not frozen: freeze the report ets-month of that month first.`,
        )
      if (report.outdated)
        throw new ProblemError(
          409,
          `Data came since the document of ${month} was frozen: freeze it again before it is attested.`,
        )
      const { version, sha256: report_sha256 } = report
      const fields = { ...said, month, report: report.id, version, report_sha256, author }
      request.subject = `month_attestation ${id} of ${month}, due ${instant(attestationDueMs(month, ets, zone))}`
      const { fourEyes } = sources.entryRules(plant)
      const event = fourEyes ? { of: 'month_attestation', said: fields, author } : fields
      const place = { plant, device: OFFICE, id, ts: nowMs }
      await say(sources, place, fourEyes ? 'proposal' : 'month_attestation', event, personOrigin(request))
      const entry = await found(sources, plant, id)
      // An id that was there already stands for what was said with it: nobody has answered for this month by that.
      if (entry.type !== 'month_attestation' || entry.fields.month !== month)
        throw new ProblemError(409, `The entry ${id} is another one: give another id.`)
      return entry
    },
  )
}

function instant(ms: number): string {
  return new Date(ms).toISOString()
}
