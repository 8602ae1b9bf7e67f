import { METRIC_CLASSES, type MetricClass } from '../../../src/base/metrics.js'
import { isId, topicOf } from '../../../src/base/topic.js'

/** A device that is about to send: where it stands, and what it sends. */
export interface SenderFields {
  readonly plant: string
  readonly line: string
  readonly device: string
  readonly kind: MetricClass
}

export const SENDER_IDS = ['plant', 'line', 'device'] as const
export type SenderId = (typeof SENDER_IDS)[number]

export type IdFault = 'empty' | 'capital' | 'start' | 'sign' | 'long'

/** Fault of an id of a topic, the first one that one would mend; null when there is none. */
export function idFault(id: string): IdFault | null {
  if (isId(id)) return null
  if (id === '') return 'empty'
  if (/[A-Z]/.test(id)) return 'capital'
  if (/[^a-z0-9_-]/.test(id)) return 'sign'
  if (id.length > 64) return 'long'
  return 'start'
}

export const isWhole = (fields: SenderFields) => SENDER_IDS.every((name) => idFault(fields[name]) === null)

/** `plants/…` as far as it is known; the parts that cannot stand there in braces. */
export function topicText(fields: SenderFields): string {
  const shown = (name: SenderId) => (idFault(fields[name]) === null ? fields[name] : `{${name}}`)
  return topicOf({ plant: shown('plant'), line: shown('line'), device: shown('device') }, fields.kind)
}

/** A sender in an address: plant/line/device/class, of which any of the ids may be missing. */
export function senderText({ plant, line, device, kind }: SenderFields): string {
  return [plant, line, device, kind].join('/')
}

export function senderIn(text: string): SenderFields | null {
  const [plant = '', line = '', device = '', kind = ''] = text.split('/')
  const known = METRIC_CLASSES.find((name) => name === kind)
  const fits = (id: string) => id === '' || isId(id)
  return known !== undefined && [plant, line, device].every(fits) ? { plant, line, device, kind: known } : null
}

/** A message of each class with values that a plant could have. */
const EXAMPLES: Readonly<Record<MetricClass, object>> = {
  energy: { metrics: { elec_import_kwh: 1250.5, elec_import_kw: 86.4 } },
  emissions: { metrics: { nox_mgm3: 118.4, o2_pct: 6.2, stack_flow_nm3h: 21_500 } },
  robot: { metrics: { state: 'Execute', cycle_count: 1042 } },
  production: { metrics: { state: 'PRODUCING', parts_total: 512, parts_reject: 3 } },
}

/** One line of JSON; without `ts` the time of arrival counts, which is right for a first try. */
export const exampleOf = (kind: MetricClass): string => JSON.stringify(EXAMPLES[kind])

export interface Broker {
  readonly host: string
  readonly port: number
  /** Absent without TLS. */
  readonly isTls?: boolean
  /** Client id and user name, where the gateway asks who sends; absent where it does not. */
  readonly client?: string
  /** Empty or absent: not known. */
  readonly token?: string
}

/** Versions of MQTT by which a first message is shown; 3.1 is for programs that know no other. */
export const SHOWN_VERSIONS = ['3.1.1', '5'] as const
export type ShownVersion = (typeof SHOWN_VERSIONS)[number]

/** Shows what a device sends, and whether the gateway can be reached from there; it publishes nothing. */
export function listenLine({ host, port }: Broker, { plant, line, device }: SenderFields): string {
  return `mosquitto_sub -h ${host} -p ${port} -d -v -t 'plants/${plant}/${line}/${device}/#'`
}
