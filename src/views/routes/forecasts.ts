import { z } from 'zod'
import type { Clock } from '../../base/clock.js'
import { HOUR_MS } from '../../base/durations.js'
import { HORIZONS, type HorizonName } from '../../base/forecast.js'
import type { Scope } from '../../base/kpi.js'
import { afterOf, PARAMETERS, page, parameterFault, range, rangeOf } from '../parameters.js'
import { problem } from '../problem.js'
import type { Server } from '../server.js'
import type { KpiFigures } from '../sources/kpis.js'
import type { KnownPlants } from '../sources/plants.js'
import { type ForecastIssue, type ForecastsAnswer, forecastRecordsAnswer, forecastsAnswer } from '../wire/forecasts.js'
import { nextAfter, plantParams, requirePlant } from './plants.js'

const tags = ['forecasts']

export interface ForecastsQuery {
  readonly plant: string
  readonly scope?: Scope | undefined
  readonly id?: string | undefined
  readonly kpi?: string | undefined
}

/** Forecasts of one series whose first interval begins in [fromMs, toMs). */
export interface ForecastRecordsQuery {
  readonly plant: string
  readonly scope: Scope
  readonly id: string
  readonly kpi: string
  readonly horizon: HorizonName
  readonly fromMs: number
  readonly toMs: number
  readonly limit: number
}

export interface ForecastSources {
  /** Newest forecasts of a plant's series, with their record of errors. */
  forecasts(query: ForecastsQuery): ForecastsAnswer | Promise<ForecastsAnswer>
  /** Ascending by start, at most `limit`. */
  forecastRecords(query: ForecastRecordsQuery): Promise<readonly ForecastIssue[]>
}

/** Records of a page: a day has a hundred values. */
const RECORDS_MAX: Readonly<Record<HorizonName, number>> = { next_interval: 1000, day_ahead: 50 }

const horizon = z.enum(HORIZONS).meta({ description: `one of ${HORIZONS.join(', ')}`, examples: ['day_ahead'] })

const form = z
  .enum(['energy', 'power'])
  .default('energy')
  .meta({
    description: 'power: mean power of each interval, kW; of KPIs in kWh alone',
    examples: ['power'],
  })

export function forecastRoutes(
  server: Server,
  sources: ForecastSources & KnownPlants & Pick<KpiFigures, 'catalogue'> & { readonly clock: Clock },
): void {
  server.get(
    '/api/v1/plants/:plant/forecasts',
    {
      config: { right: 'view' },
      schema: {
        tags,
        summary:
          'Newest forecasts of a plant, each with its errors beside those of naive ones; null with a reason when it loses',
        params: plantParams,
        querystring: z.strictObject({
          scope: PARAMETERS.scope.optional(),
          id: PARAMETERS.id.optional(),
          kpi: PARAMETERS.kpi.optional(),
        }),
        response: { 200: forecastsAnswer, 400: problem, 404: problem },
      },
    },
    async ({ params: { plant }, query }) => {
      requirePlant(sources, plant)
      return await sources.forecasts({ plant, ...query })
    },
  )
  server.get(
    '/api/v1/plants/:plant/forecasts/records',
    {
      config: { right: 'view' },
      schema: {
        tags,
        summary: 'Forecasts of one series as they were issued, by the start of their first interval',
        params: plantParams,
        querystring: z.strictObject({
          kpi: PARAMETERS.kpi,
          horizon,
          scope: PARAMETERS.scope.default('plant'),
          id: PARAMETERS.id.optional(),
          as: form,
          ...range,
          ...page,
        }),
        response: { 200: forecastRecordsAnswer, 400: problem, 404: problem },
      },
    },
    async ({ params: { plant }, query }) => {
      requirePlant(sources, plant)
      const { kpi, scope, cursor, as } = query
      const unit = sources.catalogue.find(({ id }) => id === kpi)?.unit ?? ''
      if (as === 'power' && unit !== 'kWh') throw parameterFault('as', as, `energy, as ${kpi} is not in kWh`, 'energy')
      const limit = Math.min(query.limit, RECORDS_MAX[query.horizon])
      const { fromMs, toMs } = rangeOf(query, sources.clock.nowMs())
      const after = afterOf(cursor)
      const records = await sources.forecastRecords({
        plant,
        scope,
        id: query.id ?? plant,
        kpi,
        horizon: query.horizon,
        fromMs: after === null ? fromMs : Math.max(fromMs, after + 1),
        toMs,
        limit,
      })
      const next = nextAfter(records, limit, ({ values }) => values[0]!.start)
      if (as === 'power') return { unit: 'kW', records: records.map(inKw), next }
      return { unit, records: [...records], next }
    },
  )
}

/** A forecast of energy in kWh as mean power, kW; a sum of power says nothing. */
function inKw(issue: ForecastIssue): ForecastIssue {
  const values = issue.values.map(({ start, end, ...amounts }) => {
    const hours = (Date.parse(end) - Date.parse(start)) / HOUR_MS
    const mean = (kwh: number | null) => (kwh === null ? null : kwh / hours)
    const { value, low_50, high_50, low_90, high_90 } = amounts
    const bounds = { low_50: mean(low_50), high_50: mean(high_50), low_90: mean(low_90), high_90: mean(high_90) }
    return { start, end, value: mean(value), ...bounds }
  })
  return { ...issue, total: null, values }
}
