import type { Gate } from '../access/gate.js'
import type { TrailFilter } from '../audit/trail/search.js'
import type { AlarmAct, AlarmBrief, AlarmItem, AlarmSeverity, AlarmState } from '../base/alarm.js'
import type { AuthorityFigures, AuthorityLogAnswer, AuthorityStatus } from '../base/authority.js'
import type { BrokerStatus } from '../base/broker-status.js'
import type { Clock } from '../base/clock.js'
import type { DeviceAnswer } from '../base/device.js'
import type { ForgetAnswer, ForgetQuery } from '../base/forget.js'
import type { ForwardStatus } from '../base/forward-status.js'
import type { IngressKind } from '../base/ingress.js'
import type { KpiInfo, KpiPoint, Scope, Window } from '../base/kpi.js'
import type { MetricClass } from '../base/metrics.js'
import type { AlarmChannel, ChannelTestAnswer } from '../base/notify.js'
import type { Pollutant } from '../base/options/limits.js'
import type { RejectReason } from '../base/reasons.js'
import type { DeviceStates } from '../base/state-segments.js'
import type { Notes, TrailEntry } from '../base/trail.js'
import type {
  Accounting,
  DeviceState,
  Dismissal,
  DismissedAnswer,
  DismissFilter,
  HealthCheck,
  IgnoredMessages,
  PlantNode,
  QuarantineItem,
  ReadingPoint,
  RefusedItem,
  RetryAnswer,
  StackHoursAnswer,
  StoreStatus,
  SubstitutionProfile,
} from '../base/wire.js'
import type { AuditSources, Soon } from './audit-sources.js'
import type { RecordSources } from './record-sources.js'

/** Windows of one series whose start lies in [fromMs, toMs). */
export interface PointsQuery {
  readonly plant: string
  readonly kpi: string
  readonly window: Window
  readonly scope: Scope
  readonly id: string
  readonly fromMs: number
  readonly toMs: number
  /** Only starts later than this; null on the first page. */
  readonly afterMs: number | null
  readonly limit: number
}

/** Readings of one series whose ts lies in [fromMs, toMs). */
export interface ReadingsQuery {
  readonly plant: string
  readonly device: string
  readonly metric: string
  readonly fromMs: number
  readonly toMs: number
  /** Only times later than this; null on the first page. */
  readonly afterMs: number | null
  readonly limit: number
}

/** Hours of one stack and pollutant whose start lies in [fromMs, toMs). */
export interface StackHoursQuery {
  readonly plant: string
  /** Id of the device. */
  readonly stack: string
  readonly pollutant: Pollutant
  readonly profile: SubstitutionProfile
  readonly fromMs: number
  readonly toMs: number
  /** Only starts later than this; null on the first page. */
  readonly afterMs: number | null
  readonly limit: number
}

/** Query of what machines were doing in [fromMs, toMs). */
export interface StatesQuery {
  readonly plant: string
  /** null for all that have ever told. */
  readonly device: string | null
  readonly fromMs: number
  readonly toMs: number
  readonly devicesMax: number
  /** Bound for each device; of more segments the newest are given. */
  readonly segmentsMax: number
}

export interface QuarantineQuery {
  readonly reason?: RejectReason
  readonly plant?: string
  readonly device?: string
  /** Absent: all that are kept. */
  readonly state?: QuarantineState
  /** Only items older than the one with this id; null on the first page. */
  readonly before: string | null
  readonly limit: number
}

export const QUARANTINE_STATES = ['waiting', 'dismissed', 'all'] as const
export type QuarantineState = (typeof QUARANTINE_STATES)[number]

export interface QuarantinePage {
  readonly items: readonly QuarantineItem[]
  readonly counts: Partial<Record<RejectReason, number>>
  /** Waiting items by reason, of the plant and device that are asked for, whatever the page and the reason. */
  readonly waiting: Partial<Record<RejectReason, number>>
  readonly dismissed: Partial<Record<RejectReason, number>>
}

export interface DeviceChange {
  readonly plant: string
  readonly line: string
  readonly device: string
  readonly state: DeviceState
}

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
  /** By the embedded broker, since the data directory was made. */
  readonly messagesReceived: number
  /** Those of this start of the gateway. */
  readonly messagesByDoor: Readonly<Record<IngressKind, number>>
  /** Payloads and topics, since the start. */
  readonly bytesReceived: number
  /** Records of the journal that were read, since the start. */
  readonly journalRecords: number
  /** From PUBLISH to PUBACK. */
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
  readonly pipelineLagMs: number
  readonly stores: readonly {
    readonly name: string
    readonly pending: number
    /** By result, such as `stored`, `refused`, `busy`. */
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
  /** Whom stacks report to by HJ 212. */
  readonly authorities: readonly AuthorityFigures[]
}

