import { createHash } from 'node:crypto'
import type { StoredEvent } from '../../archive/events.js'
import { HOUR_MS } from '../../base/durations.js'
import { ENTRY_EVENTS } from '../../base/entries.js'
import type { Scope } from '../../base/kpi.js'
import type { Pollutant } from '../../base/options/limits.js'
import { POLLUTANTS } from '../../base/options/limits.js'
import { type ConfigVersion, expectedMetrics, type PlantOptions, unconfiguredPlant } from '../../base/plant.js'
import type { RejectReason } from '../../base/reasons.js'
import type { ReportPeriod, ReportPlant, ReportProfile } from '../../base/report.js'
import type { ClaimedSaving, DateRange } from '../../insight/savings/claim.js'
import { CARRIERS } from '../../kpi/formulas/carriers.js'
import type { RulesEdition } from '../../kpi/rules-edition.js'
import { Calendar } from '../../kpi/series/calendar.js'
import { isApproved } from '../../kpi/settings/approval.js'
import { type Backdated, backdated } from '../../kpi/settings/backdated.js'
import { laboratoryOf } from '../../kpi/settings/laboratory.js'
import { PlantVersion } from '../../kpi/settings/version.js'
import { PlantDays } from '../../kpi/time/plant-days.js'
import { devicesElsewhere } from '../../kpi/windows/members.js'
import type { Point, Stream } from '../../kpi/windows/point.js'
import { canonicalJson } from '../canonical.js'
import { LOT_ENTRIES } from '../footprint/lots-on-record.js'
import { localTime } from '../periods.js'
import { stackDueFromMs } from '../stack-due.js'
import type { StackHours } from '../stack-hours.js'
import { type CentreLook, centreLook } from './centre/centre-look.js'
import { claimedSavings } from './claimed-savings.js'
import { DataBegin } from './data-begin.js'
import { NO_LOTS, type PlantLots, plantLots } from './footprint/lot-facts.js'
import { type PeriodStatement, periodStatements } from './green/period-statements.js'
import { type MarketFacts, marketFacts, NO_MARKET } from './market/market-facts.js'
import { nonRoutineEvents } from './non-routine-events.js'
import type { ReportOrder } from './request.js'
import type { PlantSpan, ReportSources, StreamQuality } from './sources.js'

/** Everything that a report of one plant is made from, read once. */
export interface PlantFacts {
  /** The calculation rules that the report follows. */
  readonly edition: RulesEdition
  /** 2: names instead of ids, last days instead of the days after them, times by the clocks of the plant; 1 in forms of before. */
  readonly words: 1 | 2
  readonly plant: ReportPlant
  /** As it is configured at the end of the period; of an unconfigured plant the defaults. */
  readonly options: PlantOptions
  readonly isConfigured: boolean
  /** The period as days: 2026-10-01, and the day after the last. */
  readonly period: ReportPeriod
  /** Each configuration that was in force in the period, in order. */
  readonly versions: readonly PlantVersion[]
  /** Devices that were configured later and hold from before in it, and when their configuration arrived, epoch ms. */
  readonly configuredLater: ReadonlyMap<string, number>
  readonly startMs: number
  readonly endMs: number
  /** Up to where days are over: the end of the period, or the last midnight of the plant before the report was made. */
  readonly dueMs: number
  readonly calendar: Calendar
  /** Since when data of a KPI are due, epoch ms; null when no series of it has ever reported. */
  sinceMs(kpi: string, scope: Scope, id: string): number | null
  /** Final days of a KPI, in order of time. */
  days(kpi: string, scope: Scope, id: string): readonly Point[]
  /** Ids of a scope that have days of a KPI, sorted. */
  idsOf(kpi: string, scope: Scope): readonly string[]
  readonly streams: readonly StreamQuality[]
  readonly events: readonly StoredEvent[]
  readonly rejected: Readonly<Partial<Record<RejectReason, number>>>
  readonly stacks: readonly StackFacts[]
  /** Savings that the plant claims, on their days within the period. */
  readonly claims: readonly ClaimedSaving[]
  /** Lots whose footprint the report states; none in other forms. */
  readonly lots: PlantLots
  /** Amounts of periods that people stated, in order of time. */
  readonly statements: readonly PeriodStatement[]
  /** Functions of a management centre as they were found last; null in other forms. */
  readonly centre: CentreLook | null
  /** Control plan, allowances and attestations; none in other forms. */
  readonly market: MarketFacts
}

