import { createReadStream } from 'node:fs'
import type { FastifyReply } from 'fastify'
import type { ReportItem } from '../base/report.js'
import { notFound, ProblemError } from './problem.js'
import type { AuditSources, ReportFormat } from './sources/reports.js'

const TYPES: Readonly<Record<ReportFormat, string>> = {
  json: 'application/json',
  csv: 'text/csv; charset=utf-8',
  xlsx: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
  pdf: 'application/pdf',
  zip: 'application/zip',
  'zip.sig': 'text/plain; charset=utf-8',
}

/** Sends a file of a version, or 304 to who has it. Throws the 404 and, where there is no bundle yet, the 409. */
export async function sendFile(
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
