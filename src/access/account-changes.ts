import type { AccountRole } from '../base/roles.js'
import { type Account, PEOPLE_MAX, type ProviderSubject, TOKENS_MAX } from './people.js'

/** Changes of the accounts of people, for the command and for the page. Secrets come as their hashes. */
export type AccountChange =
  | { readonly act: 'add'; readonly role: AccountRole; readonly hash: string }
  | { readonly act: 'role'; readonly role: AccountRole }
  /** Only where the password is still the one with the hash `before`, if that is given. */
  | { readonly act: 'password'; readonly hash: string; readonly before?: string }
  | { readonly act: 'disable' | 'enable' }
  | { readonly act: 'remove' }
  | { readonly act: 'add_token'; readonly token: string; readonly sha256: string }
  | { readonly act: 'remove_token'; readonly token: string }
  /** The account of somebody whom the provider vouches for: made, or its role brought up to date. */
  | { readonly act: 'sign_on'; readonly role: AccountRole; readonly hash: string; readonly oidc: ProviderSubject }

/**
 * A change that cannot be made: of somebody who is not there or has changed meanwhile, of what is there already or too often, or
 * one after which nobody administers.
 */
export class AccountFault extends Error {
  constructor(
    readonly kind: 'absent' | 'changed' | 'taken' | 'last_admin',
    message: string,
  ) {
    super(message)
  }
}

/** The accounts after a change of the one with this name. Throws `AccountFault`. @param now RFC 3339 */
export function withAccountChange(
  people: readonly Account[],
  name: string,
  change: AccountChange,
  now: string,
): readonly Account[] {
  if (change.act === 'add') return [...people, addedAccount(people, name, change, now)]
  if (change.act === 'sign_on') return signedOn(people, name, change, now)
  const account = people.find((one) => one.name === name)
  if (account === undefined) throw new AccountFault('absent', `there is no account ${name}`)
  const others = people.filter((one) => one !== account)
  return change.act === 'remove' ? others : [...others, changedAccount(account, change, now)]
}

/** Somebody may still administer the gateway. */
export function hasAdmin(people: readonly Account[]): boolean {
  return people.some(({ role, disabled }) => role === 'admin' && !disabled)
}

function addedAccount(
  people: readonly Account[],
  name: string,
  { role, hash }: Extract<AccountChange, { act: 'add' }>,
  now: string,
): Account {
  const taken = people.find((one) => one.name.toLowerCase() === name.toLowerCase())
  if (taken !== undefined) throw new AccountFault('taken', `${taken.name} is there already`)
  if (people.length >= PEOPLE_MAX) throw new AccountFault('taken', `there are ${PEOPLE_MAX} accounts: remove one first`)
  return { name, role, password: hash, disabled: false, since: now, sessions_from: now, tokens: [] }
}

/** The subject says whose account it is; a name is taken once, whoever it is that wants it. */
function signedOn(
  people: readonly Account[],
  name: string,
  { role, hash, oidc }: Extract<AccountChange, { act: 'sign_on' }>,
  now: string,
): readonly Account[] {
  const mine = people.find((one) => isSubject(one, oidc))
  if (mine === undefined) return [...people, { ...addedAccount(people, name, { act: 'add', role, hash }, now), oidc }]
  return [...people.filter((one) => one !== mine), changedAccount(mine, { act: 'role', role }, now)]
}

export function isSubject({ oidc }: Pick<Account, 'oidc'>, { issuer, subject }: ProviderSubject): boolean {
  return oidc?.issuer === issuer && oidc.subject === subject
}

function changedAccount(
  account: Account,
  change: Exclude<AccountChange, { act: 'add' | 'remove' | 'sign_on' }>,
  now: string,
): Account {
  const { name, role, tokens } = account
  switch (change.act) {
    case 'role':
      return role === change.role ? account : { ...account, role: change.role, sessions_from: now }
    case 'password': {
      const isStill = change.before === undefined || change.before === account.password
      if (!isStill) throw new AccountFault('changed', `the password of ${name} was changed meanwhile`)
      return { ...account, password: change.hash, sessions_from: now }
    }
    case 'disable':
      return { ...account, disabled: true, sessions_from: now }
    case 'enable':
      return { ...account, disabled: false }
    case 'add_token': {
      const { token, sha256 } = change
      const isTaken = tokens.some((one) => one.name === token)
      if (isTaken) throw new AccountFault('taken', `${name} has a token ${token} already: remove it first`)
      if (tokens.length >= TOKENS_MAX)
        throw new AccountFault('taken', `${name} has ${TOKENS_MAX} tokens: remove one first`)
      return { ...account, tokens: [...tokens, { name: token, sha256, since: now }] }
    }
    case 'remove_token': {
      const left = tokens.filter((one) => one.name !== change.token)
      if (left.length === tokens.length) throw new AccountFault('absent', `${name} has no token ${change.token}`)
      return { ...account, tokens: left }
    }
  }
}
