import type { Authorities } from '../../authority/authorities.js'
import type { BrokerStatus } from '../../base/broker-status.js'
import type { KnownNames } from '../../decode/cardinality/known.js'
import type { PollStats } from '../../intake/modbus/poll-stats.js'
import type { OpcuaStats } from '../../intake/opcua/server-stats.js'
import { ACK_BUCKETS_S, type DurationHistogram, type IntakeStats, STALL_BUCKETS_S } from '../../intake/stats.js'
import type { DurableMark } from '../../journal/durable-mark.js'
import type { JournalReader } from '../../journal/reader.js'
import type { Alarms } from '../../kpi/alarms/alarms.js'
import type { Engine } from '../../kpi/engine.js'
import type { Channels } from '../../notify/channels.js'
import type { Stores } from '../../stores/stores.js'
import type { Histogram, IntakeMeasures, Measures } from '../../views/sources/measures.js'
import type { Configs } from '../configs.js'
import type { Forecasts } from '../forecasts/forecasts.js'
import type { Forwarding } from '../forwarding.js'
import { ignoredOf, type MessageAccounting } from '../message-accounting.js'
import type { Pipeline } from '../pipeline.js'
import type { Publisher } from '../publisher.js'

/** Stages that count. */
export interface MeasureDeps {
  readonly configs: Configs
  readonly mark: DurableMark
  readonly reader: JournalReader
  readonly stats: IntakeStats
  readonly brokers: ReadonlyMap<string, BrokerStatus>
  readonly forwarding: Forwarding
  readonly polls: PollStats
  readonly opcua: OpcuaStats
  readonly engine: Engine
  readonly stores: Stores
  readonly accounting: MessageAccounting
  readonly alarms: Alarms
  readonly channels: Channels
  readonly authorities: Authorities
  readonly publisher: Publisher
  readonly pipeline: Pipeline
  readonly forecasts: Pick<Forecasts, 'measures'>
}

export function intakeMeasures({ mark, stats, reader }: MeasureDeps): IntakeMeasures {
  const { bytes, ack, messages } = stats.read()
  return {
    messagesReceived: mark.read().messages,
    messagesByDoor: messages,
    bytesReceived: bytes,
    journalRecords: reader.recordsRead,
    ack: histogramOf(ack, ACK_BUCKETS_S),
  }
}

function namesOf({ spent, limits }: KnownNames): Measures['names'] {
  return {
    plants: { used: spent.plants, max: limits.plants },
    devices: { used: spent.devices, max: limits.devices },
    series: { used: spent.series, max: limits.series },
  }
}

function histogramOf({ buckets, sumS, count }: DurationHistogram, bucketsSeconds: readonly number[]): Histogram {
  const counts = buckets.map((upTo, i) => upTo - (buckets[i - 1] ?? 0))
  return { bucketsSeconds, counts, sum: sumS, count }
}

export function measures(parts: MeasureDeps): Measures {
  const { engine, accounting, mark, stats, pipeline, publisher, stores, alarms, channels, authorities } = parts
  const durable = mark.read()
  const intake = stats.read()
  const { wholeMs, liveMs } = pipeline.lag
  return {
    ...intakeMeasures(parts),
    rejected: { ...accounting.elementsRejected },
    readingsByClass: { ...accounting.readingsByClass },
    readingsDuplicate: accounting.readingsDuplicate,
    readingsLate: pipeline.readingsLate,
    valuesLeftOut: pipeline.valuesLeftOut,
    ignored: ignoredOf(accounting),
    names: namesOf(parts.configs.known),
    journalBytes: durable.bytes,
    journalOldestMs: durable.oldestMs === 0 ? null : durable.oldestMs,
    pipelineLagMs: wholeMs,
    pipelineLiveLagMs: liveMs,
    stores: [
      {
        name: 'duckdb',
        pending: 0,
        writes: { stored: publisher.pointsWritten },
        writeSeconds: publisher.durations,
      },
      ...stores.deliveries.map(({ store, pending, writes, durations }) => ({
        name: store.name,
        pending: pending.readings + pending.finalPoints,
        writes,
        writeSeconds: durations,
      })),
    ],
    forecasts: parts.forecasts.measures,
    brokers: [...parts.brokers.values()],
    forward: parts.forwarding.measures(),
    mqttClients: intake.clients,
    mqttLimited: intake.limited,
    hj212: intake.hj212,
    modbusPolls: parts.polls.read(),
    opcua: parts.opcua.read(),
    intakeStalls: histogramOf(intake.stalls, STALL_BUCKETS_S),
    restatements: engine.restatements.count,
    alarms: alarms.counts(),
    alarmChannels: channels.figures,
    authorities: authorities.figures,
  }
}
