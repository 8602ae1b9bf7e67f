import { idsIn } from '../address.js'
import { definePage } from '../page.js'

/** The page tells an energy manager which machine used how much, when, and what it cost. */
export interface EnergyPlace {
  readonly view: 'energy'
  readonly plant: string
}

export const energyPage = definePage<EnergyPlace>({
  view: 'energy',
  title: { en: 'Energy and cost', zh: '能耗与电费' },
  hasRange: true,
  placeOfPlant: (plant) => ({ view: 'energy', plant }),
  parse: (path) => {
    const [plant] = idsIn(path, /^\/plants\/([^/]+)\/energy$/) ?? []
    return plant === undefined ? null : { view: 'energy', plant }
  },
  pathOf: ({ plant }) => `/plants/${plant}/energy`,
})
