import { DAY_MS } from '../../../src/base/durations.js'
import type { ClockVerdict } from '../../../src/base/wire.js'
import { ageText, decimal, durationText, type Language } from '../format.js'

/** A clock further off than this is worth a look, whatever the verdict. */
export const ON_TIME_MS = 10_000

/** Says how far a clock is off: +47.1 s, −2 ms, −2 h 5 min, and in days from one day on. */
export function clockOffsetText(ms: number, language: Language): string {
  const sign = ms > 0 ? '+' : ms < 0 ? '\u2212' : ''
  const size = Math.abs(ms)
  if (size < 1_000) return `${sign}${decimal(size, 0, language)} ms`
  if (size < 100_000) return `${sign}${decimal(size / 1_000, 1, language)} s`
  return `${sign}${size < DAY_MS ? durationText(size, language) : ageText(size, language)}`
}

/** The same without a sign, where a word says in which direction: behind 47.1 s. */
export function clockDistanceText(ms: number, language: Language): string {
  return clockOffsetText(Math.abs(ms), language).replace('+', '')
}

/** The broker's own name for a client that gave none. */
const UNNAMED = /^aedes_[0-9a-f-]{36}$/

export const isUnnamed = (client: string) => UNNAMED.test(client)

/** A number with the digits it has, at most six behind the point. */
export function exactNumber(value: number, language: Language): string {
  const digits = /\.(\d+)$/.exec(String(value))?.[1]?.length ?? 0
  return decimal(value, Math.min(digits, 6), language)
}

/** Messages a minute, with a digit where there are few. */
export function rateText(perMinute: number, language: Language): string {
  return decimal(perMinute, perMinute < 10 && perMinute % 1 !== 0 ? 1 : 0, language)
}

/** The word for such a clock says in which direction it is off. */
export const isDirected = (clock: ClockVerdict | null) => clock === 'ahead' || clock === 'behind'

export const isClockWrong = (clock: ClockVerdict | null) => clock !== null && clock !== 'good'
