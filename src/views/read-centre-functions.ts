import type { Clock } from '../base/clock.js'
import { DAY_MS, HOUR_MS } from '../base/durations.js'
import type { KpiPoint } from '../base/kpi.js'
import { CENTRE_DOCUMENT } from '../base/management-centre.js'
import type { ReportItem } from '../base/report.js'
import {
  centreFunctions,
  type FigureProof,
  type FoundProof,
  type OtherProof,
  PROVING_FIGURES,
} from './centre-functions.js'
import { type CertificateSources, certificateRegister } from './certificates.js'
import { countedEntries } from './entries-on-record.js'
import type { AnomalySources } from './routes/anomalies.js'
import type { ForecastSources } from './routes/forecasts.js'
import type { LoadPlanSources } from './routes/load-plan.js'
import type { ProjectionSources } from './routes/projections.js'
import type { KpiFigures } from './sources/kpis.js'
import type { KnownPlants } from './sources/plants.js'
import type { RecordSources } from './sources/records.js'
import type { AuditSources } from './sources/reports.js'
import type { CentreFunctionsAnswer } from './wire/centre-functions.js'
import type { ProjectionItem } from './wire/projections.js'

export type CentreSources = Pick<KpiFigures, 'catalogue' | 'points'> &
  Pick<KnownPlants, 'plants' | 'hasPlant'> &
  Pick<ForecastSources, 'forecasts'> &
  Pick<AnomalySources, 'anomalies'> &
  Pick<LoadPlanSources, 'loadPlan'> &
  Pick<ProjectionSources, 'projections'> &
  CertificateSources &
  Pick<RecordSources, 'events'> &
  Pick<AuditSources, 'ledger' | 'reports'> & { readonly clock: Clock }

/** A figure of the day before is in use: its day ended at most a day ago. */
const FRESH_MS = DAY_MS
/** Hours of a day, and those that begin and end it. */
const HOURS_MAX = 26
/** Findings, plans and projections are made once a day, some hours into it. */
const DAILY_MS = 2 * DAY_MS
/** A figure that ended longer ago than that is not called stopped any more: it is missing. */
const LOOK_BACK_DAYS = 30

/** Reads which functions of an energy and carbon management centre a plant has in use, with what proves it. */
export async function readCentreFunctions(sources: CentreSources, plant: string): Promise<CentreFunctionsAnswer> {
  const nowMs = sources.clock.nowMs()
  const figures = await Promise.all(
    PROVING_FIGURES.map(async (proof) => [proof.kpi, await figureProof(sources, plant, proof, nowMs)] as const),
  )
  const functions = centreFunctions(new Map([...figures, ...(await otherProofs(sources, plant, nowMs))]))
  return {
    document: CENTRE_DOCUMENT,
    confidence: 'secondary_source',
    in_use: functions.filter(({ state }) => state === 'in_use').length,
    functions: [...functions],
  }
}

/** A figure is in use while its newest value by the day is of today or yesterday, and data for it came within a day. */
async function figureProof(
  { catalogue, points }: CentreSources,
  plant: string,
  { kpi, isAboveZero = false }: FigureProof,
  nowMs: number,
): Promise<FoundProof> {
  const { unit = '', windows = [] } = catalogue.find(({ id }) => id === kpi) ?? {}
  const of = { plant, kpi, scope: 'plant', id: plant, toMs: nowMs, afterMs: null } as const
  // The hour that ended within the last day may have begun before it.
  const hoursFromMs = nowMs - FRESH_MS - HOUR_MS
  const [days, hours] = await Promise.all([
    points({ ...of, window: '1d', fromMs: nowMs - LOOK_BACK_DAYS * DAY_MS, limit: LOOK_BACK_DAYS + 2 }),
    windows.includes('1h') ? points({ ...of, window: '1h', fromMs: hoursFromMs, limit: HOURS_MAX }) : null,
  ])
  const says = ({ value }: KpiPoint) => value !== null && (!isAboveZero || value > 0)
  const newest = days.findLast(says)
  if (newest === undefined) return missing(days.at(-1)?.reason ?? 'no_data', unit)
  const isFresh = Date.parse(newest.end) >= nowMs - FRESH_MS && (hours === null || !isSilent(hours))
  const reason = isFresh ? '' : (days.at(-1)?.reason ?? 'no_data')
  return { state: isFresh ? 'in_use' : 'stopped', value: newest.value, unit, at: newest.end, reason }
}

