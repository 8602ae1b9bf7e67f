import { Readable } from 'node:stream'
import { z } from 'zod'
import type { AuditFilter } from '../../audit/log/search.js'
import type { AuditEntry } from '../../base/audit-log.js'
import { auditLogAnswer } from '../../base/wire/audit-log.js'
import { cursorOf, instantOfCursor } from '../cursor.js'
import { PARAMETERS, page, parameterFault } from '../parameters.js'
import { problem } from '../problem.js'
import type { Server } from '../server.js'

const tags = ['access']

const filter = {
  act: PARAMETERS.act.optional(),
  actor: PARAMETERS.actor.optional(),
  from: PARAMETERS.from.optional().meta({ description: 'first instant, RFC 3339 with offset' }),
  to: PARAMETERS.to.optional().meta({ description: 'end, itself not included, RFC 3339 with offset' }),
}

export interface AuditLogSources {
  /** Entries of the audit log before one of a number (null: from the newest on), newest first; `next` is to go on before. */
  auditLog(
    filter: AuditFilter,
    page: { readonly before: number | null; readonly limit: number },
  ): Promise<{ readonly items: readonly AuditEntry[]; readonly next: number | null }>
  /** The same, all of them and oldest first, as pieces of a table in CSV. */
  auditLogTable(filter: AuditFilter): AsyncIterable<string>
}

/** The audit log: pages of it, newest first, and all of it as a table. */
export function auditLogRoutes(server: Server, sources: AuditLogSources): void {
  server.get(
    '/api/v1/trail',
    {
      config: { right: 'audit' },
      schema: {
        tags,
        summary: 'The audit log, newest first: who signed in, changed settings, acted on alarms, made reports',
        querystring: z.strictObject({ ...filter, ...page }),
        response: { 200: auditLogAnswer, 400: problem, 403: problem },
      },
    },
    async ({ query: { cursor, limit, act, actor, from, to } }) => {
      const before = cursor === undefined ? null : instantOfCursor(cursor)
      if (before === undefined) throw parameterFault('cursor', cursor)
      const { items, next } = await sources.auditLog({ act, actor, fromMs: from, toMs: to }, { before, limit })
      return { items, next: next === null ? null : cursorOf(next) }
    },
  )
  server.get(
    '/api/v1/trail.csv',
    {
      config: { right: 'audit' },
      schema: {
        tags,
        summary: 'The audit log as a table, oldest first (CSV, UTF-8)',
        querystring: z.strictObject(filter),
        response: { 200: z.any().describe('the table'), 400: problem, 403: problem },
      },
    },
    ({ query: { act, actor, from, to } }, reply) =>
      reply
        .header('content-type', 'text/csv; charset=utf-8')
        .header('content-disposition', 'attachment; filename="audit-log.csv"')
        .send(Readable.from(sources.auditLogTable({ act, actor, fromMs: from, toMs: to }))),
  )
}
