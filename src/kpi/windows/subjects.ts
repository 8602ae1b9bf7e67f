import type { Scope } from '../../base/kpi.js'
import type { VirtualMeterOptions } from '../../base/options/meters.js'
import { byDeviceAndMetric, compareText } from '../../base/text-order.js'
import { KPIS } from '../formulas.js'
import type { SeriesState } from '../series/series-state.js'
import { unitInCurrency } from '../settings/currency.js'
import type { PlantVersion } from '../settings/version.js'
import type { KpiMember } from './kpi-member.js'
import {
  type Candidates,
  devicesElsewhere,
  isOfPlant,
  membersOf,
  plantMembersOf,
  robotsOf,
  virtualMembersOf,
} from './members.js'
import { membersOfTerms, SubjectKpi, termsOf } from './subject-kpi.js'

/** A scope of a plant for which KPIs are computed: the plant itself, a line, or one device. */
export interface KpiSubject {
  /** Scope and id as one word. */
  readonly key: string
  readonly scope: Scope
  readonly id: string
  /** Devices of the scope; of a plant, all. */
  readonly devices: readonly string[]
  readonly kpis: readonly SubjectKpi[]
  /** Every series of the scope: those whose samples are counted. */
  readonly counted: readonly SeriesState[]
  /** Every series its figures are made of: those of the scope, and of meters elsewhere that count for it. */
  readonly seriesList: readonly SeriesState[]
  /** The same, and those of the whole plant that its figures look at. */
  readonly readSeries: readonly SeriesState[]
  /** Devices that send its series: they say how far its windows are complete. */
  readonly senders: readonly string[]
  /** From when on a series is a member, epoch ms. @param firstTs its first sample, if not the one that is known now */
  sinceMs(series: SeriesState, firstTs?: number): number
}

/**
 * The subjects of one plant as one configuration has it, made from what is configured and what was ever sent.
 * Source: KPI specification §1.5.
 */
export function subjectsOf(
  plant: string,
  version: PlantVersion,
  seriesList: readonly SeriesState[],
  lineOf: (device: string) => string | null,
): KpiSubject[] {
  const sorted = [...seriesList].sort(byDeviceAndMetric)
  const byDevice = new Map<string, SeriesState[]>()
  for (const series of sorted) {
    const own = byDevice.get(series.device) ?? []
    own.push(series)
    byDevice.set(series.device, own)
  }
  const devices = [...byDevice.keys()]
  const seen = devices.map(lineOf).filter((line) => line !== null)
  const lines = [...new Set([...(version.options?.lines ?? []).map((line) => line.id), ...seen])].sort(compareText)
  const seriesOf = (device: string) => byDevice.get(device) ?? []
  const candidatesOf = choiceIn(version, sorted, seriesOf)
  const whole = { ...candidatesOf('plant', plant, sorted), seriesOf }
  const ofPlant = membersBy((term) => plantMembersOf(term, whole))
  const subject = (
    scope: Scope,
    id: string,
    own: readonly string[],
    virtual: VirtualMeterOptions | null = null,
  ): KpiSubject => {
    const ofSubject = scope === 'plant' ? sorted : own.flatMap(seriesOf)
    const candidates = candidatesOf(scope, id, ofSubject)
    const members = membersBy((term) => {
      if (isOfPlant(term)) return ofPlant(term)
      return virtual === null ? membersOf(term, candidates) : virtualMembersOf(term, virtual, candidates)
    })
    const kpis = kpisOf(plant, scope, id, ofSubject, members, version)
    const seriesList = [...new Set([...ofSubject, ...kpis.flatMap((kpi) => kpi.seriesList)])]
    const readSeries = [...new Set([...seriesList, ...kpis.flatMap(readSeriesOf)])]
    const isOwn = new Set(own)
    // Until a device that is on no configured line has sent, nobody knows where it stands.
    const isPlaced = ({ device }: SeriesState) =>
      scope !== 'line' || !isOwn.has(device) || version.device(device)?.line !== undefined
    return {
      key: kpiSubjectKey(scope, id),
      scope,
      id,
      devices: own,
      kpis,
      counted: ofSubject,
      seriesList,
      readSeries: readSeries.length === seriesList.length ? seriesList : readSeries,
      senders: [...new Set(seriesList.map((series) => series.device))],
      sinceMs: (series, firstTs = series.firstTs) => (isPlaced(series) ? series.sinceMs(version, firstTs) : firstTs),
    }
  }
  const virtuals = version.options?.virtual_meters ?? []
  // A virtual meter that is configured under an id goes before a device that sends under it.
  const real = devices.filter((device) => !virtuals.some((virtual) => virtual.id === device))
  return [
    subject('plant', plant, devices),
    ...lines.map((line) =>
      subject(
        'line',
        line,
        devices.filter((device) => lineOf(device) === line),
      ),
    ),
    ...real.map((device) => subject('device', device, [device])),
    ...virtuals.map((virtual) => subject('device', virtual.id, [], virtual)),
  ]
}

