import type { Point } from '../../src/kpi/windows/point.js'

/** Says in one sentence what is wrong with a figure in itself, or null: no KPI shows 0, NaN or Infinity for what is not known. */
export function unsoundness(point: Point): string | null {
  const { stream, startMs, value, reason, numerator, denominator, coverage, estimatedShare } = point
  const what = `${stream.scope} ${stream.id} ${stream.kpi} ${stream.window} ${new Date(startMs).toISOString()}`
  if ((value === null) !== (reason !== '')) return `${what}: value ${value}, reason "${reason}"`
  const numbers = [value ?? 0, numerator, denominator, coverage, estimatedShare]
  if (!numbers.every(Number.isFinite)) return `${what}: not all of ${numbers} are finite`
  if (coverage < 0 || coverage > 1 + 1e-9) return `${what}: a coverage of ${coverage}`
  if (estimatedShare > 1 + 1e-9) return `${what}: an estimated share of ${estimatedShare}`
  // A time account is never null: what no state holds is time_unknown. Source: KPI specification §3.
  if (coverage === 0 && value !== null && !stream.kpi.startsWith('time_')) return `${what}: ${value} of nothing`
  return null
}
