import { HOUR_MS } from '../../base/durations.js'
import { isEventSeries } from '../../base/events.js'
import { type FlagBits, flagBit } from '../../base/flags.js'
import type { Scope } from '../../base/kpi.js'
import { POLLUTANTS } from '../../base/options/limits.js'
import type { VirtualMeterOptions } from '../../base/options/meters.js'
import type { DeviceRole } from '../../base/plant.js'
import { byDeviceAndMetric, compareText } from '../../base/text-order.js'
import { EXPORT_METRIC, IMPORT_METRIC } from '../series/export-power.js'
import type { SeriesState } from '../series/series-state.js'
import { STATE_METRIC } from '../settings/settings.js'
import { sourceTerm } from '../settings/sources.js'
import type { PlantVersion } from '../settings/version.js'

const APPROX = flagBit('approx')

/** Registers at the point where the plant meets the grid: they count at its main meters alone. */
const GRID_METRICS = new Set(['elec_import_kwh', 'elec_export_kwh', 'elec_reactive_kvarh', 'elec_reactive_lead_kvarh'])

/** One track as a term of a formula. */
export interface KpiMember {
  readonly track: SeriesState
  /** Brings the track's sums to the unit of the formula's term. */
  readonly scale: number
  readonly flags: FlagBits
  /** The device it counts for, when that is not the one that sends it. */
  readonly countsFor?: string
  /** It stands in for these: no member of a window of which one of them is a member. */
  readonly unless: readonly SeriesState[]
  /** The sum is known no better than this one: it is a meter that somebody has named in a sum, not one of many alike. */
  readonly isNamed?: boolean
  /** It says nothing before the first sample of one of these. */
  readonly beside?: readonly SeriesState[]
}

/** Terms of the whole plant in the figures of any scope, by the metric they are made of. */
const OF_PLANT: Readonly<Record<string, string>> = {
  plant_import: 'elec_import_kwh',
  plant_onsite: 'renew_onsite_kwh',
  plant_export: 'elec_export_kwh',
  plant_discharge: 'storage_discharge_kwh',
}

/** The term of what meters count for contracts, by contract. */
export const CONTRACT_GENERATION = 'contract_generation'

/** The term is of the whole plant: a figure reads it, and is not made of it. */
export function isOfPlant(term: string): boolean {
  return term === CONTRACT_GENERATION || Object.hasOwn(OF_PLANT, term)
}

/** The members of a term of the whole plant. @param of the plant itself */
export function plantMembersOf(term: string, of: Candidates): KpiMember[] {
  if (term === CONTRACT_GENERATION) return contractMeters(of)
  const hasOthers = ['plant_onsite', 'plant_export', 'plant_discharge'].some(
    (one) => ofName(OF_PLANT[one]!, of).length > 0,
  )
  return hasOthers ? ofName(OF_PLANT[term]!, of) : []
}

function contractMeters({ version, tracksOf }: Candidates): KpiMember[] {
  return (version.options?.contracts ?? []).flatMap(({ id, generation }) => {
    const track = tracksOf(generation?.device ?? '').find(({ metric }) => metric === generation?.metric)
    return track === undefined ? [] : { ...asMember(track), countsFor: id }
  })
}

/** Devices that stand elsewhere, at the generators of contracts: nothing of them is a part of the plant. */
export function devicesElsewhere({ options }: PlantVersion): ReadonlySet<string> {
  return new Set(options?.contracts.flatMap(({ generation }) => generation?.device ?? []) ?? [])
}

/** Everything that the members of a scope are chosen from. */
export interface Candidates {
  readonly scope: Scope
  readonly id: string
  /** The tracks of the scope, in order of device and metric. */
  readonly tracks: readonly SeriesState[]
  /** Those of any device of the plant, in order of metric. */
  tracksOf(device: string): readonly SeriesState[]
  /** Devices that name a meter as their parent, in order of id. */
  readonly children: ReadonlyMap<string, readonly string[]>
  readonly version: PlantVersion
  readonly roles: ReadonlyMap<string, DeviceRole | null>
  readonly robots: ReadonlySet<string>
}

