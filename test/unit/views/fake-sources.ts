import { NotNow } from '../../../src/audit/reports/requests.js'
import { type AlarmAction, type AlarmBrief, type AlarmItem, newestFirst } from '../../../src/base/alarm.js'
import { splitOrigin } from '../../../src/base/entry-origin.js'
import type { KpiPoint } from '../../../src/base/kpi.js'
import { REJECT_REASON_LIST } from '../../../src/base/reasons.js'
import type { EventItem } from '../../../src/base/records.js'
import type { AuditJob, ReportItem } from '../../../src/base/report.js'
import type { LedgerAnswer, LineageAnswer } from '../../../src/base/wire/audit.js'
import type { AuthorityLogAnswer, AuthorityStatus } from '../../../src/base/wire/authorities.js'
import type { AlarmChannel, ChannelTestAnswer } from '../../../src/base/wire/channels.js'
import type {
  Accounting,
  DeviceAnswer,
  DismissFilter,
  HealthCheck,
  PlantNode,
  QuarantineItem,
  ReadingPoint,
  RefusedItem,
  StackHourRow,
  StackHoursAnswer,
  StoreStatus,
} from '../../../src/base/wire.js'
import type { ReadingsQuery } from '../../../src/views/routes/plants.js'
import type { QuarantineQuery } from '../../../src/views/routes/quarantine.js'
import type { StackHoursQuery } from '../../../src/views/routes/stacks.js'
import type { StatesQuery } from '../../../src/views/routes/states.js'
import type { LatestFilter, PointsQuery } from '../../../src/views/sources/kpis.js'
import type { DiskMeasures, IntakeMeasures, Measures } from '../../../src/views/sources/measures.js'
import type { DeviceChange } from '../../../src/views/sources/news.js'
import type { OperatorStatement, RecordQuery, RecordSources } from '../../../src/views/sources/records.js'
import type { AuditRequest, AuditSources } from '../../../src/views/sources/reports.js'
import type { ViewSources } from '../../../src/views/views.js'
import type { CorrectionItem, RestatementItem } from '../../../src/views/wire/records.js'
import type { DeviceStates } from '../../../src/views/wire/states.js'
import { testGate } from '../../support/gate.js'
import {
  accountingExample,
  authorityFigures,
  energy,
  forecastMeasures,
  forward,
  NOW,
  plantNode,
  storeStatus,
} from './examples.js'
import { FakeNewcomers } from './fake-newcomers.js'
import { opcuaServer } from './fake-opcua.js'
import { HandClock } from './hand-clock.js'

/** Two plants in memory. Tests set what it knows and publish through it. */
export class FakeSources extends FakeNewcomers implements ViewSources {
  readonly clock = new HandClock(NOW)
  gate = testGate({ isRequired: false, clock: this.clock, note: this.note })
  readonly version = { version: '1.2.3', commit: 'abc123', node: '20.19.0' }
  readonly mqtt = { host: '127.0.0.1', port: 1883, tls_port: null }
  readonly catalogue = [energy]
  nodes: PlantNode[] = [plantNode('suzhou-1'), plantNode('dresden-1')]
  stored: KpiPoint[] = []
  storedReadings: ReadingPoint[] = []
  items: QuarantineItem[] = []
  checks: HealthCheck[] = [{ name: 'journal', ok: true, reason: '' }]
  pointQueries: PointsQuery[] = []
  readingQueries: ReadingsQuery[] = []
  storedHours: StackHourRow[] = []
  stackQueries: StackHoursQuery[] = []
  stateQueries: StatesQuery[] = []
  retried: string[] = []
  refusedItems: { number: number; item: RefusedItem }[] = []
  failure: Error | undefined
  counted: IntakeMeasures = {
    messagesReceived: 41,
    messagesByDoor: { mqtt: 41, broker: 1, hj212: 0, modbus: 0, opcua: 0 },
    bytesReceived: 4_100,
    journalRecords: 30,
    ack: { bucketsSeconds: [0.001, 0.01], counts: [5, 3], sum: 0.5, count: 9 },
  }
  eventItems: EventItem[] = []
  correctionItems: CorrectionItem[] = []
  restatementItems: RestatementItem[] = []
  /** Newest first. */
  alarmItems: AlarmItem[] = []
  acts: Omit<AlarmAction, 'id'>[] = []
  isJournalStuck = false
  channels: AlarmChannel[] = []
  reportItems: ReportItem[] = []
  wishes: AuditRequest[] = []
  /** Job that the next wish becomes; null when there is no room. */
  job: AuditJob | null = null
  lineageFound: LineageAnswer | null = null
  readonly #reportListeners = new Set<(item: ReportItem) => void>()
  readonly #alarmListeners = new Set<(alarm: AlarmItem) => void>()
  readonly #newest = new Map<string, KpiPoint>()
  readonly #pointListeners = new Set<(points: readonly KpiPoint[]) => void>()
  readonly #deviceListeners = new Set<(change: DeviceChange) => void>()

