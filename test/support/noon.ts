import { systemClock } from '../../src/base/clock.js'

/** Zone in which it is noon now: no day begins or ends while a test runs, nor did one in the hours before it. */
export function zoneOfNoon(): string {
  const west = new Date(systemClock.nowMs()).getUTCHours() - 12
  return `Etc/GMT${west < 0 ? '' : '+'}${west}`
}
