import { z } from 'zod'

/** Bodies in which people say something of a machine on its page; instants are RFC 3339. */

const WORD = 'a text of 1 to 64 characters'
const word = z.string(WORD).min(1, WORD).max(64, WORD)
const TEXT = 'a text of 1 to 2000 characters'
const text = z.string(TEXT).min(1, TEXT).max(2000, TEXT)
const instant = z.iso.datetime({ offset: true, error: 'an instant, RFC 3339 with offset' })
const ID = 'an id of 1 to 64 letters, digits and . _ : -'

const of = {
  by: word.optional().describe('who says so'),
  id: z
    .string(ID)
    .regex(/^[A-Za-z0-9._:-]{1,64}$/, ID)
    .optional()
    .describe(
      'of its own among the events of the device: sent again with it, it is the same event; one is made when absent',
    ),
}

export const operatorEventBody = z.discriminatedUnion(
  'type',
  [
    z.strictObject({
      type: z.literal('downtime_reason'),
      code: word.describe('why the machine stood'),
      comment: text.optional().describe('in words'),
      from: instant.describe('from when on'),
      to: instant.optional().describe('until when; open when absent'),
      ...of,
    }),
    z.strictObject({
      type: z.literal('comment'),
      text: text.describe('in words'),
      at: instant.optional().describe('of when; now when absent'),
      ...of,
    }),
  ],
  'downtime_reason or comment',
)
export type OperatorEvent = z.infer<typeof operatorEventBody>
