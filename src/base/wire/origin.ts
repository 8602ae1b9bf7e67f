import { z } from 'zod'
import type { EventOrigin } from '../entry-origin.js'
import { INGRESS_KINDS } from '../ingress.js'

/** A device or person that put something on record. */

export const originAnswer: z.ZodType<EventOrigin> = z
  .discriminatedUnion('kind', [
    z.object({
      kind: z.literal('device'),
      device: z.string(),
      ingress: z.enum(INGRESS_KINDS),
      client: z
        .string()
        .describe('MQTT client id; by another ingress broker:ID, edge:ID, hj212:ADDRESS, modbus:ID, opcua:ID'),
    }),
    z.object({
      kind: z.literal('person'),
      account: z.string().nullable().describe('the account that was signed in; null where nobody had to sign in'),
      approver: z.string().nullable().optional().describe('the same of who approved it; absent where nobody else did'),
    }),
  ])
  .meta({ id: 'Origin' })
