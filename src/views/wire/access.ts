import { z } from 'zod'
import { personName, tokenName } from '../../base/account-names.js'
import { CLIENT_ROLES, type ClientRole } from '../../base/client-roles.js'
import { ACCOUNT_ROLES, type AccountRole } from '../../base/roles.js'
import { isId } from '../../base/topic.js'

/** Accounts of people, their sessions, and credentials of MQTT clients, as administrators see and change them. */

const instant = z.iso.datetime()
const accountRole = z.enum(Object.keys(ACCOUNT_ROLES) as [AccountRole, ...AccountRole[]])
const clientRole = z.enum(Object.keys(CLIENT_ROLES) as [ClientRole, ...ClientRole[]])
const id = z.string().refine(isId, 'an id is [a-z0-9][a-z0-9_-]{0,63}')

const accountItem = z
  .object({
    name: z.string(),
    role: accountRole,
    disabled: z.boolean().describe('lets nobody in, by session or token'),
    since: instant,
    tokens: z.array(z.object({ name: z.string(), since: instant })).describe('for programs that ask in its name'),
    single_sign_on: z.literal(true).optional().describe('the OpenID provider vouches for it, and says its role'),
  })
  .meta({ id: 'Account' })

export const accountsAnswer = z
  .object({
    accounts: z.array(accountItem),
    required: z.boolean().describe('people have to sign in (auth.required)'),
  })
  .meta({ id: 'Accounts' })

export const accountName = z.object({ name: personName.describe('name to sign in with') })

export const accountWish = z.discriminatedUnion('act', [
  z.strictObject({ act: z.literal('add'), role: accountRole }),
  z.strictObject({ act: z.literal('role'), role: accountRole }),
  z.strictObject({ act: z.enum(['password', 'disable', 'enable', 'remove']) }),
  z.strictObject({ act: z.enum(['add_token', 'remove_token']), token: tokenName }),
])

export const accountChanged = z
  .object({
    account: accountItem.nullable().describe('as it is now; null: it was removed'),
    secret: z.string().nullable().describe('the password or token that was made: shown here and never again'),
  })
  .meta({ id: 'AccountChanged' })

const clientItem = z
  .object({
    client: z.string().describe('MQTT client id, and the user name that its token goes with'),
    role: clientRole,
    devices: z.array(z.string()).describe('plant/line/device of those that are registered as its own'),
    tokens: z
      .array(z.object({ since: instant, until: instant.nullable().describe('null: it does not end by itself') }))
      .describe('newest first; a second one only while it is replaced'),
    subject: z.string().nullable().describe('of the client certificate that proves it instead'),
    disabled: z.boolean(),
    any_client_id: z.literal(true).optional().describe('absent where it is bound to its client id'),
  })
  .meta({ id: 'MqttClient' })

export const clientsAnswer = z.object({ clients: z.array(clientItem) }).meta({ id: 'MqttClients' })

/** More than any program names itself by, and no control character: those end up in terminals. */
export const clientId = z
  .string()
  .min(1)
  .max(256)
  .refine((text) => !/\p{Cc}/u.test(text), 'a client id has no control characters')

export const clientWish = z.discriminatedUnion('act', [
  z.strictObject({
    act: z.literal('add'),
    role: z.enum(['gateway', 'reader']).describe('of a program that is no device'),
  }),
  z.strictObject({ act: z.literal('add_device'), plant: id, line: id, device: id }),
  z.strictObject({
    act: z.literal('rotate'),
    overlap_s: z
      .number()
      .int()
      .min(0)
      .max(7_776_000)
      .default(86_400)
      .describe('the token before stays right for so long'),
  }),
  z.strictObject({ act: z.enum(['revoke', 'disable', 'enable', 'remove']) }),
])

export const clientChanged = z
  .object({
    client: clientItem.nullable().describe('as it is now; null: it was removed'),
    token: z.string().nullable().describe('the token that was made: shown here and never again'),
  })
  .meta({ id: 'MqttClientChanged' })

const sessionItem = z
  .object({
    id: z.string().describe('names the session; it opens nothing'),
    name: z.string().describe('of the account'),
    since: instant,
    seen: instant.describe('last asked for something, to five minutes'),
    own: z.boolean().describe('the one that asks'),
  })
  .meta({ id: 'OpenSession' })

export const sessionsAnswer = z.object({ sessions: z.array(sessionItem) }).meta({ id: 'OpenSessions' })

export type AccountItem = z.output<typeof accountItem>
export type AccountsAnswer = z.output<typeof accountsAnswer>
export type AccountWish = z.output<typeof accountWish>
export type AccountChanged = z.output<typeof accountChanged>
export type ClientItem = z.output<typeof clientItem>
export type ClientsAnswer = z.output<typeof clientsAnswer>
export type ClientWish = z.output<typeof clientWish>
export type ClientChanged = z.output<typeof clientChanged>
export type SessionItem = z.output<typeof sessionItem>
export type SessionsAnswer = z.output<typeof sessionsAnswer>
