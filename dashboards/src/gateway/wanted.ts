import { WINDOWS } from '../../../src/base/kpi.js'
import { CARBON_KPIS } from '../plant/carbon.js'
import { STACK_KPIS } from '../plant/stacks.js'
import type { Route } from '../route.js'
import { memberOf, type Stream } from '../series/points.js'
import { barWindow } from '../series/totals.js'
import { INSTEAD, LIMIT_OF, TILES } from '../tiles/tiles.js'
import { lengthMsOf, type Range, windowThatFits } from '../time/range.js'
import type { Wanted } from './feed.js'

const TILE_KPIS = [...TILES.map(({ kpi }) => kpi), ...Object.values(INSTEAD), ...Object.values(LIMIT_OF)]
/** Highest rate at which the figures of a page change, Hz. */
const PLANT_HZ = 4
/** There are many devices, and an hour or a day of one grows slowly: they are told once in two seconds. */
const DEVICES_HZ = 0.5
/** Highest rate at which the figures of a chart change beside those of the page, Hz. */
const CHART_HZ = 4
/** Lines stand beside their plant in one sum: they must not lag behind it for long. */
const LINES_HZ = 1

/** KPIs that the energy flow, the demand and the carbon of a plant are made of. */
const GREEN_KPIS = ['energy_elec_consumed', 'energy_unmetered', 'load_factor', 'power_factor', ...CARBON_KPIS]
/** KPIs that are shown of a line, the same for each line of a plant. */
export const LINE_KPIS = [
  'energy_elec_import',
  'peak_demand_15',
  'load_factor',
  'power_factor',
  'sec',
  'energy_natural_gas',
  'energy_water_fresh',
  'scope1_co2e',
  'oee',
  'robot_util_calendar',
  'fpy',
] as const

/** The windows of bars, of the quarters of a day, and of the day that says which figures there are. */
const windowsOf = (range: Range): Wanted['windows'] => ['15m', '1d', barWindow(range)]

/** Subscription to what the tiles and the chart of a view show; of alarms and devices every view tells. */
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
    kpis: [...new Set([...TILE_KPIS, ...STACK_KPIS, ...GREEN_KPIS, route.kpi])],
    windows: [...new Set(['1h', ...windowsOf(route.range), window] as const)],
  }
}

/** Subscription to what a card shows of every device of a plant. */
export function wantedOfDevices(plant: string, kpis: readonly string[], windows: Wanted['windows']): Wanted {
  return { plants: [plant], watch: [], kpis, scopes: ['device'], windows, maxHz: DEVICES_HZ }
}

/** Subscription to what a chart shows of one stream. */
export function wantedOfStream(stream: Stream): Wanted {
  const { plant, kpi, window } = stream
  return {
    plants: [plant],
    watch: [],
    kpis: [kpi],
    scopes: [memberOf(stream).scope],
    windows: [window],
    maxHz: CHART_HZ,
  }
}

/** Subscription to what is shown of the lines of a plant and of what is metered in them. */
export function wantedOfLines(plant: string, range: Range): Wanted {
  const windows = [...new Set(windowsOf(range))]
  return { plants: [plant], watch: [], kpis: LINE_KPIS, scopes: ['line', 'device'], windows, maxHz: LINES_HZ }
}

/** Streams that are told, as often as they may be: what it costs to send and to take. */
const costOf = ({ plants, kpis, scopes, windows, maxHz }: Wanted) =>
  plants.length * kpis.length * scopes.length * windows.length * maxHz

function union<T>(one: readonly T[], other: readonly T[]): readonly T[] {
  return [...new Set([...one, ...other])].sort()
}

function both(one: Wanted, other: Wanted): Wanted {
  return {
    plants: union(one.plants, other.plants),
    watch: union(one.watch, other.watch),
    kpis: union(one.kpis, other.kpis),
    scopes: union(one.scopes, other.scopes),
    windows: union(one.windows, other.windows),
    maxHz: Math.max(one.maxHz, other.maxHz),
  }
}

/** All that is wanted, put together until there are at most `max`: first the two that become the least dearer by it. */
export function mergedWanted(all: readonly Wanted[], max: number): readonly Wanted[] {
  // Each is united with itself, so that the same comes out whatever the order in which something is named.
  const merged = all.map((one) => both(one, one))
  for (;;) {
    const pairs = merged.flatMap((one, i) =>
      merged.slice(i + 1).map((other) => {
        const together = both(one, other)
        return { one, other, together, dearerBy: costOf(together) - costOf(one) - costOf(other) }
      }),
    )
    const next = pairs.reduce<(typeof pairs)[0] | null>((a, b) => (a === null || b.dearerBy < a.dearerBy ? b : a), null)
    if (next === null || (merged.length <= max && next.dearerBy > 0)) return merged
    merged.splice(merged.indexOf(next.one), 1, next.together)
    merged.splice(merged.indexOf(next.other), 1)
  }
}

/** True when all that is `wanted` is told to whoever wants `more`. */
export function covers(more: Wanted, wanted: Wanted): boolean {
  const names = ['plants', 'watch', 'kpis', 'scopes', 'windows'] as const
  return names.every((name) => wanted[name].every((one) => (more[name] as readonly string[]).includes(one)))
}
