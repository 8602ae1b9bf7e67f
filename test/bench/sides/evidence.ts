import { once } from 'node:events'
import { end, startScript } from '../measure/processes.js'
import type { EvidenceOrder, EvidenceWork } from './evidence-order.js'

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
