import { z } from 'zod'
import { auditJobAnswer, ledgerAnswer } from '../../base/wire/audit.js'
import { ProblemError, problem } from '../problem.js'
import { submitted } from '../report-versions.js'
import type { Server } from '../server.js'
import type { AuditSources } from '../sources/reports.js'

const tags = ['ledger']

/** The ledger: what it says last, its check, and time stamps of others. */
export function ledgerRoutes(
  server: Server,
  sources: Pick<AuditSources, 'ledger' | 'submitAudit' | 'stampLedger'>,
): void {
  server.get(
    '/api/v1/ledger',
    {
      config: { right: 'audit' },
      schema: { tags, summary: 'Newest entries, key and state of the ledger', response: { 200: ledgerAnswer } },
    },
    async () => sources.ledger(),
  )
  server.post(
    '/api/v1/ledger/check',
    {
      config: { right: 'audit' },
      schema: {
        tags,
        summary: 'Check the ledger, and the files and segments that it vouches for',
        response: { 202: auditJobAnswer, 403: problem, 503: problem },
      },
    },
    async (_request, reply) => submitted(reply, await sources.submitAudit({ what: 'ledger_check' })),
  )
  server.post(
    '/api/v1/ledger/time-stamps',
    {
      config: { right: 'audit' },
      schema: {
        tags,
        summary:
          'Keep an RFC 3161 time-stamp response over the hash of an entry; the body is the response as it came (DER)',
        response: {
          201: z.object({ entry: z.number().int().describe('number of the entry it stands for') }),
          400: problem,
          403: problem,
        },
      },
    },
    async (request, reply) => {
      const body = request.body as unknown
      if (!Buffer.isBuffer(body) || body.length === 0)
        throw new ProblemError(400, 'The body is the time-stamp response, DER.')
      const kept = await sources.stampLedger(body)
      if ('fault' in kept) throw new ProblemError(400, `The time stamp is not taken: ${kept.fault}.`)
      return reply.code(201).send(kept)
    },
  )
}
