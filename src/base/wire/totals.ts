import { z } from 'zod'
import { KPI_FLAG_LIST, type KpiFlag } from '../flags.js'
import { SCOPES, WINDOWS } from '../kpi.js'
import { RANGE_RULES, type RangeFigure } from '../range-figure.js'
import { NULL_REASONS, type NullReason } from '../reasons.js'
import { wire } from './wire.js'

/** Figures of whole ranges of time, which the engine puts together. */

const instant = z.iso.datetime().describe('RFC 3339, UTC')
const reasons = Object.keys(NULL_REASONS) as NullReason[]

const peak = z.object({ value: z.number(), start: instant, end: instant })

const rangeFigure: z.ZodType<RangeFigure> = z
  .object({
    plant: z.string(),
    scope: z.enum(SCOPES),
    id: z.string(),
    kpi: z.string(),
    rule: z
      .enum(RANGE_RULES)
      .describe(
        'how its windows come to one figure: sum adds numerators, ratio adds numerators and denominators, max takes the highest window, product, load, root and mean_times put OEE, load factor, power factor and inherent availability together from their parts, due is a ratio that counts time without any window as due and missing, window is only known as one window of its own',
      ),
    from: instant.describe('moved back to the boundary of the finest window where it begins inside of one'),
    to: instant.describe('not after now'),
    value: z.number().nullable().describe('null when it cannot be computed; then `reason` says why'),
    unit: z.string(),
    reason: z
      .enum(['', ...reasons, 'one_window_only'])
      .describe('one_window_only: windows of this KPI do not add up, ask for a range that is one of them'),
    known: z.number().nullable().describe('the figure of the part of the range that is known, however small'),
    numerator: z.number().nullable(),
    denominator: z.number().nullable(),
    coverage: z
      .number()
      .describe(
        'part of the time of the range up to now that is covered by data, 0..1; of figures of work part of the time in which something was told, of means of a stack part of the hours it ran',
      ),
    estimated_share: z.number().describe('part of the covered time that was interpolated over long gaps, 0..1'),
    data_from: instant.nullable().describe('start of the first window with data in the range'),
    data_to: instant.nullable().describe('end of the last one, not after now'),
    provisional_from: instant.nullable().describe('from here on it may still change without late data'),
    windows: z.partialRecord(z.enum(WINDOWS), z.number().int()).describe('how many windows of each size it is made of'),
    flags: z.array(z.enum(KPI_FLAG_LIST as readonly [KpiFlag, ...KpiFlag[]])),
    factors: z.array(z.string()).describe('ids of the factors used'),
    highest: peak.nullable().describe('the window of the size `highest` asked for that has the highest value'),
    peaks: z.array(peak).optional().describe('with `peaks`: windows of the size `highest` from the highest value down'),
  })
  .meta({ id: 'RangeFigure' })

export const totalsAnswer = wire(z.object({ figures: z.array(rangeFigure) }))
/** `GET /api/v1/plants/{plant}/kpis/totals`: by id and KPI in the order asked for. */
export type TotalsAnswer = z.infer<typeof totalsAnswer>
