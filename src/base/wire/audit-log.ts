import { z } from 'zod'
import { AUDIT_ACTIONS, type AuditAction } from '../audit-log.js'
import { wire } from './wire.js'

/** The audit log, as pages of it are read. */

const acts = Object.keys(AUDIT_ACTIONS) as [AuditAction, ...AuditAction[]]

const entry = z.object({
  number: z.number().int().describe('1, 2, 3, … without gaps'),
  at: z.string().describe('RFC 3339, by the clock of the gateway'),
  act: z.enum(acts).describe(acts.map((act) => `${act}: ${AUDIT_ACTIONS[act]}`).join('; ')),
  actor: z
    .string()
    .describe('name of the account; empty for the gateway, a command on its machine, or somebody unknown'),
  subject: z.string().describe('what it was done to'),
  previous: z.string().describe('hash of the entry before, hex'),
  hash: z.string().describe('SHA-256 of the canonical JSON (RFC 8785) of all other fields, hex'),
})

export const auditLogAnswer = wire(
  z
    .object({
      items: z.array(entry),
      next: z.string().nullable().describe('a page may be short, or empty, and not the last'),
    })
    .meta({ id: 'AuditLog' }),
)
/** A page of the audit log, newest first: a search goes through a part of the log at a time. */
export type AuditLogAnswer = z.infer<typeof auditLogAnswer>
