import { z } from 'zod'
import {
  ENTRY_STATUSES,
  ENTRY_TYPES,
  type EntriesAnswer,
  type EntryItem,
  type ReconciliationAnswer,
} from '../base/entries.js'
import { EVENT_FIELDS } from '../base/events.js'
import { originAnswer } from './wire/records.js'

/** Bodies and answers of the routes of entries, proved against `base/entries.ts`. */

const WORD = 'a text of 1 to 64 characters'
const word = z.string(WORD).min(1, WORD).max(64, WORD)
const TEXT = 'a text of 1 to 2000 characters'
const text = z.string(TEXT).min(1, TEXT).max(2000, TEXT)
const ID = 'an id of 1 to 48 letters, digits and . _ : -'
const id = z
  .string(ID)
  .regex(/^[A-Za-z0-9._:-]{1,48}$/, ID)
  .optional()
  .describe('of its own among the entries; sent again with it, it is the same entry; one is made when absent')
const device = word.optional().describe('the device that it is about; the office when absent')
const at = z
  .union([z.iso.datetime({ offset: true }), z.iso.date()], 'a day such as 2026-10-01, or an instant with offset')
  .describe('when it happened')
const saidAuthor = word.optional().describe('who says so; whoever has signed in when absent')
const DOCUMENT = 'a text of 1 to 200 characters'
const document = z.string(DOCUMENT).min(1, DOCUMENT).max(200, DOCUMENT).describe('number or name of the paper')

const { bill, fuel_used, fuel_quality, refrigerant_refill, process_input, correction } = EVENT_FIELDS
const papers = { author: saidAuthor, document, approved_by: z.undefined().optional(), id }

export const entryBody = z.discriminatedUnion(
  'type',
  [
    z.strictObject({ ...bill.shape, type: z.literal('bill'), device, ...papers }),
    z.strictObject({ ...fuel_quality.shape, type: z.literal('fuel_quality'), device, ...papers }),
    z.strictObject({ ...fuel_used.shape, type: z.literal('fuel_used'), device, at, ...papers }),
    z.strictObject({ ...refrigerant_refill.shape, type: z.literal('refrigerant_refill'), device, at, ...papers }),
    z.strictObject({ ...process_input.shape, type: z.literal('process_input'), device, at, ...papers }),
    z.strictObject({
      ...correction.shape,
      type: z.literal('correction'),
      device: word.describe('the device whose reading it is'),
      author: saidAuthor,
      approved_by: z.undefined().optional(),
      id,
    }),
  ],
  ENTRY_TYPES.join(', '),
)
export type EntryBody = z.output<typeof entryBody>

export const approval = z.strictObject({ by: saidAuthor })
export const refusalBody = z.strictObject({ by: saidAuthor, reason: text.describe('why, in words') })

const instant = z.iso.datetime().describe('RFC 3339, UTC')

export const entryAnswer: z.ZodType<EntryItem> = z
  .object({
    id: z.string(),
    type: z.enum(ENTRY_TYPES),
    device: z.string(),
    ts: instant.describe('the time that it is of'),
    received_at: instant,
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
  .meta({ id: 'Entry' })

export const entriesAnswer: z.ZodType<EntriesAnswer> = z.object({ items: z.array(entryAnswer) })

export const reconciliationAnswer: z.ZodType<ReconciliationAnswer> = z.object({
  items: z.array(
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
  ),
})
