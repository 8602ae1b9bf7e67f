import { type FlagBits, flagBit } from '../../base/flags.js'
import type { NullReason } from '../../base/reasons.js'
import { KNOWN_STATES, STATES } from '../../base/states.js'
import type { Price } from '../settings/tariffs.js'
import { allocate } from './arithmetic/allocation.js'
import { tariffName } from './costs.js'
import { gridShares } from './grid-share.js'
import { type Basis, type Cover, type InputSum, knownShare, union } from './recipe.js'

const APPROX = flagBit('approx')
const NO_STATES = STATES.map(() => 0)
const UNKNOWN = KNOWN_STATES

/** Times and flags that say how long and how well something was known. */
type Quality = Pick<InputSum, 'coveredMs' | 'expectedMs' | 'estimatedMs' | 'flags'>

/** Energy, emissions and cost of the electricity of machines, by their states in the order of `STATES`. */
export interface Spent {
  readonly kwh: Float64Array
  readonly kgCo2e: Float64Array
  readonly money: Float64Array
  /** States that shared a quarter with another one, as bits: how much was theirs is an approximation. */
  readonly shared: number
  readonly energy: Quality
  readonly state: Quality
  /** Reason why emissions cannot be told; '' when they can. */
  readonly noFactor: NullReason | ''
  /** Coverage of the share that came from the grid, 0 to 1: the least of its days. */
  readonly gridCoverage: number
  readonly gridFlags: FlagBits
  readonly gridFactors: readonly string[]
  /** Time whose energy has no price, ms. */
  readonly unpricedMs: number
  readonly currencies: readonly string[]
  readonly tariffs: readonly string[]
}

/**
 * Quarter by quarter and machine by machine: a register does not say when within a quarter it grew, so each state has
 * the share of the energy that it has of the time. A machine counts when it has both a meter and a state.
 */
export function spentIn(basis: Basis): Spent {
  const { version } = basis
  const kwh = Float64Array.from(NO_STATES)
  const kgCo2e = Float64Array.from(NO_STATES)
  const money = Float64Array.from(NO_STATES)
  const lasted = Float64Array.from(NO_STATES)
  const energy = { coveredMs: 0, expectedMs: 0, estimatedMs: 0, flags: 0 }
  const state = { coveredMs: 0, expectedMs: 0, estimatedMs: 0, flags: 0 }
  const gridFactors = new Set<string>()
  const tariffs = new Set<string>()
  const currencies = new Set<string>()
  const shares = gridShares(basis)
  let share = 1
  let shared = 0
  let noFactor: NullReason | '' = ''
  let gridFlags = 0
  let unpricedMs = 0
  let quarterMs = Number.NaN
  let grid = version.plantFactors.grid(basis.span.startMs, basis.span.endMs)
  let price: Price | null = null
  for (const { startMs, inputs } of basis.slices('15m', 'machine_energy', 'state')) {
    const [used, did] = inputs
    if (!used || !did) continue
    addKnown(energy, used)
    addKnown(state, did)
    if (used.coveredMs === 0) continue
    for (let k = 0; k < UNKNOWN; k++) lasted[k] = did.accounts[k]!
    lasted[UNKNOWN] = Math.max(0, Math.max(used.coveredMs, did.expectedMs) - did.coveredMs)
    if (allocate(used.sum, lasted, kwh) > 1 && used.sum !== 0) shared |= bitsOf(lasted)

    // All machines of a quarter come together: its factor and price are looked up once.
    if (startMs !== quarterMs) {
      quarterMs = startMs
      const hour = version.calendar.spanAt('1h', startMs)
      grid = version.plantFactors.grid(hour.startMs, hour.endMs)
      share = shares.at(startMs)
      price = version.tariffs.at(startMs)
      for (const id of grid.factors) gridFactors.add(id)
      gridFlags |= grid.flags
    }
    if (grid.value === null) noFactor = grid.reason
    else allocate(used.sum * share * grid.value, lasted, kgCo2e)
    if (price === null) unpricedMs += used.coveredMs
    else {
      allocate(used.sum * price.period.price_per_kwh, lasted, money)
      tariffs.add(tariffName(price.tariff))
      currencies.add(price.tariff.currency)
    }
  }
  return {
    kwh,
    kgCo2e,
    money,
    shared,
    energy,
    state,
    noFactor,
    gridCoverage: shares.coverage,
    gridFlags,
    gridFactors: [...gridFactors].sort(),
    unpricedMs,
    currencies: [...currencies].sort(),
    tariffs: [...tariffs].sort(),
  }
}

export function addSpent(a: Spent, b: Spent): Spent {
  return {
    kwh: added(a.kwh, b.kwh),
    kgCo2e: added(a.kgCo2e, b.kgCo2e),
    money: added(a.money, b.money),
    shared: a.shared | b.shared,
    energy: bothKnown(a.energy, b.energy),
    state: bothKnown(a.state, b.state),
    noFactor: a.noFactor === '' ? b.noFactor : a.noFactor,
    gridCoverage: Math.min(a.gridCoverage, b.gridCoverage),
    gridFlags: a.gridFlags | b.gridFlags,
    gridFactors: union(a.gridFactors, b.gridFactors),
    unpricedMs: a.unpricedMs + b.unpricedMs,
    currencies: union(a.currencies, b.currencies),
    tariffs: union(a.tariffs, b.tariffs),
  }
}

/**
 * Coverage of energy or of states, whichever is known less: a machine whose state nobody knows has not produced for 0 kWh.
 * What went into the unknown state is known by the energy alone.
 */
export function stateCover({ energy, state: known, shared }: Spent, state: number): Cover {
  const { coveredMs, estimatedMs, flags } = energy
  return {
    coverage: state === UNKNOWN ? knownShare(energy) : Math.min(knownShare(energy), knownShare(known)),
    estimatedShare: coveredMs > 0 ? estimatedMs / coveredMs : 0,
    flags: flags | (shared & (1 << state) ? APPROX : 0),
  }
}

/** Coverage of energy or of states, whichever is known less. */
export function bothCover(spent: Spent): Cover {
  const { coveredMs, estimatedMs, flags } = spent.energy
  return {
    coverage: Math.min(knownShare(spent.energy), knownShare(spent.state)),
    estimatedShare: coveredMs > 0 ? estimatedMs / coveredMs : 0,
    flags: flags | spent.state.flags | (spent.shared === 0 ? 0 : APPROX),
  }
}

function bitsOf(lasted: Float64Array): number {
  let bits = 0
  for (let k = 0; k < lasted.length; k++) if (lasted[k]! > 0) bits |= 1 << k
  return bits
}

function addKnown(into: { -readonly [K in keyof Quality]: Quality[K] }, one: InputSum): void {
  into.coveredMs += one.coveredMs
  into.expectedMs += one.expectedMs
  into.estimatedMs += one.estimatedMs
  into.flags |= one.flags
}

function bothKnown(a: Quality, b: Quality): Quality {
  return {
    coveredMs: a.coveredMs + b.coveredMs,
    expectedMs: a.expectedMs + b.expectedMs,
    estimatedMs: a.estimatedMs + b.estimatedMs,
    flags: a.flags | b.flags,
  }
}

function added(a: Float64Array, b: Float64Array): Float64Array {
  return a.map((one, k) => one + b[k]!)
}
