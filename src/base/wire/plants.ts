import { z } from 'zod'
import { WINDOWS } from '../kpi.js'
import { REJECT_REASON_LIST } from '../reasons.js'
import { count, instantField, next } from './fields.js'
import { wire } from './wire.js'

/** Plants with their lines and devices, as configured and as they are. */

const names = wire(z.object({ en: z.string().optional(), zh: z.string().optional() }))
export type LocalizedNames = z.infer<typeof names>

const deviceState = z.enum(['online', 'offline', 'stale'])
export type DeviceState = z.infer<typeof deviceState>

const clockVerdict = z.enum(['good', 'ahead', 'behind', 'unsteady'])
/** Verdict on a device's clock, from its times against their arrival. */
export type ClockVerdict = z.infer<typeof clockVerdict>

/** The members of a device, in the tree and alone. */
export const deviceFields = {
  id: z.string(),
  /** null for a sender that is not configured. */
  role: z.string().nullable(),
  configured: z.boolean(),
  retired: instantField.optional().describe('since when it is out of service; absent while it is in service'),
  state: deviceState,
  /** null before the first. */
  last_seen: instantField.nullable().describe('arrival of its last message, whatever became of it'),
  rejected_reason: z
    .enum(REJECT_REASON_LIST)
    .nullable()
    .describe('why nothing of its last message was taken; null when something was, or none came for its idle_s'),
  /** Newest event time. */
  newest: instantField.nullable(),
  /** null before the first reading that has a time of the device. */
  clock: clockVerdict.nullable(),
  clock_offset_ms: z.number().nullable().describe('device minus gateway, as the last ten minutes with readings say'),
  messages: count,
  readings: count,
  elements_rejected: count,
  rate_per_min: z.number().describe('messages a minute over the last five whole minutes'),
  sequence_gaps: count.describe('how often its `seq` jumped ahead'),
  sequence_missing: count.describe('numbers that were left out so'),
}
const deviceNode = wire(z.object(deviceFields).meta({ id: 'Device' }))
export type DeviceNode = z.infer<typeof deviceNode>

const lineNode = wire(z.object({ id: z.string(), name: names, devices: z.array(deviceNode) }).meta({ id: 'Line' }))
export type LineNode = z.infer<typeof lineNode>

const target = wire(
  z.object({
    kpi: z.string(),
    window: z.enum(WINDOWS),
    min: z.number().optional(),
    max: z.number().optional(),
    budget: z.number().optional(),
    warn: z.number().optional(),
  }),
)
/** Limits, target and budget of a KPI, as configured: what a tile compares with. */
export type Target = z.infer<typeof target>

const characteristic = wire(
  z.object({
    id: z.string(),
    /** An entry for one device goes before an entry for all. */
    device: z.string().optional(),
    lsl: z.number().optional(),
    usl: z.number().optional(),
    target: z.number().optional(),
  }),
)
/** Limits of one characteristic, in the unit of its values. */
export type CharacteristicLimits = z.infer<typeof characteristic>

const plantNode = wire(
  z
    .object({
      id: z.string(),
      name: names,
      timezone: z.string(),
      configured: z.boolean(),
      currency: z.string().optional().describe('code of the currency of its tariffs, where they have one'),
      targets: z.array(target),
      benchmarks: z.number().int().optional().describe('how many values of the sector are stated, with their sources'),
      characteristics: z
        .array(characteristic)
        .optional()
        .describe('what is measured on parts, with its specification limits; absent where nothing is configured'),
      lines: z.array(lineNode),
    })
    .meta({ id: 'Plant' }),
)
export type PlantNode = z.infer<typeof plantNode>

export const plantsAnswer = wire(z.object({ plants: z.array(plantNode), next }))
export type PlantsAnswer = z.infer<typeof plantsAnswer>
