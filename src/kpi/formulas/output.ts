import { HOUR_MS } from '../../base/durations.js'
import { type FlagBits, flagBit } from '../../base/flags.js'
import { IDEAL_TIME, ORDER_TIME, PLANNED, UNRATED } from '../series/accounts.js'
import type { PlantVersion } from '../settings/version.js'
import type { Figure } from '../windows/point.js'
import { APT, AUPT, PBT, pbtFlags, secondsIn, workFigure } from './machine-time.js'
import { type Basis, type Cover, coverOf, type DeviceInputs, type InputSum } from './recipe.js'

const APPROX = flagBit('approx')
const MISMATCH = flagBit('count_mismatch')
/** Pieces by which total and good and rejected pieces may differ. Source: KPI specification §1.3. */
const MISMATCH_MAX = 1

/** Terms of a machine whose pieces are counted; each of these KPIs is made of them. */
export const OUTPUT_TERMS = ['state', 'pieces', 'pieces_good'] as const
/** The three counts as they were sent, to hold them against each other. */
export const COUNT_TERMS = ['parts_total', 'parts_good', 'parts_reject'] as const

/** Time of machines and the pieces that came of it: sums over machines, and over days. */
export interface Output {
  /** Machines that count. */
  readonly machines: number
  /** Machines left out, since something of their configuration is missing. */
  readonly leftOut: number
  readonly aptS: number
  readonly auptS: number
  readonly pbtS: number
  /** Time with an order running, of machines that say so; planned busy time of those that do not. */
  readonly orderS: number
  /** The part of it that is planned busy time. */
  readonly unorderedS: number
  /** Σ PRU · PQ, ms: not divided, so that whole ms and whole pieces give no rounding. */
  readonly idealMs: number
  readonly pieces: number
  readonly good: number
  /** Pieces that the machines could make in their planned busy time. */
  readonly capacity: number
  readonly plannedMs: number
  /** Planned time in which state, all pieces, and good pieces are known. */
  readonly knownMs: readonly [state: number, pieces: number, good: number]
  /** Times of state, all and good pieces added up, over the whole time: how well they are known where nothing was planned. */
  readonly coveredMs: number
  readonly expectedMs: number
  readonly estimatedMs: number
  readonly flags: FlagBits
}

const NOTHING: Output = {
  machines: 0,
  leftOut: 0,
  aptS: 0,
  auptS: 0,
  pbtS: 0,
  orderS: 0,
  unorderedS: 0,
  idealMs: 0,
  pieces: 0,
  good: 0,
  capacity: 0,
  plannedMs: 0,
  knownMs: [0, 0, 0],
  coveredMs: 0,
  expectedMs: 0,
  estimatedMs: 0,
  flags: 0,
}

/** Tells whether a machine can be part of a figure, by what the configuration says of it. */
export type MachineFilter = (of: {
  readonly device: string
  readonly pieces: InputSum
  readonly version: PlantVersion
}) => boolean

/** The ideal cycle of every piece that it made is known; of none made, that of some product it may make. */
export const isRated: MachineFilter = ({ device, pieces, version }) => {
  if (pieces.accounts[UNRATED]! > 0) return false
  const made = version.device(device)?.product
  const products = version.options?.products ?? []
  return products.some((one) => (one.device ?? device) === device && (made === undefined || one.id === made))
}

export const hasCapacity: MachineFilter = ({ device, version }) => version.device(device)?.capacity_per_h !== undefined

export const anyMachine: MachineFilter = () => true

/** The output of the machines of a scope that count pieces and are chosen; `order_active` where the formula uses it. */
export function outputOf(basis: Basis, choice: MachineFilter): Output {
  const { version } = basis
  let total: Output = NOTHING
  const chosen = new Set<string>()
  for (const { device, inputs } of basis.devices(...OUTPUT_TERMS, 'order_active')) {
    const [state, pieces, good, order] = inputs
    if (!state || !pieces || !good) continue
    if (choice({ device, pieces, version })) {
      chosen.add(device)
      total = addOutput(total, machineOutput(state, pieces, good, order !== null, capacityOf(version, device)))
    } else total = { ...total, leftOut: total.leftOut + 1 }
  }
  if (chosen.size === 0) return total
  const knownMs = piecesKnown(basis, chosen, total)
  const flags = total.flags | mismatch(basis, chosen) | (total.coveredMs > 0 ? pbtFlags(version) : 0)
  return { ...total, knownMs, flags }
}

function capacityOf(version: PlantVersion, device: string): number {
  return version.device(device)?.capacity_per_h ?? 0
}

