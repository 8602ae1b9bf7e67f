import type { FastifyRequest } from 'fastify'
import { z } from 'zod'
import { approvedId } from '../../audit/entries.js'
import { entryAnswer } from '../../base/wire/entries.js'
import { CertificateDesk } from '../certificates.js'
import { approval, refusalBody } from '../entries.js'
import { type EntrySources, found, personOrigin, say } from '../entries-on-record.js'
import { accountOf, namedActor } from '../guard.js'
import { requireUncontradicted } from '../no-direct-source.js'
import { readJson } from '../posted.js'
import { ProblemError, problem } from '../problem.js'
import type { Server } from '../server.js'
import { plantParams, requirePlant } from './plants.js'

const tags = ['entries']

const entryParams = plantParams.extend({ entry: z.string().min(1).max(64) })
const decided = { 200: entryAnswer, 400: problem, 403: problem, 404: problem, 409: problem, 503: problem }

interface DecisionRequest extends Pick<FastifyRequest, 'visitor'> {
  readonly params: { readonly plant: string; readonly entry: string }
  readonly body: { readonly by?: string | undefined }
}

/** Decisions about an entry: it is approved, rejected or withdrawn. */
export function entryDecisionRoutes(server: Server, sources: EntrySources): void {
  approveRoute(server, sources, new CertificateDesk(sources))
  rejectRoute(server, sources)
  withdrawRoute(server, sources)
}

/** Entry that is decided about, and who decides; refused where the plant or the entry is not there. */
async function decisionOf(sources: EntrySources, request: DecisionRequest) {
  const { plant, entry } = request.params
  const by = namedActor(request, 'by', request.body.by)
  requirePlant(sources, plant)
  return { plant, entry, by, item: await found(sources, plant, entry) }
}

function approveRoute(server: Server, sources: EntrySources, certificates: CertificateDesk): void {
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
      const { plant, entry, by, item } = await decisionOf(sources, request)
      const { device, ts, status, author, type, fields, origin } = item
      if (status !== 'proposed')
        throw new ProblemError(409, `The entry ${entry} is ${status}: there is nothing to approve.`)
      if (author === by) throw new ProblemError(409, `${by} has proposed it: a second pair of eyes is somebody else's.`)
      if (type === 'energy_certificate') await certificates.check({ plant, entry })
      await requireUncontradicted(sources, plant, type, fields)
      const place = { plant, device, id: approvedId(entry), ts: Date.parse(ts) }
      const proposer = origin?.kind === 'person' ? origin.account : null
      const approved = { kind: 'person', account: proposer, approver: accountOf(request) } as const
      await say(sources, place, type, { ...fields, approved_by: by }, approved)
      return found(sources, plant, approvedId(entry))
    },
  )
}

function rejectRoute(server: Server, sources: EntrySources): void {
  server.post(
    '/api/v1/plants/:plant/entries/:entry/reject',
    {
      config: { right: 'audit', act: 'entry_made' },
      preValidation: readJson,
      schema: { tags, summary: 'Reject a proposal', params: entryParams, body: refusalBody, response: decided },
    },
    async (request) => {
      const { plant, entry, by, item } = await decisionOf(sources, request)
      const { reason } = request.body
      const { device, ts, status } = item
      if (status !== 'proposed')
        throw new ProblemError(409, `The entry ${entry} is ${status}: there is nothing to reject.`)
      const place = { plant, device, id: `${entry}/rejected`, ts: Date.parse(ts) }
      await say(sources, place, 'rejection', { of: entry, by, reason }, personOrigin(request))
      return found(sources, plant, entry)
    },
  )
}

function withdrawRoute(server: Server, sources: EntrySources): void {
  server.post(
    '/api/v1/plants/:plant/entries/:entry/withdraw',
    {
      config: { right: 'audit', act: 'entry_made' },
      preValidation: readJson,
      schema: {
        tags,
        summary: 'Withdraw an entry: it stays on record and does not count any more',
        params: entryParams,
        body: refusalBody,
        response: decided,
      },
    },
    async (request) => {
      const { plant, entry, by, item } = await decisionOf(sources, request)
      const { reason } = request.body
      const { device, ts, status, type, author } = item
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
}
