import type { PlantOptions } from '../../base/plant.js'

/** The unit that the catalogue gives to money, of whichever plant. */
export const MONEY = 'currency'

/** The code of the currency that a plant pays in; null without a tariff, and where its tariffs are of several. */
export function currencyOf(options: Pick<PlantOptions, 'tariffs'> | null | undefined): string | null {
  const codes = new Set(options?.tariffs.map(({ currency }) => currency) ?? [])
  const [code = null] = codes
  return codes.size === 1 ? code : null
}

/** A unit of the catalogue as a plant says it: money by the code of its currency. */
export function unitInCurrency(unit: string, options: Pick<PlantOptions, 'tariffs'> | null | undefined): string {
  return unit === MONEY ? (currencyOf(options) ?? unit) : unit
}
