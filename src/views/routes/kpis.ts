import { z } from 'zod'
import type { Clock } from '../../base/clock.js'
import { DAY_MS } from '../../base/durations.js'
import { type KpiInfo, SCOPES, type Scope } from '../../base/kpi.js'
import type { RangeFigure } from '../../base/range-figure.js'
import { catalogueAnswer, latestAnswer, seriesAnswer } from '../../base/wire/points.js'
import { totalsAnswer } from '../../base/wire/totals.js'
import { gzipped } from '../gzipped.js'
import { newestReadingMs, pointInKw } from '../mean-power.js'
import { pageOfList } from '../pages.js'
import { afterOf, PARAMETERS, page, pageOrAll, parameterFault, range, rangeOf } from '../parameters.js'
import { notFound, problem } from '../problem.js'
import { rangeFigure } from '../range-figures.js'
import type { Server } from '../server.js'
import { SharedAnswers } from '../shared-answers.js'
import type { KpiFigures } from '../sources/kpis.js'
import type { KnownPlants } from '../sources/plants.js'
import { nextAfter, plantParams, requirePlant } from './plants.js'

const tags = ['kpis']

export interface KpiSources extends KpiFigures, KnownPlants {
  readonly clock: Clock
}

/** Figures of one request. */
const FIGURES_MAX = 256
/** Longest range of a figure, and the longest of which hours are gone through for the highest. */
const RANGE_MAX_MS = 100 * 366 * DAY_MS
const HIGHEST_MAX_MS = 400 * DAY_MS
/** Pages ask for the same ranges at once. */
const SHARED = { keptMs: 2_000, keptMax: 512 }

export function kpiRoutes(server: Server, sources: KpiSources): void {
  totalsRoute(server, sources)
  server.get(
    '/api/v1/kpis',
    {
      config: { right: 'view' },
      schema: { tags, summary: 'The catalogue of KPIs', response: { 200: catalogueAnswer } },
      onSend: gzipped(),
    },
    () => ({ kpis: sources.catalogue }),
  )
  server.get(
    '/api/v1/plants/:plant/kpis/latest',
    {
      config: { right: 'view' },
      schema: {
        tags,
        summary: 'The newest point, provisional included, of each KPI, window, scope and id',
        params: plantParams,
        querystring: z.strictObject({
          scope: PARAMETERS.scope.optional(),
          id: PARAMETERS.id.optional(),
          window: PARAMETERS.window.optional(),
          ...pageOrAll,
        }),
        response: { 200: latestAnswer, 400: problem, 404: problem },
      },
    },
    async ({ params, query }) => {
      requirePlant(sources, params.plant)
      const { scope, id, window } = query
      const scopes = scope === undefined ? SCOPES : [scope]
      await Promise.all(scopes.map((scope) => sources.watch(params.plant, { scope, id: id ?? null })))
      const latest = sources.latest(params.plant, {
        ...(scope === undefined ? {} : { scope }),
        ...(id === undefined ? {} : { id }),
        ...(window === undefined ? {} : { window }),
      })
      const { items, next } = pageOfList(latest, query)
      return { points: items, next }
    },
  )
  seriesRoute(server, sources)
}

function seriesRoute(server: Server, sources: KpiSources): void {
  server.get(
    '/api/v1/plants/:plant/kpis/:kpi/series',
    {
      config: { right: 'view' },
      schema: {
        tags,
        summary: 'Points of one KPI whose window starts in [from, to), final and provisional',
        params: plantParams.extend({ kpi: z.string().meta(PARAMETERS.kpi.meta() ?? {}) }),
        querystring: z.strictObject({
          window: PARAMETERS.window,
          scope: PARAMETERS.scope.default('plant'),
          id: PARAMETERS.id.optional(),
          as: PARAMETERS.as,
          ...range,
          ...page,
        }),
        response: { 200: seriesAnswer, 400: problem, 404: problem },
      },
    },
    async ({ params, query }) => {
      requirePlant(sources, params.plant)
      const { window, scope, cursor, limit, as } = query
      const kpi = requireKpi(sources.catalogue, params.kpi)
      if (as === 'power') requireKwh(kpi)
      const id = memberOf(params.plant, scope, query.id)
      const nowMs = sources.clock.nowMs()
      if (!kpi.windows.includes(window)) throw notOffered('window', window, kpi.id, kpi.windows)
      if (!kpi.scopes.includes(scope)) throw notOffered('scope', scope, kpi.id, kpi.scopes)
      const points = await sources.points({
        plant: params.plant,
        kpi: kpi.id,
        window,
        scope,
        id,
        ...rangeOf(query, nowMs),
        afterMs: afterOf(cursor),
        limit,
      })
      const next = nextAfter(points, limit, (point) => point.start)
      if (as === 'energy') return { points, next }
      const node = sources.plants().find((one) => one.id === params.plant)
      const newestMs = newestReadingMs(node, scope, id)
      return { points: points.map((point) => pointInKw(point, { nowMs, newestMs })), next }
    },
  )
}

