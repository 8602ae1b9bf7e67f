import { z } from 'zod'
import { ALLOWANCE_MOVES } from './allowances.js'
import { EVENT_PIECES } from './event-pieces.js'

/** Events about a carbon market, by type; people alone say them. */

const { amount, word, papers } = EVENT_PIECES

const year = z.number().int().min(2000).max(2100)
const month = z.string().regex(/^20\d\d-(0[1-9]|1[0-2])$/, 'a month such as 2026-10')

export const MARKET_EVENT_FIELDS = {
  allowance: z
    .looseObject({
      move: z.enum(ALLOWANCE_MOVES).describe('how they came or went'),
      tonnes: amount.describe('allowances, tCO2e'),
      year: year.describe('year whose emissions they are for'),
      ...papers,
    })
    .describe('allowances of a carbon market that came or went; of people alone'),
  allowance_price: z
    .looseObject({
      price: z.number().min(0).max(1e6).describe('price of one allowance'),
      currency: z
        .string()
        .regex(/^[A-Z]{3}$/, 'a currency of ISO 4217, such as CNY')
        .describe('ISO 4217, such as CNY'),
      ...papers,
    })
    .describe('price that allowances are valued at; of people alone'),
  month_attestation: z
    .looseObject({
      month: month.describe('the month that is attested'),
      report: z.string().min(1).max(180).describe('id of the frozen report of the month'),
      version: z.number().int().min(1).describe('its version'),
      report_sha256: z
        .string()
        .regex(/^[0-9a-f]{64}$/)
        .describe('SHA-256 of its canonical JSON, hex'),
      role: word.optional().describe('office of whoever attests it'),
      ...papers,
    })
    .describe(
      'a person answers for the data of a month, as a frozen report has them: put on record by attesting, in no other way',
    ),
} as const
