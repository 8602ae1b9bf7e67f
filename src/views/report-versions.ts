import type { FastifyReply } from 'fastify'
import { requestOf } from '../audit/reports/request.js'
import { NotNow } from '../audit/reports/requests.js'
import type { AuditJob, ReportItem } from '../base/report.js'
import { notFound, ProblemError } from './problem.js'
import type { AuditSources } from './sources/reports.js'

/** A version, the last when none is named. Throws the 404. */
export function versionOf(sources: Pick<AuditSources, 'report'>, id: string, version?: number): ReportItem {
  const item = requestOf(id) === null ? null : sources.report(id, version)
  if (item !== null) return item
  const which = version === undefined ? '' : `version ${version} of `
  throw notFound(`There is no ${which}report ${id}; /api/v1/reports lists those there are, POST there makes one.`)
}

/** The same, of what is not a draft when no version is named. */
export function frozenOf(sources: Pick<AuditSources, 'report' | 'reports'>, id: string, version?: number): ReportItem {
  const last = versionOf(sources, id, version)
  if (version !== undefined || last.status !== 'draft') return last
  return sources.report(id, last.version - 1) ?? last
}

/** The job with 202, or the 503 when there is no room. */
export function submitted(reply: FastifyReply, job: AuditJob | null) {
  if (job === null) throw new ProblemError(503, 'Too much work on reports waits already; ask again when some is done.')
  return reply.code(202).header('location', `/api/v1/audit/jobs/${job.id}`).send(job)
}

/** Answers 409 to what cannot be done with a version as it is. */
export async function now<T>(act: () => T | Promise<T>): Promise<T> {
  try {
    return await act()
  } catch (error) {
    throw error instanceof NotNow ? new ProblemError(409, error.message) : error
  }
}
