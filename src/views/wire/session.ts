import { z } from 'zod'
import { ACCOUNT_ROLES, type AccountRole, RIGHTS, type Right } from '../../base/roles.js'
import { wire } from './wire.js'

export const sessionAnswer = wire(
  z
    .object({
      name: z.string().describe('of the account; empty for nobody, and where nobody has to sign in'),
      role: z
        .enum(Object.keys(ACCOUNT_ROLES) as [AccountRole, ...AccountRole[]])
        .nullable()
        .describe('null for nobody'),
      rights: z.array(z.enum(Object.keys(RIGHTS) as [Right, ...Right[]])),
      required: z.boolean().describe('whether people have to sign in (auth.required)'),
      single_sign_on: z
        .object({
          label: z.string().describe('words on the button'),
          url: z.string().describe('address to go to; ?to=#/… is the page to come back to'),
        })
        .optional()
        .describe('how to sign in by an OpenID provider; absent without one'),
    })
    .meta({ id: 'Session' }),
)
export type SessionAnswer = z.infer<typeof sessionAnswer>

export const ticketAnswer = wire(
  z.object({ ticket: z.string(), expires_in_s: z.number().int() }).meta({ id: 'Ticket' }),
)
/** It opens one feed, as `/ws/v1?ticket=…`, in the name of whoever asked for it. */
export type TicketAnswer = z.infer<typeof ticketAnswer>
