/** Reasons why nobody was signed in by the provider, as the sign-in page learns them. */
export const SIGN_ON_FAULTS = {
  denied: 'the provider or the person said no',
  expired: 'it took too long, was begun in another browser, or before a restart',
  invalid: 'the answer of the provider could not be proved',
  unreachable: 'the provider does not answer',
  name: 'the provider gave no name for an account',
  role: 'no group of the person has a role here',
  taken: 'another account has this name',
  disabled: 'the account is disabled here',
  busy: 'too many sign in at once, or the list of accounts or the audit log cannot be written',
} as const

export type SignOnFaultKind = keyof typeof SIGN_ON_FAULTS