function machineOutput(
  state: InputSum,
  pieces: InputSum,
  good: InputSum,
  saysOrders: boolean,
  capacityPerHour: number,
): Output {
  const pbtS = secondsIn(state, PBT)
  const isAllCounted = pieces.coveredMs >= pieces.expectedMs && good.coveredMs >= good.expectedMs
  return {
    machines: 1,
    leftOut: 0,
    aptS: secondsIn(state, APT),
    auptS: secondsIn(state, AUPT),
    pbtS,
    orderS: saysOrders ? secondsIn(state, [ORDER_TIME]) : pbtS,
    unorderedS: saysOrders ? 0 : pbtS,
    idealMs: pieces.accounts[IDEAL_TIME]!,
    pieces: pieces.sum,
    good: good.sum,
    capacity: (capacityPerHour * state.accounts[PBT[0]!]!) / HOUR_MS,
    plannedMs: state.plannedMs,
    // The hours of a count that is missing for some of the time say whether that was planned time.
    knownMs: isAllCounted
      ? [state.accounts[PLANNED]!, state.plannedMs, state.plannedMs]
      : [state.accounts[PLANNED]!, Number.NaN, Number.NaN],
    coveredMs: state.coveredMs + pieces.coveredMs + good.coveredMs,
    expectedMs: state.expectedMs + pieces.expectedMs + good.expectedMs,
    estimatedMs: state.estimatedMs + pieces.estimatedMs + good.estimatedMs,
    flags: state.flags | pieces.flags | good.flags,
  }
}

/**
 * Planned time in which pieces are known, hour by hour: a register that is silent at night, until its first sample of the
 * next morning, does not spoil its day, and one that died in the morning is not saved by the night before.
 */
function piecesKnown(basis: Basis, chosen: ReadonlySet<string>, { knownMs }: Output): Output['knownMs'] {
  if (!Number.isNaN(knownMs[1])) return knownMs
  let ofPieces = 0
  let ofGood = 0
  for (const { device, inputs } of basis.slices('1h', ...OUTPUT_TERMS)) {
    const [state, pieces, good] = inputs
    if (!state || !pieces || !good || !chosen.has(device)) continue
    ofPieces += state.plannedMs * shareKnown(pieces)
    ofGood += state.plannedMs * shareKnown(good)
  }
  return [knownMs[0], ofPieces, ofGood]
}

function shareKnown({ coveredMs, expectedMs }: InputSum): number {
  return expectedMs > 0 ? coveredMs / expectedMs : 0
}

/** Total, good and rejected pieces of a machine have to add up where it sends all three and all are known. */
function mismatch(basis: Basis, chosen: ReadonlySet<string>): FlagBits {
  let flags = 0
  for (const of of basis.devices(...COUNT_TERMS)) if (chosen.has(of.device)) flags |= mismatchFlag(of)
  return flags
}

/** @param of inputs by `COUNT_TERMS` */
export function mismatchFlag({ inputs }: DeviceInputs): FlagBits {
  const [total, good, reject] = inputs
  if (!total || !good || !reject) return 0
  const isKnown = [total, good, reject].every((count) => count.coveredMs > 0 && count.coveredMs >= count.expectedMs)
  return isKnown && Math.abs(total.sum - good.sum - reject.sum) > MISMATCH_MAX ? MISMATCH : 0
}

/** Both, `a` being the earlier or the one of the smaller id. */
export function addOutput(a: Output, b: Output): Output {
  return {
    machines: a.machines + b.machines,
    leftOut: a.leftOut + b.leftOut,
    aptS: a.aptS + b.aptS,
    auptS: a.auptS + b.auptS,
    pbtS: a.pbtS + b.pbtS,
    orderS: a.orderS + b.orderS,
    unorderedS: a.unorderedS + b.unorderedS,
    idealMs: a.idealMs + b.idealMs,
    pieces: a.pieces + b.pieces,
    good: a.good + b.good,
    capacity: a.capacity + b.capacity,
    plannedMs: a.plannedMs + b.plannedMs,
    knownMs: [a.knownMs[0] + b.knownMs[0], a.knownMs[1] + b.knownMs[1], a.knownMs[2] + b.knownMs[2]],
    coveredMs: a.coveredMs + b.coveredMs,
    expectedMs: a.expectedMs + b.expectedMs,
    estimatedMs: a.estimatedMs + b.estimatedMs,
    flags: a.flags | b.flags,
  }
}

/**
 * A figure of output, known as well as the least known of the counts it is made of. `bad_config` when every machine had to
 * be left out; with some left out it is that of the others, flagged `approx`.
 */
export function outputFigure(
  output: Output,
  [numerator, denominator]: readonly [number, number],
  { isApprox = false, expectedMax = 1 }: { readonly isApprox?: boolean; readonly expectedMax?: number } = {},
): Figure {
  const made = workFigure(numerator, denominator, outputCover(output, isApprox), expectedMax)
  return output.machines === 0 && output.leftOut > 0 ? { ...made, value: null, reason: 'bad_config' } : made
}

function outputCover(output: Output, isApprox: boolean): Cover & { plannedMs: number } {
  const { plannedMs, knownMs, coveredMs, expectedMs, estimatedMs, leftOut, flags } = output
  const plain = coverOf([{ coveredMs, expectedMs, estimatedMs, flags, sum: 0, plannedMs, accounts: NO_ACCOUNTS }])
  return {
    ...plain,
    coverage: plannedMs > 0 ? Math.min(...knownMs) / plannedMs : plain.coverage,
    flags: flags | (isApprox || leftOut > 0 ? APPROX : 0),
    plannedMs,
  }
}

const NO_ACCOUNTS = new Float64Array(0)
