import { z } from 'zod'
import { ENTRY_STATUSES, ENTRY_TYPES } from '../entries.js'
import { instantField } from './fields.js'
import { originAnswer } from './origin.js'
import { wire } from './wire.js'

/** Entries that people put on record, and bills beside what was metered. */

export const entryAnswer = wire(
  z
    .object({
      id: z.string(),
      type: z.enum(ENTRY_TYPES),
      device: z.string(),
      ts: instantField.describe('the time that it is of'),
      received_at: instantField,
      status: z.enum(ENTRY_STATUSES),
      author: z.string(),
      origin: originAnswer.nullable().describe('who put it on record; null where that was before origins were kept'),
      document: z.string().nullable(),
      approved_by: z.string().nullable(),
      refused: z
        .object({ by: z.string(), reason: z.string() })
        .nullable()
        .describe('who rejected or withdrew it, and why'),
      fields: z.record(z.string(), z.unknown()),
    })
    .meta({ id: 'Entry' }),
)
export type EntryItem = z.infer<typeof entryAnswer>

export const entriesAnswer = wire(z.object({ items: z.array(entryAnswer) }))
export type EntriesAnswer = z.infer<typeof entriesAnswer>

const reconciliation = wire(
  z
    .object({
      id: z.string().describe('of the bill'),
      metric: z.string(),
      kpi: z.string(),
      unit: z.string(),
      from: z.string(),
      to: z.string(),
      document: z.string().nullable(),
      billed: z.number(),
      metered: z.number().nullable().describe('null where a day of the bill has no figure'),
      difference: z.number().nullable().describe('billed less metered'),
      difference_pct: z.number().nullable(),
      coverage: z.number(),
      tolerance_pct: z.number(),
      verdict: z.enum(['agrees', 'differs', 'unknown']),
    })
    .meta({ id: 'Reconciliation' }),
)
/** A bill against what the meter counted on the same days. */
export type ReconciliationItem = z.infer<typeof reconciliation>

export const reconciliationAnswer = wire(z.object({ items: z.array(reconciliation) }))
export type ReconciliationAnswer = z.infer<typeof reconciliationAnswer>
