import { HOUR_MS } from '../../base/durations.js'
import { isEventSeries } from '../../base/events.js'
import { flagBit } from '../../base/flags.js'
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
import type { KpiMember } from './kpi-member.js'
import { isPlaced, isSure, onlyBeside, outermost, withStandIns } from './stand-ins.js'

const APPROX = flagBit('approx')

const NO_SERIES: readonly SeriesState[] = []

/** Registers at the point where the plant meets the grid: they count at its main meters alone. */
const GRID_METRICS = new Set(['elec_import_kwh', 'elec_export_kwh', 'elec_reactive_kvarh', 'elec_reactive_lead_kvarh'])

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
  const others = ['plant_onsite', 'plant_export', 'plant_discharge'].flatMap((one) => ofName(OF_PLANT[one]!, of))
  const beside = others.map(({ series }) => series)
  if (beside.length === 0) return []
  const members = ofName(OF_PLANT[term]!, of)
  return term === 'plant_import' ? members.map((member) => onlyBeside(member, beside, of.version)) : members
}

function contractMeters({ version, seriesOf }: Candidates): KpiMember[] {
  return (version.options?.contracts ?? []).flatMap(({ id, generation }) => {
    const series = seriesOf(generation?.device ?? '').find(({ metric }) => metric === generation?.metric)
    return series === undefined ? [] : { ...asMember(series), countsFor: id }
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
  /** The series of the scope, in order of device and metric. */
  readonly seriesList: readonly SeriesState[]
  /** The series of any device of the plant, in order of metric. */
  seriesOf(device: string): readonly SeriesState[]
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
      return counts(of.seriesList, of.version, 'parts_total', { parts_good: 1, parts_reject: 1 })
    case 'pieces_good':
      return goodPieces(of.seriesList, of.version)
    case 'pieces_reject':
      return counts(of.seriesList, of.version, 'parts_reject', { parts_total: 1, parts_good: -1 })
    case 'good_units':
      return goodUnits(of)
    case 'machine_energy':
      return machineEnergy(of)
    case 'child_energy':
      return childEnergy(of)
    default: {
      const source = sourceTerm(term)
      if (source === null) return stackMembers(term, of) ?? ofName(term, of)
      return ofName(source.metric, of).filter(({ series }) => source.isMember(series.device, of.version))
    }
  }
}

/**
 * The members of a term of a meter that is computed from others: their energy, added and taken off. Of anything else it
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
    const members = devices.flatMap((id) => energyMembers(of.seriesOf(id), of.version, OWN))
    return members.map((member) => ({ ...member, isNamed: true }))
  }
  const taken = ofAll(minus).map((member) => ({ ...member, scale: -member.scale }))
  return [...ofAll(plus), ...taken].sort((a, b) => compareText(a.series.device, b.series.device))
}

/** Devices whose states are those of robots: the configured ones; without any, what sends a state as a robot. */
export function robotsOf(
  roles: ReadonlyMap<string, DeviceRole | null>,
  seriesList: readonly SeriesState[],
): ReadonlySet<string> {
  const configured = [...roles].filter(([, role]) => role === 'robot').map(([device]) => device)
  if (configured.length > 0) return new Set(configured)
  const sending = seriesList.filter(({ metric, archived: series, device }) => {
    return metric === STATE_METRIC && series?.class === 'robot' && (roles.get(device) ?? null) === null
  })
  return new Set(sending.map((series) => series.device))
}

/** null for a term that is not one of a pollutant of stacks. */
function stackMembers(term: string, { seriesList, version }: Candidates): KpiMember[] | null {
  const [, id, kind] = /^(nox|so2|pm|co)_(concentration|at_reference)$/.exec(term) ?? []
  const pollutant = POLLUTANTS.find((one) => one === id)
  if (pollutant === undefined) return null
  const [measured, corrected] = [`${pollutant}_mgm3`, `${pollutant}_ref_mgm3`]
  const own = seriesList.filter(({ metric }) => metric === measured || metric === corrected)
  if (kind === 'concentration') {
    const ofDevice = byDevice(own)
    return own.flatMap((series) => {
      const unless = series.metric === measured ? [] : ofDevice.get(series.device)!.filter((t) => t !== series)
      return unless.some((t) => isSure(t, version)) ? [] : { ...asMember(series), unless }
    })
  }
  const oxygen = byDevice(seriesList.filter(({ metric }) => metric === 'o2_pct'))
  return own.flatMap((series) => {
    if (series.metric === corrected || version.limits.has(series.device, pollutant)) return asMember(series)
    const beside = oxygen.get(series.device) ?? NO_SERIES
    return beside.length === 0 ? [] : { series, scale: 1, flags: 0, unless: NO_SERIES, beside }
  })
}

function ofName(metric: string, { scope, seriesList, version, roles }: Candidates): KpiMember[] {
  const isSub = (series: SeriesState) => roles.get(series.device) === 'sub'
  if (scope === 'device') {
    return metric === 'elec_import_kwh'
      ? energyMembers(seriesList, version, OWN)
      : ofRegister(seriesList, version, metric)
  }
  // An event at a device behind a submeter has happened once all the same: a chiller leaks whoever meters its power.
  if (isEventSeries(metric)) return ofMetric(seriesList, metric)
  if (!GRID_METRICS.has(metric)) {
    return ofMetric(seriesList, metric).filter(({ series }) => !isSub(series))
  }
  const hasMain = scope === 'plant' && [...roles.values()].includes('main')
  const mains = seriesList.filter((series) => roles.get(series.device) === 'main')
  if (scope === 'plant') {
    const meters = hasMain ? mains : seriesList.filter((series) => !roles.has(series.device))
    return metric === 'elec_import_kwh' ? energyMembers(meters, version) : ofRegister(meters, version, metric)
  }
  if (metric !== 'elec_import_kwh') return ofRegister(mains, version, metric)
  // A line's main meter, else all that measure behind it.
  const ofMains = energyMembers(mains, version)
  if (mains.some(({ device }) => isPlaced(device, version))) return ofMains
  const isMain = ({ device }: SeriesState) => roles.get(device) === 'main'
  const submeters = energyMembers(
    seriesList.filter((series) => !isMain(series)),
    version,
    OWN,
  )
  return withStandIns(ofMains, outermost(submeters, version))
}

/** The registers of energy a device may have, the one that counts first. */
const OWN = ['elec_import_kwh', 'elec_submeter_kwh']
const OF_MACHINE = ['elec_submeter_kwh', 'elec_import_kwh']
/** Metrics that only machines send. */
const MACHINE_METRICS = new Set([STATE_METRIC, 'cycle_count', 'parts_total', 'parts_good', 'parts_reject'])

function machineEnergy({ seriesList, version, seriesOf, roles }: Candidates): KpiMember[] {
  return [...new Set(seriesList.map((series) => series.device))].flatMap((device) => {
    const meter = version.device(device)?.energy_meter
    if (meter !== undefined) {
      return energyMembers(seriesOf(meter), version, OWN).map((member) => ({ ...member, countsFor: device }))
    }
    const role = roles.get(device) ?? null
    const own = seriesOf(device)
    // A meter of an area is no machine: what stands behind it would count twice.
    if (role !== null) return MACHINES.has(role) ? energyMembers(own, version, OF_MACHINE) : []
    const beside = own.filter(({ metric }) => MACHINE_METRICS.has(metric))
    if (beside.length === 0) return []
    return energyMembers(own, version, OF_MACHINE).map((member) => onlyBeside(member, beside, version))
  })
}

const MACHINES: ReadonlySet<DeviceRole> = new Set(['machine', 'robot'])

function childEnergy({ scope, id, version, seriesOf, children, roles }: Candidates): KpiMember[] {
  if (scope === 'line') return []
  const parents = scope === 'device' ? [id] : [...roles].flatMap(([device, role]) => (role === 'main' ? device : []))
  const devices = [...new Set(parents.flatMap((parent) => children.get(parent) ?? []))].sort(compareText)
  return devices.flatMap((device) => energyMembers(seriesOf(device), version, OWN))
}

/**
 * Energy comes from a register, the first of `registers` that a device has; the integral of kW stands in for a device
 * that has none, and says so. What is not configured is there from its first sample on: until then the next best counts.
 */
function energyMembers(
  seriesList: readonly SeriesState[],
  version: PlantVersion,
  registers: readonly string[] = ['elec_import_kwh'],
  power: string = IMPORT_METRIC,
): KpiMember[] {
  const members: KpiMember[] = []
  const ofDevice = byDevice(seriesList)
  for (const series of seriesList) {
    const rank = series.metric === power ? registers.length : registers.indexOf(series.metric)
    if (rank < 0) continue
    const better = registers.slice(0, rank)
    const unless = ofDevice.get(series.device)!.filter((t) => better.includes(t.metric))
    if (unless.some((t) => isSure(t, version))) continue
    const isRegister = rank < registers.length
    members.push({ series, scale: isRegister ? 1 : 1 / HOUR_MS, flags: isRegister ? 0 : APPROX, unless })
  }
  return members
}

/** Members of a register other than that of import: for export the integral of its power stands in as well. */
function ofRegister(seriesList: readonly SeriesState[], version: PlantVersion, metric: string): KpiMember[] {
  return metric === EXPORT_REGISTER
    ? energyMembers(seriesList, version, [EXPORT_REGISTER], EXPORT_METRIC)
    : ofMetric(seriesList, metric)
}

const EXPORT_REGISTER = 'elec_export_kwh'

/** A count that devices send, or that two others of theirs make. */
function counts(
  seriesList: readonly SeriesState[],
  version: PlantVersion,
  metric: string,
  others: Readonly<Record<string, 1 | -1>>,
): KpiMember[] {
  const members = ofMetric(seriesList, metric)
  const made = seriesList.filter((series) => Object.hasOwn(others, series.metric))
  const [allOf, madeOf] = [byDevice(seriesList), byDevice(made)]
  for (const series of made) {
    const both = madeOf.get(series.device)!
    if (both.length < Object.keys(others).length) continue
    const unless = allOf.get(series.device)!.filter((t) => t.metric === metric)
    if (unless.some((t) => isSure(t, version))) continue
    const beside = both.filter((t) => t !== series)
    members.push(onlyBeside({ series, scale: others[series.metric]!, flags: 0, unless }, beside, version))
  }
  return members.sort((a, b) => byDeviceAndMetric(a.series, b.series))
}

function goodPieces(seriesList: readonly SeriesState[], version: PlantVersion): KpiMember[] {
  return counts(seriesList, version, 'parts_good', { parts_total: 1, parts_reject: -1 })
}

function goodUnits({ scope, id, seriesList, version }: Candidates): KpiMember[] {
  if (scope === 'device') return goodPieces(seriesList, version)
  const isCounting = (series: SeriesState) => version.device(series.device)?.counting_point === true
  const counting = seriesList.filter(isCounting)
  const counted = goodPieces(counting, version)
  const isSure = version.edition < 2 ? counting.length > 0 : hasCountingPoint(version, scope === 'line' ? id : null)
  if (isSure) return counted
  const others = goodPieces(
    seriesList.filter((series) => !isCounting(series)),
    version,
  )
  return withStandIns(
    counted,
    others.map((member) => ({ ...member, flags: APPROX })),
  )
}

/** The configuration has a counting point on a line, or anywhere (null). */
function hasCountingPoint(version: PlantVersion, line: string | null): boolean {
  for (const device of version.devices) {
    if (device.counting_point === true && (line === null || device.line === line)) return true
  }
  return false
}

/** The series of each device, in their order: of a plant of thousands nobody looks through all for each. */
function byDevice(seriesList: readonly SeriesState[]): ReadonlyMap<string, readonly SeriesState[]> {
  const found = new Map<string, SeriesState[]>()
  for (const series of seriesList) {
    const own = found.get(series.device)
    if (own === undefined) found.set(series.device, [series])
    else own.push(series)
  }
  return found
}

function ofRobots({ seriesList, robots }: Candidates): readonly SeriesState[] {
  return seriesList.filter((series) => robots.has(series.device))
}

function ofMetric(seriesList: readonly SeriesState[], metric: string): KpiMember[] {
  return seriesList.filter((series) => series.metric === metric).map(asMember)
}

function asMember(series: SeriesState): KpiMember {
  return { series, scale: 1, flags: 0, unless: NO_SERIES }
}
