import { type KpiInfo, WINDOWS, type Window } from '../../src/base/kpi.js'

/** Where the reader is. All of it stands in the address, so that a link gives the same view. */
export type Route =
  | { readonly view: 'overview' }
  | { readonly view: 'plant'; readonly plant: string; readonly kpi: string; readonly window: Window }

export const FIRST_KPI = 'energy_elec_import'
export const FIRST_WINDOW: Window = '15m'
/** What the gateway takes for an id of a figure: an address with anything else must not spoil the subscription. */
const KPI_ID = /^[a-z0-9_]{1,64}$/

export function parseRoute(hash: string): Route {
  const [path = '', query = ''] = hash.replace(/^#/, '').split('?')
  const plant = /^\/plants\/([^/]+)$/.exec(path)?.[1]
  if (plant === undefined) return { view: 'overview' }
  const asked = new URLSearchParams(query)
  const window = WINDOWS.find((w) => w === asked.get('window')) ?? FIRST_WINDOW
  const kpi = asked.get('kpi') ?? ''
  return { view: 'plant', plant, kpi: KPI_ID.test(kpi) ? kpi : FIRST_KPI, window }
}

export function hrefOf(route: Route): string {
  if (route.view === 'overview') return '#/'
  const query = new URLSearchParams()
  if (route.kpi !== FIRST_KPI) query.set('kpi', route.kpi)
  if (route.window !== FIRST_WINDOW) query.set('window', route.window)
  const asked = query.toString()
  return `#/plants/${route.plant}${asked === '' ? '' : `?${asked}`}`
}

/** The page without what is chosen on it. */
export function pathOf(route: Route): string {
  return route.view === 'overview' ? '/' : `/plants/${route.plant}`
}

export function plantHref(plant: string): string {
  return hrefOf({ view: 'plant', plant, kpi: FIRST_KPI, window: FIRST_WINDOW })
}

/** The window in which a figure is shown first: 15 minutes where it is reckoned for them. */
export function firstWindow(info: KpiInfo): Window {
  return info.windows.includes(FIRST_WINDOW) ? FIRST_WINDOW : '1h'
}
