import { createReadStream } from 'node:fs'
import type { FastifyReply } from 'fastify'
import { z } from 'zod'
import { NotNow } from '../../audit/book/desk.js'
import { faultOf as faultOfRequest, type ReportRequest, requestOf } from '../../audit/book/request.js'
import { REPORT_LANGUAGES } from '../../audit/render/language.js'
import { type AuditJob, REPORT_PROFILES, type ReportItem } from '../../base/report.js'
import { auditJobAnswer, reportAnswer, reportsAnswer } from '../audit-answers.js'
import { cursorOf, positionIn } from '../cursor.js'
import { namedActor } from '../guard.js'
import { faultOf, PARAMETERS, page } from '../parameters.js'
import { readJson } from '../posted.js'
import { notFound, ProblemError, problem } from '../problem.js'
import type { Server } from '../server.js'
import { type AuditSources, REPORT_FILES, type ReportFormat } from '../sources/reports.js'

const tags = ['reports']

type ReportSources = Pick<
  AuditSources,
  'reports' | 'report' | 'submitAudit' | 'verifyReport' | 'removeReport' | 'reportFile'
>

const WORD = 'a text of 1 to 64 characters'
const word = z.string(WORD).min(1, WORD).max(64, WORD)
const DAY = 'a day, such as 2026-10-01'
const day = z.string(DAY).regex(/^\d{4}-\d\d-\d\d$/, DAY)
const PLANTS = 'a list of 1 to 16 ids of plants'
const LANGUAGES = `a list of ${REPORT_LANGUAGES.join(', ')}`
const languages = z.array(z.enum(REPORT_LANGUAGES, LANGUAGES), LANGUAGES).min(1, LANGUAGES).max(3, LANGUAGES).optional()

const wishBody = z.strictObject({
  plants: z
    .array(z.string(PLANTS), PLANTS)
    .min(1, PLANTS)
    .max(16, PLANTS)
    .describe('ids of plants; of several in one report'),
  profile: z
    .enum(REPORT_PROFILES, `one of ${REPORT_PROFILES.join(', ')}`)
    .default('ghg')
    .describe('form of the report'),
  from: day.describe('first day, in the zone of each plant'),
  to: day.describe('the day after the last'),
  languages: languages.describe('languages it is rendered in when it is frozen'),
})
const freezeBody = z.strictObject({
  by: word.optional().describe('who freezes it; whoever has signed in when absent'),
  languages: languages.describe('languages of what is rendered'),
})
const NOTE = 'a text of at most 2000 characters'
const verifiedBody = z.strictObject({
  by: word.optional().describe('who has verified it; whoever has signed in when absent'),
  note: z.string(NOTE).max(2000, NOTE).default('').describe('in words'),
})

const params = z.strictObject({ id: z.string().meta(PARAMETERS.report.meta() ?? {}) })
const which = z.strictObject({ version: PARAMETERS.version.optional() })
const jobResponse = { 202: auditJobAnswer, 400: problem, 403: problem, 404: problem, 409: problem, 503: problem }