/**
 * The members of a term in a scope, in order of device. A term is the metric of its name, or one of these:
 * - `robot_state`, `robot_mode`: state and mode of the configured robots; without one, of what sends states as a robot;
 * - `pieces`, `pieces_good`, `pieces_reject`: a count of each machine, or made of its two others;
 * - `good_units`: good pieces of the counting points; without one, of every sender;
 * - `machine_energy`: the meter that a machine names, else its own submeter, else its own import;
 * - `child_energy`: electricity of the meters right behind a meter; of a plant, of those behind its main meters;
 * - fuel, electricity and steam of chosen sources of emissions: see `sourceTerm`;
 * - `nox_concentration` and others: stacks that send the pollutant as measured, else at reference oxygen;
 * - `nox_at_reference` and others: stacks of which something is known at reference oxygen; their sum is of no use.
 *
 * Source: KPI specification §1.5.
 */
export function membersOf(term: string, of: Candidates): KpiMember[] {
  switch (term) {
    case 'robot_state':
      return ofMetric(ofRobots(of), STATE_METRIC)
    case 'robot_mode':
      return ofMetric(ofRobots(of), 'op_mode')
    case 'pieces':
      return counts(of.tracks, of.version, 'parts_total', { parts_good: 1, parts_reject: 1 })
    case 'pieces_good':
      return goodPieces(of.tracks, of.version)
    case 'pieces_reject':
      return counts(of.tracks, of.version, 'parts_reject', { parts_total: 1, parts_good: -1 })
    case 'good_units':
      return goodUnits(of)
    case 'machine_energy':
      return machineEnergy(of)
    case 'child_energy':
      return childEnergy(of)
    default: {
      const source = sourceTerm(term)
      if (source === null) return stackMembers(term, of) ?? ofName(term, of)
      return ofName(source.metric, of).filter(({ track }) => source.isMember(track.device, of.version))
    }
  }
}

/**
 * The members of a term of a meter that is reckoned from others: their energy, added and taken off. Of anything else it
 * has none.
 */
export function virtualMembersOf(
  term: string,
  { plus, minus }: Pick<VirtualMeterOptions, 'plus' | 'minus'>,
  of: Candidates,
): KpiMember[] {
  if (term === 'child_energy') return childEnergy(of)
  if (term !== 'elec_import_kwh') return []
  const ofAll = (devices: readonly string[]) => {
    const members = devices.flatMap((id) => energyMembers(of.tracksOf(id), of.version, OWN))
    return members.map((member) => ({ ...member, isNamed: true }))
  }
  const taken = ofAll(minus).map((member) => ({ ...member, scale: -member.scale }))
  return [...ofAll(plus), ...taken].sort((a, b) => compareText(a.track.device, b.track.device))
}

/** Devices whose states are those of robots: the configured ones; without any, what sends a state as a robot. */
export function robotsOf(
  roles: ReadonlyMap<string, DeviceRole | null>,
  tracks: readonly SeriesState[],
): ReadonlySet<string> {
  const configured = [...roles].filter(([, role]) => role === 'robot').map(([device]) => device)
  if (configured.length > 0) return new Set(configured)
  const sending = tracks.filter(({ metric, series, device }) => {
    return metric === STATE_METRIC && series?.class === 'robot' && (roles.get(device) ?? null) === null
  })
  return new Set(sending.map((track) => track.device))
}