/** The hourly table of one stack and pollutant over the period. */
export interface StackFacts {
  readonly stack: string
  readonly pollutant: Pollutant
  readonly table: StackHours
}

/** Carriers whose consumption a report states, with what they have beside it. */
const CARRIER_KPIS = CARRIERS.flatMap(({ id, kind }) => [
  `energy_${id}`,
  ...(kind === 'medium' ? [] : [`energy_${id}_gj`]),
])

export const SCOPE1_KINDS = ['scope1_stationary', 'scope1_mobile', 'scope1_process', 'scope1_fugitive'] as const
export const SCOPE1_GASES = ['scope1_co2', 'scope1_ch4', 'scope1_n2o'] as const

const PLANT_KPIS: readonly string[] = [
  ...['energy_elec_import', 'energy_elec_export', 'energy_elec_onsite', 'energy_elec_consumed'],
  ...CARRIER_KPIS,
  ...['energy_comprehensive', 'energy_comprehensive_equivalent', 'energy_comprehensive_primary'],
  ...['energy_comprehensive_pv', 'energy_comprehensive_with_pv', 'renewable_share', 'peak_demand_15'],
  ...SCOPE1_KINDS,
  ...SCOPE1_GASES,
  ...['scope1_measured', 'biogenic_co2', 'scope2_lb', 'scope2_heat', 'scope2_mb', 'scope2_covered_share'],
  ...['clean_energy_matched_annual', 'clean_energy_matched_hourly'],
  ...['energy_cost', 'good_units', 'data_completeness', 'data_validity', 'data_timeliness'],
]

const DEVICE_KPIS: readonly string[] = [
  ...['energy_elec_import', 'good_units', 'scope1_co2e'],
  ...CARRIER_KPIS,
  ...SCOPE1_KINDS,
  ...['scope1_measured', 'biogenic_co2', 'stack_hours_running', 'data_completeness'],
  ...POLLUTANTS.flatMap((id) => [`pollutant_mass_${id}`, `exceed_hours_${id}`, `exceed_multiple_${id}`]),
  ...POLLUTANTS.map((id) => `valid_capture_${id}`),
]

/** Forms that state footprints of lots, or which products have one. */
const WITH_LOTS: ReadonlySet<ReportProfile> = new Set(['product-footprint', 'zero-carbon-factory'])

const EVENT_TYPES = [...ENTRY_EVENTS, 'meter_replaced'] as const
/** Events that are read of all time: an analysis, what is no saving, a footprint, allowances or their price may be of days long after their own. */
export const LASTING_ENTRIES = [
  ...['fuel_quality', 'withdrawn', 'non_routine_event', 'allowance', 'allowance_price', 'period_statement'],
  ...LOT_ENTRIES,
] as const

/** Beginning of all time, epoch ms: nobody said anything of what happened before. */
const EARLIEST_MS = Date.UTC(2000, 0, 1)

/** The days of a stream are among those that reports are made of. */
export function isStreamReported({ scope, kpi }: Pick<Stream, 'scope' | 'kpi'>): boolean {
  return (scope === 'plant' && PLANT_KPIS.includes(kpi)) || (scope === 'device' && DEVICE_KPIS.includes(kpi))
}

