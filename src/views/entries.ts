import { z } from 'zod'
import { ENTERED_TYPES } from '../base/entries.js'
import { EVENT_FIELDS } from '../base/events.js'

/** Bodies of the routes of entries. */

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

const { bill, fuel_used, fuel_quality, refrigerant_refill, process_input, correction, non_routine_event } = EVENT_FIELDS
const { energy_certificate, production_lot, lot_input, allowance, allowance_price, period_statement } = EVENT_FIELDS
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
    z.strictObject({
      ...non_routine_event.shape,
      type: z.literal('non_routine_event'),
      device,
      author: saidAuthor,
      document: document.optional(),
      approved_by: z.undefined().optional(),
      id,
    }),
    z.strictObject({ ...energy_certificate.shape, type: z.literal('energy_certificate'), ...papers }),
    z.strictObject({ ...production_lot.shape, type: z.literal('production_lot'), ...papers }),
    z.strictObject({ ...lot_input.shape, type: z.literal('lot_input'), ...papers }),
    z.strictObject({ ...allowance.shape, type: z.literal('allowance'), at, ...papers }),
    z.strictObject({ ...allowance_price.shape, type: z.literal('allowance_price'), at, ...papers }),
    z.strictObject({ ...period_statement.shape, type: z.literal('period_statement'), ...papers }),
  ],
  ENTERED_TYPES.join(', '),
)
export type EntryBody = z.output<typeof entryBody>

export const approval = z.strictObject({ by: saidAuthor })
export const refusalBody = z.strictObject({ by: saidAuthor, reason: text.describe('why, in words') })
