import { memberOf, type Span, type Stream } from '../series/points.js'
import { fieldText } from '../time/time.js'

/** The parts of a name of a file: what it holds, from the plant down, and of when. Nothing in it needs quoting. */
export function fileName(parts: readonly string[], ending: 'csv' | 'png'): string {
  return `${parts.map((part) => part.replaceAll(/[^\w.-]+/g, '-')).join('_')}.${ending}`
}

/** From and to, in the time of the plant. */
export const spanParts = ({ fromMs, toMs }: Span, zone: string) => [momentPart(fromMs, zone), momentPart(toMs, zone)]

export const momentPart = (ms: number, zone: string) => fieldText(ms, zone).replace(/[-:]/g, '')

/** suzhou-1_press_oee_1h_20261124T0000_20261125T0000.csv */
export function chartFileName(stream: Stream, span: Span, zone: string, ending: 'csv' | 'png'): string {
  const { scope, id } = memberOf(stream)
  const member = scope === 'plant' ? [] : [id]
  return fileName([stream.plant, ...member, stream.kpi, stream.window, ...spanParts(span, zone)], ending)
}
