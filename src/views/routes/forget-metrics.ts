import { z } from 'zod'
import type { ForgetMetricsQuery } from '../../base/forget.js'
import { actorOf } from '../guard.js'
import { PARAMETERS } from '../parameters.js'
import { readJson } from '../posted.js'
import { problem } from '../problem.js'
import type { Server } from '../server.js'
import type { KnownPlants } from '../sources/plants.js'
import { type ForgetMetricsAnswer, forgetMetricsAnswer } from '../wire/forget-metrics.js'
import { FORGET_ORDER, forgetNote, forgetNotTaken } from './forget-order.js'
import { plantParams, requirePlant } from './plants.js'

/** Metrics of one request. */
const NAMED_MAX = 100

export interface ForgetMetricsSources extends Pick<KnownPlants, 'hasPlant'> {
  /** Forgets metrics of a device; null when the journal takes too long for it, though it may still happen. */
  forgetMetrics(query: ForgetMetricsQuery): Promise<ForgetMetricsAnswer | null>
}

/** Takes away metrics that a device should not have sent; the device and all else of it go on. */
export function forgetMetricsRoute(server: Server, sources: ForgetMetricsSources): void {
  server.post(
    '/api/v1/plants/:plant/devices/:device/metrics/forget',
    {
      config: { right: 'administer', act: 'devices_changed' },
      preValidation: readJson,
      schema: {
        tags: ['plants'],
        summary:
          'Remove metrics of a device with their readings, such as one whose name was mistyped: the device stays, figures are computed without them, and the ledger tells what went',
        params: plantParams.extend({ device: PARAMETERS.device }),
        body: z.strictObject({
          metrics: z.array(PARAMETERS.metric).min(1).max(NAMED_MAX).describe('which'),
          dry_run: z.boolean().default(true).describe('say what would go, and do nothing'),
          ...FORGET_ORDER,
        }),
        response: { 200: forgetMetricsAnswer, 400: problem, 403: problem, 404: problem, 503: problem },
      },
    },
    async (request) => {
      const { plant, device } = request.params
      const { metrics, dry_run, by, why } = request.body
      requirePlant(sources, plant)
      const answer = await sources.forgetMetrics({
        plant,
        device,
        metrics,
        isDryRun: dry_run,
        by: actorOf(request, 'by', by),
        why: why ?? null,
      })
      if (answer === null) throw forgetNotTaken()
      const names = answer.metrics.map(({ metric }) => metric)
      request.subject = forgetNote(dry_run, `metrics of ${plant}/${device}`, names)
      return answer
    },
  )
}
