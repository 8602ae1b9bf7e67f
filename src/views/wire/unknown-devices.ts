import { z } from 'zod'
import { METRIC_CLASSES } from '../../base/metrics.js'
import { DEVICE_ROLES } from '../../base/plant.js'
import { PROPOSAL_REASONS, type ProposalReason, type ProposalReasonCode } from '../../base/proposal-reasons.js'
import { wire } from './wire.js'

/** Behaviour of the values of a metric in time: a register, one that begins again, amounts per interval, a level, words, 0 and 1. */
export const BEHAVIOURS = ['cumulative', 'resets', 'per_interval', 'gauge', 'state', 'switch'] as const
export type Behaviour = (typeof BEHAVIOURS)[number]

/** A proposal with its reasons; null where the data do not say. */
export interface Proposed<T> {
  readonly value: T | null
  readonly reasons: readonly ProposalReason[]
}

const reason = z.object({
  code: z.enum(Object.keys(PROPOSAL_REASONS) as [ProposalReasonCode, ...ProposalReasonCode[]]),
  values: z.record(z.string(), z.union([z.string(), z.number()])),
})
const proposed = <T extends z.ZodType>(value: T) =>
  z.object({ value: value.nullable().describe('null: the data do not say'), reasons: z.array(reason) })

const unknownMetric = z.object({
  metric: z.string(),
  class: z.enum(METRIC_CLASSES),
  unit: z.string().describe('in which it is stored'),
  last: z.union([z.number(), z.string()]).nullable(),
  last_ts: z.iso.datetime().nullable(),
  values: z.number().int().describe('so many of its last values were looked at'),
  taken_as: proposed(z.string()).describe('metric of the table that it takes part in figures as'),
  behaviour: proposed(z.enum(BEHAVIOURS)),
  period_s: proposed(z.number()),
})

const ignored = z
  .object({ at: z.iso.datetime(), by: z.string().nullable() })
  .nullable()
  .describe('since when, and by whom; null: it is not ignored')

const unknownDevice = z.object({
  plant: z.string(),
  line: z.string(),
  device: z.string(),
  since: z.iso.datetime().nullable().describe('time of the oldest reading that is kept'),
  last_seen: z.iso.datetime().nullable(),
  messages: z.number().int(),
  readings: z.number().int(),
  elements_rejected: z.number().int(),
  rate_per_min: z.number().describe('messages, over the last five whole minutes'),
  client: z.string().nullable(),
  ignored,
  metrics: z.array(unknownMetric).describe('at most 40, those with the newest readings first'),
  metrics_more: z.number().int().describe('so many that are not listed'),
  proposal: z.object({
    role: proposed(z.enum(DEVICE_ROLES)),
    parent: proposed(z.string()).describe('meter that it lies behind; null also where it is no submeter'),
    line: proposed(z.string()),
    adoptable: z.boolean().describe('false where the plant has to be configured first'),
  }),
  doubts: z.array(reason).describe('what does not fit together in what it sends'),
})

const unknownTopic = z.object({
  topic: z.string().describe('as a profile writes it, with {device} for the level that differs'),
  topics: z.array(z.string()).describe('at most three that messages came under'),
  messages: z.number().int().describe('in quarantine, of the newest that were looked at'),
  since: z.iso.datetime(),
  last_seen: z.iso.datetime(),
  sample: z.string().describe('begin of the newest payload'),
  profile: proposed(z.string()),
  prefix: z.string().nullable().describe('first levels of the topics, where they differ from those of the profile'),
  values: z.array(
    z.object({
      at: z.string().describe('where it stands in the payload; empty: the payload itself'),
      metric: z.string(),
      unit: z.string().nullable().describe('null: the message does not say'),
      seen: z.array(z.unknown()),
      reasons: z.array(reason),
    }),
  ),
  ignored,
})

export const unknownDevicesAnswer = wire(
  z.object({
    items: z.array(unknownDevice),
    topics: z.array(unknownTopic).describe('that no profile in use takes; on the first page only'),
    next: z.string().nullable(),
    total: z.number().int().describe('devices, ignored ones not counted'),
    ignored: z.number().int(),
  }),
)

export type UnknownDevicesAnswer = z.infer<typeof unknownDevicesAnswer>
export type UnknownDevice = UnknownDevicesAnswer['items'][number]
export type UnknownMetric = UnknownDevice['metrics'][number]
export type UnknownTopic = UnknownDevicesAnswer['topics'][number]

export const ignoreAnswer = wire(
  z.object({ ignored: z.boolean(), count: z.number().int().describe('devices and topics named') }),
)

const adoptRefusal = z.object({
  plant: z.string(),
  device: z.string().describe('or the profile of a topic'),
  reason: z.enum(['unknown', 'configured', 'plant_not_there']),
})

export const adoptAnswer = wire(
  z.object({
    adopted: z.number().int().describe('devices and topics that are put into the configuration, or would be'),
    refused: z.array(adoptRefusal),
    text: z.string().describe('what the configuration file would have in addition, YAML'),
    saved: z.boolean().describe('false: nothing has changed'),
    read_only: z.string().nullable().describe('why the gateway does not write its configuration; null: it does'),
    problems: z
      .array(z.object({ path: z.string(), problem: z.string(), remedy: z.string() }))
      .describe('what the rules of the configuration say against it'),
  }),
)
export type AdoptAnswer = z.infer<typeof adoptAnswer>
export type AdoptRefusal = AdoptAnswer['refused'][number]
