import type { Metric, Registry } from 'prom-client'
import type { BrokerStatus } from '../base/broker-status.js'
import type { HttpDrops } from './connections.js'
import type { FeedCounts } from './feed/feed.js'
import { FIELD_FAMILIES } from './field-metrics.js'
import { FORECAST_FAMILIES } from './forecast-metrics.js'
import { processRegistry } from './process-metrics.js'
import type { GatewayState } from './sources/gateway.js'
import type { ForwardMeasures, Histogram, Measures } from './sources/measures.js'

interface Sample {
  readonly value: number
  readonly labels?: Readonly<Record<string, string>>
  /** Only where it differs from the family's: the parts of a histogram. */
  readonly metricName?: string
}

interface Scrape {
  readonly measures: Measures
  readonly feed: FeedCounts
  readonly drops: HttpDrops
  readonly version: GatewayState['version']
}

interface Family {
  readonly name: string
  readonly type: 'counter' | 'gauge' | 'histogram'
  readonly help: string
  readonly samples: (scrape: Scrape) => readonly Sample[]
}

/** Every metric of the gateway. The stages count; this table only says under which name. */
export const METRIC_FAMILIES: readonly Family[] = [
  {
    name: 'greengauge_messages_received_total',
    type: 'counter',
    help: 'Messages taken into the journal.',
    samples: ({ measures }) => byLabel('door', measures.messagesByDoor),
  },
  {
    name: 'greengauge_messages_rejected_total',
    type: 'counter',
    help: 'Messages, elements and metrics that could not be used.',
    samples: ({ measures }) => byLabel('reason', measures.rejected),
  },
  {
    name: 'greengauge_readings_total',
    type: 'counter',
    help: 'Readings decoded.',
    samples: ({ measures }) => byLabel('class', measures.readingsByClass),
  },
  {
    name: 'greengauge_readings_duplicate_total',
    type: 'counter',
    help: 'Readings that were there already.',
    samples: ({ measures }) => [{ value: measures.readingsDuplicate }],
  },
  {
    name: 'greengauge_readings_late_total',
    type: 'counter',
    help: 'Readings of windows that were final.',
    samples: ({ measures }) => [{ value: measures.readingsLate }],
  },
  {
    name: 'greengauge_values_left_out_total',
    type: 'counter',
    help: 'Values that were in order and made no reading, since the start: of Sparkplug metrics, OPC UA nodes, registers of Modbus, fields of HJ 212 and device profiles; and keys of our own JSON that nobody looks at.',
    samples: ({ measures }) => byLabel('why', measures.valuesLeftOut),
  },
  {
    name: 'greengauge_messages_ignored_total',
    type: 'counter',
    help: 'Messages that a device profile ignores and none reads, or of which it has read nothing, since the data directory was made.',
    samples: ({ measures }) =>
      measures.ignored.map(({ profile, rule, messages }) => ({ value: messages, labels: { profile, rule } })),
  },
  {
    name: 'greengauge_names_used',
    type: 'gauge',
    help: 'Plants, devices and series that nobody has configured, as they count against limits.',
    samples: ({ measures: { names } }) => namesBy(names, ({ used }) => used),
  },
  {
    name: 'greengauge_names_max',
    type: 'gauge',
    help: 'What limits has room for.',
    samples: ({ measures: { names } }) => namesBy(names, ({ max }) => max),
  },
  {
    name: 'greengauge_restatements_total',
    type: 'counter',
    help: 'Final figures that changed later than late data are allowed to come, since the database was begun.',
    samples: ({ measures }) => [{ value: measures.restatements }],
  },
  {
    name: 'greengauge_journal_bytes',
    type: 'gauge',
    help: 'Size of the journal on disk.',
    samples: ({ measures }) => [{ value: measures.journalBytes }],
  },
  {
    name: 'greengauge_journal_oldest_timestamp_seconds',
    type: 'gauge',
    help: 'Arrival of the oldest record in the journal; absent when it is empty.',
    samples: ({ measures: { journalOldestMs } }) =>
      journalOldestMs === null ? [] : [{ value: journalOldestMs / 1000 }],
  },
  {
    name: 'greengauge_ack_seconds',
    type: 'histogram',
    help: 'From PUBLISH to PUBACK.',
    samples: ({ measures }) => histogram('greengauge_ack_seconds', measures.ack),
  },
  {
    name: 'greengauge_pipeline_lag_seconds',
    type: 'gauge',
    help: 'How far figures are behind what has arrived, with the past that came late.',
    samples: ({ measures }) => [{ value: measures.pipelineLagMs / 1000 }],
  },
  {
    name: 'greengauge_pipeline_live_lag_seconds',
    type: 'gauge',
    help: 'The same without that past.',
    samples: ({ measures }) => [{ value: measures.pipelineLiveLagMs / 1000 }],
  },
  {
    name: 'greengauge_store_pending',
    type: 'gauge',
    help: 'Points that a store has not taken yet.',
    samples: ({ measures }) =>
      measures.stores.map(({ name, pending }) => ({ value: pending, labels: { store: name } })),
  },
  {
    name: 'greengauge_store_writes_total',
    type: 'counter',
    help: 'Writes to a store by result.',
    samples: ({ measures }) =>
      measures.stores.flatMap(({ name, writes }) =>
        Object.entries(writes).map(([result, value]) => ({ value, labels: { store: name, result } })),
      ),
  },
  {
    name: 'greengauge_store_write_seconds',
    type: 'histogram',
    help: 'How long a write to a store took.',
    samples: ({ measures }) =>
      measures.stores.flatMap(({ name, writeSeconds }) =>
        histogram('greengauge_store_write_seconds', writeSeconds, { store: name }),
      ),
  },
  {
    name: 'greengauge_alarms',
    type: 'gauge',
    help: 'Alarms that are not back to normal.',
    samples: ({ measures }) =>
      measures.alarms.map(({ plant, severity, state, count }) => ({
        value: count,
        labels: { plant, severity, state },
      })),
  },
  {
    name: 'greengauge_alarm_messages_total',
    type: 'counter',
    help: 'Messages about alarms by channel and what became of the try.',
    samples: ({ measures }) =>
      measures.alarmChannels.flatMap(({ id, messages }) =>
        Object.entries(messages).map(([result, value]) => ({ value, labels: { channel: id, result } })),
      ),
  },
  {
    name: 'greengauge_alarm_channel_pending',
    type: 'gauge',
    help: 'Alarms that a channel has still to tell.',
    samples: ({ measures }) =>
      measures.alarmChannels.map(({ id, pending }) => ({ value: pending, labels: { channel: id } })),
  },
  {
    name: 'greengauge_alarm_channel_dropped_total',
    type: 'counter',
    help: 'Alarms that a channel never told because too many waited.',
    samples: ({ measures }) =>
      measures.alarmChannels.map(({ id, dropped }) => ({ value: dropped, labels: { channel: id } })),
  },
  {
    name: 'greengauge_broker_connected',
    type: 'gauge',
    help: '1 while an external broker is connected and grants all subscriptions, else 0.',
    samples: ({ measures }) => byBroker(measures, ({ isConnected }) => (isConnected ? 1 : 0)),
  },
  {
    name: 'greengauge_broker_lost_total',
    type: 'counter',
    help: 'Connections to an external broker that broke.',
    samples: ({ measures }) => byBroker(measures, ({ lost }) => lost),
  },
  {
    name: 'greengauge_broker_sessions_lost_total',
    type: 'counter',
    help: 'How often an external broker had no session where it should have had ours: messages may be lost.',
    samples: ({ measures }) => byBroker(measures, ({ sessionsLost }) => sessionsLost),
  },
  {
    name: 'greengauge_forward_connected',
    type: 'gauge',
    help: '1 while what the journal holds goes to the centre, else 0; absent where there is none.',
    samples: ({ measures }) => byForward(measures, ({ isConnected }) => (isConnected ? 1 : 0)),
  },
  {
    name: 'greengauge_forward_batches_total',
    type: 'counter',
    help: 'Batches that the centre has acknowledged.',
    samples: ({ measures }) => byForward(measures, ({ batches }) => batches),
  },
  {
    name: 'greengauge_forward_bytes_total',
    type: 'counter',
    help: 'Bytes of those batches: journal, before compression, and sent, after it.',
    samples: ({ measures: { forward } }) =>
      forward === null ? [] : byLabel('of', { journal: forward.entryBytes, sent: forward.sentBytes }),
  },
  {
    name: 'greengauge_forward_pending',
    type: 'gauge',
    help: 'Messages of the journal that the centre has not yet.',
    samples: ({ measures }) => byForward(measures, ({ waiting }) => waiting),
  },
  {
    name: 'greengauge_forward_oldest_pending_timestamp_seconds',
    type: 'gauge',
    help: 'Arrival of the oldest of them; absent when there is none.',
    samples: ({ measures }) =>
      measures.forward?.oldestWaitingMs == null ? [] : [{ value: measures.forward.oldestWaitingMs / 1000 }],
  },
  {
    name: 'greengauge_forward_cut_short_total',
    type: 'counter',
    help: 'Messages larger than the centre takes: it got their first 4 KiB.',
    samples: ({ measures }) => byForward(measures, ({ cutShort }) => cutShort),
  },
  ...FORECAST_FAMILIES,
  {
    name: 'greengauge_authority_sent_total',
    type: 'counter',
    help: 'Frames sent to authorities by HJ 212 by command and what became of them.',
    samples: ({ measures }) =>
      measures.authorities.flatMap(({ plant, id, frames }) =>
        frames.map(({ command, result, count }) => ({
          value: count,
          labels: { plant, authority: id, cn: command, result },
        })),
      ),
  },
  {
    name: 'greengauge_authority_pending',
    type: 'gauge',
    help: 'Minutes, hours and days that are over and that an authority has not answered.',
    samples: ({ measures }) =>
      measures.authorities.map(({ plant, id, pending }) => ({ value: pending, labels: { plant, authority: id } })),
  },
  {
    name: 'greengauge_authority_oldest_pending_timestamp_seconds',
    type: 'gauge',
    help: 'Start of the oldest of them; absent when there is none.',
    samples: ({ measures }) =>
      measures.authorities.flatMap(({ plant, id, oldestPendingMs }) =>
        oldestPendingMs === null ? [] : [{ value: oldestPendingMs / 1000, labels: { plant, authority: id } }],
      ),
  },
  {
    name: 'greengauge_mqtt_clients',
    type: 'gauge',
    help: 'MQTT clients connected.',
    samples: ({ measures }) => [{ value: measures.mqttClients }],
  },
  {
    name: 'greengauge_mqtt_limited_total',
    type: 'counter',
    help: 'How often a bound of the MQTT door was reached: clients turned away, messages not forwarded or kept.',
    samples: ({ measures }) => byLabel('limit', measures.mqttLimited),
  },
  {
    name: 'greengauge_hj212_connections',
    type: 'gauge',
    help: 'Data loggers connected by HJ 212.',
    samples: ({ measures }) => [{ value: measures.hj212.connections }],
  },
  {
    name: 'greengauge_hj212_frames_total',
    type: 'counter',
    help: 'Frames of HJ 212: taken, or in quarantine as bad, of no station, or with a wrong password.',
    samples: ({ measures }) => byLabel('result', measures.hj212.frames),
  },
  {
    name: 'greengauge_hj212_dropped_total',
    type: 'counter',
    help: 'Connections of data loggers that were closed for others: of a station with too many, or of which no frame was taken.',
    samples: ({ measures }) => byLabel('reason', measures.hj212.dropped),
  },
  ...FIELD_FAMILIES,
  {
    name: 'greengauge_intake_stall_seconds',
    type: 'histogram',
    help: 'The longest stall of the event loop that takes messages in, one observation a second.',
    samples: ({ measures }) => histogram('greengauge_intake_stall_seconds', measures.intakeStalls),
  },
  {
    name: 'greengauge_ws_clients',
    type: 'gauge',
    help: 'Clients of the live feed.',
    samples: ({ feed }) => [{ value: feed.clients }],
  },
  {
    name: 'greengauge_ws_dropped_updates_total',
    type: 'counter',
    help: 'Points that a slow client of the feed did not get.',
    samples: ({ feed }) => [{ value: feed.droppedUpdates }],
  },
  {
    name: 'greengauge_ws_closed_total',
    type: 'counter',
    help: 'Clients of the feed that were closed: they left too much unread for too long, or answered no ping.',
    samples: ({ feed }) => byLabel('reason', feed.closed),
  },
  {
    name: 'greengauge_http_dropped_total',
    type: 'counter',
    help: 'What was ended for others because an address, a network or an account had too much of it, or sent too much: connections, feeds, tries to sign in.',
    samples: ({ drops }) => byLabel('reason', drops),
  },
  {
    name: 'greengauge_build_info',
    type: 'gauge',
    help: 'Always 1; the labels tell the version.',
    samples: ({ version }) => [{ value: 1, labels: { ...version } }],
  },
]

