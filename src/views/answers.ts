import { z } from 'zod'
import { KPI_FLAG_LIST, type KpiFlag } from '../base/flags.js'
import { FORMULA_CONFIDENCES, type KpiInfo, type KpiPoint, PILLARS, SCOPES, WINDOWS } from '../base/kpi.js'
import { QUALITIES } from '../base/quality.js'
import { NULL_REASONS, type NullReason, REJECT_REASON_LIST } from '../base/reasons.js'
import type {
  Accounting,
  CatalogueAnswer,
  DeviceNode,
  DismissedAnswer,
  EnpiBaselineAnswer,
  HealthCheck,
  LatestAnswer,
  LineNode,
  PlantNode,
  PlantsAnswer,
  QuarantineAnswer,
  QuarantineItem,
  ReadingPoint,
  ReadingsAnswer,
  RefusedAnswer,
  RefusedItem,
  Rejection,
  RetryAnswer,
  SeriesAnswer,
  StackHourRow,
  StackHoursAnswer,
  StoreAccounting,
  StoreStatus,
  StoresAnswer,
} from '../base/wire.js'
import { STORE_TYPES } from '../stores/registry.js'

/**
 * Schemas of what each route answers, for the OpenAPI document and the tests. The annotations make the compiler prove every
 * schema against the shape in `base/wire.ts`; at run time answers are written as they are, nothing is stripped.
 */

export const instantField = z.iso.datetime().describe('RFC 3339, UTC')
export const count = z.number().int().min(0)
export const next = z.string().nullable().describe('cursor of the next page, which may turn out empty; null at the end')
const names = z.object({ en: z.string().optional(), zh: z.string().optional() })

const nullReasons = Object.keys(NULL_REASONS) as NullReason[]

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

/** The members of a device, in the tree and alone. */
export const deviceFields = {
  id: z.string(),
  role: z.string().nullable(),
  configured: z.boolean(),
  state: z.enum(['online', 'offline', 'stale']),
  last_seen: instantField.nullable().describe('arrival of its last message, whatever became of it'),
  rejected_reason: z
    .enum(REJECT_REASON_LIST)
    .nullable()
    .describe('why nothing of its last message was taken; null when something was, or none came for its idle_s'),
  newest: instantField.nullable(),
  clock: z.enum(['good', 'ahead', 'behind', 'unsteady']).nullable(),
  clock_offset_ms: z.number().nullable().describe('device minus gateway, as the last ten minutes with readings say'),
  messages: count,
  readings: count,
  elements_rejected: count,
  rate_per_min: z.number().describe('messages a minute over the last five whole minutes'),
  sequence_gaps: count.describe('how often its `seq` jumped ahead'),
  sequence_missing: count.describe('numbers that were left out so'),
}
const deviceNode: z.ZodType<DeviceNode> = z.object(deviceFields).meta({ id: 'Device' })

const lineNode: z.ZodType<LineNode> = z
  .object({ id: z.string(), name: names, devices: z.array(deviceNode) })
  .meta({ id: 'Line' })

const target = z.object({
  kpi: z.string(),
  window: z.enum(WINDOWS),
  min: z.number().optional(),
  max: z.number().optional(),
  budget: z.number().optional(),
  warn: z.number().optional(),
})

const characteristic = z.object({
  id: z.string(),
  device: z.string().optional(),
  lsl: z.number().optional(),
  usl: z.number().optional(),
  target: z.number().optional(),
})

const plantNode: z.ZodType<PlantNode> = z
  .object({
    id: z.string(),
    name: names,
    timezone: z.string(),
    configured: z.boolean(),
    currency: z.string().optional().describe('code of the currency of its tariffs, where they have one'),
    targets: z.array(target),
    characteristics: z
      .array(characteristic)
      .optional()
      .describe('what is measured on parts, with its specification limits; absent where nothing is configured'),
    lines: z.array(lineNode),
  })
  .meta({ id: 'Plant' })

const readingPoint: z.ZodType<ReadingPoint> = z
  .object({ ts: instantField, value: z.union([z.number(), z.string()]), unit: z.string(), quality: z.enum(QUALITIES) })
  .meta({ id: 'Reading' })

