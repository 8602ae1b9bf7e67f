import { setTimeout as pause } from 'node:timers/promises'
import type { Gate } from '../access/gate.js'
import { hashPassword, newPassword } from '../access/password.js'
import type { Account } from '../access/people.js'
import type { ProvedPerson } from '../access/single-sign-on/claims.js'
import { SignOnFault } from '../access/single-sign-on/sign-on-fault.js'
import type { AuditNotes } from '../base/audit-log.js'
import type { AccessAsk, AccessReply } from './access-ask.js'

/** Longest wait until a list that was written is in force, and time between two looks, ms: it is looked at each second. */
const IN_FORCE_MAX_MS = 20_000
const LOOK_EACH_MS = 50

export interface SignOnAccountDeps {
  readonly gate: Pick<Gate, 'accountOf'>
  readonly note: AuditNotes
  access(ask: AccessAsk): Promise<AccessReply>
}

/**
 * The account of somebody whom the provider vouches for, with the role that it says, in force: made where there is none. Throws
 * `SignOnFault`.
 */
export async function signOnAccount(deps: SignOnAccountDeps, issuer: string, person: ProvedPerson): Promise<Account> {
  const of = { issuer, subject: person.subject }
  const { role } = person
  const known = deps.gate.accountOf(of)
  if (known?.disabled) throw new SignOnFault('disabled', `the account ${known.name} is disabled`)
  if (known?.role === role) return known
  const name = known?.name ?? person.name
  // Nobody is told this password, so the account is no way round the provider.
  const hash = known?.password ?? (await hashPassword(newPassword()))
  const reply = await deps.access({ ask: 'account', name, change: { act: 'sign_on', role, hash, oidc: of } })
  if ('refused' in reply) {
    const kind = known === null && reply.refused === 409 ? 'taken' : 'busy'
    throw new SignOnFault(kind, reply.detail)
  }
  const what = known === null ? `added ${name} by single sign-on, as ${role}` : `made ${name} ${role} by single sign-on`
  void deps.note({ act: 'people_changed', actor: name, subject: what })
  for (let waitedMs = 0; waitedMs < IN_FORCE_MAX_MS; waitedMs += LOOK_EACH_MS) {
    const account = deps.gate.accountOf(of)
    if (account?.role === role) return account
    await pause(LOOK_EACH_MS)
  }
  throw new SignOnFault('busy', `the account ${name} is not in force yet`)
}
