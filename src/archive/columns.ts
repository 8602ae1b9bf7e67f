import type { DialectState } from '../decode/dialect.js'
import type { ArchiveBatch } from './batch.js'
import type { LineName } from './lines.js'
import type { Columns } from './rows.js'
import { type DeviceSender, minutesText } from './senders.js'
import type { Series } from './series.js'

/** Columns of each table, made of what is archived, in the order of the schema. */

/** A reading with its series and the journal record it came from. */
export interface ReadingRow {
  readonly series: Series
  /** Number of the line it came under. */
  readonly line: number
  readonly ts: number
  readonly value: number | string
  readonly quality: number
  readonly seq: number | null
  readonly receivedAt: number
  readonly assumed: boolean
  readonly position: number
}

const READING_COLUMNS: Columns<ReadingRow> = [
  ['integer', (r) => r.series.id],
  ['integer', (r) => r.line],
  ['bigint', (r) => r.ts],
  ['double', (r) => (typeof r.value === 'number' ? r.value : null)],
  ['text', (r) => (typeof r.value === 'string' ? r.value : null)],
  ['quality', (r) => r.quality],
  ['double', (r) => r.seq],
  ['bigint', (r) => r.receivedAt],
  ['boolean', (r) => r.assumed],
  ['bigint', (r) => r.position],
]

/** A reading that lost, and the record that brought the other one or itself, whichever came later. */
export interface LostReading {
  readonly row: ReadingRow
  readonly decided: number
}

export const CONFLICT_COLUMNS: Columns<LostReading> = [
  ...READING_COLUMNS.map(([kind, of]) => [kind, ({ row }: LostReading) => of(row)] as const),
  ['bigint', ({ decided }) => decided],
]

export const SERIES_COLUMNS: Columns<Series> = [
  ['integer', (s) => s.id],
  ['text', (s) => s.plant],
  ['text', (s) => s.line],
  ['text', (s) => s.device],
  ['text', (s) => s.class],
  ['text', (s) => s.metric],
  ['text', (s) => s.unit],
]

export const SENDER_COLUMNS: Columns<DeviceSender> = [
  ['text', (s) => s.plant],
  ['text', (s) => s.line],
  ['text', (s) => s.device],
  ['double', (s) => s.messages],
  ['double', (s) => s.readings],
  ['double', (s) => s.elementsRejected],
  ['bigint', (s) => finiteOrNull(s.lastArrivalMs)],
  ['bigint', (s) => finiteOrNull(s.lastTs)],
  ['bigint', (s) => finiteOrNull(s.newestTs)],
  ['text', (s) => s.status],
  ['text', (s) => s.client],
  ['text', (s) => s.session],
  ['text', (s) => minutesText(s.minutes)],
  ['double', (s) => s.sequence.last],
  ['double', (s) => s.sequence.gaps],
  ['double', (s) => s.sequence.missing],
]

type ArchivedEvent = ArchiveBatch['events'][number]

/** Columns that identify an event. The line is there too, and plays no part in it. */
export const EVENT_KEY_COLUMNS: Columns<ArchivedEvent> = [
  ['text', ({ event }) => event.plant],
  ['text', ({ event }) => event.line],
  ['text', ({ event }) => event.device],
  ['text', ({ event }) => event.id],
]

export const EVENT_COLUMNS: Columns<ArchivedEvent> = [
  ...EVENT_KEY_COLUMNS,
  ['text', ({ event }) => event.type],
  ['bigint', ({ event }) => event.ts],
  ['bigint', ({ event }) => event.receivedAt],
  ['text', ({ event }) => JSON.stringify(event.fields)],
  ['bigint', ({ position }) => position],
]

export const CONNECTION_COLUMNS: Columns<NonNullable<ArchiveBatch['connectionChanges']>[number]> = [
  ['text', ({ change }) => change.plant],
  ['text', ({ change }) => change.device],
  ['bigint', ({ change }) => change.at],
  ['boolean', ({ change }) => change.isUp],
  ['bigint', ({ position }) => position],
]

export const LINE_COLUMNS: Columns<LineName> = [
  ['integer', ({ id }) => id],
  ['text', ({ name }) => name],
]

export const CONFIG_COLUMNS: Columns<NonNullable<ArchiveBatch['configs']>[number]> = [
  ['bigint', ({ version }) => version.fromMs],
  ['text', ({ version }) => version.hash],
  ['text', ({ version }) => version.content],
  ['bigint', ({ position }) => position],
]

export const FACT_COLUMNS: Columns<NonNullable<ArchiveBatch['facts']>[number]> = [
  ['text', ({ fact }) => fact.plant],
  ['text', ({ fact }) => fact.device],
  ['text', ({ fact }) => fact.what],
  ['bigint', ({ fact }) => fact.atMs],
  ['boolean', ({ fact }) => fact.isBad],
  ['double', ({ fact }) => fact.value],
  ['bigint', ({ position }) => position],
]

export const ACTION_COLUMNS: Columns<NonNullable<ArchiveBatch['actions']>[number]> = [
  ['text', ({ act }) => act.plant],
  ['bigint', ({ atMs }) => atMs],
  ['text', ({ act }) => JSON.stringify(act)],
  ['bigint', ({ position }) => position],
]

export const STATE_KEY_COLUMNS: Columns<DialectState> = [['text', ({ key }) => key]]

export const STATE_COLUMNS: Columns<DialectState> = [...STATE_KEY_COLUMNS, ['text', ({ content }) => content]]

function finiteOrNull(value: number): number | null {
  return Number.isFinite(value) ? value : null
}
