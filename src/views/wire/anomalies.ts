import { z } from 'zod'
import { ANOMALY_ENDS, ANOMALY_KIND_LIST, ANOMALY_VERDICTS } from '../../base/anomaly.js'
import { count, next } from '../../base/wire/fields.js'
import { wire } from './wire.js'

/** `GET /api/v1/plants/{plant}/anomalies`, and verdicts on findings. */

const instant = z.iso.datetime()
const known = z.number().nullable()

export const ANOMALY_STATES = ['open', 'over', 'dismissed'] as const

const amount = z.object({
  value: known,
  reason: z
    .enum(['', 'not_energy', 'no_price', 'no_factor', 'no_expectation'])
    .describe('why value is null; docs/use/anomalies.md says what each means'),
})

const evidence = z.object({
  start: instant,
  step_s: z.number(),
  unit: z.string().describe('of the values; 1 for a ratio'),
  measured: z.array(known).describe('null where nothing came'),
  expected: z.array(known).describe('null where nothing was expected'),
  threshold: z.number().describe('limit that was passed, in threshold_unit'),
  threshold_unit: z.string(),
})

const anomalyFields = {
  id: z.string(),
  kind: z.enum(ANOMALY_KIND_LIST),
  device: z.string(),
  line: z.string().nullable(),
  other: z.string().nullable().describe('the other meter of a swap, or the one before it in a broken balance'),
  text: z.object({ en: z.string(), zh: z.string() }).describe('what is wrong, as a sentence'),
  state: z
    .enum(ANOMALY_STATES)
    .describe(
      'open: nobody has decided yet and it lasts or ended within 14 days, or it is confirmed and lasts; dismissed: by a person; over: the others',
    ),
  needs_person: z.boolean().describe('open, and nobody has decided yet'),
  since: instant,
  until: instant.nullable().describe('null while it lasts'),
  ended: z
    .enum(['', ...ANOMALY_ENDS])
    .describe(
      'how it ended: over; became_usual, it is learnt from by now; not_seen, later looks do not show it; gone, its device is out of service or silent',
    ),
  found_at: instant.describe('end of the data that showed it first'),
  excess: known.describe('measured above expected from the beginning on, in unit; null without an expectation'),
  unit: z.string(),
  kwh: amount,
  money: amount.describe('in the currency of the tariff'),
  kgco2e: amount,
  factor: known.describe('measured by true value where the kind has one'),
  confidence: z.number().describe('part of what was looked at that agrees, 0 to 1'),
  evidence,
  verdict: z.enum(['', ...ANOMALY_VERDICTS]).describe("'' when nobody has decided"),
  verdict_by: z.string().nullable(),
  verdict_at: instant.nullable(),
  verdict_note: z.string(),
}
export const anomalyAnswer = wire(z.object(anomalyFields).meta({ id: 'Anomaly' }))
export type AnomalyItem = z.infer<typeof anomalyAnswer>

const look = z.object({
  at: instant,
  from: instant,
  to: instant.describe('the data end here: a look is at whole days of the plant'),
  known_days: z.number().describe('days of the series that is known best'),
  left_out: count.describe('devices beyond the most that are looked at'),
  silent: z.array(z.string()).describe('devices without a figure in that time'),
})

export const anomaliesAnswer = wire(
  z.object({
    anomalies: z.array(anomalyAnswer),
    next,
    currency: z
      .string()
      .nullable()
      .describe('of money; null where the plant has no tariff, or tariffs of several currencies'),
    look: look.nullable().describe('the newest look; null before the first'),
    reason: z
      .enum(['', 'off', 'pending', 'too_short', 'failed'])
      .describe(
        'why nothing can have been found, or nothing new: off, insight.enabled is false; pending, no look yet; too_short, fewer than 22 days are known; failed, the last look did not come to its end and is tried again in an hour',
      ),
  }),
)
export type AnomaliesAnswer = z.infer<typeof anomaliesAnswer>
