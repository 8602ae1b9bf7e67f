import { type Matching, matchingOf, meteredAt } from '../windows/contracts.js'
import { CONTRACT_GENERATION } from '../windows/members.js'
import { type Basis, type InputSum, knownShare, NO_INPUT } from './recipe.js'

/** Figures that cover an import hour by hour look at these: the meters of contracts. */
export const COVERED_USES: readonly string[] = [CONTRACT_GENERATION]

/** Generation that meters counted for contracts in the hours of a window. */
export interface MeteredGeneration {
  /** kWh in the hour that begins at an instant, epoch ms, by contract. */
  in(hourMs: number): ReadonlyMap<string, number>
  /** Coverage of these counts: of each hour that of the least known meter. null where no hour looks at a meter. */
  readonly input: InputSum | null
}

/** Some hours, and how much of each is over, ms. */
type Hours = Iterable<{ readonly startMs: number; readonly dueMs: number }>

/**
 * Reads what the meters of contracts counted in some hours of a window. A meter that is silent makes its hour unknown; it is
 * not asked outside the days of its contract, nor where contracts are matched over their period. Source: KPI specification
 * §2.3.
 *
 * @param matching that of the plant when absent
 */
export function meteredGeneration(
  basis: Basis,
  hours: Hours,
  matching: Matching = matchingOf(basis.version),
): MeteredGeneration {
  if (matching !== 'hourly') return NOTHING
  const sums = new Map<string, InputSum>()
  for (const { device, inputs, startMs } of basis.slices('1h', CONTRACT_GENERATION)) {
    if (inputs[0] !== null && inputs[0] !== undefined) sums.set(`${startMs} ${device}`, inputs[0])
  }
  const byHour = new Map<number, Map<string, number>>()
  let input: InputSum | null = null
  for (const { startMs, dueMs } of hours) {
    const kwh = new Map<string, number>()
    let least: InputSum | null = null
    for (const id of meteredAt(basis.version, startMs)) {
      const one = sums.get(`${startMs} ${id}`) ?? { ...NO_INPUT, expectedMs: dueMs }
      kwh.set(id, one.sum)
      if (least === null || knownShare(one) < knownShare(least)) least = one
    }
    byHour.set(startMs, kwh)
    if (least !== null) input = input === null ? least : both(input, least)
  }
  return { in: (hourMs) => byHour.get(hourMs) ?? NONE, input }
}

function both(a: InputSum, b: InputSum): InputSum {
  return {
    ...NO_INPUT,
    coveredMs: a.coveredMs + b.coveredMs,
    expectedMs: a.expectedMs + b.expectedMs,
    estimatedMs: a.estimatedMs + b.estimatedMs,
    flags: a.flags | b.flags,
  }
}

const NONE: ReadonlyMap<string, number> = new Map()
const NOTHING: MeteredGeneration = { in: () => NONE, input: null }
