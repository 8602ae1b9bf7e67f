import { z } from 'zod'
import type { EventOrigin } from '../../base/entry-origin.js'
import { INGRESS_KINDS } from '../../base/ingress.js'
import { SCOPES, WINDOWS } from '../../base/kpi.js'
import { CORRECTION_FAULTS, type EventItem, RESTATEMENT_REASONS } from '../../base/records.js'
import { wire } from './wire.js'

/** Answers of the routes for events, corrections and restatements. */

const instant = z.iso.datetime().describe('RFC 3339, UTC')
const next = z.string().nullable().describe('cursor of the next page, which may turn out empty; null at the end')

export const originAnswer: z.ZodType<EventOrigin> = z
  .discriminatedUnion('kind', [
    z.object({
      kind: z.literal('device'),
      device: z.string(),
      ingress: z.enum(INGRESS_KINDS),
      client: z.string().describe('MQTT client id; by another ingress broker:ID, edge:ID, hj212:ADDRESS, modbus:ID'),
    }),
    z.object({
      kind: z.literal('person'),
      account: z.string().nullable().describe('the account that was signed in; null where nobody had to sign in'),
      approver: z.string().nullable().optional().describe('the same of who approved it; absent where nobody else did'),
    }),
  ])
  .meta({ id: 'Origin' })

export const eventAnswer: z.ZodType<EventItem> = z
  .object({
    id: z.string(),
    type: z.string(),
    line: z.string(),
    device: z.string(),
    ts: instant.describe('event time'),
    received_at: instant,
    fields: z.record(z.string(), z.unknown()).describe('what the event says, defaults filled in'),
    origin: originAnswer
      .nullable()
      .optional()
      .describe('who put it on record; null for what only devices say, and from before origins were kept'),
  })
  .meta({ id: 'Event' })

const correction = wire(
  z
    .object({
      id: z.string(),
      line: z.string(),
      device: z.string(),
      metric: z.string(),
      at: instant.describe('time of the reading'),
      reading: z.union([z.number(), z.string()]).nullable().describe('what the reading says; null when there is none'),
      before: z.number(),
      after: z.number(),
      author: z.string(),
      reason: z.string(),
      ts: instant.describe('when it was said, event time'),
      received_at: instant,
      applied: z.boolean().describe('figures are made of `after`'),
      why: z.enum(['', ...CORRECTION_FAULTS]).describe('why it is not applied'),
    })
    .meta({ id: 'Correction' }),
)
export type CorrectionItem = z.infer<typeof correction>

const figure = z.object({
  value: z.number().nullable(),
  numerator: z.number(),
  denominator: z.number(),
})

const restatement = wire(
  z
    .object({
      plant: z.string(),
      scope: z.enum(SCOPES),
      id: z.string(),
      kpi: z.string(),
      window: z.enum(WINDOWS),
      start: instant.describe('start of the window'),
      before: figure,
      after: figure,
      at: instant.describe('when it was computed, by the journal'),
      reason: z.enum(RESTATEMENT_REASONS),
    })
    .meta({ id: 'Restatement' }),
)
/** A final figure that changed when nobody expected it to any more. */
export type RestatementItem = z.infer<typeof restatement>

export const eventsAnswer = wire(z.object({ items: z.array(eventAnswer), next }))
export type EventsAnswer = z.infer<typeof eventsAnswer>
export const correctionsAnswer = wire(z.object({ items: z.array(correction), next }))
export type CorrectionsAnswer = z.infer<typeof correctionsAnswer>
export const restatementsAnswer = wire(z.object({ items: z.array(restatement), next }))
export type RestatementsAnswer = z.infer<typeof restatementsAnswer>
