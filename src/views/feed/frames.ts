import type { KpiPoint } from '../../base/kpi.js'
import type { FeedMessage } from '../../base/wire.js'
import type { Update } from './outbox.js'

/** A point is written as JSON once, however many clients get it; the text goes when the point goes. */
const texts = new WeakMap<KpiPoint, string>()

function textOf(point: KpiPoint): string {
  let text = texts.get(point)
  if (text === undefined) {
    text = JSON.stringify(point)
    texts.set(point, text)
  }
  return text
}

/** Frames are bytes: written once, and sent as they are to every client that is to get them. */
export function pointsFrame(type: 'snapshot' | 'update', seq: number, points: readonly KpiPoint[]): Buffer {
  return Buffer.from(`{"type":"${type}","seq":${seq},"points":[${points.map(textOf).join(',')}]}`)
}

/** Any message but those with points, which `pointsFrame` writes. */
export function frame(message: Exclude<FeedMessage, { points: unknown }>): Buffer {
  return Buffer.from(JSON.stringify(message))
}

/** The messages that an update is. */
export function framesOf({ seq, points, devices, alarms, forecasts, reports }: Update): readonly Buffer[] {
  const frames = points.length === 0 ? [] : [pointsFrame('update', seq, points)]
  for (const change of devices) frames.push(frame({ type: 'device', seq, ...change }))
  for (const alarm of alarms) frames.push(frame({ type: 'alarm', seq, alarm }))
  for (const forecast of forecasts) frames.push(frame({ type: 'forecast', seq, forecast }))
  for (const item of reports) frames.push(frame({ type: 'report', seq, item }))
  return frames
}