export async function plantFacts(
  id: string,
  request: ReportOrder,
  sources: ReportSources,
  { nowMs, edition, words }: { readonly nowMs: number } & Pick<PlantFacts, 'edition' | 'words'>,
): Promise<PlantFacts> {
  const said = statementOf(id, await sources.versions())
  const zone = said.at(-1)?.options.timezone ?? 'UTC'
  const days = new PlantDays(zone)
  const [startMs, endMs] = [days.startMs(request.from), days.startMs(request.to)]
  const inForce = said.filter((one, i) => {
    return (i === 0 || one.fromMs < endMs) && (said[i + 1]?.fromMs ?? Infinity) > startMs
  })
  const told = await sources.events({ plant: id, fromMs: EARLIEST_MS, toMs: nowMs + HOUR_MS, types: LASTING_ENTRIES })
  const laboratory = laboratoryOf(told.filter((event) => isTaken(event, said)))
  const versions = inForce.map(({ fromMs, options, early }, i) => {
    const ids = early.map(({ device }) => device.id)
    return new PlantVersion(i, fromMs, options, sources.library, laboratory, edition, undefined, ids)
  })
  const options = inForce.at(-1)?.options ?? { ...unconfiguredPlant(), id }
  const calendar = new Calendar(zone)
  const dueMs = Math.max(startMs, Math.min(endMs, calendar.day(nowMs).startMs))
  const span = { plant: id, fromMs: startMs, toMs: dueMs }
  const points = new Points([
    ...(await sources.days({ ...span, kpis: PLANT_KPIS, scopes: ['plant'] })),
    ...(await sources.days({ ...span, kpis: DEVICE_KPIS, scopes: ['device'] })),
  ])
  const begin = new DataBegin(edition === 1 ? [] : await sources.firstReadings(id), versions, edition)
  const dueFromMs = (stack: string) => (edition === 1 ? undefined : stackDueFromMs(stack, inForce, startMs))
  const stacks = await stacksOf(sources, points, options, { span, endMs, zone, edition, dueFromMs })
  const { en = id, zh = en } = options.name
  const claims = await claimsOf(sources, options, { from: request.from, to: dateIn(zone, dueMs) }, told)
  return {
    edition,
    words,
    plant: {
      id,
      name: { en, zh },
      timezone: zone,
      start: new Date(startMs).toISOString(),
      end: new Date(endMs).toISOString(),
      configurations: hashesOf(inForce),
    },
    options,
    isConfigured: inForce.length > 0,
    period: { from: request.from, to: request.to },
    versions,
    configuredLater: new Map(inForce.flatMap(({ early }) => early.map(({ device, by }) => [device.id, by.fromMs]))),
    startMs,
    endMs,
    dueMs,
    calendar,
    sinceMs: (kpi, scope, of) => begin.of(kpi, scope, of),
    days: (kpi, scope, of) => points.of(kpi, scope, of),
    idsOf: (kpi, scope) => points.idsOf(kpi, scope),
    streams: dueMs > startMs ? await sources.streams(span) : [],
    events: await sources.events({ ...span, types: EVENT_TYPES }),
    rejected: await sources.rejected(span),
    stacks,
    claims,
    lots: WITH_LOTS.has(request.profile) ? await plantLots(sources, span, endMs, told) : NO_LOTS,
    statements: periodStatements(told),
    centre: await centreLook(sources, request.profile, { plant: id, fromMs: EARLIEST_MS, toMs: nowMs + HOUR_MS }),
    market: await marketOf(sources, request, { plant: id, fromMs: startMs, toMs: endMs }, nowMs),
  }
}

interface StacksOf {
  readonly span: PlantSpan
  /** End of the period, epoch ms; the span ends with its days that are over. */
  readonly endMs: number
  readonly zone: string
  readonly edition: RulesEdition
  /** Since when a stack has to have valid hours, epoch ms; undefined where nothing is said of that. */
  dueFromMs(stack: string): number | undefined
}

/** Tables of hours of each stack and pollutant, one after the other. */
async function stacksOf(
  sources: Pick<ReportSources, 'stackHours'>,
  points: Pick<Points, 'idsOf'>,
  { report: { substitution: profile } }: Pick<PlantOptions, 'report'>,
  { span, endMs, zone: timezone, edition, dueFromMs }: StacksOf,
): Promise<readonly StackFacts[]> {
  const stacks: StackFacts[] = []
  const limit = Math.ceil((endMs - span.fromMs) / HOUR_MS) + 1
  for (const pollutant of POLLUTANTS) {
    for (const stack of points.idsOf(`valid_capture_${pollutant}`, 'device')) {
      const due = dueFromMs(stack)
      const query = { ...span, stack, pollutant, endMs: span.toMs, ...(due === undefined ? {} : { dueFromMs: due }) }
      stacks.push({
        stack,
        pollutant,
        table: await sources.stackHours({ ...query, limit, profile, timezone, edition }),
      })
    }
  }
  return stacks
}

/** Facts of a carbon market, in the form that has them. */
async function marketOf(
  sources: ReportSources,
  { profile, from }: ReportOrder,
  span: PlantSpan,
  nowMs: number,
): Promise<MarketFacts> {
  if (profile !== 'ets-month') return NO_MARKET
  return marketFacts(sources, span, { first: from, earliestMs: EARLIEST_MS, untilMs: nowMs + HOUR_MS })
}

/** Claims with days in the period, and of their events those that hold on one of these days. */
async function claimsOf(
  sources: ReportSources,
  plant: PlantOptions,
  within: DateRange,
  told: readonly StoredEvent[],
): Promise<readonly ClaimedSaving[]> {
  const claims = await claimedSavings(sources, plant, within, nonRoutineEvents(told))
  return claims.flatMap(({ events, ...claim }) => {
    const { from, to } = claim.reporting
    if (to <= from) return []
    return [{ ...claim, events: events.filter((event) => event.from < to && (event.to === null || event.to >= from)) }]
  })
}

