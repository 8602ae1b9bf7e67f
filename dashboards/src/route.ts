import { PAGES, type Place, pageOf } from './pages.js'
import { FIRST_RANGE, parseRange, type Range, rangeParameter } from './time/range.js'

/** Choices that stay as they are when one goes from place to place. */
export interface Kept {
  readonly range: Range
  /** Beside the same period before it. */
  readonly compare: boolean
  /** For a screen on a wall: no frame, large figures, plants in turn. */
  readonly wall: boolean
}

/** Place of the reader, with the choices kept. All of it stands in the address, so that a link gives the same view. */
export type Route = Place & Kept

export const FIRST_KEPT: Kept = { range: FIRST_RANGE, compare: false, wall: false }

export function parseRoute(hash: string): Route {
  const [path = '', query = ''] = hash.replace(/^#/, '').split('?')
  const asked = new URLSearchParams(query)
  const kept: Kept = {
    range: parseRange(asked.get('range') ?? '') ?? FIRST_RANGE,
    compare: asked.has('compare'),
    wall: asked.has('wall'),
  }
  for (const page of PAGES) {
    const place = page.parse(path, asked)
    if (place !== null) return { ...place, ...kept }
  }
  return { view: 'overview', ...kept }
}

export function hrefOf(route: Route): string {
  const query = new URLSearchParams(pageOf(route.view).choicesOf?.(route) ?? {})
  if (route.range.kind !== 'last' || route.range.last !== '24h') query.set('range', rangeParameter(route.range))
  if (route.compare) query.set('compare', '')
  if (route.wall) query.set('wall', '')
  // `wall=` says no more than `wall`.
  const asked = query.toString().replace(/=(?=&|$)/g, '')
  return `#${pathOf(route)}${asked === '' ? '' : `?${asked}`}`
}

/** The page without what is chosen on it. */
export function pathOf(place: Place): string {
  return pageOf(place.view).pathOf(place)
}

/** The plant a page is about; null for one about all of them. */
export function plantOf(place: Place): string | null {
  return 'plant' in place ? place.plant : null
}
