import { z } from 'zod'
import { HORIZONS } from '../../base/forecast.js'
import { SCOPES } from '../../base/kpi.js'
import { alarmAnswer } from '../../base/wire/alarms.js'
import { reportAnswer } from '../../base/wire/audit.js'
import { deviceFields } from '../../base/wire/plants.js'
import { kpiPoint } from '../../base/wire/points.js'
import type { FeedMessage } from '../../base/wire.js'
import { forecastValue } from '../wire/forecasts.js'

/** Messages of the feed as schemas, for its document; the compiler holds them to the type that gateway and pages share. */

const seq = z.number().int().describe('counts all that the feed has told since the epoch')
const points = z.array(kpiPoint)

type OfType<T extends FeedMessage['type']> = z.ZodType<Extract<FeedMessage, { readonly type: T }>>

const forecast = z.object({
  plant: z.string(),
  scope: z.enum(SCOPES),
  id: z.string(),
  kpi: z.string(),
  unit: z.string(),
  horizon: z.enum(HORIZONS),
  issued_at: z.iso.datetime(),
  reason: z.string().describe('empty when it is shown; else its values are null'),
  values: z.array(forecastValue),
})

export const FEED_MESSAGES: { readonly [T in FeedMessage['type']]: OfType<T> } = {
  hello: z.object({
    type: z.literal('hello'),
    server_time: z.iso.datetime(),
    epoch: z.string().describe('another one after each start of the gateway'),
    seq,
  }),
  snapshot: z.object({ type: z.literal('snapshot'), seq, points }),
  update: z.object({ type: z.literal('update'), seq, points }),
  device: z.object({
    type: z.literal('device'),
    seq,
    plant: z.string(),
    line: z.string(),
    device: z.string(),
    state: deviceFields.state,
  }),
  alarm: z.object({ type: z.literal('alarm'), seq, alarm: alarmAnswer }),
  report: z.object({ type: z.literal('report'), seq, item: reportAnswer }),
  forecast: z.object({ type: z.literal('forecast'), seq, forecast }),
  gap: z.object({ type: z.literal('gap'), seq }),
  error: z.object({ type: z.literal('error'), code: z.string(), detail: z.string() }),
}
