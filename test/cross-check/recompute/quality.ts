import { commonMs, type Figure, ratio, settingsOf, timesOf } from './inputs.js'
import type { Asked } from './members.js'

/** Data quality, KPI specification §3: what came of what was due, and what of it was good. */

export function qualityFigure(
  kpi: string,
  { input, scope, id, span }: Asked,
  metrics: readonly string[],
): Figure | undefined {
  if (kpi !== 'data_completeness' && kpi !== 'data_validity') return undefined
  const senders = input.senders.filter((one) => scope === 'plant' || (scope === 'line' ? one.line : one.id) === id)
  let [received, due, counted, good] = [0, 0, 0, 0]
  for (const { id: device } of senders) {
    for (const metric of metrics) {
      const samples = input.samplesOf(device, metric)
      const [first] = samples
      if (first === undefined) continue
      const { periodMs } = timesOf(settingsOf(input, device, metric))
      const inside = samples.filter(({ ts }) => ts >= span.fromMs && ts < span.toMs)
      const expected = commonMs(span, { fromMs: first.ts, toMs: span.toMs }) / periodMs
      received += Math.min(inside.length, expected)
      due += expected
      counted += inside.length
      good += inside.filter(({ quality }) => quality === 'good').length
    }
  }
  return kpi === 'data_completeness' ? ratio(received, due, 1) : ratio(good, counted, 1)
}
