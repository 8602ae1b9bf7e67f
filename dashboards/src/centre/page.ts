import { idsIn } from '../address.js'
import { definePage } from '../page.js'

/** The page tells which functions of an energy and carbon management centre a plant has in use. */
export interface CentrePlace {
  readonly view: 'centre'
  readonly plant: string
}

export const centrePage = definePage<CentrePlace>({
  view: 'centre',
  title: { en: 'Management centre', zh: '能碳管理中心' },
  placeOfPlant: (plant) => ({ view: 'centre', plant }),
  parse: (path) => {
    const [plant] = idsIn(path, /^\/plants\/([^/]+)\/centre$/) ?? []
    return plant === undefined ? null : { view: 'centre', plant }
  },
  pathOf: ({ plant }) => `/plants/${plant}/centre`,
})
