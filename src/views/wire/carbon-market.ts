import { z } from 'zod'
import { ALLOWANCE_MOVES } from '../../base/allowances.js'
import { COVERED_EMISSIONS } from '../../base/options/ets.js'
import { REPORT_STATUSES } from '../../base/report.js'
import { count } from '../../base/wire/fields.js'
import { wire } from './wire.js'

/** `GET /api/v1/plants/{plant}/carbon-market`. */

const instant = z.iso.datetime()
const known = z.number().nullable()

export const MONTH_STATES = ['open', 'frozen', 'attested', 'changed'] as const
/** The step that a month has come to. */
export type MonthState = (typeof MONTH_STATES)[number]

const monthItem = wire(
  z
    .object({
      month: z.string().describe('2026-10'),
      from: z.string().describe('first day'),
      to: z.string().describe('the day after the last'),
      document: z.string().describe('id of the report that is its document'),
      due: instant.describe('it has to be attested before'),
      state: z
        .enum(MONTH_STATES)
        .describe(
          'open: its document is not frozen; frozen: it waits for attestation; attested: the version that is frozen last is; changed: an earlier version was attested, and another is frozen',
        ),
      overdue: z.boolean().describe('nobody has attested any version in time, and nobody has since'),
      late: z.boolean().describe('it was attested after its time'),
      report: z
        .object({
          id: z.string(),
          version: z.number().int(),
          status: z.enum(REPORT_STATUSES),
          sha256: z.string(),
          outdated: z.boolean().describe('data came later that would change it'),
        })
        .nullable()
        .describe('the version that was frozen last'),
      attestation: z
        .object({
          entry: z.string(),
          version: z.number().int(),
          by: z.string(),
          account: z.string().nullable().describe('account that was signed in; null where nobody had to'),
          role: z.string().nullable(),
          at: instant,
        })
        .nullable(),
    })
    .meta({ id: 'MarketMonth' }),
)
export type MarketMonthItem = z.infer<typeof monthItem>

const allowancePosition = wire(
  z
    .object({
      year: z.number().int(),
      moves: z.array(z.object({ move: z.enum(ALLOWANCE_MOVES), t: z.number() })).describe('tCO2e, as entered'),
      held: known.describe(
        'allocated, bought and carried over, less sold; null where nothing is on record as allocated, bought or carried over',
      ),
      surrendered: known,
      used: known.describe('covered emissions of the days of the year that are known, tCO2e'),
      days_unknown: count.describe('days that are over and not known'),
      projected: z
        .object({ value: z.number(), low_90: z.number(), high_90: z.number(), issued_at: instant })
        .nullable()
        .describe('covered emissions at the end of the year, tCO2e; nine of ten cases end between the bounds'),
      reason: z
        .string()
        .describe(
          'why nothing is projected: off, pending, no_data, too_short or gaps, as projections have it; empty when it is',
        ),
      difference: known.describe('held less projected, tCO2e: negative where allowances are lacking'),
      price: z
        .object({ price: z.number(), currency: z.string(), at: instant, document: z.string().nullable() })
        .nullable(),
      value: known.describe('difference at that price'),
    })
    .meta({ id: 'AllowancePosition' }),
)
export type AllowancePosition = z.infer<typeof allowancePosition>

const planVersion = wire(
  z
    .object({
      version: z.number().int(),
      from: instant.describe('in force from'),
      by: z
        .string()
        .describe('account that changed it; empty for a change of the file, and where nobody has to sign in'),
      sha256: z.string().describe('of the canonical JSON of the plan'),
      configuration: z.string().describe('SHA-256 of all settings, as the audit log names it'),
      changes: z
        .array(z.object({ path: z.string(), before: z.string().nullable(), after: z.string().nullable() }))
        .describe('differences from the version before, as JSON; at most 200'),
      changed: count.describe('number of all differences'),
    })
    .meta({ id: 'ControlPlanVersion' }),
)
export type ControlPlanItem = z.infer<typeof planVersion>

const missingOriginal = z.object({
  entry: z.string(),
  type: z.string(),
  document: z.string().nullable(),
  sha256: z.string().nullable().describe('null where the entry names none'),
})

export const carbonMarketAnswer = wire(
  z.object({
    enabled: z.boolean().describe('the plant has the setting ets; without it there are no months'),
    covered: z.enum(COVERED_EMISSIONS).nullable(),
    attest_within_days: z.number().int().nullable(),
    months: z.array(monthItem).describe('months that are over, newest first, at most 24'),
    allowances: allowancePosition,
    plan: z.array(planVersion).describe('versions of the control plan, newest first, at most 50'),
    originals: z.object({
      named: count.describe('entries of the last 24 months that name an original'),
      kept: count.describe('of these the gateway has the file'),
      missing: z.array(missingOriginal).describe('entries without one, newest first, at most 50'),
    }),
  }),
)
export type CarbonMarketAnswer = z.infer<typeof carbonMarketAnswer>
