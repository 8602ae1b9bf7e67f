import { z } from 'zod'
import { SCOPES, WINDOWS } from '../../base/kpi.js'
import { CORRECTION_FAULTS, type EventItem, RESTATEMENT_REASONS } from '../../base/records.js'
import { originAnswer } from '../../base/wire/origin.js'
import { wire } from './wire.js'

/** Answers of the routes for events, corrections and restatements. */

const instant = z.iso.datetime().describe('RFC 3339, UTC')
const next = z.string().nullable().describe('cursor of the next page, which may turn out empty; null at the end')

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