  publish(...points: KpiPoint[]): void {
    for (const point of points) {
      this.#newest.set(`${point.plant}|${point.scope}|${point.id}|${point.kpi}|${point.window}`, point)
    }
    for (const listener of this.#pointListeners) listener(points)
  }

  changeDevice(change: DeviceChange): void {
    for (const listener of this.#deviceListeners) listener(change)
  }

  get listenerCount(): number {
    return (
      this.#pointListeners.size + this.#deviceListeners.size + this.#alarmListeners.size + this.#reportListeners.size
    )
  }

  changeReport(item: ReportItem): void {
    for (const listener of this.#reportListeners) listener(item)
  }

  async prepareBackup(): Promise<void> {}
  reports(): readonly ReportItem[] {
    return this.reportItems
  }
  report(id: string, version?: number): ReportItem | null {
    const versions = this.reportItems.filter((item) => item.id === id && item.version === (version ?? item.version))
    return versions.sort((a, b) => b.version - a.version)[0] ?? null
  }
  submitAudit(wish: AuditRequest): AuditJob | null {
    this.wishes.push(wish)
    return this.job
  }
  async verifyReport(item: ReportItem, by: string): Promise<ReportItem> {
    if (item.status !== 'frozen') throw new NotNow(`Version ${item.version} is ${item.status}.`)
    return { ...item, status: 'verified', verified_by: by, verified_at: NOW }
  }
  removeReport(item: ReportItem): void {
    if (item.status !== 'draft') throw new NotNow(`Version ${item.version} is ${item.status}.`)
    this.reportItems = this.reportItems.filter((one) => one !== item)
  }
  async reportFile(
    item: ReportItem,
    { format, language, table }: Parameters<AuditSources['reportFile']>[1],
  ): Promise<{ readonly bytes: Uint8Array } | null> {
    return table === 'none' ? null : { bytes: Buffer.from(`${format} of ${item.id} in ${language}`) }
  }
  async lineage(): Promise<LineageAnswer | null> {
    return this.lineageFound
  }
  auditJobs(): readonly AuditJob[] {
    return this.job === null ? [] : [this.job]
  }
  auditJob(id: string): AuditJob | null {
    return this.job?.id === id ? this.job : null
  }
  ledger(): LedgerAnswer {
    return { head: null, fingerprint: '', entries: {}, newest: [], trouble: '' }
  }
  async stampLedger(): Promise<{ readonly fault: string }> {
    return { fault: 'it stands for no entry' }
  }
  onReport(listener: (item: ReportItem) => void): () => void {
    this.#reportListeners.add(listener)
    return () => this.#reportListeners.delete(listener)
  }

  hasPlant(plant: string): boolean {
    return this.nodes.some((node) => node.id === plant)
  }
  plants(): PlantNode[] {
    return this.nodes
  }
  async device(plant: string, id: string): Promise<DeviceAnswer | null> {
    const line = this.nodes.find((node) => node.id === plant)?.lines[0]
    const node = line?.devices.find((device) => device.id === id)
    if (line === undefined || node === undefined) return null
    return {
      ...node,
      plant,
      line: line.id,
      status: 'online',
      session: { client: 'c-1', state: 'open', mqtt: '5' },
      clock_bounds: { min_ms: -80, max_ms: -10 },
      clock_series: [{ at: NOW, offset_ms: -20 }],
      sequence: { last: 17, gaps: 1, missing: 3 },
      metrics: ['elec_import_kwh'],
      last_message: {
        topic: `plants/${plant}/press/${id}/energy`,
        client: 'c-1',
        received_at: NOW,
        size_bytes: 3,
        sample: '{"t',
        readings: 0,
        events: 0,
        rejections: [{ reason: 'bad_json', detail: 'ends too early', index: 0 }],
      },
    }
  }
  watch = async () => undefined
  latest(plant: string, filter: LatestFilter): KpiPoint[] {
    return [...this.#newest.values()].filter(
      (point) =>
        point.plant === plant &&
        (filter.scope === undefined || point.scope === filter.scope) &&
        (filter.id === undefined || point.id === filter.id) &&
        (filter.window === undefined || point.window === filter.window) &&
        filter.wants?.(point) !== false,
    )
  }
  async points(query: PointsQuery): Promise<KpiPoint[]> {
    this.pointQueries.push(query)
    if (this.failure !== undefined) throw this.failure
    return this.stored.filter((point) => isOnPage(point.start, query)).slice(0, query.limit)
  }
  async readings(query: ReadingsQuery): Promise<ReadingPoint[]> {
    this.readingQueries.push(query)
    return this.storedReadings.filter((reading) => isOnPage(reading.ts, query)).slice(0, query.limit)
  }
  async stackHours(query: StackHoursQuery): Promise<Omit<StackHoursAnswer, 'next'>> {
    this.stackQueries.push(query)
    const hours = this.storedHours.filter((hour) => isOnPage(hour.start, query)).slice(0, query.limit)
    return { hours, calibrations: [], captures: [] }
  }
  async states(query: StatesQuery): Promise<DeviceStates[]> {
    this.stateQueries.push(query)
    const [from, to] = [query.fromMs, query.toMs].map((ms) => new Date(ms).toISOString()) as [string, string]
    const segments = [{ from, to, state: 'PRODUCING' as const }]
    return query.plant === 'suzhou-1' ? [{ device: 'main-1', line: 'press', segments, truncated: false }] : []
  }
  quarantine({ reason, before, limit }: QuarantineQuery) {
    const wanted = this.items.filter((item) => reason === undefined || item.reason === reason)
    const from = before === null ? 0 : wanted.findIndex((item) => item.id === before) + 1
    return {
      items: wanted.slice(from, from + limit),
      counts: { bad_json: this.items.length },
      waiting: {},
      dismissed: {},
    }
  }
  dismissQuarantine(id: string, said: { readonly by: string; readonly note: string }) {
    const item = this.items.find((one) => one.id === id)
    return item === undefined ? null : { ...item, dismissed: { ...said, at: '2026-01-01T00:00:00.000Z' } }
  }
  dismissAllQuarantined({ reason }: DismissFilter) {
    return { dismissed: this.items.filter((one) => (reason ?? one.reason) === one.reason).length, waiting: 0 }
  }
  async retryQuarantine(id: string) {
    this.retried.push(id)
    const item = this.items.find((one) => one.id === id)
    if (item === undefined) return null
    if (id !== 'q-still-bad') return { result: 'accepted', readings: 3, events: 0, rejections: [] } as const
    return { result: 'rejected', readings: 0, events: 0, rejections: item.rejections } as const
  }
  async accounting(byDevice: boolean): Promise<Accounting> {
    return accountingExample(byDevice)
  }
  async events(query: Parameters<RecordSources['events']>[0]) {
    return this.eventItems
      .filter(({ type, ...of }) => (query.type === null || type === query.type) && isBehind(of, of.ts, query))
      .slice(0, query.limit)
  }
  async say(event: OperatorStatement): Promise<EventItem | null> {
    if (this.isJournalStuck) return null
    const { plant: _, ts, ...told } = event
    const said = { ...told, ...splitOrigin(told.fields) }
    const known = this.eventItems.find(({ id, device }) => id === event.id && device === event.device)
    const item = known ?? { ...said, ts: new Date(ts).toISOString(), received_at: NOW }
    if (known === undefined) this.eventItems.push(item)
    return item
  }
  async certificateStatements() {
    return this.eventItems.map((event) => ({ plant: this.plantOfEvent.get(event) ?? 'suzhou-1', event }))
  }
  /** Plants of events that are not of suzhou-1. */
  readonly plantOfEvent = new Map<EventItem, string>()
  rules: ReturnType<RecordSources['entryRules']> = { fourEyes: false, tolerancePct: 2 }
  entryRules() {
    return this.rules
  }
  async corrections(query: RecordQuery) {
    return this.correctionItems
      .filter((item) => isBehind(item, item.at, query))
      .slice(0, query.limit)
      .map((item) => ({ item, place: { ts: Date.parse(item.at), device: item.device, id: item.id } }))
  }
  async restatements({ kpi, afterNumber, limit }: Parameters<RecordSources['restatements']>[0]) {
    return this.restatementItems
      .map((item, i) => ({ item, number: i + 1 }))
      .filter(({ item, number }) => number > afterNumber && (kpi === null || item.kpi === kpi))
      .slice(0, limit)
  }
  health(): HealthCheck[] {
    return this.checks
  }
  stores(): StoreStatus[] {
    return [storeStatus('duckdb', 'duckdb'), storeStatus('influxdb1', 'influxdb1')]
  }
  async refused(store: string, { before, limit }: { before: number | null; limit: number }) {
    if (store !== 'influxdb1') return null
    return this.refusedItems.filter(({ number }) => number < (before ?? Infinity)).slice(0, limit)
  }
  async refill(store: string, { fromMs, toMs }: { fromMs: number; toMs: number }) {
    if (store !== 'influxdb1') return null
    const [from, to] = [new Date(fromMs).toISOString(), new Date(toMs).toISOString()]
    return { ...storeStatus(store, 'influxdb1'), refill: { from, to, readings: 0, kpis: 0, done: false } }
  }
  changeAlarm(alarm: AlarmItem): void {
    for (const listener of this.#alarmListeners) listener(alarm)
  }
  alarms(plant: string | null, wanted: (alarm: AlarmBrief) => boolean, limit: number): AlarmItem[] {
    const found = this.alarmItems
      .filter((alarm) => plant === null || alarm.plant === plant)
      .map((item) => ({ item, brief: briefOf(item) }))
      .filter(({ brief }) => wanted(brief))
    return found
      .sort((a, b) => newestFirst(a.brief, b.brief))
      .slice(0, limit)
      .map(({ item }) => item)
  }
  alarm(plant: string, id: string): AlarmItem | null {
    return this.alarmItems.find((alarm) => alarm.plant === plant && alarm.id === id) ?? null
  }
  async actOnAlarm(act: Omit<AlarmAction, 'id'>): Promise<boolean> {
    if (this.isJournalStuck) return false
    this.acts.push(act)
    return true
  }
  reportedTo: AuthorityStatus[] = []
  alarmChannels = (): AlarmChannel[] => this.channels
  testAlarmChannel = async (): Promise<ChannelTestAnswer | null> => null
  authorities = (): AuthorityStatus[] => this.reportedTo
  authorityLog = async (): Promise<AuthorityLogAnswer | null> => null
  onAlarm(listener: (alarm: AlarmItem) => void) {
    this.#alarmListeners.add(listener)
    return () => void this.#alarmListeners.delete(listener)
  }
  onPoints(listener: (points: readonly KpiPoint[]) => void) {
    this.#pointListeners.add(listener)
    return () => void this.#pointListeners.delete(listener)
  }
  onDevice(listener: (change: DeviceChange) => void) {
    this.#deviceListeners.add(listener)
    return () => void this.#deviceListeners.delete(listener)
  }
  intake(): IntakeMeasures {
    return this.counted
  }
  disk(): DiskMeasures {
    return { journalBytesMax: 1_000_000, archiveBytes: 5_000, archiveOldestMs: Date.parse(NOW) - 36 * 3_600_000 }
  }
  measures(): Measures {
    return {
      ...this.counted,
      rejected: Object.fromEntries(REJECT_REASON_LIST.map((reason) => [reason, 0])) as Measures['rejected'],
      readingsByClass: { energy: 30, emissions: 0, robot: 0, production: 0 },
      readingsDuplicate: 2,
      readingsLate: 1,
      valuesLeftOut: { null: 2 },
      ignored: [{ profile: 'acme/meter', rule: 'acme/+/log', messages: 4 }],
      names: { plants: { used: 1, max: 50 }, devices: { used: 2, max: 5000 }, series: { used: 3, max: 100_000 } },
      journalBytes: 4096,
      journalOldestMs: Date.parse(NOW),
      ...{ pipelineLagMs: 250, pipelineLiveLagMs: 125 },
      stores: [
        {
          name: 'duckdb',
          pending: 6,
          writes: { stored: 12, busy: 1 },
          writeSeconds: { bucketsSeconds: [0.1, 1], counts: [2, 1], sum: 1.5, count: 4 },
        },
      ],
      brokers: [{ id: 'hall', isConnected: false, reason: 'refused', lost: 3, sessionsLost: 1 }],
      forward,
      mqttClients: 4,
      mqttLimited: { connections: 2, retained: 0 },
      hj212: { connections: 5, frames: { taken: 6, bad: 1 }, dropped: { unproved: 2 } },
      modbusPolls: [{ id: 'hall-1', polls: { ok: 7, timeout: 1 } }],
      opcua: [opcuaServer],
      intakeStalls: { bucketsSeconds: [0.01, 0.05], counts: [7, 1], sum: 0.4, count: 9 },
      restatements: 3,
      alarmChannels: [{ id: 'ops', pending: 2, dropped: 1, messages: { sent: 7, busy: 3, refused: 0 } }],
      ...{ authorities: [authorityFigures], forecasts: forecastMeasures },
      alarms: [{ plant: 'suzhou-1', severity: 'major', state: 'active_unack', count: 2 }],
    }
  }
}

function briefOf({ plant, id, raised_at, cleared_at, state }: AlarmItem): AlarmBrief {
  const clearedMs = cleared_at === null ? null : Date.parse(cleared_at)
  return { plant, id, state, raisedMs: Date.parse(raised_at), clearedMs }
}

function isBehind(of: { device: string; id: string }, time: string, { after, device, ...query }: RecordQuery): boolean {
  const ts = Date.parse(time)
  if (device !== null && of.device !== device) return false
  if (ts < query.fromMs || ts >= query.toMs) return false
  return after === null || ts > after.ts || (ts === after.ts && `${of.device} ${of.id}` > `${after.device} ${after.id}`)
}

function isOnPage(time: string, query: { fromMs: number; toMs: number; afterMs: number | null }): boolean {
  const ms = Date.parse(time)
  return ms >= query.fromMs && ms < query.toMs && (query.afterMs === null || ms > query.afterMs)
}
