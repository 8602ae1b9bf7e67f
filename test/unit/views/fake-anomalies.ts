import type { AnomalyAction } from '../../../src/base/anomaly.js'
import type { AnomaliesQuery, AnomalySources } from '../../../src/views/routes/anomalies.js'
import type { AnomaliesAnswer, AnomalyItem } from '../../../src/views/wire/anomalies.js'
import { FakeProjections } from './fake-projections.js'

/** Findings of one plant in memory; a verdict counts at once. */
export class FakeAnomalies extends FakeProjections implements AnomalySources {
  anomalyItems: AnomalyItem[] = []
  anomalyLook: Pick<AnomaliesAnswer, 'look' | 'reason' | 'currency'> = {
    look: null,
    reason: 'pending',
    currency: 'CNY',
  }
  anomalyActs: Omit<AnomalyAction, 'id'>[] = []
  takesVerdicts = true

  anomalies({ state, after, limit }: AnomaliesQuery) {
    const found = this.anomalyItems.filter((item) => item.state === (state ?? item.state))
    const from = after === null ? 0 : found.findIndex(({ id }) => id === after.id) + 1
    return { anomalies: found.slice(from, from + limit), ...this.anomalyLook }
  }

  anomaly(_: string, id: string): AnomalyItem | null {
    return this.anomalyItems.find((item) => item.id === id) ?? null
  }

  async decideAnomaly(act: Omit<AnomalyAction, 'id'>): Promise<boolean> {
    if (!this.takesVerdicts) return false
    this.anomalyActs.push(act)
    this.anomalyItems = this.anomalyItems.map((item) =>
      item.id === act.anomaly ? { ...item, verdict: act.verdict, verdict_by: act.by, verdict_note: act.note } : item,
    )
    return true
  }
}
