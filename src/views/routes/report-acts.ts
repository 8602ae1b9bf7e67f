import { z } from 'zod'
import { type ReportRequest, requestOf } from '../../audit/reports/request.js'
import { reportAnswer } from '../../base/wire/audit.js'
import { namedActor } from '../guard.js'
import { parameterFault } from '../parameters.js'
import { readJson } from '../posted.js'
import { problem } from '../problem.js'
import { jobResponse, languages, reportParams, whichVersion } from '../report-parameters.js'
import { frozenOf, now, submitted, versionOf } from '../report-versions.js'
import type { Server } from '../server.js'
import type { AuditSources } from '../sources/reports.js'

const tags = ['reports']

export type ReportActSources = Pick<
  AuditSources,
  'reports' | 'report' | 'submitAudit' | 'verifyReport' | 'removeReport'
>

const WORD = 'a text of 1 to 64 characters'
const word = z.string(WORD).min(1, WORD).max(64, WORD)
const freezeBody = z.strictObject({
  by: word.optional().describe('who freezes it; whoever has signed in when absent'),
  languages: languages.describe('languages of what is rendered'),
})
const NOTE = 'a text of at most 2000 characters'
const verifiedBody = z.strictObject({
  by: word.optional().describe('who has verified it; whoever has signed in when absent'),
  note: z.string(NOTE).max(2000, NOTE).default('').describe('in words'),
})

/** Acts on a version of a report: it is deleted, frozen, verified, bundled or checked. */
export function reportActRoutes(server: Server, sources: ReportActSources): void {
  deleteRoute(server, sources)
  freezeRoute(server, sources)
  verifiedRoute(server, sources)
  bundleRoutes(server, sources)
}

function deleteRoute(server: Server, sources: Pick<AuditSources, 'report' | 'removeReport'>): void {
  server.delete(
    '/api/v1/reports/:id',
    {
      config: { right: 'audit', act: 'report_made' },
      schema: {
        tags,
        summary: 'Delete a draft',
        params: reportParams,
        querystring: whichVersion,
        response: { 204: z.null(), 400: problem, 403: problem, 404: problem, 409: problem },
      },
    },
    async ({ params: { id }, query: { version } }, reply) => {
      await now(() => sources.removeReport(versionOf(sources, id, version)))
      return reply.code(204).send(null)
    },
  )
}

function freezeRoute(server: Server, sources: Pick<AuditSources, 'submitAudit'>): void {
  server.post(
    '/api/v1/reports/:id/freeze',
    {
      config: { right: 'audit', act: 'report_made' },
      preValidation: readJson,
      schema: {
        tags,
        summary: 'Freeze a report as its next version: figures, files, readings and renderings are kept permanently',
        params: reportParams,
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
}

function verifiedRoute(server: Server, sources: Pick<AuditSources, 'reports' | 'report' | 'verifyReport'>): void {
  server.post(
    '/api/v1/reports/:id/verified',
    {
      config: { right: 'audit', act: 'report_made' },
      preValidation: readJson,
      schema: {
        tags,
        summary: 'Say that a person has verified a frozen version',
        params: reportParams,
        querystring: whichVersion,
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
}

function bundleRoutes(server: Server, sources: Pick<AuditSources, 'reports' | 'report' | 'submitAudit'>): void {
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
        schema: { tags, summary, params: reportParams, querystring: whichVersion, response: jobResponse },
      },
      async ({ params: { id }, query: { version } }, reply) => {
        const item = frozenOf(sources, id, version)
        return submitted(reply, await now(() => sources.submitAudit({ what, item })))
      },
    )
  }
}

function requestIn(id: string): ReportRequest {
  const request = requestOf(id)
  if (request !== null) return request
  throw parameterFault('report', id, 'the id of a report: plants, form, first day and the day after the last')
}
