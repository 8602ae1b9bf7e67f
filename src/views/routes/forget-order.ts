import { z } from 'zod'
import { ProblemError } from '../problem.js'

/** Names in one line of the audit log. */
const NOTED_MAX = 10

/** Fields of each order to forget something. */
export const FORGET_ORDER = {
  by: z.string().min(1).max(64).optional().describe('who does it'),
  why: z.string().min(1).max(500).optional().describe('reason, for the ledger and whoever verifies a report'),
}

/** Refusal of an order that the journal did not take in time. */
export function forgetNotTaken(): ProblemError {
  return new ProblemError(
    503,
    'The journal cannot take it now; the order may still be carried out, so look before you ask again. /readyz?verbose says why.',
  )
}

/** Line of the audit log on an order. @param what such as `devices of suzhou-1` */
export function forgetNote(isDryRun: boolean, what: string, names: readonly string[]): string {
  const more = names.length > NOTED_MAX ? ', …' : ''
  return `${isDryRun ? 'would forget' : 'forgot'} ${names.length} ${what}: ${names.slice(0, NOTED_MAX).join(', ')}${more}`
}
