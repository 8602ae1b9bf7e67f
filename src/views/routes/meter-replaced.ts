import { randomUUID } from 'node:crypto'
import { z } from 'zod'
import { withOrigin } from '../../base/entry-origin.js'
import { METRICS } from '../../base/metrics.js'
import { accountOf, actorOf } from '../guard.js'
import { PARAMETERS } from '../parameters.js'
import { notTaken, readJson } from '../posted.js'
import { problem } from '../problem.js'
import type { Server } from '../server.js'
import { eventAnswer } from '../wire/records.js'
import { lineOfDevice, notAhead, type SaidSources } from './operator-events.js'
import { plantParams } from './plants.js'

const body = z.strictObject({
  metric: z
    .string()
    .refine((name) => isRegister(name), 'a register of the table of metrics, such as elec_import_kwh')
    .optional()
    .describe('the register that starts anew; every one of the device when absent'),
  at: z.iso
    .datetime({ offset: true, error: 'an instant, RFC 3339 with offset' })
    .optional()
    .describe('when the meter was exchanged; now when absent'),
  comment: z.string().min(1).max(2000).optional().describe('in words, such as the numbers of both meters'),
  by: z.string().min(1).max(64).optional().describe('who says so'),
})

function isRegister(metric: string): boolean {
  const kind = METRICS.get(metric)?.kind
  return kind === 'counter' || kind === 'pieces'
}

/** Route by which somebody says that the meter behind a device was exchanged, as the device itself could by an event. */
export function meterReplacedRoute(server: Server, sources: SaidSources): void {
  server.post(
    '/api/v1/plants/:plant/devices/:device/meter-replaced',
    {
      config: { right: 'administer', act: 'devices_changed' },
      preValidation: readJson,
      schema: {
        tags: ['records'],
        summary:
          'Say that a meter was exchanged: its register starts anew from then on, and figures around it are made again',
        params: plantParams.extend({ device: z.string().meta(PARAMETERS.device.meta() ?? {}) }),
        body,
        response: { 200: eventAnswer, 400: problem, 403: problem, 404: problem, 503: problem },
      },
    },
    async (request) => {
      const { plant, device } = request.params
      const { metric, at, comment, by } = request.body
      const line = lineOfDevice(sources, plant, device)
      const nowMs = sources.clock.nowMs()
      const ts = at === undefined ? nowMs : Date.parse(at)
      notAhead('at', at, ts, nowMs)
      const said = { metric, comment, by: actorOf(request, 'by', by) ?? undefined }
      const fields = withOrigin(said, { kind: 'person', account: accountOf(request) })
      const id = randomUUID()
      request.subject = `meter_replaced ${plant}/${device} ${metric ?? ''} ${id}`
      const event = await sources.say({ plant, line, device, id, type: 'meter_replaced', ts, fields })
      if (event === null) throw notTaken()
      return event
    },
  )
}
