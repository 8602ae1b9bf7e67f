import type { ForecastRecordsAnswer } from '../../../src/views/wire/forecasts.js'
import type { BandValue } from '../chart/bands.js'
import { queryOf } from '../gateway/api.js'
import { usePolled } from '../gateway/polled.js'
import type { Asked } from '../series/card-points.js'
import type { Span } from '../series/points.js'

/** A day is forecast once, at its start. */
const EVERY_MS = 300_000
/** Mean power of a quarter of an hour in which 1 kWh is used, kW. */
const KW_PER_KWH = 4

/** Expected demand of a day as it was forecast at its start, kW; empty where no forecast was shown. */
export function useDemandForecast(plant: string, { scope, id }: Pick<Asked, 'scope' | 'id'>, day: Span) {
  const query = new URLSearchParams({ kpi: 'energy_elec_import', horizon: 'day_ahead', scope, id, ...queryOf(day) })
  const path = `/plants/${encodeURIComponent(plant)}/forecasts/records?${query}`
  const { value: answer } = usePolled<ForecastRecordsAnswer>(path, EVERY_MS)
  const values = answer.kind === 'loaded' ? (answer.value.records[0]?.values ?? []) : []
  const inKw = (kwh: number | null) => (kwh === null ? null : kwh * KW_PER_KWH)
  return values.flatMap(({ start, end, value, low_50, high_50, low_90, high_90 }): readonly BandValue[] => {
    if (value === null) return []
    const bounds = { low_50: inKw(low_50), high_50: inKw(high_50), low_90: inKw(low_90), high_90: inKw(high_90) }
    return [{ startMs: Date.parse(start), endMs: Date.parse(end), value: inKw(value), ...bounds }]
  })
}
