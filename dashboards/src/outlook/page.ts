import { idsIn } from '../address.js'
import { definePage } from '../page.js'

/** The page tells what is expected of a plant today, and how good such forecasts have been. */
export interface OutlookPlace {
  readonly view: 'outlook'
  readonly plant: string
}

export const outlookPage = definePage<OutlookPlace>({
  view: 'outlook',
  title: { en: 'Outlook', zh: '展望' },
  placeOfPlant: (plant) => ({ view: 'outlook', plant }),
  parse: (path) => {
    const [plant] = idsIn(path, /^\/plants\/([^/]+)\/outlook$/) ?? []
    return plant === undefined ? null : { view: 'outlook', plant }
  },
  pathOf: ({ plant }) => `/plants/${plant}/outlook`,
})