/** null for a term that is not one of a pollutant of stacks. */
function stackMembers(term: string, { tracks, version }: Candidates): KpiMember[] | null {
  const [, id, kind] = /^(nox|so2|pm|co)_(concentration|at_reference)$/.exec(term) ?? []
  const pollutant = POLLUTANTS.find((one) => one === id)
  if (pollutant === undefined) return null
  const [measured, corrected] = [`${pollutant}_mgm3`, `${pollutant}_ref_mgm3`]
  const own = tracks.filter(({ metric }) => metric === measured || metric === corrected)
  if (kind === 'concentration') {
    return own.flatMap((track) => {
      const unless = track.metric === measured ? [] : own.filter((t) => t.device === track.device && t !== track)
      return unless.some((t) => t.in(version).isConfigured) ? [] : { ...asMember(track), unless }
    })
  }
  return own.flatMap((track) => {
    if (track.metric === corrected || version.limits.has(track.device, pollutant)) return asMember(track)
    const beside = tracks.filter(({ metric, device }) => metric === 'o2_pct' && device === track.device)
    return beside.length === 0 ? [] : { ...asMember(track), beside }
  })
}

function ofName(metric: string, { scope, tracks, version, roles }: Candidates): KpiMember[] {
  const isSub = (track: SeriesState) => roles.get(track.device) === 'sub'
  if (scope === 'device') {
    return metric === 'elec_import_kwh' ? energyMembers(tracks, version, OWN) : ofRegister(tracks, version, metric)
  }
  // An event at a device behind a submeter has happened once all the same: a chiller leaks whoever meters its power.
  if (isEventSeries(metric)) return ofMetric(tracks, metric)
  if (!GRID_METRICS.has(metric)) {
    return ofMetric(tracks, metric).filter(({ track }) => !isSub(track))
  }
  const hasMain = scope === 'plant' && [...roles.values()].includes('main')
  const mains = tracks.filter((track) => roles.get(track.device) === 'main')
  if (scope === 'plant') {
    const meters = hasMain ? mains : tracks.filter((track) => !roles.has(track.device))
    return metric === 'elec_import_kwh' ? energyMembers(meters, version) : ofRegister(meters, version, metric)
  }
  // A line's main meter, else all that measure behind it.
  if (metric !== 'elec_import_kwh') return ofRegister(mains, version, metric)
  return mains.length > 0 ? energyMembers(mains, version) : outermost(energyMembers(tracks, version, OWN), version)
}

/** Without the meters that stand behind another one of them: what these see, that one has counted. */
function outermost(members: readonly KpiMember[], version: PlantVersion): KpiMember[] {
  const meters = new Set(members.map(({ track }) => track.device))
  return members.filter(({ track }) => {
    const before = new Set<string>()
    for (let at = version.device(track.device)?.parent; at !== undefined && !before.has(at); ) {
      if (meters.has(at)) return false
      before.add(at)
      at = version.device(at)?.parent
    }
    return true
  })
}

/** The registers of energy a device may have, the one that counts first. */
const OWN = ['elec_import_kwh', 'elec_submeter_kwh']
const OF_MACHINE = ['elec_submeter_kwh', 'elec_import_kwh']
/** Metrics that only machines send. */
const MACHINE_METRICS = new Set([STATE_METRIC, 'cycle_count', 'parts_total', 'parts_good', 'parts_reject'])

function machineEnergy({ tracks, version, tracksOf, roles }: Candidates): KpiMember[] {
  return [...new Set(tracks.map((track) => track.device))].flatMap((device) => {
    const meter = version.device(device)?.energy_meter
    if (meter !== undefined) {
      return energyMembers(tracksOf(meter), version, OWN).map((member) => ({ ...member, countsFor: device }))
    }
    const role = roles.get(device) ?? null
    const own = tracksOf(device)
    // A meter of an area is no machine: what stands behind it would count twice.
    const isMachine = role === null ? own.some(({ metric }) => MACHINE_METRICS.has(metric)) : MACHINES.has(role)
    return isMachine ? energyMembers(own, version, OF_MACHINE) : []
  })
}

const MACHINES: ReadonlySet<DeviceRole> = new Set(['machine', 'robot'])

function childEnergy({ scope, id, version, tracksOf, children, roles }: Candidates): KpiMember[] {
  if (scope === 'line') return []
  const parents = scope === 'device' ? [id] : [...roles].flatMap(([device, role]) => (role === 'main' ? device : []))
  const devices = [...new Set(parents.flatMap((parent) => children.get(parent) ?? []))].sort(compareText)
  return devices.flatMap((device) => energyMembers(tracksOf(device), version, OWN))
}

