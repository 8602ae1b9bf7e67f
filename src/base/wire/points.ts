import { z } from 'zod'
import { KPI_FLAG_LIST, type KpiFlag } from '../flags.js'
import { FORMULA_CONFIDENCES, type KpiInfo, type KpiPoint, PILLARS, SCOPES, WINDOWS } from '../kpi.js'
import { count, instantField, next, nullReasons } from './fields.js'
import { wire } from './wire.js'

/** KPI points and their catalogue. Their types are the engine's own; the compiler holds the schemas to them. */

export const kpiPoint: z.ZodType<KpiPoint> = z
  .object({
    plant: z.string(),
    scope: z.enum(SCOPES),
    id: z.string(),
    kpi: z.string(),
    window: z.enum(WINDOWS),
    start: instantField,
    end: instantField,
    value: z.number().nullable().describe('null when it cannot be computed; then `reason` says why'),
    unit: z.string(),
    reason: z.enum(['', ...nullReasons]),
    numerator: z.number().nullable(),
    denominator: z.number().nullable(),
    coverage: z.number().describe('part of the expected time that is covered by data, 0..1'),
    estimated_share: z.number().describe('part of the covered time that was interpolated over long gaps, 0..1'),
    provisional: z.boolean().describe('the window may still change without late data'),
    rev: count.describe('how often the final point was written anew'),
    flags: z.array(z.enum(KPI_FLAG_LIST as readonly [KpiFlag, ...KpiFlag[]])),
    factors: z.array(z.string()).describe('ids of the factors used'),
    rules: count
      .optional()
      .describe('edition of the calculation rules that made it; absent where that is the one of the program'),
  })
  .meta({ id: 'KpiPoint' })

const kpiInfo: z.ZodType<KpiInfo> = z
  .object({
    id: z.string(),
    name: z.object({ en: z.string(), zh: z.string() }),
    unit: z.string(),
    formula: z.string(),
    formula_zh: z.string().describe('the same in Chinese'),
    source: z.string(),
    source_zh: z.string(),
    confidence: z.enum(FORMULA_CONFIDENCES).describe('how well the formula is known to be that of its source'),
    example: z.string().describe('worked by hand, with its result'),
    pillar: z.enum(PILLARS),
    shape: z.enum(['sum', 'level', 'ratio']),
    windows: z.array(z.enum(WINDOWS)),
    scopes: z.array(z.enum(SCOPES)),
    members: z.string(),
    members_zh: z.string(),
    nulls: z.string(),
    nulls_zh: z.string(),
  })
  .meta({ id: 'KpiInfo' })

export const catalogueAnswer = wire(z.object({ kpis: z.array(kpiInfo) }))
export type CatalogueAnswer = z.infer<typeof catalogueAnswer>
export const latestAnswer = wire(z.object({ points: z.array(kpiPoint), next }))
export type LatestAnswer = z.infer<typeof latestAnswer>
export const seriesAnswer = wire(z.object({ points: z.array(kpiPoint), next }))
export type SeriesAnswer = z.infer<typeof seriesAnswer>

export const enpiBaselineAnswer = wire(
  z.object({
    variable: z.string(),
    energy: z.string(),
    days: count.describe('days that both are known of'),
    left_out: count.describe('days of which one of the two is not known, or not final'),
    a: z
      .number()
      .nullable()
      .describe('kWh of a day without output; null when there is no line, then `reason` says why'),
    b: z.number().nullable().describe('kWh for one more'),
    r2: z.number().nullable().describe('share of the variation that the line explains; null when there was none'),
    reason: z.enum(['', ...nullReasons]),
    config: z.string().nullable().describe('lines for the configuration, YAML'),
  }),
)
/** A line through stored days: expected kWh of a day = a + b · variable. */
export type EnpiBaselineAnswer = z.infer<typeof enpiBaselineAnswer>
