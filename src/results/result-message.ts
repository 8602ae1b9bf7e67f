import type { KpiPoint } from '../base/kpi.js'

/** Path of the answer of the API that holds this very figure, from which its windows and inputs are found. */
export function lineagePath({ plant, kpi, window, scope, id, start, end }: KpiPoint): string {
  return `/api/v1/plants/${plant}/kpis/${kpi}/series?window=${window}&scope=${scope}&id=${id}&from=${start}&to=${end}`
}

/** The text of a message with a figure: the point as the API has it, and where to ask for it. */
export function resultPayload(point: KpiPoint): string {
  return JSON.stringify({ ...point, lineage: lineagePath(point) })
}
