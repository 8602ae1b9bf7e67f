import { HOUR_MS } from '../../base/durations.js'
import { type MissingFactor, missingFactor } from '../factors/factor.js'
import { STOPPED } from '../series/accounts.js'
import { MEASURED_CO2 } from '../settings/sources.js'
import { co2KgH } from './arithmetic/cems.js'
import { type Basis, type InputSum, isKnownEnough, NO_INPUT } from './recipe.js'
import { FLOW_TERMS } from './stacks/flow.js'
import { co2Hours } from './stacks/masses.js'

const FLOW = 'stack_flow_nm3h'
const NO_MOISTURE_OR_AREA = missingFactor(
  'bad_config',
  'a measured stack sends a velocity without stack.area_m2, or wet gas without a moisture: add what it lacks to the device',
)

/** Terms that are read beside the concentration of a measured stack. */
export const MEASURED_TERMS: readonly string[] = [...FLOW_TERMS, 'stack_running']

/** CO2 that was measured in one stack in one hour. */
interface MeasuredHour {
  readonly hourMs: number
  readonly device: string
  readonly kgCo2: number
  /** Metrics that it was computed from. */
  readonly metrics: readonly string[]
  /** null unless the readings are there and the configuration lacks what they need. */
  readonly lacks: MissingFactor | null
  /** Its time, and how much of that is known. */
  readonly input: InputSum
}

/**
 * CO2 of each stack whose fuel is not computed, hour by hour: the same mass as `pollutant_mass_co2` has, so brought to dry
 * gas, with the flow that it sends or that its velocity comes to. Reports of the first edition took concentration and flow
 * as they were sent. Source: KPI specification §2.2, measured CO2, and §2.4.
 */
export function measuredHours(basis: Basis): Iterable<MeasuredHour> {
  return basis.version.edition < 2 ? hoursAsSent(basis) : dryHours(basis)
}

/** The time that is known of all measured stacks; null without one. */
export function measuredInput(basis: Basis): InputSum | null {
  if (basis.input(MEASURED_CO2) === null) return null
  const total = { ...NO_INPUT }
  for (const { input } of measuredHours(basis)) {
    total.coveredMs += input.coveredMs
    total.expectedMs += input.expectedMs
    total.estimatedMs += input.estimatedMs
    total.flags |= input.flags
  }
  return total
}

function* dryHours(basis: Basis): Generator<MeasuredHour> {
  for (const { hourMs, device, kg, of, metrics } of co2Hours(basis, MEASURED_CO2)) {
    const isLacking = of.reason === 'bad_config'
    yield {
      hourMs,
      device,
      kgCo2: kg,
      metrics,
      lacks: isLacking ? NO_MOISTURE_OR_AREA : null,
      input: {
        ...NO_INPUT,
        // Readings that came are known; what they come to is not.
        coveredMs: isLacking ? of.expectedMs : of.coveredMs,
        expectedMs: of.expectedMs,
        estimatedMs: of.estimatedMs,
        flags: of.flags,
      },
    }
  }
}

/** Rule of the first edition: the hourly means as they were sent, of stacks that send their flow. */
function* hoursAsSent(basis: Basis): Generator<MeasuredHour> {
  for (const { device, inputs, startMs } of basis.slices('1h', MEASURED_CO2, FLOW)) {
    const [co2 = null, flow = null] = inputs
    if (co2 === null || co2.expectedMs === 0) continue
    const stoppedMs = Math.min(co2.accounts[STOPPED] ?? 0, co2.expectedMs)
    const runningMs = co2.expectedMs - stoppedMs
    const isKnown = isKnownEnough(co2, runningMs) && isKnownEnough(flow, runningMs)
    const coveredMs = isKnown ? Math.min(co2.coveredMs, flow.coveredMs, runningMs) : 0
    yield {
      hourMs: startMs,
      device,
      kgCo2: isKnown ? (co2KgH(meanOf(co2), meanOf(flow)) * runningMs) / HOUR_MS : 0,
      metrics: ['co2_pct', FLOW],
      lacks: null,
      input: {
        ...NO_INPUT,
        coveredMs: coveredMs + stoppedMs,
        expectedMs: co2.expectedMs,
        flags: co2.flags | (flow?.flags ?? 0),
      },
    }
  }
}

function meanOf({ sum, coveredMs }: InputSum): number {
  return sum / coveredMs
}
