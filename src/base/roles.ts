/** Rights of people, by role: one table for the API, the pages and the documents. */

/** Each thing a route, a page or a command may need. */
export const RIGHTS = {
  view: 'see plants, figures, alarms, devices, reports and the feed',
  operate: 'acknowledge and shelve alarms, say reasons of stops, retry and dismiss quarantined messages',
  audit: 'make and freeze reports, record corrections, read the audit log and the ledger',
  administer: 'see and change the gateway itself: configuration, stores, people and devices',
} as const

export type Right = keyof typeof RIGHTS

export const ACCOUNT_ROLES = {
  operator: ['view', 'operate'],
  auditor: ['view', 'audit'],
  admin: ['view', 'operate', 'audit', 'administer'],
} as const satisfies Readonly<Record<string, readonly Right[]>>

export type AccountRole = keyof typeof ACCOUNT_ROLES

export function mayDo(role: AccountRole, right: Right): boolean {
  return (ACCOUNT_ROLES[role] as readonly Right[]).includes(right)
}

/** Roles that have a right, in the order of the table. */
export const rolesWith = (right: Right): readonly AccountRole[] =>
  (Object.keys(ACCOUNT_ROLES) as AccountRole[]).filter((role) => mayDo(role, right))

/** Person who asks, as every part of the gateway sees them. */
export interface Person {
  /** Name of the account; '' where nobody has to say who they are (`auth.required: false`). */
  readonly name: string
  readonly role: AccountRole
}
