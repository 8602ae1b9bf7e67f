import { once } from 'node:events'
import type { BundleOrder, MadeBundle } from '../../../src/audit/bundle/make-bundle.js'
import { end, startScript } from '../measure/processes.js'

/** What is done with the evidence of a frozen version in a process of its own, so that its memory is nobody else's. */
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
  /** Of a bundle that was made. */
  readonly made: MadeBundle | null
  /** Rows that were sealed. */
  readonly rows: number
  /** Findings of the verifier that are not right. */
  readonly wrong: number
}

/** Does it, and answers what it cost. */
export async function workOnEvidence(order: EvidenceOrder): Promise<EvidenceWork> {
  const child = startScript(new URL('./evidence-process.ts', import.meta.url), [JSON.stringify(order)])
  const ended = once(child, 'exit').then(([code]) => {
    throw new Error(`the process that was to ${order.what} ended with ${code}`)
  })
  ended.catch(() => undefined)
  try {
    const [work] = await Promise.race([once(child, 'message') as Promise<[EvidenceWork]>, ended])
    return work
  } finally {
    await end(child)
  }
}
