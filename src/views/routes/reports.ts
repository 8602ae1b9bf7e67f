import { z } from 'zod'
import { requestFault as faultOfRequest } from '../../audit/reports/request.js'
import { REPORT_PROFILES, type ReportItem } from '../../base/report.js'
import { reportsAnswer } from '../../base/wire/audit.js'
import { cursorOf, positionIn } from '../cursor.js'
import { PARAMETERS, page, parameterFault } from '../parameters.js'
import { readJson } from '../posted.js'
import { problem } from '../problem.js'
import { sendFile } from '../report-file.js'
import { jobResponse, languages, reportParams } from '../report-parameters.js'
import { submitted, versionOf } from '../report-versions.js'
import type { Server } from '../server.js'
import { type AuditSources, REPORT_FILES } from '../sources/reports.js'

const tags = ['reports']

export type ReportRouteSources = Pick<AuditSources, 'reports' | 'report' | 'submitAudit' | 'reportFile'>

const DAY = 'a day, such as 2026-10-01'
const day = z.string(DAY).regex(/^\d{4}-\d\d-\d\d$/, DAY)
const PLANTS = 'a list of 1 to 16 ids of plants'
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
/** Reports: their list, drafts of them, and their files. */
export function reportRoutes(server: Server, sources: ReportRouteSources): void {
  listRoute(server, sources)
  draftRoute(server, sources)
  versionsRoute(server, sources)
}

function listRoute(server: Server, sources: Pick<AuditSources, 'reports'>): void {
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
}

function draftRoute(server: Server, sources: Pick<AuditSources, 'submitAudit'>): void {
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
      if (fault !== null) throw parameterFault(fault.member, asked[fault.member], fault.expected, '')
      return submitted(reply, await sources.submitAudit({ what: 'report', request, languages }))
    },
  )
}

function versionsRoute(server: Server, sources: Pick<AuditSources, 'reports' | 'report' | 'reportFile'>): void {
  server.get(
    '/api/v1/reports/:id',
    {
      config: { right: 'view' },
      schema: {
        tags,
        summary:
          'The versions of a report, the last first; with .json, .csv, .xlsx, .pdf, .zip (evidence bundle) or .zip.sig (its signature) behind the id that file of a version',
        params: reportParams,
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
}

/** Grows along the list. */
function placeOf({ created_at: at, id, version }: ReportItem): string {
  return `${String(9e15 - Date.parse(at))} ${id} ${String(9e6 - version)}`
}
