import type { LineageReading } from '../../../src/base/wire/audit.js'

/** The register at an instant lies between two readings: there is none of that very instant. */
export function isInterpolated(around: readonly LineageReading[], atMs: number): boolean {
  const isThere = around.some(({ ts, value }) => typeof value === 'number' && Date.parse(ts) === atMs)
  return !isThere && registerAt(around, atMs) !== null
}

/**
 * Value of a register between two readings, as the engine takes it: on the straight line between the last before and
 * the first after. null where there is none on one side.
 */
export function registerAt(around: readonly LineageReading[], atMs: number): number | null {
  const known = around.flatMap(({ ts, value }) => (typeof value === 'number' ? [{ ms: Date.parse(ts), value }] : []))
  const before = known.filter(({ ms }) => ms <= atMs).at(-1)
  const after = known.find(({ ms }) => ms >= atMs)
  if (before === undefined || after === undefined) return null
  if (after.ms === before.ms) return before.value
  return before.value + ((after.value - before.value) * (atMs - before.ms)) / (after.ms - before.ms)
}
