import { Temporal } from 'temporal-polyfill'
import { z } from 'zod'
import { BILLED_KPIS, billsOf, reconcile } from '../../audit/reconciliation.js'
import { startOfDayIn } from '../../base/days-in-zone.js'
import { reconciliationAnswer } from '../../base/wire/entries.js'
import { type EntrySources, entries, LONGEST_BILL_MS, zoneOf } from '../entries-on-record.js'
import { range, rangeOf } from '../parameters.js'
import { problem } from '../problem.js'
import type { Server } from '../server.js'
import { plantParams, requirePlant } from './plants.js'

const tags = ['entries']

/** Bills beside the meters. */
export function reconciliationRoute(server: Server, sources: EntrySources): void {
  server.get(
    '/api/v1/plants/:plant/reconciliation',
    {
      config: { right: 'view' },
      schema: {
        tags,
        summary: 'Bills that reach into [from, to) against what the meters counted on the same days',
        params: plantParams,
        querystring: z.strictObject(range),
        response: { 200: reconciliationAnswer, 400: problem, 404: problem },
      },
    },
    async ({ params: { plant }, query }) => {
      requirePlant(sources, plant)
      const nowMs = sources.clock.nowMs()
      const { fromMs, toMs } = rangeOf({ ...query, from: query.from ?? (query.to ?? nowMs) - LONGEST_BILL_MS }, nowMs)
      const { tolerancePct } = sources.entryRules(plant)
      const zone = zoneOf(sources, plant)
      const items = []
      for (const bill of billsOf(await entries(sources, plant))) {
        const { metric, from, to } = bill.fields
        const span = { fromMs: startOfDayIn(zone, from), toMs: startOfDayIn(zone, to) }
        if (span.toMs <= fromMs || span.fromMs >= toMs) continue
        const kpi = BILLED_KPIS[metric]
        const stream = { plant, kpi: kpi ?? '', window: '1d', scope: 'plant', id: plant } as const
        const days = kpi === undefined ? [] : await sources.points({ ...stream, ...span, afterMs: null, limit: 400 })
        const due = Temporal.PlainDate.from(from).until(to).days
        items.push(reconcile(bill, days, due, tolerancePct))
      }
      return { items }
    },
  )
}