/**
 * Nothing came in any hour of the last day, or there is none of them. The day in which data stopped may have a value until the next one ends, which would be more
 * than a day. Hours without output or of a planned stop have another reason, and are no silence.
 */
export function isSilent(hours: readonly Pick<KpiPoint, 'value' | 'reason'>[]): boolean {
  return hours.every(({ value, reason }) => value === null && reason === 'no_data')
}

async function otherProofs(
  sources: CentreSources,
  plant: string,
  nowMs: number,
): Promise<readonly (readonly [OtherProof, FoundProof])[]> {
  const [forecasts, anomalies, plan, projections, ledger, register, suppliers] = await Promise.all([
    sources.forecasts({ plant }),
    sources.anomalies({ plant, after: null, limit: 1 }),
    sources.loadPlan(plant, null),
    sources.projections(plant),
    sources.ledger(),
    certificateRegister(sources),
    countedEntries(sources, plant, 'supplier_footprint'),
  ])
  const lots = register.lots.filter((lot) => lot.plant === plant)
  const { targets = [], benchmarks = 0 } = sources.plants().find(({ id }) => id === plant) ?? {}
  const frozen = sources.reports().filter(({ plants, frozen_at }) => plants.includes(plant) && frozen_at !== null)
  const ofLots = frozen.filter(({ profile }) => profile === 'product-footprint')
  const shown = forecasts.forecasts.filter(({ reason }) => reason === '')
  const daily = (at: string | null, value: number, reason: string) => made(at, value, reason, nowMs - DAILY_MS)
  const budgets = (isOne: (item: ProjectionItem) => boolean) => {
    const items = projections.projections.filter((item) => isOne(item) && item.measured !== null)
    return daily(newestOf(items.map(({ data_up_to }) => data_up_to)), items.length, projections.reason)
  }
  const newestForecast = newestOf(shown.map(({ newest }) => newest?.issued_at ?? null))
  return [
    ['forecasts', daily(newestForecast, shown.length, forecasts.forecasts[0]?.reason ?? 'pending')],
    ['anomalies', daily(anomalies.look?.at ?? null, anomalies.reason === '' ? 1 : 0, anomalies.reason)],
    ['load_plan', daily(plan.made_at, plan.reason === '' ? 1 : 0, plan.reason)],
    ['targets', targets.length === 0 ? missing('') : inUse(targets.length, null)],
    ['sector_benchmarks', benchmarks === 0 ? missing('') : inUse(benchmarks, null)],
    ['energy_budget', budgets((item) => hasAmount(item) && !isCarbon(item))],
    ['carbon_budget', budgets((item) => hasAmount(item) && isCarbon(item))],
    ['allowance', budgets(({ compared }) => compared.some(({ kind }) => kind === 'allowance'))],
    ['certificate_register', lots.length === 0 ? missing('') : inUse(lots.length, newestOf(lots.map(({ at }) => at)))],
    ['lot_footprint', ofReports(ofLots)],
    [
      'supplier_footprints',
      suppliers.length === 0
        ? missing('')
        : inUse(suppliers.length, newestOf(suppliers.map(({ received_at }) => received_at))),
    ],
    ['ledger', ledger.head === null ? missing(ledger.trouble) : daily(ledger.head.at, ledger.head.number, '')],
    ['frozen_reports', ofReports(frozen)],
  ]
}

function ofReports(frozen: readonly ReportItem[]): FoundProof {
  return frozen.length === 0 ? missing('') : inUse(frozen.length, newestOf(frozen.map(({ frozen_at }) => frozen_at)))
}

function hasAmount({ compared }: ProjectionItem): boolean {
  return compared.some(({ kind }) => kind === 'budget' || kind === 'target' || kind === 'allowance')
}

function isCarbon({ unit }: ProjectionItem): boolean {
  return unit.includes('CO2')
}

/** In use while there is one that is not older than a time, epoch ms. */
function made(at: string | null, value: number, reason: string, oldestMs: number): FoundProof {
  if (at === null || value === 0) return missing(reason)
  return { ...inUse(value, at), state: Date.parse(at) >= oldestMs ? 'in_use' : 'stopped', reason }
}

function inUse(value: number, at: string | null): FoundProof {
  return { state: 'in_use', value, unit: '', at, reason: '' }
}

function missing(reason: string, unit = ''): FoundProof {
  return { state: 'missing', value: null, unit, at: null, reason }
}

function newestOf(times: readonly (string | null)[]): string | null {
  return times.reduce((best, at) => (best === null || (at !== null && at > best) ? at : best), null)
}
