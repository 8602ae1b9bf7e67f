import { z } from 'zod'
import { CLIENT_ROLES, type ClientRole } from '../base/client-roles.js'

/** Credentials of MQTT clients: the content of `access/credentials.json`, written by `greengauge device` alone. */

const sha256 = z.string().regex(/^[0-9a-f]{64}$/)
const instant = z.iso.datetime({ offset: true })

const credential = z.strictObject({
  /** The client id that it is bound to: no other client may use it, and it may be used by no other, but for `any_client_id`. */
  client: z.string().min(1).max(256),
  /** device: its own topics; see `client-roles.ts` for the others. */
  role: z.enum(Object.keys(CLIENT_ROLES) as [ClientRole, ...ClientRole[]]).default('device'),
  /** SHA-256 of the tokens that are right: the newest first; a second one only while it is rotated. */
  tokens: z.array(z.strictObject({ sha256, since: instant, until: instant.nullable().default(null) })).max(2),
  /** Subject of the client certificate that proves it instead, as `CN=press-7,O=Acme`; null without one. */
  subject: z.string().min(1).max(1024).nullable().default(null),
  disabled: z.boolean().default(false),
  /**
   * Whoever shows it goes by `client`, whatever client id it connects with: for edge nodes that draw a new one each time.
   * A new connection ends the one before, as two with one client id do.
   */
  any_client_id: z.boolean().optional(),
})

export const credentialsFile = z.array(credential)

export type Credential = z.output<typeof credential>
