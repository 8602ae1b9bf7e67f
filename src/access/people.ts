import { z } from 'zod'
import { personName } from '../base/account-names.js'
import { ACCOUNT_ROLES, type AccountRole } from '../base/roles.js'
import { isPhc } from './password.js'

/** The accounts of people: the content of `access/people.json` in the data directory, written by `greengauge user` and the page of access. */

const sha256 = z.string().regex(/^[0-9a-f]{64}$/)
const instant = z.iso.datetime({ offset: true })

/** A bearer token for programs that ask the API in a person's name. */
const apiToken = z.strictObject({ name: z.string().min(1).max(64), sha256, since: instant })

/** Longest subject of a provider (OpenID Connect Core 1.0 §2). */
export const SUBJECT_LENGTH_MAX = 255

/** Somebody at an OpenID provider, whom an account belongs to. */
const providerSubject = z.strictObject({
  issuer: z.string().min(1).max(500),
  subject: z.string().min(1).max(SUBJECT_LENGTH_MAX),
})

export type ProviderSubject = z.output<typeof providerSubject>

/** Tokens of one account. */
export const TOKENS_MAX = 100

const account = z.strictObject({
  name: personName,
  role: z.enum(Object.keys(ACCOUNT_ROLES) as [AccountRole, ...AccountRole[]]),
  /** scrypt in PHC form: `$scrypt$ln=…,r=…,p=…$SALT$HASH`. */
  password: z.string().refine(isPhc, 'no hash as greengauge user makes them'),
  disabled: z.boolean().default(false),
  since: instant,
  /** Sessions that began before it are over: set by a change of the password, of the role, and by disabling. */
  sessions_from: instant,
  tokens: z.array(apiToken).max(TOKENS_MAX).default([]),
  /** Somebody whom the account belongs to, where single sign-on has made it. */
  oidc: providerSubject.optional(),
})

/** More than a plant has. */
export const PEOPLE_MAX = 10_000

export const peopleFile = z.array(account).max(PEOPLE_MAX)

export type Account = z.output<typeof account>
