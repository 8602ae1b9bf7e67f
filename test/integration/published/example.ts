import type { KpiPoint, Window } from '../../../src/base/kpi.js'

/** A published or synthetic example as a plant of its own: what its devices send, and which figures come of it. */
export interface Example {
  /** As KPI specification §7 numbers it. */
  readonly id: string
  /** Publisher of the example; `synthetic` for one that was written to pin a rule. */
  readonly source: string
  readonly says: string
  /** Settings of the plant beside id, name and zone; absent for a plant that nobody has configured. */
  readonly plant?: Readonly<Record<string, unknown>>
  readonly sent: readonly Sent[]
  readonly figures: readonly Expected[]
}

/** Samples of one device, a message for each thousand. */
export interface Sent {
  readonly device: string
  readonly class: 'energy' | 'emissions' | 'robot' | 'production'
  readonly samples: readonly object[]
}

export interface Expected {
  readonly kpi: string
  readonly window: Window
  /** RFC 3339. */
  readonly start: string
  /** Device of the figure; absent for a figure of the plant. */
  readonly device?: string
  /** As printed: a value matches when it rounds to it. */
  readonly value: number | null
  /** Decimals that are printed; 6 when absent. */
  readonly digits?: number
  readonly rest?: Partial<KpiPoint>
}

const MINUTE_MS = 60_000

/** A time of 2025-07-01 as 06:00, or any in full. */
export function time(text: string): string {
  return text.includes('T') ? text : `2025-07-01T${text}:00Z`
}

/** The same as epoch ms. */
export function at(text: string): number {
  return Date.parse(time(text))
}

/** A value every so many minutes in [from, to]. */
export function samples(
  [from, to, everyMin]: readonly [from: string, to: string, everyMin: number],
  metricsAt: (index: number) => object,
): object[] {
  const count = (at(to) - at(from)) / (everyMin * MINUTE_MS)
  return Array.from({ length: count + 1 }, (_, i) => ({
    ts: at(from) + i * everyMin * MINUTE_MS,
    metrics: metricsAt(i),
  }))
}

/** Registers that rise evenly by so much over an hour from 09:00 on, or from another time. */
export function registers(rises: Readonly<Record<string, number>>, hour = '09:00'): object[] {
  const end = new Date(at(hour) + 3_600_000).toISOString()
  return samples([hour, end, 5], (i) =>
    Object.fromEntries(Object.entries(rises).map(([metric, by]) => [metric, 1000 + (i * by) / 12])),
  )
}

/** Samples of a machine: the state that it says, or what its counters stand at. */
export function said(...words: readonly (readonly [time: string, word: string | Readonly<Record<string, number>>])[]) {
  return words.map(([when, word]) => ({
    ts: time(when),
    metrics: typeof word === 'string' ? { state: word } : word,
  }))
}

/** A machine that sends when something changes, and is believed until it does. */
export function machine(id: string, role: 'machine' | 'robot' = 'machine') {
  const seldom = { max_gap_s: 86_400, max_hold_s: 864_000 }
  return { id, role, line: 'l', product: 'cap', metrics: { state: seldom, parts_total: seldom, parts_reject: seldom } }
}

/** A machine that says its state alone. */
export function teller(id: string, role: 'machine' | 'robot' = 'machine') {
  return { id, role, line: 'l', metrics: { state: { max_hold_s: 864_000 } } }
}

export const EARLY = { name: 'early', start: '06:00', end: '14:00' }
