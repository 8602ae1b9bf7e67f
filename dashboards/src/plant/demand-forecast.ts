import type { ForecastRecordsAnswer } from '../../../src/views/wire/forecasts.js'
import type { BandValue } from '../chart/bands.js'
import { queryOf } from '../gateway/api.js'
import { usePolled } from '../gateway/polled.js'
import type { Asked } from '../series/card-points.js'
import type { Span } from '../series/points.js'

/** A day is forecast once, at its start. */
const EVERY_MS = 300_000
const DEMAND = { kpi: 'energy_elec_import', horizon: 'day_ahead', as: 'power' } as const

/** Expected demand of a day as it was forecast at its start, kW; empty where no forecast was shown. */
export function useDemandForecast(plant: string, { scope, id }: Pick<Asked, 'scope' | 'id'>, day: Span) {
  const query = new URLSearchParams({ ...DEMAND, scope, id, ...queryOf(day) })
  const path = `/plants/${encodeURIComponent(plant)}/forecasts/records?${query}`
  const { value: answer } = usePolled<ForecastRecordsAnswer>(path, EVERY_MS)
  const values = answer.kind === 'loaded' ? (answer.value.records[0]?.values ?? []) : []
  return values.flatMap(({ start, end, ...amounts }): readonly BandValue[] => {
    if (amounts.value === null) return []
    return [{ startMs: Date.parse(start), endMs: Date.parse(end), ...amounts }]
  })
}
