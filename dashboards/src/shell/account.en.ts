import { type AccountRole, type Right, rolesWith } from '../../../src/base/roles.js'

const roles: Readonly<Record<AccountRole, string>> = {
  operator: 'operator',
  auditor: 'auditor',
  admin: 'administrator',
}

/** As they follow "may". */
const rights: Readonly<Record<Right, string>> = {
  view: 'See plants, figures, alarms, devices and reports',
  operate: 'Acknowledge and shelve alarms, record reasons of stops, retry and dismiss quarantined messages',
  audit: 'Make and freeze reports, record corrections, read the audit log',
  administer: 'See and change the gateway itself',
}

const any = new Intl.ListFormat('en', { type: 'disjunction' })
const aRole = (role: string) => `${/^[aeiou]/.test(role) ? 'an' : 'a'} ${role}`
const who = (right: Right) => any.format(rolesWith(right).map((role) => aRole(roles[role])))

/** Words for signing in, and for what somebody at the browser may do. */
export const account = {
  title: 'Sign in',
  purpose: 'Energy, emissions and machines of your plants',
  name: 'Name',
  password: 'Password',
  reveal: 'Show the password',
  conceal: 'Hide the password',
  signIn: 'Sign in',
  signingIn: 'Signing in',
  nameMissing: 'Type your name.',
  passwordMissing: 'Type your password.',
  wrong: 'Name or password is wrong, or the account is disabled.',
  throttled: (time: string) => `Too many tries. Try again in ${time}.`,
  queued: (time: string) => `Many people are signing in just now. Trying again by itself in ${time}.`,
  again: 'You can try again now.',
  failed: (why: string) => `Not signed in: ${why}`,
  orByPassword: 'or by name and password',
  signOnFaults: {
    denied: 'Not signed in: the provider, or you, said no.',
    expired: 'Not signed in: it took too long, or was begun in another window. Please try again.',
    invalid: 'Not signed in: what the provider answered could not be proved. The log of the gateway says more.',
    unreachable: 'Not signed in: the provider does not answer. Name and password of a local account still work.',
    name: 'Not signed in: the provider gave no name for an account. An administrator chooses the claim (auth.oidc.name_claim).',
    role: 'Not signed in: none of your groups has a role here. An administrator gives it one (auth.oidc.roles).',
    taken: 'Not signed in: another account here has your name already. An administrator has to remove it first.',
    disabled: 'Not signed in: your account is disabled here.',
    busy: 'Not signed in: the gateway cannot make or change your account now. Its log says why; please try again.',
  },
  noAccount: 'No account yet?',
  noAccountHint: 'An administrator makes one on the machine of the gateway:',
  copy: 'Copy the command',
  over: 'You are signed out.',
  overTitle: 'Signed out',
  overNote: 'Figures are not live any more. What you have typed is kept.',
  overAsOf: (time: string) => `Figures stand as of ${time} and are not live. What you have typed is kept.`,
  goOn: 'Sign in to go on',
  goOnNote: 'Your session is over. Sign in, then do it once more: nothing that you have typed is lost.',
  menu: (name: string, role: string) => `Account: ${name}, ${role}`,
  mayDo: 'You may',
  mayNot: 'You may not',
  signOut: 'Sign out',
  notSignedOut: (why: string) => `Still signed in: ${why}`,
  roles,
  rights,
  whoCan: { view: who('view'), operate: who('operate'), audit: who('audit'), administer: who('administer') },
  onlyFor: (who: string) => `Only ${who} can do this.`,
  onlySeenBy: (who: string) => `Only ${who} can see this.`,
  notSeenBy: (who: string, role: string) => `Only ${who} can see this; you are ${aRole(role)}.`,
  notFor: (who: string, role: string) => `Only ${who} can do this; you are ${aRole(role)}.`,
}