/**
 * The Prometheus page: the table above and what prom-client knows of the process. Its looks at the event loop, 100 a second,
 * begin with the first scrape: a gateway that nobody monitors is spared them.
 */
export function metricsPage(
  sources: Pick<GatewayState, 'version' | 'measures'>,
  feedCounts: () => FeedCounts,
  drops: () => HttpDrops,
) {
  let scrape: Scrape
  const open = async (): Promise<Registry> => {
    const registry = await processRegistry()
    for (const { name, type, help, samples } of METRIC_FAMILIES) {
      const family = { name, help, type, get: async () => ({ name, help, type, values: samples(scrape) }) }
      // prom-client's own classes count by themselves; the registry only ever asks a metric for its name and `get`.
      registry.registerMetric(family as unknown as Metric)
    }
    return registry
  }
  let opened: Promise<Registry> | undefined
  return async (): Promise<{ readonly contentType: string; readonly text: string }> => {
    opened ??= open()
    const registry = await opened
    scrape = { measures: sources.measures(), feed: feedCounts(), drops: drops(), version: sources.version }
    return { contentType: registry.contentType, text: await registry.metrics() }
  }
}

function byBroker({ brokers }: Measures, figure: (status: BrokerStatus) => number): Sample[] {
  return brokers.map((status) => ({ value: figure(status), labels: { broker: status.id } }))
}