/** All that pages, API and feed know of the gateway. Every call is made in the pipeline thread. */
export interface ViewSources extends RecordSources, AuditSources {
  readonly clock: Clock
  readonly gate: Gate
  /** For the audit log. */
  readonly note: Notes
  /** Entries of the audit log before one of a number (null: from the newest on), newest first; `next` is to go on before. */
  trail(
    filter: TrailFilter,
    page: { readonly before: number | null; readonly limit: number },
  ): Promise<{ readonly items: readonly TrailEntry[]; readonly next: number | null }>
  /** The same, all of them and oldest first, as pieces of a table in CSV. */
  trailTable(filter: TrailFilter): AsyncIterable<string>
  readonly version: { readonly version: string; readonly commit: string; readonly node: string }
  /** The embedded broker's address, for pages that show how to send; `tls_port` over TLS; neither when it is switched off. */
  readonly mqtt: { readonly host: string; readonly port: number | null; readonly tls_port: number | null }
  readonly catalogue: readonly KpiInfo[]
  hasPlant(plant: string): boolean
  plants(): readonly PlantNode[]
  /** null when it is neither configured nor has ever sent. */
  device(plant: string, device: string): Promise<DeviceAnswer | null>
  /** The newest point, provisional included, of each (kpi, window, scope, id) of a plant. */
  latest(plant: string, filter: { scope?: Scope; id?: string; window?: Window }): readonly KpiPoint[]
  /** Ascending by start, at most `limit`. */
  points(query: PointsQuery): Promise<readonly KpiPoint[]>
  /** Ascending by time, at most `limit`. */
  readings(query: ReadingsQuery): Promise<readonly ReadingPoint[]>
  /** By line and device as in the tree; a device that had never told by the end is not there. */
  states(query: StatesQuery): Promise<readonly DeviceStates[]>
  /** Ascending by start, at most `limit`; hours that are not final, and those before the first figure, are not there. */
  stackHours(query: StackHoursQuery): Promise<Omit<StackHoursAnswer, 'next'>>
  /** Newest first, at most `limit`. */
  quarantine(query: QuarantineQuery): Soon<QuarantinePage>
  /** null when there is no such item, or it has gone through. */
  retryQuarantine(id: string): Promise<RetryAnswer | null>
  /** The item as it is listed from now on; null when there is no such item. Who dismissed it first stays. */
  dismissQuarantine(id: string, said: Omit<Dismissal, 'at'>): Soon<QuarantineItem | null>
  /** Dismisses all messages that wait and that the filter names. */
  dismissAllQuarantined(filter: DismissFilter, said: Omit<Dismissal, 'at'>): Soon<DismissedAnswer>
  accounting(byDevice: boolean): Promise<Accounting>
  /** Forgets devices of a plant; null when the journal takes too long for it, though it may still happen. */
  forgetDevices(query: ForgetQuery): Promise<ForgetAnswer | null>
  /** Writes what the journal has brought so far to the archive, so that a backup rests on it. */
  prepareBackup(): Promise<void>
  health(): readonly HealthCheck[]
  /** Stores that readings and points go to, the embedded database first. */
  stores(): readonly StoreStatus[]
  /** Items that a server has refused, newest first; null when there is no such server. */
  refused(
    store: string,
    page: { before: number | null; limit: number },
  ): Promise<readonly { number: number; item: RefusedItem }[] | null>
  /** Begins to write a stretch of time to a server once more; null when there is no such server. */
  refill(store: string, range: { fromMs: number; toMs: number }): Promise<StoreStatus | null>
  /** The newest `limit` alarms that are listed and wanted, of a plant or of all of them (null), in the order of lists. */
  alarms(plant: string | null, wanted: (alarm: AlarmBrief) => boolean, limit: number): readonly AlarmItem[]
  /** null when there is no such alarm, or no longer. */
  alarm(plant: string, id: string): AlarmItem | null
  /** True when the act is on the disk and done; false when that takes too long, though it may still happen. */
  actOnAlarm(act: Omit<AlarmAct, 'id'>): Promise<boolean>
  /** By which people are told of alarms, without secrets. */
  alarmChannels(): readonly AlarmChannel[]
  /** Sends a marked message now; null when there is no such channel. */
  testAlarmChannel(id: string): Promise<ChannelTestAnswer | null>
  /** Whom stacks report to by HJ 212, and how that stands. */
  authorities(): readonly AuthorityStatus[]
  /** Newest events of an authority, of real-time data or of all else; null when there is no such authority. */
  authorityLog(plant: string, id: string, of: 'kept' | 'realTime', limit: number): Promise<AuthorityLogAnswer | null>
  /** Tells of alarms that have changed, once that is saved. Answers how to stop listening. */
  onAlarm(listener: (alarm: AlarmItem) => void): () => void
  /** Tells what the engine has just published, provisional included. Answers how to stop listening. */
  onPoints(listener: (points: readonly KpiPoint[]) => void): () => void
  onDevice(listener: (change: DeviceChange) => void): () => void
  measures(): Measures
  intake(): IntakeMeasures
  disk(): DiskMeasures
}