function totalsRoute(server: Server, sources: KpiSources): void {
  const shared = new SharedAnswers<RangeFigure>(sources.clock, SHARED)
  server.get(
    '/api/v1/plants/:plant/kpis/totals',
    {
      config: { right: 'view' },
      schema: {
        tags,
        summary: 'KPIs of a plant, of lines or of devices over any range of time, each with its basis',
        params: plantParams,
        querystring: z.strictObject({
          kpi: PARAMETERS.kpis,
          scope: PARAMETERS.scope.default('plant'),
          id: PARAMETERS.ids.optional(),
          highest: PARAMETERS.highest.optional(),
          peaks: PARAMETERS.peaks.optional(),
          finest: PARAMETERS.finest.optional(),
          ...range,
        }),
        response: { 200: totalsAnswer, 400: problem, 404: problem },
      },
    },
    async ({ params: { plant }, query }) => {
      requirePlant(sources, plant)
      const { scope, highest = null, finest = null, peaks = null } = query
      const nowMs = sources.clock.nowMs()
      const { fromMs, toMs } = rangeOf(query, nowMs)
      if (toMs - fromMs > (highest === null ? RANGE_MAX_MS : HIGHEST_MAX_MS)) {
        const most = highest === null ? '100 years' : '400 days, as the highest window is asked for'
        throw parameterFault('from', new Date(fromMs).toISOString(), `a range of at most ${most}`)
      }
      if (peaks !== null && highest === null)
        throw parameterFault('highest', highest, 'the size of the windows of peaks', '1h')
      const infos = query.kpi.map((kpi) => requireKpi(sources.catalogue, kpi))
      const lacking = infos.find(({ scopes }) => !scopes.includes(scope))
      if (lacking !== undefined) throw notOffered('scope', scope, lacking.id, lacking.scopes)
      const ids = (query.id ?? [undefined]).map((id) => memberOf(plant, scope, id))
      if (ids.length * infos.length > FIGURES_MAX) {
        throw parameterFault('kpi', query.kpi.length, `at most ${FIGURES_MAX} figures: KPIs times ids`)
      }
      const figures = ids.flatMap((id) =>
        infos.map((info) => {
          const key = [plant, scope, id, info.id, fromMs, toMs, highest, finest, peaks].join('|')
          const asked = { plant, scope, id, range: { fromMs, toMs, nowMs }, highest, finest, peaks }
          return shared.get(key, () => rangeFigure(info, asked, sources))
        }),
      )
      return { figures: await Promise.all(figures) }
    },
  )
}

/** A KPI of the catalogue. Throws the 404 for one that there is not. */
export function requireKpi(catalogue: readonly KpiInfo[], id: string): KpiInfo {
  const kpi = catalogue.find((one) => one.id === id)
  if (kpi === undefined) throw notFound(`There is no KPI ${id}; /api/v1/kpis lists those there are.`)
  return kpi
}

/** Only energy in kWh has a mean power. Throws the 400 for any other KPI. */
export function requireKwh({ id, unit }: Pick<KpiInfo, 'id' | 'unit'>): void {
  if (unit !== 'kWh') throw parameterFault('as', 'power', `energy, as ${id} is not in kWh`, 'energy')
}

/** The 400 for a window or scope that a KPI has not. */
export function notOffered(parameter: 'window' | 'scope', received: string, kpi: string, offered: readonly string[]) {
  return parameterFault(parameter, received, `one that ${kpi} has: ${offered.join(', ')}`, offered[0])
}

/** Scope plant has one member, the plant; another scope has to be told which. */
function memberOf(plant: string, scope: Scope, id: string | undefined): string {
  if (scope !== 'plant') {
    if (id === undefined) throw parameterFault('id', id, `the id of a ${scope}, as scope is ${scope}`)
    return id
  }
  if (id !== undefined && id !== plant) throw parameterFault('id', id, `${plant}, as scope is plant`, plant)
  return plant
}
