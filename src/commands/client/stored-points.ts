import type { KpiPoint, Scope, Window } from '../../base/kpi.js'
import type { SeriesAnswer } from '../../base/wire/points.js'
import { callApi, type GatewayApi } from './call-gateway.js'

/** A KPI of a plant, a line or a device. */
export interface StoredSeriesName {
  readonly plant: string
  readonly scope: Scope
  readonly id: string
  readonly kpi: string
  readonly window: Window
}

const PAGE = 10_000

/**
 * The points of a series in [from, to), RFC 3339, in order of time and page by page. Throws `Unreachable` with the
 * gateway's words.
 */
export async function* storedPages(
  api: GatewayApi,
  { plant, scope, id, kpi, window }: StoredSeriesName,
  from: string,
  to: string,
): AsyncGenerator<readonly KpiPoint[]> {
  const asked = new URLSearchParams({ window, scope, id, limit: String(PAGE), from, to })
  for (let cursor: string | null = ''; cursor !== null; ) {
    if (cursor !== '') asked.set('cursor', cursor)
    const path: string = `/plants/${encodeURIComponent(plant)}/kpis/${encodeURIComponent(kpi)}/series?${asked}`
    const answer: SeriesAnswer = await callApi<SeriesAnswer>(api, path)
    yield answer.points
    cursor = answer.next
  }
}
