import { Temporal } from 'temporal-polyfill'
import { missedSideOf } from '../../base/missed-side.js'
import type { PlantOptions } from '../../base/plant.js'
import type { PeriodProjection, ProjectedSum } from '../../insight/budget/projection.js'
import { type BoundedValue, chanceAbove } from '../../insight/peak/chance.js'
import type { IssuedProjection } from '../../insight/stage/issued-projection.js'
import type { KpiProjection } from '../../insight/stage/projection-task.js'
import type { ProjectionSources } from '../../views/routes/projections.js'
import type { ProjectionItem, ProjectionRecord } from '../../views/wire/projections.js'
import type { Configs } from '../configs.js'
import { SAVING_KPI } from './projected-kpis.js'
import type { Projections } from './projections.js'

type Compared = ProjectionItem['compared'][number]
type Wanted = Pick<Compared, 'kind' | 'amount' | 'missed'>

/** Answers to questions about how month and year will end. */
export function projectionSources(projections: Projections, configs: Pick<Configs, 'plant'>): ProjectionSources {
  return {
    projections: (plant) => {
      const issued = projections.newest(plant)
      if (issued === null) {
        const reason = projections.isEnabled ? ('pending' as const) : ('off' as const)
        return { issued_at: null, known_until: null, version: '', reason, projections: [] }
      }
      const options = configs.plant(plant)
      const withAmounts = (kpi: KpiProjection, period: PeriodProjection): ProjectionItem => {
        const wanted = options === undefined ? [] : wantedOf(options, kpi.kpi, period)
        return { ...itemOf(kpi, period), compared: wanted.map((one) => comparedWith(one, period.projected)) }
      }
      return { ...headOf(issued), reason: '', projections: itemsOf(issued, withAmounts) }
    },
    projectionRecords: ({ plant, ...range }) =>
      projections
        .recordsOf(plant)
        .range(range)
        .map((issued): ProjectionRecord => ({ ...headOf(issued), projections: itemsOf(issued, itemOf) })),
  }
}

/** Amounts that a sum is compared with, as they are configured. */
export function wantedOf(options: PlantOptions, kpi: string, { period, fromMs }: PeriodProjection): readonly Wanted[] {
  const start = Temporal.Instant.fromEpochMilliseconds(fromMs).toZonedDateTimeISO(options.timezone)
  const month = period === 'month' ? start.month : undefined
  const budgets = options.budgets.filter((one) => one.kpi === kpi && one.year === start.year && one.month === month)
  const monthly = options.targets.filter((one) => one.kpi === kpi && one.window === '1mo' && period === 'month')
  const of = (kind: Wanted['kind'], amount: number | undefined, missed = missedSideOf(kpi, kind)) =>
    amount === undefined ? [] : [{ kind, amount, missed }]
  return [
    ...budgets.flatMap(({ kind, amount }) => of(kind, amount)),
    ...monthly.flatMap(({ budget }) => of('budget', budget)),
    // A target says itself on which side it is missed.
    ...monthly.flatMap(({ max, min }) => [...of('target', max, 'above'), ...of('target', min, 'below')]),
    ...(kpi === SAVING_KPI ? of('baseline', 0) : []),
  ]
}

function comparedWith(wanted: Wanted, projected: ProjectedSum | null): Compared {
  if (projected === null) return { ...wanted, difference: null, chance_missed: null }
  const { amount, missed } = wanted
  const chance = missed === 'below' ? chanceAbove(-amount, mirrored(projected)) : chanceAbove(amount, projected)
  return { ...wanted, difference: projected.value - amount, chance_missed: chance }
}

/** The same sum with the other sign: whoever is below an amount is above it there. */
function mirrored({ value, low50, high50, low90, high90 }: ProjectedSum): BoundedValue {
  return { value: -value, low50: -high50, high50: -low50, low90: -high90, high90: -low90 }
}

function headOf({ issuedAtMs, todayMs, version }: IssuedProjection) {
  return { issued_at: textOf(issuedAtMs), known_until: textOf(todayMs), version }
}

function itemsOf<T>({ kpis }: IssuedProjection, made: (kpi: KpiProjection, period: PeriodProjection) => T): T[] {
  return kpis.flatMap((kpi) => kpi.periods.map((period) => made(kpi, period)))
}

function itemOf({ kpi, unit, dataUpToMs }: KpiProjection, of: PeriodProjection): Omit<ProjectionItem, 'compared'> {
  const { projected } = of
  return {
    ...{ kpi, unit, data_up_to: dataUpToMs === null ? null : textOf(dataUpToMs), period: of.period },
    ...{ start: textOf(of.fromMs), end: textOf(of.toMs), measured: of.measured },
    ...{ days_known: of.daysKnown, days_unknown: of.daysUnknown, days_left: of.daysLeft },
    reason: of.fault ?? '',
    value: projected?.value ?? null,
    low_50: projected?.low50 ?? null,
    high_50: projected?.high50 ?? null,
    low_90: projected?.low90 ?? null,
    high_90: projected?.high90 ?? null,
    model: projected?.model ?? '',
    block_days: projected?.blockDays ?? null,
    tried: projected?.tried ?? null,
    rmse: projected?.rmse ?? null,
    naive_rmse: projected?.naiveRmse ?? null,
  }
}

function textOf(ms: number): string {
  return new Date(ms).toISOString()
}