const stackHourRow: z.ZodType<StackHourRow> = z
  .object({
    start: instantField,
    end: instantField,
    cause: z
      .enum(['measured', 'stopped', 'out_of_control', 'invalid'])
      .describe('measured: it counts as it is; stopped: the source stood still; the other two are filled'),
    kg: z.number().nullable().describe('what counts: measured or filled; null when the operator has to decide'),
    measured_kg: z.number().nullable().describe('the live figure, whether it counts or not'),
    concentration: z.number().nullable().describe('mg/Nm3 as measured; null where the hour is not valid'),
    reference: z.number().nullable().describe('mg/Nm3 at reference oxygen'),
    above_limit: z.boolean().nullable().describe('null where nothing was measured: a filled hour is never above'),
    substitution: z
      .object({
        kg: z.number().nullable(),
        method: z.string().nullable(),
        reason: z.enum(['', ...nullReasons]).describe('why nothing was put in'),
        gap_hours: count.describe('missing hours of the gap that this one belongs to'),
        from_hours: count.describe('measured hours that the value was taken from'),
      })
      .nullable(),
  })
  .meta({ id: 'StackHour' })

export const rejection: z.ZodType<Rejection> = z
  .object({
    reason: z.enum(REJECT_REASON_LIST),
    detail: z.string(),
    index: count,
    metric: z.string().optional(),
    ts: z.string().optional(),
  })
  .meta({ id: 'Rejection' })

export const quarantineItem: z.ZodType<QuarantineItem> = z
  .object({
    id: z.string(),
    received_at: instantField,
    topic: z.string(),
    client: z.string(),
    size_bytes: count,
    sample: z
      .string()
      .describe('the first 4 KiB as text; of bytes that are no text the first KiB, like `hex: 08 ff …`'),
    reason: z.enum(REJECT_REASON_LIST),
    rejections: z.array(rejection).describe('at most 20; `count` says how many there were'),
    count,
    dismissed: z
      .object({ by: z.string(), at: instantField, note: z.string() })
      .optional()
      .describe('who has decided that nothing is to be done about it, when and why; absent of what waits'),
  })
  .meta({ id: 'QuarantineItem' })

const storeAccounting: z.ZodType<StoreAccounting> = z
  .object({
    readings: z.object({ archived: count, stored: count, refused: count, pending: count }),
    kpis: z.object({ final: count, stored: count, refused: count, pending: count }),
  })
  .meta({ id: 'StoreAccounting' })

