import { HOUR_MS, MINUTE_MS } from '../../src/base/durations.js'
import { randomStream } from '../random.js'

/** An interval of event time, epoch ms: [fromMs, toMs). */
export interface Episode {
  readonly fromMs: number
  readonly toMs: number
  /** Number of the slot of time that it belongs to, counted from 1970 on. */
  readonly slot: number
  /** A number in [0, 1) of its own. */
  readonly draw: number
}

export interface EpisodeRules {
  /** Each slot of time has one episode. */
  readonly slotMs: number
  /** Time from the start of its slot to its beginning. */
  readonly begin: readonly [minMs: number, maxMs: number]
  readonly length: readonly [minMs: number, maxMs: number]
}

/**
 * Slots of event time in which each fault has a place of its own: no two of them disturb the same half hour, so that
 * what each does to a figure can be said. A clock's interval, a reset and a glitch lie inside one half hour of UTC, which
 * in every zone of the demo plants is inside one hour.
 */
export const EPISODES = {
  silence: {
    slotMs: 12 * HOUR_MS,
    begin: [5 * MINUTE_MS, 70 * MINUTE_MS],
    length: [25 * MINUTE_MS, 95 * MINUTE_MS],
  },
  glitch: { slotMs: 6 * HOUR_MS, begin: [2 * HOUR_MS + 5 * MINUTE_MS, 2 * HOUR_MS + 25 * MINUTE_MS], length: [1, 1] },
  clock: {
    slotMs: 6 * HOUR_MS,
    begin: [3.5 * HOUR_MS + 9 * MINUTE_MS, 3.5 * HOUR_MS + 14 * MINUTE_MS],
    length: [8 * MINUTE_MS, 12 * MINUTE_MS],
  },
  reset: { slotMs: 12 * HOUR_MS, begin: [5 * HOUR_MS + 5 * MINUTE_MS, 5 * HOUR_MS + 25 * MINUTE_MS], length: [1, 1] },
} as const satisfies Record<string, EpisodeRules>

/** The one episode of the slot that holds an instant, whole ms; the same for every run with this key. */
export function episodeAt(tsMs: number, rules: EpisodeRules, ...key: readonly (string | number)[]): Episode {
  const slot = Math.floor(tsMs / rules.slotMs)
  const random = randomStream(...key, slot)
  const between = ([min, max]: readonly [number, number]) => Math.round(min + random() * (max - min))
  const fromMs = slot * rules.slotMs + between(rules.begin)
  return { fromMs, toMs: fromMs + between(rules.length), slot, draw: random() }
}
