import type { Dice } from './dice.js'

/** Draws by lot what machines say over some days: their words, counts, modes and orders, and how parts come out. */

const MINUTE_MS = 60_000

export interface Element {
  readonly ts: number
  readonly metrics?: Record<string, number | string | boolean>
  readonly events?: readonly object[]
  readonly quality?: Record<string, string>
}

export const STEPS = ['weld', 'test']

const STATES = ['Execute', 'Execute', 'Execute', 'Idle', 'Suspended', 'Held', 'Aborted', 'Starting'] as const
/** States of a machine in pauses, and of one that is stopped in the middle of work. */
const STANDING = ['Stopped', 'Stopped', 'PM', 'Idle', 'Execute'] as const

/** Words with a heartbeat, and pieces while it works; outside of shifts it is off. */
export function machineOf(fromMs: number, toMs: number, dice: Dice, when: (ts: number) => string): Element[] {
  const elements: Element[] = []
  let state: string = 'Execute'
  let until = fromMs
  let [total, good, cycles] = [1000, 990, 5000]
  for (let ts = fromMs; ts < toMs; ts += 5 * MINUTE_MS) {
    if (ts >= until) {
      state = dice.of(when(ts) === 'pause' || dice.isSo(0.1) ? STANDING : STATES)
      until = ts + (5 + dice.below(80)) * MINUTE_MS
    }
    const word = when(ts) === 'night' ? 'off' : state
    if (word === 'Execute') {
      const pieces = dice.below(12)
      total += pieces
      cycles += pieces
      good += pieces - (pieces > 0 && dice.isSo(0.1) ? 1 : 0)
    }
    elements.push({
      ts,
      metrics: { state: word, parts_total: total, parts_good: good, parts_reject: total - good, cycle_count: cycles },
    })
  }
  return elements
}

/** Beside the words of a robot its mode: one that is off runs in none. */
export function withModes(elements: readonly Element[], dice: Dice): Element[] {
  let mode: string = 'AUTOMATIC'
  return elements.map(({ ts, metrics }) => {
    if (dice.isSo(0.1)) mode = dice.of(['AUTOMATIC', 'AUTOMATIC', 'AUTOMATIC_EXTERNAL', 'MANUAL_REDUCED_SPEED'])
    return { ts, metrics: { ...metrics, op_mode: metrics?.state === 'off' ? 'OTHER' : mode } }
  })
}

/** Beside what a machine counts whether an order is running, without which it waits, and what it makes a second time. */
export function withOrders(elements: readonly Element[], dice: Dice): Element[] {
  let isActive = true
  let reworked = 100
  return elements.map(({ ts, metrics }) => {
    if (dice.isSo(isActive ? 0.02 : 0.1)) isActive = !isActive
    if (metrics?.state === 'Execute' && dice.isSo(0.1)) reworked++
    const waits = !isActive && metrics?.state !== 'off' && metrics?.state !== 'Execute'
    const said = { order_active: isActive, parts_rework: reworked, ...(waits && { state: 'Idle' }) }
    return { ts, metrics: { ...metrics, ...said } }
  })
}

/** Parts that are checked at two steps; one that fails comes back, and says so or does not. */
export function checksOf(fromMs: number, toMs: number, dice: Dice, name: string): Element[] {
  const checks: Element[] = []
  const check = (ts: number, serial: string, op: string, said: object = {}) => {
    const result = dice.isSo(0.8) ? 'pass' : 'fail'
    checks.push({ ts, events: [{ id: `${serial}-${op}-${ts}`, type: 'serial_result', serial, op, result, ...said }] })
    return result
  }
  for (let ts = fromMs, n = 0; ts < toMs; ts += 7 * MINUTE_MS, n++) {
    for (const op of STEPS) {
      if (check(ts, `${name}-${n}`, op) === 'pass' || !dice.isSo(0.7)) continue
      check(ts + (1 + dice.below(200)) * MINUTE_MS, `${name}-${n}`, op, dice.isSo(0.5) ? { first_attempt: false } : {})
    }
  }
  return checks.filter((one) => one.ts < toMs)
}

/** Number of bores that are measured at a time, one second after the other. */
const SUBGROUP = 5

/** Bores that are measured by fives, and each now and then a length, off the hours so that none of these cuts a subgroup. */
export function measuresOf(fromMs: number, toMs: number, dice: Dice, name: string, everyMin: number): Element[] {
  const size = () => Math.round((10 + dice.next() + dice.next() + dice.next() - 1.5) * 1000) / 1000
  const measures: Element[] = []
  for (let ts = fromMs + 2 * MINUTE_MS, n = 0; ts + MINUTE_MS < toMs; ts += everyMin * MINUTE_MS, n++) {
    for (let i = 0; i < SUBGROUP; i++) {
      const bore = {
        id: `${name}-bore-${n}-${i}`,
        type: 'measure',
        char: 'bore',
        value: size(),
        subgroup: `group-${n}`,
      }
      measures.push({ ts: ts + i * 1000, events: [bore] })
    }
    measures.push({ ts, events: [{ id: `${name}-length-${n}`, type: 'measure', char: 'length', value: size() }] })
  }
  return measures
}