function dateIn(zone: string, ms: number): string {
  return localTime(new Date(ms).toISOString(), zone).slice(0, 10)
}

/** An instant as reports print it: by the clocks of the plant, in edition 1 in UTC. */
export function printedInstant({ edition, plant }: Pick<PlantFacts, 'edition' | 'plant'>, ms: number): string {
  const instant = new Date(ms).toISOString()
  return edition === 1 ? instant : localTime(instant, plant.timezone)
}

class Points {
  readonly #byStream = new Map<string, Point[]>()
  readonly #ids = new Map<string, Set<string>>()

  constructor(points: readonly Point[]) {
    for (const point of points) {
      if (point.provisional) continue
      const { kpi, scope, id } = point.stream
      const key = `${scope}|${kpi}|${id}`
      const found = this.#byStream.get(key)
      if (found === undefined) this.#byStream.set(key, [point])
      else found.push(point)
      const ids = this.#ids.get(`${scope}|${kpi}`) ?? new Set()
      this.#ids.set(`${scope}|${kpi}`, ids.add(id))
    }
    for (const stream of this.#byStream.values()) stream.sort((a, b) => a.startMs - b.startMs)
  }

  of(kpi: string, scope: Scope, id: string): readonly Point[] {
    return this.#byStream.get(`${scope}|${kpi}|${id}`) ?? []
  }

  idsOf(kpi: string, scope: Scope): readonly string[] {
    return [...(this.#ids.get(`${scope}|${kpi}`) ?? [])].sort()
  }
}

/** True when a statement counts: with an approval only, if the plant asked for a second pair of eyes when it arrived. */
function isTaken({ receivedAt, fields }: StoredEvent, said: readonly Said[]): boolean {
  const inForce = said.findLast(({ fromMs }) => fromMs <= receivedAt) ?? said[0]
  return inForce?.options.four_eyes !== true || isApproved(fields)
}

/** Statement of a configuration about a plant. */
interface Statement {
  readonly fromMs: number
  readonly hash: string
  readonly options: PlantOptions
}

type Said = Backdated<Statement>

/** The configurations that say something else of a plant than the one before, and what they say; in pieces where a later one goes back. */
function statementOf(id: string, versions: readonly ConfigVersion[]): readonly Said[] {
  const said: Statement[] = []
  for (const { fromMs, content, plants } of versions) {
    const options = plants.find((plant) => plant.id === id)
    const hash = plantHash(content, id)
    if (options === undefined || hash === null || said.at(-1)?.hash === hash) continue
    said.push({ fromMs, hash, options })
  }
  return backdated(said)
}

/** Hashes of the configurations that a period is computed with: at the end the one that is in force at its end. */
function hashesOf(inForce: readonly Said[]): readonly string[] {
  const own = inForce.filter(({ place }, i) => inForce[i - 1]?.place !== place).map(({ said }) => said.hash)
  const later = new Set(inForce.flatMap(({ early, moved }) => [...early, ...moved].map(({ by }) => by.hash)))
  return [...[...later].filter((hash) => !own.includes(hash)), ...own]
}

/** SHA-256 of the canonical JSON of what a configuration says of a plant; null when it says nothing. */
export function plantHash(content: string, id: string): string | null {
  const { plants = [] } = JSON.parse(content) as { plants?: readonly { readonly id: string }[] }
  const found = plants.find((plant) => plant.id === id)
  if (found === undefined) return null
  return createHash('sha256')
    .update(canonicalJson(found) ?? '')
    .digest('hex')
}

/**
 * Some configuration of the period expects a device to send one of these metrics, or some device has sent it. Meters of
 * contracts stand elsewhere.
 */
export function isMetered({ versions, streams }: PlantFacts, metrics: readonly string[], device?: string): boolean {
  const elsewhere = new Set(versions.flatMap((version) => [...devicesElsewhere(version)]))
  const isOf = (id: string) => !elsewhere.has(id) && (device === undefined || id === device)
  return (
    streams.some((stream) => isOf(stream.device) && metrics.includes(stream.metric)) ||
    versions.some((version) =>
      [...version.devices].some((one) => {
        return isOf(one.id) && one.role !== 'sub' && expectedMetrics(one).some((metric) => metrics.includes(metric))
      }),
    )
  )
}
