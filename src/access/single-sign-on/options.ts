import { z } from 'zod'
import { ACCOUNT_ROLES, type AccountRole } from '../../base/roles.js'

/** Options under `auth.oidc:` in `greengauge.yaml`: the OpenID provider by which people sign in. */

const LOOPBACK_HOST = /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/

/** Tokens and codes travel by it: unencrypted only on this machine. */
const ownUrl = (what: string) =>
  z
    .url('an address')
    .refine(
      (text) => {
        if (!URL.canParse(text)) return false
        const { protocol, hostname, search, hash, username } = new URL(text)
        const isSafe = protocol === 'https:' || (protocol === 'http:' && LOOPBACK_HOST.test(hostname))
        return isSafe && search === '' && hash === '' && username === ''
      },
      { message: `${what} is an https:// address without ? and # (http:// only on this machine)` },
    )
    .max(500)

const claim = z.string().min(1).max(100)
const values = z.array(z.string().min(1).max(200)).max(100).default([])
const roleNames = Object.keys(ACCOUNT_ROLES) as [AccountRole, ...AccountRole[]]

export const oidcOptions = z.strictObject({
  issuer: ownUrl('an issuer').describe(
    'issuer of the OpenID provider; its /.well-known/openid-configuration says the rest',
  ),
  client_id: z.string().min(1).max(200).describe('id under which the provider knows this gateway'),
  client_secret: z
    .string()
    .min(1)
    .optional()
    .describe('secret of the client; without one the gateway is a public client, proved by PKCE alone'),
  client_secret_file: z.string().min(1).optional().describe('file that holds it'),
  public_url: ownUrl('public_url').describe(
    'address under which people open the pages; register it with /api/v1/session/oidc/callback behind it as the redirect URI',
  ),
  label: z.string().min(1).max(60).default('Single sign-on').describe('words on the button of the sign-in page'),
  scopes: z
    .array(z.string().regex(/^[\x21\x23-\x5b\x5d-\x7e]{1,100}$/, 'a scope has no spaces'))
    .max(20)
    .default(['openid', 'profile'])
    .describe('scopes that are asked for; openid is always among them'),
  name_claim: claim
    .default('preferred_username')
    .describe('claim that gives the name of a new account; later sign-ins go by the subject alone'),
  roles_claim: claim.default('groups').describe('claim whose values give the role: a text or a list of texts'),
  roles: z
    .strictObject({ admin: values, auditor: values, operator: values })
    .prefault({})
    .describe('values of that claim for each role; of several the first role in this order counts'),
  default_role: z
    .enum(roleNames)
    .optional()
    .describe('role of those for whom no value fits; without one they are not let in'),
})

export type OidcOptions = z.output<typeof oidcOptions>
