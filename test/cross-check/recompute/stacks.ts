import {
  type Figure,
  HOUR_MS,
  lengthMs,
  MINUTE_MS,
  type PlantInput,
  ratio,
  type Span,
  settingsOf,
  timesOf,
  total,
} from './inputs.js'
import { type Asked, membersOf } from './members.js'
import { hoursOf } from './windows.js'

/** Stacks, KPI specification §2.4: valid hours, reference oxygen, mass, exceedances, capture. */

const VALID_MS = 45 * MINUTE_MS
const O2_INVALID = 20.8

interface Mean {
  readonly mean: number
  readonly goodMs: number
}

/** Time-weighted mean of the good data of a span; a sample holds for a period at most, and ends where the next one begins. */
function meanIn(input: PlantInput, device: string, metric: string, span: Span): Mean {
  const samples = input.samplesOf(device, metric)
  const { periodMs } = timesOf(settingsOf(input, device, metric))
  let [area, goodMs] = [0, 0]
  for (const [i, { ts, value, quality }] of samples.entries()) {
    const until = Math.min(samples[i + 1]?.ts ?? Number.POSITIVE_INFINITY, ts + periodMs)
    const common = Math.min(until, span.toMs) - Math.max(ts, span.fromMs)
    if (common <= 0 || quality !== 'good' || typeof value !== 'number') continue
    area += value * common
    goodMs += common
  }
  return { mean: area / goodMs, goodMs }
}

interface StackHour {
  readonly isValid: boolean
  readonly concentration: number
  readonly reference: number | null
  readonly kg: number | null
}

function hourOf({ input }: Asked, device: string, pollutant: string, hour: Span): StackHour {
  const measured = meanIn(input, device, `${pollutant}_mgm3`, hour)
  const oxygen = meanIn(input, device, 'o2_pct', hour)
  const flow = meanIn(input, device, 'stack_flow_nm3h', hour)
  const isWhole = lengthMs(hour) === HOUR_MS
  const isValid = isWhole && measured.goodMs >= VALID_MS
  const o2Ref = input.plant.limits?.find((one) => one.stack === device && one.pollutant === pollutant)?.o2_ref
  const hasReference = o2Ref !== undefined && oxygen.goodMs >= VALID_MS && oxygen.mean < O2_INVALID
  return {
    isValid,
    concentration: measured.mean,
    reference: hasReference ? (measured.mean * (21 - o2Ref)) / (21 - oxygen.mean) : null,
    kg: isValid && flow.goodMs >= VALID_MS ? measured.mean * flow.mean * 1e-6 : null,
  }
}

export function stackFigure(kpi: string, asked: Asked): Figure | undefined {
  const found = /^(pollutant_mean|pollutant_ref_mean|pollutant_mass|exceed_hours|valid_capture)_(nox|so2|pm|co)$/.exec(
    kpi,
  )
  if (found === null) return undefined
  const [, what, pollutant] = found as unknown as [string, string, string]
  const stacks = membersOf(asked, `${pollutant}_mgm3`)
  const [stack] = stacks
  if (stack === undefined || stacks.length > 1) return undefined
  const hours = hoursOf(asked.span, asked.input.plant.timezone).map((hour) => hourOf(asked, stack, pollutant, hour))
  const valid = hours.filter(({ isValid }) => isValid)
  switch (what) {
    case 'pollutant_mass': {
      const kg = hours.flatMap((hour) => hour.kg ?? [])
      return total(
        kg.reduce((sum, one) => sum + one, 0),
        kg.length / hours.length,
      )
    }
    case 'valid_capture':
      return ratio(valid.length * 100, hours.length, 1)
    case 'exceed_hours': {
      const limit = asked.input.plant.limits?.find((one) => one.stack === stack && one.pollutant === pollutant)?.limit
      if (limit === undefined) return undefined
      const above = valid.filter(({ reference }) => reference !== null && reference > limit)
      return total(above.length, valid.filter(({ reference }) => reference !== null).length / hours.length)
    }
    default: {
      // The mean of a longer time is one of its hours; here only the hour itself is compared.
      const [hour] = hours
      if (hours.length !== 1 || hour === undefined) return undefined
      const value = what === 'pollutant_mean' ? hour.concentration : hour.reference
      return {
        value: hour.isValid ? value : null,
        numerator: Number.NaN,
        denominator: Number.NaN,
        coverage: hour.isValid ? 1 : 0,
      }
    }
  }
}
