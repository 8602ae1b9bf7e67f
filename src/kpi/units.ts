import { type FlagBits, flagBit } from '../base/flags.js'
import type { Scope } from '../base/kpi.js'
import type { PlantOptions, Role } from '../base/plant.js'
import type { CalendarWindow } from './calendar.js'
import { KPIS, type Kpi } from './formulas.js'
import type { Stream } from './point.js'
import type { Track } from './track.js'

const APPROX = flagBit('approx')

/** Registers at the point where the plant meets the grid: they count at its main meters alone. */
const GRID_METRICS = new Set(['elec_import_kwh', 'elec_export_kwh', 'elec_reactive_kvarh', 'elec_reactive_lead_kvarh'])

/** One track as a term of a formula. */
export interface Member {
  readonly track: Track
  /** Brings the track's sums to the unit of the formula's metric. */
  readonly scale: number
  readonly flags: FlagBits
  /** It stands in for these: no member of a window of which one of them is a member. */
  readonly unless: readonly Track[]
}

/** A KPI of a scope, with the members of each metric it asks for. */
export interface UnitKpi {
  readonly kpi: Kpi
  readonly members: ReadonlyMap<string, readonly Member[]>
  /** All tracks it is made of. */
  readonly tracks: readonly Track[]
  /** No window finer than this is published: the shortest period among its members. */
  readonly shortestPeriodMs: number
  stream(window: CalendarWindow): Stream
}

/** A scope of a plant for which KPIs are computed: the plant itself, or one device. */
export interface Unit {
  readonly scope: Extract<Scope, 'plant' | 'device'>
  readonly id: string
  readonly kpis: readonly UnitKpi[]
  /** Every track of the scope: those whose samples are counted. */
  readonly tracks: readonly Track[]
}

/** The units of one plant, made from what is configured and what was ever sent. Source: KPI specification §1.5. */
export function unitsOf(plant: string, options: PlantOptions | null, tracks: readonly Track[]): Unit[] {
  const sorted = [...tracks].sort((a, b) => compare(a.device, b.device) || compare(a.metric, b.metric))
  const devices = [...new Set(sorted.map((track) => track.device))]
  const role = new Map(options?.devices.map((device) => [device.id, device.role ?? null]) ?? [])
  return [
    unit(plant, 'plant', plant, sorted, (metric) => plantMembers(metric, sorted, role)),
    ...devices.map((device) => {
      const own = sorted.filter((track) => track.device === device)
      return unit(plant, 'device', device, own, (metric) => deviceMembers(metric, own))
    }),
  ]
}

function unit(
  plant: string,
  scope: Unit['scope'],
  id: string,
  tracks: readonly Track[],
  membersOf: (metric: string) => Member[],
): Unit {
  const kpis: UnitKpi[] = []
  for (const kpi of KPIS) {
    if (!kpi.scopes.includes(scope)) continue
    const members = new Map([...kpi.needs, ...kpi.uses].map((metric) => [metric, membersOf(metric)]))
    const isThere =
      kpi.needs.length === 0 ? tracks.length > 0 : kpi.needs.every((m) => (members.get(m) ?? []).length > 0)
    if (!isThere) continue
    const own = kpi.needs.length === 0 ? tracks : [...members.values()].flat().map((member) => member.track)
    const streams = new Map<CalendarWindow, Stream>(
      kpi.windows.map((window) => [window, { plant, scope, id, kpi: kpi.id, window, unit: kpi.unit }]),
    )
    kpis.push({
      kpi,
      members,
      tracks: own,
      shortestPeriodMs: Math.min(...own.map((track) => track.times.periodMs)),
      stream: (window) => {
        const stream = streams.get(window)
        if (stream === undefined) throw new Error(`${kpi.id} has no window ${window}`)
        return stream
      },
    })
  }
  return { scope, id, kpis, tracks }
}

function plantMembers(metric: string, tracks: readonly Track[], roles: ReadonlyMap<string, Role | null>): Member[] {
  if (!GRID_METRICS.has(metric)) {
    return tracks.filter((track) => track.metric === metric && roles.get(track.device) !== 'sub').map(asMember)
  }
  const hasMain = [...roles.values()].includes('main')
  const meters = tracks.filter((track) => (hasMain ? roles.get(track.device) === 'main' : !roles.has(track.device)))
  return metric === 'elec_import_kwh' ? importMembers(meters) : meters.filter((t) => t.metric === metric).map(asMember)
}

function deviceMembers(metric: string, own: readonly Track[]): Member[] {
  if (metric !== 'elec_import_kwh') return own.filter((track) => track.metric === metric).map(asMember)
  return importMembers(own, ['elec_import_kwh', 'elec_submeter_kwh'])
}

/**
 * Energy comes from a register, the first of `registers` that a device has; the integral of kW stands in for a device
 * that has none, and says so. What is not configured is there from its first sample on: until then the next best counts.
 */
function importMembers(tracks: readonly Track[], registers: readonly string[] = ['elec_import_kwh']): Member[] {
  const members: Member[] = []
  for (const track of tracks) {
    const rank = track.metric === 'elec_import_kw' ? registers.length : registers.indexOf(track.metric)
    if (rank < 0) continue
    const better = registers.slice(0, rank)
    const unless = tracks.filter((t) => t.device === track.device && better.includes(t.metric))
    if (unless.some((t) => t.isConfigured)) continue
    const isRegister = rank < registers.length
    members.push({ track, scale: isRegister ? 1 : 1 / 3_600_000, flags: isRegister ? 0 : APPROX, unless })
  }
  return members
}

function asMember(track: Track): Member {
  return { track, scale: 1, flags: 0, unless: [] }
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}
