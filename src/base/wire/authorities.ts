import { z } from 'zod'
import { AUTHORITY_EVENTS, AUTHORITY_STATES } from '../authority.js'
import { REPORTED } from '../options/authorities.js'
import { wire } from './wire.js'

/** Authorities that stacks report to by HJ 212. */

const instant = z.iso.datetime().describe('RFC 3339, UTC')
const count = z.number().int().min(0)

const stack = wire(
  z.object({
    stack: z.string(),
    mn: z.string(),
    state: z
      .enum(AUTHORITY_STATES)
      .describe(
        'connecting: no connection yet; ok: the last frame was answered, or none is due; retrying: the other side is away or does not answer; failed: it refuses, which is for a person to mend',
      ),
    reason: z.string().describe('why it is retrying or failed'),
    pending: z
      .object({ minute: count, hour: count, day: count })
      .describe('so many are over and not answered yet, or are to be sent again'),
    oldest_pending: instant.nullable().describe('start of the oldest of them'),
    last_answered_at: instant.nullable(),
    restated: count.describe('hours and days whose figures have changed after they were sent'),
  }),
)
/** A stack at an authority. */
export type AuthorityStack = z.infer<typeof stack>

const authority = wire(
  z
    .object({
      plant: z.string(),
      id: z.string(),
      target: z.string().describe('host and port'),
      edition: z.number().describe('of HJ 212'),
      stacks: z.array(stack),
    })
    .meta({ id: 'Authority' }),
)
export type AuthorityStatus = z.infer<typeof authority>

const event = wire(
  z
    .object({
      at: instant,
      stack: z.string(),
      what: z
        .enum(AUTHORITY_EVENTS)
        .describe(
          'sent, and what became of it: answered, unanswered, refused, broken (the connection); dropped: older than keep_days; restated: other figures than those that were sent; asked: a command that was refused',
        ),
      period: z.enum(REPORTED).nullable(),
      data_time: instant.nullable().describe('DataTime'),
      qn: z.string().nullable(),
      attempt: count.describe('more than 1 for a frame that was sent again'),
      detail: z.string().describe('of sent the data segment, without the password'),
    })
    .meta({ id: 'AuthorityEvent' }),
)
export type AuthorityEvent = z.infer<typeof event>

export const authoritiesAnswer = wire(z.object({ authorities: z.array(authority) }))
export type AuthoritiesAnswer = z.infer<typeof authoritiesAnswer>
export const authorityLogAnswer = wire(z.object({ events: z.array(event).describe('newest first') }))
export type AuthorityLogAnswer = z.infer<typeof authorityLogAnswer>
