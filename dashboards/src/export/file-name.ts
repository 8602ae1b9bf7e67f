import { memberOf, type Span, type Stream } from '../points.js'
import { fieldText } from '../time.js'

/** suzhou-1_press_oee_1h_20261124T0000_20261125T0000.csv: what it holds, and of when in the plant's time. */
export function fileName(stream: Stream, span: Span, zone: string, ending: 'csv' | 'png'): string {
  const { scope, id } = memberOf(stream)
  const time = (ms: number) => fieldText(ms, zone).replace(/[-:]/g, '')
  const member = scope === 'plant' ? [] : [id]
  const parts = [stream.plant, ...member, stream.kpi, stream.window, time(span.fromMs), time(span.toMs)]
  return `${parts.join('_')}.${ending}`
}
