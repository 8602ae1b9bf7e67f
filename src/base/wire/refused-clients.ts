import { z } from 'zod'
import { wire } from './wire.js'

/** MQTT clients, data loggers of HJ 212, and browsers and programs at HTTPS that were not let in. */

/** Number of clients that are remembered; beyond, the one that came longest ago of the address with the most is forgotten. */
export const REFUSED_CLIENTS_MAX = 200

/** Reasons why a client is not let in, with what each means. */
export const CLIENT_REFUSALS = {
  none_shown: 'it shows neither token nor certificate',
  credential: 'its token, certificate or user name is wrong, or it has no credential',
  disabled: 'its credential or its device is disabled',
  other_client: 'the token is that of another client',
  too_often: 'it was wrong too often, and is not looked at for some seconds',
  client_id: 'its client id is too long',
  will: 'its will has a topic that is closed to it',
  reconnects: 'it connects again and again',
  full: 'too many clients are connected',
  tls: 'the TLS handshake failed',
  https: 'the TLS handshake with the pages (HTTPS) failed',
  hj212_frame: 'no frame of its HJ 212 is whole and right',
  hj212_station: 'no station has the MN of its HJ 212 frames',
  hj212_password: 'the PW of its HJ 212 frames is wrong',
} as const
export type ClientRefusal = keyof typeof CLIENT_REFUSALS

const refusedClient = wire(
  z
    .object({
      client: z
        .string()
        .describe('client id as it was shown, at most 200 characters; empty where none came, HJ 212 of a data logger'),
      address: z.string().describe('where it came from; empty where that is not known'),
      reason: z.enum(Object.keys(CLIENT_REFUSALS) as [ClientRefusal, ...ClientRefusal[]]).describe('of the last time'),
      detail: z.string().describe('sentence with what to do'),
      since: z.iso.datetime().describe('first time since the start, or since it was forgotten'),
      last: z.iso.datetime(),
      count: z.number().int().min(1),
    })
    .meta({ id: 'RefusedClient' }),
)
export type RefusedClient = z.infer<typeof refusedClient>

export const refusedClientsAnswer = wire(
  z.object({ clients: z.array(refusedClient).describe(`newest first, at most ${REFUSED_CLIENTS_MAX}`) }),
)
export type RefusedClientsAnswer = z.infer<typeof refusedClientsAnswer>
