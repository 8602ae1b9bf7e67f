import { z } from 'zod'
import type { Clock } from '../../base/clock.js'
import { QUARTER_HOUR_MS } from '../../base/durations.js'
import { HORIZONS, type HorizonName } from '../../base/forecast.js'
import type { Scope } from '../../base/kpi.js'
import { issueInKw, itemInKw } from '../mean-power.js'
import { afterOf, PARAMETERS, page, range, rangeOf } from '../parameters.js'
import { problem } from '../problem.js'
import type { Server } from '../server.js'
import type { KpiFigures } from '../sources/kpis.js'
import type { KnownPlants } from '../sources/plants.js'
import { type ForecastIssue, type ForecastsAnswer, forecastRecordsAnswer, forecastsAnswer } from '../wire/forecasts.js'
import { requireKwh } from './kpis.js'
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
const RECORDS_MAX: Readonly<Record<HorizonName, number>> = { next_interval: 1000, day_ahead: 50, next_hours: 150 }

const horizon = z.enum(HORIZONS).meta({ description: `one of ${HORIZONS.join(', ')}`, examples: ['day_ahead'] })

type ForecastRouteSources = ForecastSources & KnownPlants & Pick<KpiFigures, 'catalogue'> & { readonly clock: Clock }

export function forecastRoutes(server: Server, sources: ForecastRouteSources): void {
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
          as: PARAMETERS.as.meta({
            description: 'power: values and errors of series in kWh as mean power, kW; other series as they are',
            examples: ['power'],
          }),
        }),
        response: { 200: forecastsAnswer, 400: problem, 404: problem },
      },
    },
    async ({ params: { plant }, query: { as, ...query } }) => {
      requirePlant(sources, plant)
      const answer = await sources.forecasts({ plant, ...query })
      if (as === 'energy') return answer
      return { ...answer, forecasts: answer.forecasts.map((item) => itemInKw(item, QUARTER_HOUR_MS)) }
    },
  )
  recordsRoute(server, sources)
}

function recordsRoute(server: Server, sources: ForecastRouteSources): void {
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
          as: PARAMETERS.as,
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
      if (as === 'power') requireKwh({ id: kpi, unit })
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
      if (as === 'power') return { unit: 'kW', records: records.map(issueInKw), next }
      return { unit, records: [...records], next }
    },
  )
}
