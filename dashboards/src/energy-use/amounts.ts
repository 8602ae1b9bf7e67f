import type { EnergySpent, MachineSpent, RangeAmount, StateSpent } from '../../../src/views/wire/machine-energy.js'
import { figureFor, figureText, type Language } from '../format.js'

/** Amounts of the range as they are shown: what is known of one that is not known as a whole, else why there is none. */

/** The figure that is shown; null where there is none. */
export function shownOf(amount: RangeAmount | null): number | null {
  if (amount === null) return null
  return amount.value ?? (amount.reason === 'low_coverage' ? amount.known : null)
}

/** A number with its unit, or a dash; in the unit that fits `largest`, where several stand below each other. */
export function amountText(amount: RangeAmount | null, language: Language, largest?: number): string {
  const value = shownOf(amount)
  if (amount === null || value === null) return '—'
  const figure = figureFor({ id: '', unit: amount.unit, shape: 'sum' }, largest ?? value)
  const text = figureText(value, figure, language)
  return figure.unit === '' ? text : `${text} ${figure.unit.replace(/^kgCO2e$/, 'kg CO2e')}`
}

export type RankedBy = 'energy' | 'standing'

/** Machines from the one that used most down: of all, or while nothing was made. */
export function ranked(machines: readonly MachineSpent[], by: RankedBy): readonly MachineSpent[] {
  const size = (one: MachineSpent) => shownOf(by === 'energy' ? one.energy : one.standing.energy) ?? -1
  return machines.toSorted((a, b) => size(b) - size(a))
}

/** A state of a machine, and what went into it. */
export interface RankedState {
  readonly machine: MachineSpent
  readonly spent: StateSpent
}

/** Every state of every machine, from the one that used most down. */
export function statesOf(machines: readonly MachineSpent[]): readonly RankedState[] {
  const size = ({ spent }: RankedState) => shownOf(spent.energy) ?? -1
  return machines
    .flatMap((machine) => machine.states.map((spent) => ({ machine, spent })))
    .toSorted((a, b) => size(b) - size(a))
}

/** The same as cells of a spreadsheet: unrounded, empty where nothing is known. */
export const cellsOf = ({ energy, co2e, cost }: EnergySpent) => [
  shownOf(energy),
  shownOf(co2e),
  shownOf(cost),
  cost?.unit ?? '',
  [energy, co2e, cost].find((one) => (one?.reason ?? '') !== '')?.reason ?? '',
]
