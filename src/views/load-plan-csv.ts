import { stringify } from 'csv-stringify/sync'
import type { LoadPlanAnswer } from './wire/load-plan.js'

/** A plan as a table: a row a quarter of an hour, a column for each load, storage and charger; the head alone without a plan. */
export function loadPlanCsv({ steps, placed, currency }: LoadPlanAnswer): string {
  const head = ['start', 'end', `price_${currency === '' ? 'currency' : currency}_per_kwh`, 'expected_kw', 'plan_kw']
  const rows = steps.map(({ start, end, price, expected_kw, plan_kw }, at) => {
    return [start, end, price, expected_kw, plan_kw, ...placed.map(({ power_kw }) => power_kw[at])]
  })
  return stringify([[...head, ...placed.map(({ id }) => `${id}_kw`)], ...rows])
}
