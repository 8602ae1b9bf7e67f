import { type CoalEquivalent, KJ_PER_KGCE } from './coal.js'
import { TableError } from './csv.js'
import type { Factor } from './factor.js'

/**
 * The guides to greenhouse gases and the standard of energy round the same fuel differently: gasoline by 4 %, LPG by 6 %.
 * What differs by more is another fuel. Source: differences of the two tables, computed here.
 */
const DIFFERENCE_MAX = 0.1

/** Fuels that the table of coal equivalents calls otherwise. */
const CARRIERS: Readonly<Record<string, string>> = { blast_furnace_gas: 'bf_gas' }

interface TwoTables {
  readonly factors: readonly Factor[]
  readonly coal: readonly CoalEquivalent[]
}

/** Throws a fault of the first fuel whose heating value in one table is not that behind its coefficient in the other. */
export function checkAgreement({ factors, coal }: TwoTables): void {
  for (const factor of factors) {
    const fuel = /^fuel\.(\w+)\.ncv$/.exec(factor.activity)?.[1]
    const carrier = fuel === undefined ? undefined : coal.find((one) => isOf(one, fuel))
    if (carrier !== undefined) checkFuel(factor, carrier)
  }
}

function isOf({ carrier, kind }: CoalEquivalent, fuel: string): boolean {
  return kind !== 'legacy_2008' && carrier === (CARRIERS[fuel] ?? fuel)
}

function checkFuel({ id, value, unit, place }: Factor, { carrier, rows }: CoalEquivalent): void {
  const kj = value * (unit === 'GJ/t' ? 1000 : 100)
  const [low, high = low] = rows
  const least = low.value * KJ_PER_KGCE * (1 - DIFFERENCE_MAX)
  const most = high.value * KJ_PER_KGCE * (1 + DIFFERENCE_MAX)
  if (kj >= least && kj <= most) return
  const behind = rows.map((one) => (one.value * KJ_PER_KGCE).toFixed(0)).join(' to ')
  throw new TableError(
    `${place}: ${id} is ${kj.toFixed(0)} kJ, but the coal equivalent of ${carrier} (${low.place}) rests on ${behind} kJ; give both the heating value of one and the same fuel`,
  )
}
