import { WINDOWS } from '../../src/base/kpi.js'
import type { Wanted } from './feed.js'
import { lengthMsOf, windowThatFits } from './range.js'
import type { Route } from './route.js'
import { STACK_KPIS } from './stacks.js'
import { TILES } from './tiles.js'

const TILE_KPIS = TILES.map(({ kpi }) => kpi)
/** How often the figures of a page may change in a second. */
const PLANT_HZ = 4
/** There are many devices, and an hour or a day of one grows slowly: they are told once in two seconds. */
const DEVICES_HZ = 0.5

/** What the tiles and the chart of a view show; of alarms and devices every view tells. */
export function wantedOn(route: Route): Wanted {
  const all = { plants: ['*'], watch: ['*'], scopes: ['plant'], maxHz: PLANT_HZ } as const
  // The month that runs has a figure of its own.
  const months = route.range.kind === 'month' ? (['1mo'] as const) : []
  if (route.view === 'overview') return { ...all, kpis: TILE_KPIS, windows: ['1h', '1d', ...months] }
  if (route.view !== 'plant') return { ...all, kpis: [TILE_KPIS[0]!], windows: ['1d'] }
  const window = route.window ?? windowThatFits(lengthMsOf(route.range), WINDOWS)
  return {
    ...all,
    plants: [route.plant],
    kpis: [...new Set([...TILE_KPIS, ...STACK_KPIS, route.kpi])],
    windows: [...new Set(['1h', '1d', ...months, window] as const)],
  }
}

/** What a card shows of every device of a plant. */
export function wantedOfDevices(plant: string, kpis: readonly string[], windows: Wanted['windows']): Wanted {
  return { plants: [plant], watch: [plant], kpis, scopes: ['device'], windows, maxHz: DEVICES_HZ }
}
