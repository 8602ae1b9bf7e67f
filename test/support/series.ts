import type { KpiPoint, Scope, Window } from '../../src/base/kpi.js'
import type { SeriesAnswer } from '../../src/base/wire.js'
import { CATALOGUE } from '../../src/kpi/catalogue.js'
import { getJson, type TestGateway } from './gateway.js'

/** The unit of each KPI, by id. */
export const UNITS: ReadonlyMap<string, string> = new Map(CATALOGUE.map(({ id, unit }) => [id, unit]))

export interface SeriesQuery {
  readonly plant: string
  readonly kpi: string
  readonly window: Window
  /** RFC 3339. */
  readonly from: string
  readonly to: string
  readonly scope?: Scope
  /** Id of the line or device. */
  readonly id?: string
}

/** Every point of one series, page by page. */
export async function allPoints(gateway: TestGateway, { plant, kpi, ...range }: SeriesQuery): Promise<KpiPoint[]> {
  const query = new URLSearchParams({ ...range, limit: '10000' })
  const points: KpiPoint[] = []
  for (let next: string | null = ''; next !== null; ) {
    if (next !== '') query.set('cursor', next)
    const page: SeriesAnswer = await getJson(gateway, `/api/v1/plants/${plant}/kpis/${kpi}/series?${query}`)
    points.push(...page.points)
    next = page.next
  }
  return points
}