/**
 * Energy comes from a register, the first of `registers` that a device has; the integral of kW stands in for a device
 * that has none, and says so. What is not configured is there from its first sample on: until then the next best counts.
 */
function energyMembers(
  tracks: readonly SeriesState[],
  version: PlantVersion,
  registers: readonly string[] = ['elec_import_kwh'],
  power: string = IMPORT_METRIC,
): KpiMember[] {
  const members: KpiMember[] = []
  const ofDevice = byDevice(tracks)
  for (const track of tracks) {
    const rank = track.metric === power ? registers.length : registers.indexOf(track.metric)
    if (rank < 0) continue
    const better = registers.slice(0, rank)
    const unless = ofDevice.get(track.device)!.filter((t) => better.includes(t.metric))
    if (unless.some((t) => t.in(version).isConfigured)) continue
    const isRegister = rank < registers.length
    members.push({ track, scale: isRegister ? 1 : 1 / HOUR_MS, flags: isRegister ? 0 : APPROX, unless })
  }
  return members
}

/** Members of a register other than that of import: for export the integral of its power stands in as well. */
function ofRegister(tracks: readonly SeriesState[], version: PlantVersion, metric: string): KpiMember[] {
  return metric === EXPORT_REGISTER
    ? energyMembers(tracks, version, [EXPORT_REGISTER], EXPORT_METRIC)
    : ofMetric(tracks, metric)
}

const EXPORT_REGISTER = 'elec_export_kwh'

/** A count that devices send, or that two others of theirs make. */
function counts(
  tracks: readonly SeriesState[],
  version: PlantVersion,
  metric: string,
  others: Readonly<Record<string, 1 | -1>>,
): KpiMember[] {
  const members = ofMetric(tracks, metric)
  const made = tracks.filter((track) => Object.hasOwn(others, track.metric))
  const [allOf, madeOf] = [byDevice(tracks), byDevice(made)]
  for (const track of made) {
    if (madeOf.get(track.device)!.length < Object.keys(others).length) continue
    const unless = allOf.get(track.device)!.filter((t) => t.metric === metric)
    if (unless.some((t) => t.in(version).isConfigured)) continue
    members.push({ track, scale: others[track.metric]!, flags: 0, unless })
  }
  return members.sort((a, b) => byDeviceAndMetric(a.track, b.track))
}

function goodPieces(tracks: readonly SeriesState[], version: PlantVersion): KpiMember[] {
  return counts(tracks, version, 'parts_good', { parts_total: 1, parts_reject: -1 })
}

function goodUnits({ scope, tracks, version }: Candidates): KpiMember[] {
  const isCounting = (track: SeriesState) => version.device(track.device)?.counting_point === true
  const counting = tracks.filter(isCounting)
  if (scope === 'device' || counting.length > 0) return goodPieces(scope === 'device' ? tracks : counting, version)
  return goodPieces(tracks, version).map((member) => ({ ...member, flags: APPROX }))
}

/** The tracks of each device, in their order: of a plant of thousands nobody looks through all for each. */
function byDevice(tracks: readonly SeriesState[]): ReadonlyMap<string, readonly SeriesState[]> {
  const found = new Map<string, SeriesState[]>()
  for (const track of tracks) {
    const own = found.get(track.device)
    if (own === undefined) found.set(track.device, [track])
    else own.push(track)
  }
  return found
}

function ofRobots({ tracks, robots }: Candidates): readonly SeriesState[] {
  return tracks.filter((track) => robots.has(track.device))
}

function ofMetric(tracks: readonly SeriesState[], metric: string): KpiMember[] {
  return tracks.filter((track) => track.metric === metric).map(asMember)
}

function asMember(track: SeriesState): KpiMember {
  return { track, scale: 1, flags: 0, unless: [] }
}
