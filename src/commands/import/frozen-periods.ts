import { startOfDayIn } from '../../base/days-in-zone.js'
import type { ReportItem } from '../../base/report.js'
import type { ReportsAnswer } from '../../base/wire/audit.js'
import { callApi, type GatewayApi } from '../client/call-gateway.js'
import type { ImportSummary } from './import-summary.js'

/** A frozen version whose days the readings of an import fall into: it stays as it is, and the draft of the next says what differs. */
export type TouchedReport = Pick<ReportItem, 'id' | 'version' | 'plants' | 'from' | 'to'>

/**
 * The newest frozen version of each report that readings fall into. Throws `Unreachable` where the gateway does not say.
 *
 * @param zones of the plants that are configured, IANA
 */
export async function touchedReports(
  api: GatewayApi,
  summaries: readonly ImportSummary[],
  zones: ReadonlyMap<string, string>,
): Promise<readonly TouchedReport[]> {
  const found = new Map<string, TouchedReport>()
  for (let cursor: string | null = ''; cursor !== null; ) {
    const asked = new URLSearchParams({ limit: '1000', ...(cursor === '' ? {} : { cursor }) })
    const answer: ReportsAnswer = await callApi<ReportsAnswer>(api, `/reports?${asked}`)
    for (const { id, version, plants, from, to, status } of answer.items) {
      if (status === 'draft' || (found.get(id)?.version ?? 0) >= version) continue
      if (isTouched({ plants, from, to }, summaries, zones)) found.set(id, { id, version, plants, from, to })
    }
    cursor = answer.next
  }
  return [...found.values()]
}

function isTouched(
  { plants, from, to }: Pick<ReportItem, 'plants' | 'from' | 'to'>,
  summaries: readonly ImportSummary[],
  zones: ReadonlyMap<string, string>,
): boolean {
  return plants.some((plant) => {
    const zone = zones.get(plant) ?? 'UTC'
    const [fromMs, toMs] = [startOfDayIn(zone, from), startOfDayIn(zone, to)]
    return summaries.some(({ series }) => {
      return series.some((one) => one.plant === plant && one.firstMs < toMs && one.lastMs >= fromMs)
    })
  })
}