export const plantsAnswer: z.ZodType<PlantsAnswer> = z.object({ plants: z.array(plantNode), next })
export const catalogueAnswer: z.ZodType<CatalogueAnswer> = z.object({ kpis: z.array(kpiInfo) })
export const latestAnswer: z.ZodType<LatestAnswer> = z.object({ points: z.array(kpiPoint), next })
export const seriesAnswer: z.ZodType<SeriesAnswer> = z.object({ points: z.array(kpiPoint), next })
export const enpiBaselineAnswer: z.ZodType<EnpiBaselineAnswer> = z.object({
  variable: z.string(),
  energy: z.string(),
  days: count.describe('days that both are known of'),
  left_out: count.describe('days of which one of the two is not known, or not final'),
  a: z.number().nullable().describe('kWh of a day without output; null when there is no line, then `reason` says why'),
  b: z.number().nullable().describe('kWh for one more'),
  r2: z.number().nullable().describe('share of the variation that the line explains; null when there was none'),
  reason: z.enum(['', ...nullReasons]),
  config: z.string().nullable().describe('lines for the configuration, YAML'),
})
export const readingsAnswer: z.ZodType<ReadingsAnswer> = z.object({ points: z.array(readingPoint), next })
export const stackHoursAnswer: z.ZodType<StackHoursAnswer> = z.object({
  hours: z.array(stackHourRow),
  calibrations: z
    .array(
      z.object({
        time: instantField,
        metric: z.string(),
        passed: z.boolean(),
        zero_drift_pct: z.number().nullable(),
        span_drift_pct: z.number().nullable(),
      }),
    )
    .describe('checks of the analyser: a good one ends the look-back, a failed one puts hours in doubt'),
  captures: z
    .array(
      z.object({
        start: instantField,
        end: instantField,
        hours: count,
        stopped: count,
        invalid: count,
        capture: z.number().nullable().describe('0..1; null when the source never ran'),
      }),
    )
    .describe('of the quarters (hj75) or years (mrr) by which hours are filled'),
  next,
})
export const quarantineAnswer: z.ZodType<QuarantineAnswer> = z.object({
  items: z.array(quarantineItem),
  next,
  counts: z
    .partialRecord(z.enum(REJECT_REASON_LIST), count)
    .describe('rejected elements and metrics since the data directory was made'),
  waiting: z
    .partialRecord(z.enum(REJECT_REASON_LIST), count)
    .describe('messages that wait, of the plant and device asked for, on all pages'),
  dismissed: z
    .partialRecord(z.enum(REJECT_REASON_LIST), count)
    .optional()
    .describe('messages that were dismissed and are still kept, likewise'),
})
export const dismissedAnswer: z.ZodType<DismissedAnswer> = z.object({
  dismissed: count.describe('messages that no longer wait'),
  waiting: count.describe('messages of the same reason, plant and device that have arrived since'),
})
export const retryAnswer: z.ZodType<RetryAnswer> = z.object({
  result: z.enum(['accepted', 'rejected']),
  readings: count.describe('decoded from it, and archived; 0 when it was rejected again'),
  events: count,
  rejections: z.array(rejection).describe('what is still wrong, at most 20'),
})
export const accountingAnswer: z.ZodType<Accounting> = z.object({
  messages: z.object({ received: count, decoded: count, rejected: count, undecoded: count }),
  readings: z.object({ decoded: count, archived: count, duplicate: count, conflict: count, pending: count }),
  elements_rejected: count,
  ignored: z
    .array(z.object({ profile: z.string(), rule: z.string(), messages: count }))
    .describe('of the decoded messages: those that a profile ignores and none reads, by profile and rule')
    .exactOptional(),
  stores: z.record(z.string(), storeAccounting),
  closes: z.boolean().describe('the sums agree: nothing was lost'),
  devices: z
    .array(
      z.object({
        plant: z.string(),
        line: z.string(),
        device: z.string(),
        messages: count,
        readings: count,
        elements_rejected: count,
      }),
    )
    .exactOptional(),
  next: next.exactOptional(),
})
const both = z.object({ readings: count, kpis: count })
export const storeAnswer: z.ZodType<StoreStatus> = z
  .object({
    name: z.string(),
    type: z.enum(STORE_TYPES),
    answers_history: z.boolean(),
    state: z.enum(['current', 'behind', 'waiting']).describe('waiting: it takes nothing, and `reason` says why'),
    reason: z.string(),
    pending: both
      .extend({ provisional: count.optional().describe('points of windows that go on; `kpis` are final ones') })
      .describe('not given to it yet'),
    refused: both.describe('what it does not take; see /stores/{store}/refused'),
    refill: z
      .object({ from: instantField, to: instantField, readings: count, kpis: count, done: z.boolean() })
      .nullable()
      .describe('a time range that is being written again, or was last, and how much of it is there'),
  })
  .meta({ id: 'Store' })
export const storesAnswer: z.ZodType<StoresAnswer> = z.object({ stores: z.array(storeAnswer) })
const refusedItem: z.ZodType<RefusedItem> = z
  .object({
    time: instantField.describe('event time of the reading, or start of the window'),
    refused_at: instantField,
    detail: z.string().describe("the server's own words"),
    plant: z.string(),
    device: z.string().exactOptional(),
    metric: z.string().exactOptional(),
    scope: z.string().exactOptional(),
    id: z.string().exactOptional(),
    kpi: z.string().exactOptional(),
    window: z.string().exactOptional(),
  })
  .meta({ id: 'Refused' })
export const refusedAnswer: z.ZodType<RefusedAnswer> = z.object({ items: z.array(refusedItem), next })
export const healthCheck: z.ZodType<HealthCheck> = z
  .object({ name: z.string(), ok: z.boolean(), reason: z.string() })
  .meta({ id: 'HealthCheck' })
export const gatewayAnswer = z.object({
  version: z.string(),
  commit: z.string(),
  node: z.string(),
  mqtt: z.object({
    host: z.string(),
    port: z.number().int().nullable().describe('null when it is switched off, or takes TLS alone'),
    tls_port: z.number().int().nullable().describe('port for MQTT over TLS; null without'),
  }),
})
export const livenessAnswer = z.object({ status: z.literal('alive') })
export const readinessAnswer = z.object({
  status: z.enum(['ready', 'not_ready']),
  lag_s: z
    .number()
    .min(0)
    .nullable()
    .describe('how far figures are behind what has arrived, s; above 30 not ready; null while the database is rebuilt'),
  checks: z.array(healthCheck).describe('those that are not well; with `verbose` all'),
})
