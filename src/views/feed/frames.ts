import type { KpiPoint } from '../../base/kpi.js'
import type { FeedMessage } from '../../base/wire.js'

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

export function pointsFrame(type: 'snapshot' | 'update', seq: number, points: readonly KpiPoint[]): string {
  return `{"type":"${type}","seq":${seq},"points":[${points.map(textOf).join(',')}]}`
}

/** Any message but those with points, which `pointsFrame` writes. */
export function frame(message: Exclude<FeedMessage, { points: unknown }>): string {
  return JSON.stringify(message)
}