function byForward({ forward }: Measures, figure: (forward: ForwardMeasures) => number): Sample[] {
  return forward === null ? [] : [{ value: figure(forward) }]
}

function namesBy(names: Measures['names'], of: (one: Measures['names']['plants']) => number): Sample[] {
  return byLabel('of', { plants: of(names.plants), devices: of(names.devices), series: of(names.series) })
}

function byLabel(label: string, counts: Readonly<Record<string, number>>): Sample[] {
  return Object.entries(counts).map(([key, value]) => ({ value, labels: { [label]: key } }))
}

/** Prometheus wants each bucket to hold those below it as well. */
function histogram(
  name: string,
  { bucketsSeconds, counts, sum, count }: Histogram,
  labels: Readonly<Record<string, string>> = {},
): Sample[] {
  let upTo = 0
  const buckets = bucketsSeconds.map((bound, i) => {
    upTo += counts[i] ?? 0
    return { metricName: `${name}_bucket`, labels: { ...labels, le: String(bound) }, value: upTo }
  })
  return [
    ...buckets,
    { metricName: `${name}_bucket`, labels: { ...labels, le: '+Inf' }, value: count },
    { metricName: `${name}_sum`, labels, value: sum },
    { metricName: `${name}_count`, labels, value: count },
  ]
}