/** Gives the candidates for members of a scope, by its series: a device that stands elsewhere is a part of itself alone. */
function choiceIn(
  version: PlantVersion,
  sorted: readonly SeriesState[],
  seriesOf: Candidates['seriesOf'],
): (scope: Scope, id: string, seriesList: readonly SeriesState[]) => Candidates {
  const roles = new Map([...version.devices].map((device) => [device.id, device.role ?? null]))
  const every = { children: childrenIn(version), version, roles, robots: robotsOf(roles, sorted) }
  const elsewhere = devicesElsewhere(version)
  const isHere = ({ device }: SeriesState) => !elsewhere.has(device)
  const seriesHere = (device: string) => (elsewhere.has(device) ? [] : seriesOf(device))
  return (scope, id, seriesList) => {
    return scope === 'device'
      ? { scope, id, seriesList, seriesOf, ...every }
      : { scope, id, seriesList: seriesList.filter(isHere), seriesOf: seriesHere, ...every }
  }
}

/** The series a KPI is made of, and those of the plant that it looks at. */
export function readSeriesOf({ seriesList, members }: SubjectKpi): readonly SeriesState[] {
  const looked = [...members].flatMap(([term, of]) => (isOfPlant(term) ? of.map(({ series }) => series) : []))
  return looked.length === 0 ? seriesList : [...seriesList, ...looked]
}

function childrenIn(version: PlantVersion): ReadonlyMap<string, readonly string[]> {
  const children = new Map<string, string[]>()
  for (const { id, parent } of version.devices) {
    if (parent !== undefined) children.set(parent, [...(children.get(parent) ?? []), id].sort(compareText))
  }
  return children
}

export function kpiSubjectKey(scope: Scope, id: string): string {
  return `${scope}/${id}`
}

const NO_MEMBERS: readonly KpiMember[] = []

/** The same members are the same list, so that what several KPIs ask for is added up once. */
function membersBy(find: (term: string) => readonly KpiMember[]): (term: string) => readonly KpiMember[] {
  const known = new Map<string, readonly KpiMember[]>()
  return (term) => {
    const before = known.get(term)
    if (before !== undefined) return before
    const found = find(term)
    // A device has members of few of the hundred terms.
    const members = found.length === 0 ? NO_MEMBERS : found
    known.set(term, members)
    return members
  }
}

function kpisOf(
  plant: string,
  scope: Scope,
  id: string,
  seriesList: readonly SeriesState[],
  membersOf: (term: string) => readonly KpiMember[],
  version: PlantVersion,
): SubjectKpi[] {
  const kpis: SubjectKpi[] = []
  const of = { plant, scope, id }
  const ofReadings = seriesList.filter((series) => !series.isEvent)
  for (const kpi of KPIS) {
    if (!kpi.scopes.includes(scope)) continue
    if (version.options?.kpis?.includes(kpi.id) === false || kpi.isThere?.(version) === false) continue
    const hasMembers = (term: string) => membersOf(term).length > 0
    const isOfAll = kpi.needs.length + kpi.needsAny.length === 0
    const isThere = isOfAll
      ? ofReadings.length > 0
      : kpi.needs.every(hasMembers) && (kpi.needsAny.length === 0 || kpi.needsAny.some(hasMembers))
    if (!isThere) continue
    const made = termsOf(kpi).flatMap((term) => (isOfPlant(term) ? [] : membersOf(term)))
    const own = isOfAll ? ofReadings : [...new Set(made.map((member) => member.series))]
    kpis.push(
      new SubjectKpi({
        kpi,
        of,
        unit: unitInCurrency(kpi.unit, version.options),
        members: membersOfTerms(kpi, membersOf),
        // Most KPIs of a device are made of the same few series.
        seriesList: kpis.find((other) => isSameList(other.seriesList, own))?.seriesList ?? own,
        shortestPeriodMs: Math.min(...own.map((series) => series.in(version).times.periodMs)),
      }),
    )
  }
  return kpis
}

function isSameList(a: readonly SeriesState[], b: readonly SeriesState[]): boolean {
  return a.length === b.length && a.every((series, i) => series === b[i])
}
