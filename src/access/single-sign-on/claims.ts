import { personName } from '../../base/account-names.js'
import type { AccountRole } from '../../base/roles.js'
import { SUBJECT_LENGTH_MAX } from '../people.js'
import type { OidcOptions } from './options.js'
import { SignOnFault } from './sign-on-fault.js'

/** Person as the provider vouches for them. */
export interface ProvedPerson {
  /** Unique for good with its issuer, as names and addresses are not (OpenID Connect Core 1.0 §5.7). */
  readonly subject: string
  /** Session at the provider; null where it gives none. */
  readonly sid: string | null
  /** Name that a new account gets. */
  readonly name: string
  readonly role: AccountRole
}

type Claims = Readonly<Record<string, unknown>>

/** In the order in which they count. */
const ROLES: readonly AccountRole[] = ['admin', 'auditor', 'operator']

/** Reads name and role out of claims that have been proved. Throws `SignOnFault` where one is missing. */
export function provedPerson(claims: Claims, options: OidcOptions): ProvedPerson {
  const { name_claim: nameClaim } = options
  const name = personName.safeParse(claims[nameClaim])
  if (!name.success || name.data.endsWith(' ')) {
    throw new SignOnFault('name', `the claim ${nameClaim} gives no name that an account can have`)
  }
  const role = roleOf(claims, options)
  if (role === null) {
    throw new SignOnFault(
      'role',
      `no value of the claim ${options.roles_claim} gives ${name.data} a role here`,
      String(claims.sub),
    )
  }
  const subject = String(claims.sub)
  if (subject.length > SUBJECT_LENGTH_MAX) {
    throw new SignOnFault('invalid', `the subject has ${subject.length} characters, more than OpenID Connect allows`)
  }
  const sid = typeof claims.sid === 'string' && claims.sid.length <= SID_LENGTH_MAX ? claims.sid : null
  return { subject, sid, name: name.data, role }
}

export const SID_LENGTH_MAX = 300

function roleOf(claims: Claims, { roles_claim, roles, default_role }: OidcOptions): AccountRole | null {
  const said = claims[roles_claim]
  const values: readonly unknown[] = Array.isArray(said) ? said : [said]
  const role = ROLES.find((one) => roles[one].some((value) => values.includes(value)))
  return role ?? default_role ?? null
}
