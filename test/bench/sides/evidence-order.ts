import type { BundleOrder, MadeBundle } from '../../../src/audit/bundle/make-bundle.js'

/** Work on the evidence of a frozen version, done in a process of its own so that its memory is nobody else's. */
export type EvidenceOrder =
  | { readonly what: 'bundle'; readonly order: BundleOrder }
  /** Roots of all days, as the ledger makes them; of the files below the frozen version's folder. */
  | { readonly what: 'seal'; readonly reportDir: string }
  | { readonly what: 'verify'; readonly path: string }

export interface EvidenceWork {
  readonly seconds: number
  readonly cpuSeconds: number
  /** Before it begins, with everything loaded, and at its most. */
  readonly rssStartMiB: number
  readonly rssPeakMiB: number
  /** After each tenth of the time, the last one at the end. */
  readonly rssMiB: readonly number[]
  /** Bundle that was made; null after other work. */
  readonly made: MadeBundle | null
  /** Rows that were sealed. */
  readonly rows: number
  /** Findings of the verifier that are not right. */
  readonly wrong: number
}
