import type { StackOptions } from '../../../base/options/stacks.js'
import { APPROX, type ArithmeticResult, answer, noAnswer } from '../arithmetic/answer.js'
import { dryFlowNm3h } from '../arithmetic/cems.js'
import type { InputSum } from '../recipe.js'
import { moistureOf, present } from './hour.js'

/** Terms that the dry flow of an hour is made of, in the order in which `flowOf` takes their inputs. */
export const FLOW_TERMS = [
  'stack_flow_nm3h',
  'stack_velocity_ms',
  'stack_temp_c',
  'stack_pressure_kpa',
  'stack_moisture_pct',
] as const

/** The dry flow of one stack in an hour, with the level that says how much of the hour it is known for. */
export interface HourFlow {
  readonly nm3h: ArithmeticResult
  /** null where the stack sends neither a flow nor a velocity. */
  readonly level: InputSum | null
}

/**
 * Dry flow of an hour: what the stack sends as its flow, else what its velocity comes to on the means of the hour:
 * `bad_config` without a cross-section or a moisture, `no_data` without temperature. Flag `approx` where moisture or static
 * pressure are not sent: then that of the configuration counts, and none above that of the air. Manual values count, as for
 * every total.
 */
export function flowOf(inputs: readonly (InputSum | null)[], stack: StackOptions, share: number): HourFlow {
  const [sent = null, velocity = null, temp = null, pressure = null, moisture = null] = inputs.map(present)
  if (sent !== null) return { nm3h: totalMean(sent, 0), level: sent }
  if (velocity === null) return { nm3h: noAnswer('no_data'), level: null }
  const speed = totalMean(velocity, 0)
  const celsius = temp === null ? noAnswer('no_data') : totalMean(temp, share)
  const staticKpa = pressure === null ? answer(0, APPROX) : totalMean(pressure, share)
  const water = moistureOf(stack, moisture, share)
  const parts = [speed, celsius, staticKpa, water]
  const missing = parts.find((part) => part.value === null)
  if (stack.area_m2 === undefined) return { nm3h: noAnswer('bad_config'), level: velocity }
  if (missing !== undefined) return { nm3h: noAnswer(missing.reason || 'no_data'), level: velocity }
  const dry = dryFlowNm3h({
    velocityMs: speed.value!,
    areaM2: stack.area_m2,
    tempC: celsius.value!,
    barometricKpa: stack.barometric_kpa,
    staticKpa: staticKpa.value!,
    moisturePct: water.value!,
  })
  return { nm3h: { ...dry, flags: parts.reduce((flags, part) => flags | part.flags, dry.flags) }, level: velocity }
}

/** Mean over the time that is known, manual values included. */
function totalMean(input: InputSum, share: number): ArithmeticResult {
  if (input.coveredMs <= 0 || input.coveredMs < share * input.expectedMs) return noAnswer('no_data')
  return answer(input.sum / input.coveredMs, input.flags)
}
