/** Steps of a test, in order: each is tried only where those before it allow it. */
export const TRIAL_STEPS = ['reach', 'write', 'read', 'remove'] as const

/** Outcome of one step; `unable` means that the server has no way to do it. */
export interface TrialStep {
  readonly step: (typeof TRIAL_STEPS)[number]
  readonly result: 'done' | 'failed' | 'unable'
  /** Sentence with the server's own words, without secrets; '' where nothing is to be said. */
  readonly detail: string
}

/** Findings of a test that writes. */
export interface StoreTrial {
  /** The database was missing and has been made, as the first write would have. */
  readonly isMade: boolean
  readonly steps: readonly TrialStep[]
}
