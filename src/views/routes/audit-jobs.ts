import { z } from 'zod'
import { auditJobAnswer, auditJobsAnswer } from '../../base/wire/audit.js'
import { notFound, problem } from '../problem.js'
import type { Server } from '../server.js'
import type { AuditSources } from '../sources/reports.js'

const tags = ['reports']

/** The work on reports and the ledger that takes longer than a request. */
export function auditJobRoutes(server: Server, sources: Pick<AuditSources, 'auditJobs' | 'auditJob'>): void {
  server.get(
    '/api/v1/audit/jobs',
    {
      config: { right: 'view' },
      schema: { tags, summary: 'Work on reports and the ledger, the newest first', response: { 200: auditJobsAnswer } },
    },
    async () => ({ items: await sources.auditJobs() }),
  )
  server.get(
    '/api/v1/audit/jobs/:job',
    {
      config: { right: 'view' },
      schema: {
        tags,
        summary: 'How far a piece of work is, and what came of it',
        params: z.strictObject({ job: z.string().describe('the id of a job') }),
        response: { 200: auditJobAnswer, 404: problem },
      },
    },
    async ({ params: { job } }) => {
      const found = await sources.auditJob(job)
      if (found !== null) return found
      throw notFound(
        `There is no job ${job}, or no longer: jobs go with a restart. /api/v1/audit/jobs lists those there are.`,
      )
    },
  )
}
