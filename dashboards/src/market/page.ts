import { chosenPlant, idIn } from '../address.js'
import { definePage } from '../page.js'

/** Months of a carbon market and who answers for them; of the first plant where none is chosen. */
export interface MarketPlace {
  readonly view: 'market'
  readonly plant: string | null
}

export const marketPage = definePage<MarketPlace>({
  view: 'market',
  title: { en: 'Carbon market', zh: '碳市场' },
  code: 'audit',
  foundOn: 'reports',
  parse: (path, asked) => (path === '/carbon-market' ? { view: 'market', plant: idIn(asked, 'plant') } : null),
  pathOf: () => '/carbon-market',
  choicesOf: chosenPlant,
})
