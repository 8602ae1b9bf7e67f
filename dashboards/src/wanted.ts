import type { Wanted } from './feed.js'
import type { Route } from './route.js'
import { STACK_KPIS } from './stacks.js'
import { TILES } from './tiles.js'

const TILE_KPIS = TILES.map(({ kpi }) => kpi)
/** How often the figures of a page may change in a second. */
const PLANT_HZ = 4
/** There are many devices, and an hour or a day of one grows slowly: they are told once in two seconds. */
const DEVICES_HZ = 0.5

/** What the tiles and the chart of a view show. */
export function wantedOn(route: Route): Wanted {
  if (route.view === 'overview') {
    return { plants: ['*'], kpis: TILE_KPIS, scopes: ['plant'], windows: ['1h', '1d'], maxHz: PLANT_HZ }
  }
  return {
    plants: [route.plant],
    kpis: [...new Set([...TILE_KPIS, ...STACK_KPIS, route.kpi])],
    scopes: ['plant'],
    windows: [...new Set(['1h', '1d', route.window] as const)],
    maxHz: PLANT_HZ,
  }
}

/** What a card shows of every device of a plant. */
export function wantedOfDevices(plant: string, kpis: readonly string[], windows: Wanted['windows']): Wanted {
  return { plants: [plant], kpis, scopes: ['device'], windows, maxHz: DEVICES_HZ }
}
