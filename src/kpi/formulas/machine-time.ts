import { flagBit } from '../../base/flags.js'
import { DELAY_STATES, STATES, type State } from '../../base/states.js'
import { PLANNED, PLANNED_BUSY } from '../series/accounts.js'
import type { PlantVersion } from '../settings/version.js'
import type { Figure } from '../windows/point.js'
import {
  addInputs,
  type Basis,
  type Cover,
  coverOf,
  figure,
  type InputSum,
  type Inputs,
  type Recipe,
} from './recipe.js'

const PBT_DERIVED = flagBit('pbt_derived')

const columnOf = (state: State) => STATES.indexOf(state)

/** Actual production time. Source: KPI specification §1.3, as the other buckets here. */
export const APT = [columnOf('PRODUCING')]
/** Actual unit set-up time. */
export const AUST = [columnOf('SETUP')]
/** Actual unit processing time. */
export const AUPT = [...APT, ...AUST]
/**
 * Actual unit delay time: the machine waits, is held or is down with a fault, for interrupts that malfunctions cause are
 * delay as well. Source: hsu-aut ontology of ISO 22400-2, actual unit delay time; OPC 40001-1 table 68; OPC 40501 C.2.3.
 */
export const ADET = DELAY_STATES.map(columnOf)
/** Actual unit busy time: production, set-up and delay. */
export const AUBT = [...AUPT, ...ADET]
/** Planned busy time. */
export const PBT = [PLANNED_BUSY]

/** When a figure of machine time has no value, in words. */
export const WORK_NULLS =
  'no_data with nothing known, low_coverage below 75 % of the planned time, no_denominator when nothing was planned'

/** Seconds in some columns of a time account. */
export function secondsIn(state: InputSum | null | undefined, columns: readonly number[]): number {
  if (state === null || state === undefined) return 0
  let ms = 0
  for (const column of columns) ms += state.accounts[column]!
  return ms / 1000
}

/** Flags that the version in force adds to those of whatever is divided by planned busy time. */
export function pbtFlags({ options }: PlantVersion): number {
  return (options?.shifts.length ?? 0) === 0 ? PBT_DERIVED : 0
}

/** Times that decide how well the work of machines is known, ms. */
export interface WorkKnown {
  readonly plannedMs: number
  /** Planned time in which the state is known. */
  readonly knownMs: number
}

/**
 * Known planned time over planned time: a machine that is off and silent at night does not spoil its day. With nothing
 * planned it is what is known of the whole time.
 */
export function workCover(state: InputSum | null | undefined): Cover & WorkKnown {
  const plain = coverOf([state ?? null])
  const plannedMs = state?.plannedMs ?? 0
  const knownMs = state?.accounts[PLANNED] ?? 0
  return { ...plain, coverage: plannedMs > 0 ? knownMs / plannedMs : plain.coverage, plannedMs, knownMs }
}

/** A figure of work: where nothing was planned and nothing done there is nothing to divide by, however little is known. */
export function workFigure(
  numerator: number,
  denominator: number,
  cover: Cover & Pick<WorkKnown, 'plannedMs'>,
  expectedMax = Infinity,
): Figure {
  const made = figure(numerator, denominator, cover, expectedMax)
  const isIdle = cover.plannedMs === 0 && denominator === 0 && cover.coverage > 0
  return isIdle ? { ...made, reason: 'no_denominator' } : made
}

/** One time of machines over another, each the sum of some columns of `term`'s time account, in seconds. */
export function timeRatio(term: string, over: readonly number[], under: readonly number[]): Recipe<Inputs> {
  const isOfPbt = under.includes(PLANNED_BUSY)
  return {
    total: (basis) => [isOfPbt ? withPbtFlags(basis, basis.input(term)) : basis.input(term)],
    add: addInputs,
    figure: ([state]) => workFigure(secondsIn(state, over), secondsIn(state, under), workCover(state), 1),
  }
}

function withPbtFlags(basis: Basis, state: InputSum | null): InputSum | null {
  if (state === null || state.coveredMs === 0) return state
  return { ...state, flags: state.flags | pbtFlags(basis.version) }
}
