import { deviceName, LINE, type PastOrder, PLANT } from './order.js'
import { readingOf } from './packets.js'

/** The points of a load, written without any gateway. */
export interface RawOrder {
  readonly load: PastOrder
  readonly url: string
  readonly database: string
  /** Most bytes of one write, and most writes under way at once: the gateway's own. */
  readonly bodyBytes: number
  readonly inFlight: number
}

export interface RawReport {
  readonly startedMs: number
  readonly endedMs: number
  readonly points: number
  readonly bytes: number
}

/** The line of one sample, as the gateway writes it. */
export function lineOf(device: string, metrics: readonly string[], n: number, ts: number): string {
  const fields = metrics.map((metric) => `${metric}=${readingOf(n)}`).join(',')
  return `energy,device=${device},line=${LINE},plant=${PLANT} ${fields},quality="good" ${ts}\n`
}

/** The points in the order in which they come by MQTT: message by message, the devices in turn. */
export function* bodiesOf({ load, bodyBytes }: Pick<RawOrder, 'load' | 'bodyBytes'>): Generator<Buffer> {
  const { connections, messages, samples, metrics, firstTs, stepMs } = load
  let text = ''
  for (let message = 0; message < messages; message++) {
    for (let connection = 0; connection < connections; connection++) {
      for (let n = message * samples; n < (message + 1) * samples; n++) {
        const line = lineOf(deviceName(connection), metrics, n, firstTs + n * stepMs)
        if (text.length + line.length > bodyBytes) {
          yield Buffer.from(text, 'latin1')
          text = ''
        }
        text += line
      }
    }
  }
  if (text !== '') yield Buffer.from(text, 'latin1')
}
