import { z } from 'zod'
import { natsShape } from '../nats/options.js'

/** The section `forward` of the configuration: a gateway in a plant that passes on what its journal holds to a centre. */
export const forwardOptions = z.strictObject({
  ...natsShape,
  batch_bytes: z
    .int()
    .min(1024)
    .max(4 * 2 ** 20)
    .default(256 * 2 ** 10)
    .describe('about so much of the journal goes out as one message, before compression'),
  plant: z
    .string()
    .regex(/^[a-z0-9][a-z0-9_-]{0,63}$/, 'a plant id is [a-z0-9][a-z0-9_-]{0,63}')
    .optional()
    .describe('plant that messages belong to whose topic names none; the configured one when there is only one'),
  batch_s: z
    .number()
    .min(0)
    .max(60)
    .default(1)
    .describe('so long more is waited for, to fill a batch; a longer time compresses better'),
})

export type ForwardOptions = z.output<typeof forwardOptions>
