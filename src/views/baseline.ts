import { Temporal } from 'temporal-polyfill'
import type { KpiPoint } from '../base/kpi.js'
import type { EnpiEnergy, EnpiVariable } from '../base/options/enpi.js'
import type { EnpiBaselineAnswer } from '../base/wire.js'
import { baselineOf } from '../kpi/formulas/arithmetic/regression.js'

/**
 * The line through the days of which output and energy are known, with the lines for the configuration: figures go by
 * what stands there, never by what happens to be stored. Days that are provisional or without a value are left out.
 */
export function baselineAnswer(of: {
  readonly variable: EnpiVariable
  readonly energy: EnpiEnergy
  /** Points of days, ascending by start. */
  readonly outputs: readonly KpiPoint[]
  readonly energies: readonly KpiPoint[]
  readonly timezone: string
}): EnpiBaselineAnswer {
  const { variable, energy } = of
  const outputOf = new Map(of.outputs.filter(isKnown).map((point) => [point.start, point.value]))
  const days = of.energies.filter(isKnown).flatMap(({ start, value }) => {
    const output = outputOf.get(start)
    return output === undefined || output === null || value === null ? [] : { start, output, energy: value }
  })
  const line = baselineOf(days)
  const all = new Set([...of.outputs, ...of.energies].map((point) => point.start)).size
  const base = { variable, energy, days: days.length, left_out: all - days.length, reason: line.reason }
  if (line.value === null) return { ...base, a: null, b: null, r2: null, config: null }
  const { baseLoad: a, slope: b, r2 } = line.value
  const dateOf = (start: string) =>
    Temporal.Instant.from(start).toZonedDateTimeISO(of.timezone).toPlainDate().toString()
  const [from, to] = [dateOf(days[0]!.start), dateOf(days.at(-1)!.start)]
  const config = [
    'enpi:',
    `  - id: baseline-${from.slice(0, 4)}`,
    `    baseline: { from: ${from}, to: ${to} }`,
    `    variable: ${variable}`,
    `    energy: ${energy}`,
    `    a: ${a}`,
    `    b: ${b}`,
    ...(r2 === null ? [] : [`    r2: ${r2}`]),
    `    source: ${days.length} stored days, least squares`,
    '',
  ].join('\n')
  return { ...base, a, b, r2, config }
}

function isKnown({ value, provisional }: KpiPoint): boolean {
  return value !== null && !provisional
}
