import { STATES, type StateCode, stateCode, stateOfWord } from '../../src/base/states.js'
import type { Sample } from '../plant.js'
import type { PlantPlan } from './shifts.js'
import type { Span } from './windows.js'

const UNKNOWN = STATES.indexOf('UNKNOWN')

/** Time in each state of `STATES`, ms. */
export type TimeAccount = Float64Array

/**
 * The time account of a machine over spans that follow each other. A word holds until the next one, at most `holdMs`
 * (Infinity for a device that sends on change and stays connected); what it means follows order, changeover and shift.
 */
export function followStates(
  samples: Iterable<Sample>,
  spans: readonly Span[],
  plan: PlantPlan,
  holdMs: number,
): readonly TimeAccount[] {
  const accounts = spans.map(() => new Float64Array(STATES.length))
  let first = 0
  const spend = (state: number, fromMs: number, toMs: number) => {
    while (first < spans.length && spans[first]!.endMs <= fromMs) first++
    for (let i = first; i < spans.length && spans[i]!.startMs < toMs; i++) {
      accounts[i]![state]! += Math.min(toMs, spans[i]!.endMs) - Math.max(fromMs, spans[i]!.startMs)
    }
  }
  const endMs = spans.at(-1)?.endMs ?? 0
  let code: StateCode | null = null
  let codeAtMs = 0
  let orderActive: boolean | null = null
  let changeover = false
  let atMs = spans[0]?.startMs ?? 0
  const goTo = (toMs: number) => {
    while (atMs < toMs) {
      const part = plan.at(atMs)
      const holdsToMs = code === null ? Infinity : codeAtMs + holdMs
      const isHeld = code !== null && atMs < holdsToMs
      const partEndMs = Math.min(toMs, part.endMs, isHeld ? holdsToMs : Infinity)
      spend(isHeld ? stateOfWord(code!, { ...part, orderActive, changeover }) : UNKNOWN, atMs, partEndMs)
      atMs = partEndMs
    }
  }
  for (const { ts, metrics } of samples) {
    goTo(Math.min(ts, endMs))
    if (typeof metrics.state === 'string') {
      code = stateCode(metrics.state)
      codeAtMs = ts
    }
    if (metrics.order_active !== undefined) orderActive = Boolean(metrics.order_active)
    if (metrics.changeover !== undefined) changeover = Boolean(metrics.changeover)
  }
  goTo(endMs)
  return accounts
}
