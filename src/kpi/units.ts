import { type FlagBits, flagBit } from '../base/flags.js'
import type { Scope } from '../base/kpi.js'
import type { Role } from '../base/plant.js'
import type { CalendarWindow } from './calendar.js'
import type { Kpi, Who } from './formulas/recipe.js'
import { KPIS } from './formulas.js'
import type { Stream } from './point.js'
import { STATE_METRIC } from './settings.js'
import type { Track } from './track.js'
import type { PlantVersion } from './version.js'

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

/** A scope of a plant for which KPIs are computed: the plant itself, a line, or one device. */
export interface Unit {
  /** Scope and id as one word. */
  readonly key: string
  readonly scope: Scope
  readonly id: string
  /** Those in it; of a plant, all. */
  readonly devices: readonly string[]
  readonly kpis: readonly UnitKpi[]
  /** Every track of the scope: those whose samples are counted. */
  readonly tracks: readonly Track[]
  /** From when on a track is a member, epoch ms. */
  sinceMs(track: Track): number
}

/**
 * The units of one plant as one configuration has it, made from what is configured and what was ever sent.
 * Source: KPI specification §1.5.
 */
export function unitsOf(
  plant: string,
  version: PlantVersion,
  tracks: readonly Track[],
  lineOf: (device: string) => string | null,
): Unit[] {
  const sorted = [...tracks].sort((a, b) => compare(a.device, b.device) || compare(a.metric, b.metric))
  const devices = [...new Set(sorted.map((track) => track.device))]
  const seen = devices.map(lineOf).filter((line) => line !== null)
  const lines = [...new Set([...(version.options?.lines ?? []).map((line) => line.id), ...seen])].sort(compare)
  const roles = new Map([...version.devices].map((device) => [device.id, device.role ?? null]))
  const robots = robotsOf(roles, sorted)
  const unit = (scope: Scope, id: string, own: readonly string[], isOwn: (track: Track) => boolean): Unit => {
    const ofUnit = sorted.filter(isOwn)
    const members = membersBy((metric, who) => {
      const candidates = who === 'robots' ? ofUnit.filter((track) => robots.has(track.device)) : ofUnit
      return membersOf(scope, metric, candidates, roles, version)
    })
    // Until a device that is on no configured line has sent, nobody knows where it stands.
    const isPlaced = (track: Track) => scope !== 'line' || version.device(track.device)?.line !== undefined
    const sinceMs = (track: Track) => (isPlaced(track) ? track.sinceMs(version) : track.firstTs)
    return {
      key: unitKey(scope, id),
      scope,
      id,
      devices: own,
      kpis: kpisOf(plant, scope, id, ofUnit, members, version),
      tracks: ofUnit,
      sinceMs,
    }
  }
  return [
    unit('plant', plant, devices, () => true),
    ...lines.map((line) => {
      const own = devices.filter((device) => lineOf(device) === line)
      return unit('line', line, own, (track) => own.includes(track.device))
    }),
    ...devices.map((device) => unit('device', device, [device], (track) => track.device === device)),
  ]
}

export function unitKey(scope: Scope, id: string): string {
  return `${scope}/${id}`
}

/** The same members are the same list, so that what several KPIs ask for is added up once. */
function membersBy(find: (metric: string, who: Who) => Member[]): (metric: string, who: Who) => readonly Member[] {
  const known = new Map<string, readonly Member[]>()
  return (metric, who) => {
    const key = `${who}/${metric}`
    const members = known.get(key) ?? find(metric, who)
    known.set(key, members)
    return members
  }
}

function kpisOf(
  plant: string,
  scope: Scope,
  id: string,
  tracks: readonly Track[],
  membersOf: (metric: string, who: Who) => readonly Member[],
  version: PlantVersion,
): UnitKpi[] {
  const kpis: UnitKpi[] = []
  for (const kpi of KPIS) {
    if (!kpi.scopes.includes(scope)) continue
    const members = new Map([...kpi.needs, ...kpi.uses].map((metric) => [metric, membersOf(metric, kpi.who)]))
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
      shortestPeriodMs: Math.min(...own.map((track) => track.in(version).times.periodMs)),
      stream: (window) => {
        const stream = streams.get(window)
        if (stream === undefined) throw new Error(`${kpi.id} has no window ${window}`)
        return stream
      },
    })
  }
  return kpis
}

/** Devices whose states are those of robots: the configured ones; without any, what sends a state as a robot. */
function robotsOf(roles: ReadonlyMap<string, Role | null>, tracks: readonly Track[]): ReadonlySet<string> {
  const configured = [...roles].filter(([, role]) => role === 'robot').map(([device]) => device)
  if (configured.length > 0) return new Set(configured)
  const sending = tracks.filter(({ metric, series, device }) => {
    return metric === STATE_METRIC && series?.class === 'robot' && (roles.get(device) ?? null) === null
  })
  return new Set(sending.map((track) => track.device))
}

function membersOf(
  scope: Scope,
  metric: string,
  tracks: readonly Track[],
  roles: ReadonlyMap<string, Role | null>,
  version: PlantVersion,
): Member[] {
  const isSub = (track: Track) => roles.get(track.device) === 'sub'
  if (scope === 'device') {
    if (metric !== 'elec_import_kwh') return tracks.filter((track) => track.metric === metric).map(asMember)
    return importMembers(tracks, version, ['elec_import_kwh', 'elec_submeter_kwh'])
  }
  if (!GRID_METRICS.has(metric)) {
    return tracks.filter((track) => track.metric === metric && !isSub(track)).map(asMember)
  }
  const hasMain = scope === 'plant' && [...roles.values()].includes('main')
  const mains = tracks.filter((track) => roles.get(track.device) === 'main')
  if (scope === 'plant') {
    const meters = hasMain ? mains : tracks.filter((track) => !roles.has(track.device))
    return metric === 'elec_import_kwh' ? importMembers(meters, version) : ofMetric(meters, metric)
  }
  // A line's main meter, else all that measure behind it.
  if (metric !== 'elec_import_kwh') return ofMetric(mains, metric)
  return mains.length > 0
    ? importMembers(mains, version)
    : importMembers(tracks, version, ['elec_import_kwh', 'elec_submeter_kwh'])
}

/**
 * Energy comes from a register, the first of `registers` that a device has; the integral of kW stands in for a device
 * that has none, and says so. What is not configured is there from its first sample on: until then the next best counts.
 */
function importMembers(
  tracks: readonly Track[],
  version: PlantVersion,
  registers: readonly string[] = ['elec_import_kwh'],
): Member[] {
  const members: Member[] = []
  for (const track of tracks) {
    const rank = track.metric === 'elec_import_kw' ? registers.length : registers.indexOf(track.metric)
    if (rank < 0) continue
    const better = registers.slice(0, rank)
    const unless = tracks.filter((t) => t.device === track.device && better.includes(t.metric))
    if (unless.some((t) => t.in(version).isConfigured)) continue
    const isRegister = rank < registers.length
    members.push({ track, scale: isRegister ? 1 : 1 / 3_600_000, flags: isRegister ? 0 : APPROX, unless })
  }
  return members
}

function ofMetric(tracks: readonly Track[], metric: string): Member[] {
  return tracks.filter((track) => track.metric === metric).map(asMember)
}

function asMember(track: Track): Member {
  return { track, scale: 1, flags: 0, unless: [] }
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}