/** Reports: their list, their files, and what becomes of them. */
export function reportRoutes(server: Server, sources: ReportSources): void {
  server.get(
    '/api/v1/reports',
    {
      config: { right: 'view' },
      schema: {
        tags,
        summary: 'All versions of all reports, the newest first',
        querystring: z.strictObject({
          plant: PARAMETERS.plant.optional(),
          profile: PARAMETERS.form.optional(),
          status: PARAMETERS.status.optional(),
          ...page,
        }),
        response: { 200: reportsAnswer, 400: problem },
      },
    },
    async ({ query: { plant, profile, status, cursor, limit } }) => {
      const wanted = sources.reports().filter((item) => {
        return (
          (plant === undefined || item.plants.includes(plant)) &&
          (profile === undefined || item.profile === profile) &&
          (status === undefined || item.status === status)
        )
      })
      const after = cursor === undefined ? undefined : positionIn(cursor)
      const start = after === undefined ? 0 : wanted.findIndex((item) => placeOf(item) > after)
      const items = start === -1 ? [] : wanted.slice(start, start + limit)
      const last = items.at(-1)
      const isLast = last === undefined || wanted.at(-1) === last
      return { items, next: isLast ? null : cursorOf(placeOf(last)) }
    },
  )
  server.post(
    '/api/v1/reports',
    {
      config: { right: 'audit', act: 'report_made' },
      preValidation: readJson,
      schema: {
        tags,
        summary: 'Make a draft of a report, in the place of the draft there is',
        body: wishBody,
        response: jobResponse,
      },
    },
    async ({ body: { languages = null, ...asked } }, reply) => {
      const request = { ...asked, plants: [...new Set(asked.plants)].sort() }
      const fault = faultOfRequest(request)
      if (fault !== null) throw faultOf(fault.member, asked[fault.member], fault.expected, '')
      return submitted(reply, await sources.submitAudit({ what: 'report', request, languages }))
    },
  )
  server.get(
    '/api/v1/reports/:id',
    {
      config: { right: 'view' },
      schema: {
        tags,
        summary:
          'The versions of a report, the last first; with .json, .csv, .xlsx, .pdf, .zip (evidence bundle) or .zip.sig (its signature) behind the id that file of a version',
        params,
        querystring: z.strictObject({
          version: PARAMETERS.version.optional(),
          language: PARAMETERS.language.default('en'),
          table: PARAMETERS.table.default('figures'),
        }),
        response: { 200: reportsAnswer, 400: problem, 404: problem, 409: problem },
      },
    },
    async ({ params: { id }, query: { version, language, table }, headers }, reply) => {
      const format = REPORT_FILES.find((one) => id.endsWith(`.${one}`))
      if (format !== undefined) {
        const item = versionOf(sources, id.slice(0, -format.length - 1), version)
        return sendFile(reply, sources, item, { format, language, table, seen: headers['if-none-match'] })
      }
      const { id: known } = versionOf(sources, id, version)
      const items = sources.reports().filter((item) => item.id === known && (version ?? item.version) === item.version)
      return { items: [...items].sort((a, b) => b.version - a.version), next: null }
    },
  )
  server.delete(
    '/api/v1/reports/:id',
    {
      config: { right: 'audit', act: 'report_made' },
      schema: {
        tags,
        summary: 'Delete a draft',
        params,
        querystring: which,
        response: { 204: z.null(), 400: problem, 403: problem, 404: problem, 409: problem },
      },
    },
    async ({ params: { id }, query: { version } }, reply) => {
      await now(() => sources.removeReport(versionOf(sources, id, version)))
      return reply.code(204).send(null)
    },
  )
  server.post(
    '/api/v1/reports/:id/freeze',
    {
      config: { right: 'audit', act: 'report_made' },
      preValidation: readJson,
      schema: {
        tags,
        summary: 'Freeze a report as its next version: figures, files, readings and renderings are kept permanently',
        params,
        body: freezeBody,
        response: jobResponse,
      },
    },
    async (request, reply) => {
      const {
        params: { id },
        body: { by: said, languages = null },
      } = request
      const by = namedActor(request, 'by', said)
      request.subject = `by ${by}`
      return submitted(reply, await sources.submitAudit({ what: 'freeze', request: requestIn(id), by, languages }))
    },
  )
  server.post(
    '/api/v1/reports/:id/verified',
    {
      config: { right: 'audit', act: 'report_made' },
      preValidation: readJson,
      schema: {
        tags,
        summary: 'Say that a person has verified a frozen version',
        params,
        querystring: which,
        body: verifiedBody,
        response: { 200: reportAnswer, 400: problem, 403: problem, 404: problem, 409: problem },
      },
    },
    (request) => {
      const {
        params: { id },
        query: { version },
        body: { by: said, note },
      } = request
      const by = namedActor(request, 'by', said)
      request.subject = `by ${by}`
      return now(() => sources.verifyReport(frozenOf(sources, id, version), by, note))
    },
  )
  for (const [what, summary] of [
    ['bundle', 'Make the evidence bundle of a frozen version'],
    [
      'check',
      'Check the evidence bundle of a frozen version as an auditor would, offline; it is made where there is none',
    ],
  ] as const) {
    server.post(
      `/api/v1/reports/:id/${what}`,
      {
        config: { right: 'audit', act: 'report_made' },
        schema: { tags, summary, params, querystring: which, response: jobResponse },
      },
      async ({ params: { id }, query: { version } }, reply) => {
        const item = frozenOf(sources, id, version)
        return submitted(reply, await now(() => sources.submitAudit({ what, item })))
      },
    )
  }
}

