import type { AlarmSeverity, AlarmState } from '../../base/alarm.js'
import type { AuthorityFigures } from '../../base/authority.js'
import type { BrokerStatus } from '../../base/broker-status.js'
import type { ForwardStatus } from '../../base/forward-status.js'
import type { IngressKind } from '../../base/ingress.js'
import type { MetricClass } from '../../base/metrics.js'
import type { RejectReason } from '../../base/reasons.js'
import type { IgnoredMessages } from '../../base/wire.js'
import type { OpcuaServerFigures } from '../../intake/opcua/server-stats.js'

/** Durations of something, counted by buckets. */
export interface Histogram {
  /** Upper bounds, ascending. */
  readonly bucketsSeconds: readonly number[]
  /** One a bound: what is not above it but above the bound before. Slower ones are only in `count`. */
  readonly counts: readonly number[]
  readonly sum: number
  readonly count: number
}

/** Counters of what comes in. Asked every few seconds. */
export interface IntakeMeasures {
  /** Messages taken by the embedded broker since the data directory was made. */
  readonly messagesReceived: number
  /** Messages by ingress since this start of the gateway. */
  readonly messagesByDoor: Readonly<Record<IngressKind, number>>
  /** Payloads and topics, since the start. */
  readonly bytesReceived: number
  /** Records of the journal that were read, since the start. */
  readonly journalRecords: number
  /** Time from PUBLISH to PUBACK. */
  readonly ack: Histogram
}

/** Sizes and ages of what is on the disk. */
export interface DiskMeasures {
  readonly journalBytesMax: number
  /** Database and files. */
  readonly archiveBytes: number
  /** Time of the oldest reading, epoch ms; null while there is none. */
  readonly archiveOldestMs: number | null
}

/** State of what is passed on to a centre. */
export interface ForwardMeasures extends Omit<ForwardStatus, 'reason' | 'lostSinceMs' | 'position' | 'messages'> {
  /** Messages of the journal that the centre has not. */
  readonly waiting: number
}

/** Counters of the stage that forecasts, since the start. */
export interface ForecastMeasures {
  /** Series that are forecast, or wait for enough history. */
  readonly series: number
  /** Forecasts that were issued, by horizon. */
  readonly issued: Readonly<Record<string, number>>
  readonly failed: number
  /** Processor time of the thread; stays 0 where the system does not tell it. */
  readonly processorSeconds: number
  /** Threads that are there at this moment: none while nothing is due. */
  readonly threads: number
}

/** Plain numbers for the Prometheus page, counted by the stages that know them. Asked once a scrape. */
export interface Measures extends IntakeMeasures {
  readonly rejected: Readonly<Record<RejectReason, number>>
  readonly readingsByClass: Readonly<Record<MetricClass, number>>
  readonly readingsDuplicate: number
  readonly readingsLate: number
  /** Values that were in order and made no reading, since the start, by why. */
  readonly valuesLeftOut: Readonly<Record<string, number>>
  /** Messages that profiles ignore, since the data directory was made. */
  readonly ignored: readonly IgnoredMessages[]
  /** Names that nobody has configured, by the limit that they count against. */
  readonly names: Readonly<Record<'plants' | 'devices' | 'series', { readonly used: number; readonly max: number }>>
  readonly journalBytes: number
  /** Arrival of the oldest record that is still in the journal, epoch ms; null when it is empty. */
  readonly journalOldestMs: number | null
  /** Time by which figures are behind what has arrived, ms, with the past that came late and without it. */
  readonly pipelineLagMs: number
  readonly pipelineLiveLagMs: number
  readonly stores: readonly {
    readonly name: string
    readonly pending: number
    /** Counts by result, such as `stored`, `refused`, `busy`. */
    readonly writes: Readonly<Record<string, number>>
    readonly writeSeconds: Histogram
  }[]
  readonly brokers: readonly BrokerStatus[]
  /** Null where nothing is forwarded to a centre. */
  readonly forward: ForwardMeasures | null
  readonly mqttClients: number
  /** Times that each bound of the embedded broker was reached, since the start. */
  readonly mqttLimited: Readonly<Record<string, number>>
  /** Data loggers connected, and what became of their frames since the start. */
  readonly hj212: {
    readonly connections: number
    readonly frames: Readonly<Record<string, number>>
    readonly dropped: Readonly<Record<string, number>>
  }
  /** Meters that were asked or should have been, by connection and result, since the start. */
  readonly modbusPolls: readonly { readonly id: string; readonly polls: Readonly<Record<string, number>> }[]
  /** Servers of OPC UA: counts since the start, and how they stand. */
  readonly opcua: readonly OpcuaServerFigures[]
  /** The longest stall of the intake's event loop in each second. */
  readonly intakeStalls: Histogram
  /** Since the database was begun. */
  readonly restatements: number
  /** Alarms that are not back to normal. */
  readonly alarms: readonly {
    readonly plant: string
    readonly severity: AlarmSeverity
    readonly state: AlarmState
    readonly count: number
  }[]
  readonly alarmChannels: readonly {
    readonly id: string
    readonly pending: number
    readonly dropped: number
    /** Tries by result, such as `sent`, `busy`, `refused`. */
    readonly messages: Readonly<Record<string, number>>
  }[]
  readonly forecasts: ForecastMeasures
  /** Whom stacks report to by HJ 212. */
  readonly authorities: readonly AuthorityFigures[]
}