/** A version, the last when none is named. Throws the 404. */
export function versionOf(sources: Pick<AuditSources, 'report'>, id: string, version?: number): ReportItem {
  const item = requestOf(id) === null ? null : sources.report(id, version)
  if (item !== null) return item
  const which = version === undefined ? '' : `version ${version} of `
  throw notFound(`There is no ${which}report ${id}; /api/v1/reports lists those there are, POST there makes one.`)
}

/** The job with 202, or the 503 when there is no room. */
export function submitted(reply: FastifyReply, job: AuditJob | null) {
  if (job === null) throw new ProblemError(503, 'Too much work on reports waits already; ask again when some is done.')
  return reply.code(202).header('location', `/api/v1/audit/jobs/${job.id}`).send(job)
}

/** The same, of what is not a draft when no version is named. */
function frozenOf(sources: Pick<AuditSources, 'report' | 'reports'>, id: string, version?: number): ReportItem {
  const last = versionOf(sources, id, version)
  if (version !== undefined || last.status !== 'draft') return last
  return sources.report(id, last.version - 1) ?? last
}

function requestIn(id: string): ReportRequest {
  const request = requestOf(id)
  if (request !== null) return request
  throw faultOf('report', id, 'the id of a report: plants, form, first day and the day after the last')
}

/** Answers 409 to what cannot be done with a version as it is. */
async function now<T>(act: () => T | Promise<T>): Promise<T> {
  try {
    return await act()
  } catch (error) {
    throw error instanceof NotNow ? new ProblemError(409, error.message) : error
  }
}

const TYPES: Readonly<Record<ReportFormat, string>> = {
  json: 'application/json',
  csv: 'text/csv; charset=utf-8',
  xlsx: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
  pdf: 'application/pdf',
  zip: 'application/zip',
  'zip.sig': 'text/plain; charset=utf-8',
}

async function sendFile(
  reply: FastifyReply,
  sources: Pick<AuditSources, 'reportFile'>,
  item: ReportItem,
  wanted: Parameters<AuditSources['reportFile']>[1] & { readonly seen: string | undefined },
) {
  const { format, language, table, seen } = wanted
  if (format.startsWith('zip') && !item.has_bundle) {
    const remedy = item.status === 'draft' ? 'freeze it first' : `POST /api/v1/reports/${item.id}/bundle makes it`
    throw new ProblemError(409, `Version ${item.version} has no evidence bundle: ${remedy}.`)
  }
  const part = format === 'csv' ? `.${table}` : format === 'pdf' || format === 'xlsx' ? `.${language}` : ''
  const status = item.status === 'draft' ? 'draft' : 'frozen'
  const etag = `"${item.sha256.slice(0, 32)}.${status}.v${item.version}${part}.${format}"`
  reply.header('etag', etag).header('cache-control', 'no-cache')
  if (seen === etag) return reply.code(304).send()
  const file = await sources.reportFile(item, { format, language, table })
  if (file === null) throw notFound(`There is no table ${table} in the report; its JSON lists them.`)
  const name = `${item.id}.v${item.version}${part}.${format}`
  reply.type(TYPES[format]).header('content-disposition', `attachment; filename="${name}"`)
  reply.serializer((payload) => payload)
  return reply.send('path' in file ? createReadStream(file.path) : Buffer.from(file.bytes))
}

/** Grows along the list. */
function placeOf({ created_at: at, id, version }: ReportItem): string {
  return `${String(9e15 - Date.parse(at))} ${id} ${String(9e6 - version)}`
}
