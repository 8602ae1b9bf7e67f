import type { Database } from '../../archive/database.js'
import { type EventPlace, isAfterPlace, queryEvents, type StoredEvent } from '../../archive/events.js'
import type { SeriesTable } from '../../archive/series.js'
import { entryOf } from '../../base/entry-of.js'
import { type EventFields, isCorrectable } from '../../base/events.js'
import type { CorrectionFault } from '../../base/records.js'
import { isApproved } from '../settings/approval.js'
import { Corrections } from '../settings/corrections.js'

/** A correction as it was said, and what became of it. */
export interface ListedCorrection {
  readonly event: StoredEvent
  readonly fields: EventFields<'correction'>
  /** Time of the reading, epoch ms. */
  readonly at: number
  /** Value of the reading at that time; null when there is none. */
  readonly reading: number | string | null
  /** null when figures are made of it. */
  readonly fault: CorrectionFault | null
}

/** Corrections of readings with times in [fromMs, toMs), by that time, device and id. */
export interface CorrectionQuery {
  readonly plant: string
  /** null for all. */
  readonly device: string | null
  readonly fromMs: number
  readonly toMs: number
  /** Only those behind this place; null on the first page. */
  readonly after: EventPlace | null
  readonly limit: number
}

/** Lists corrections with their faults, decided as the fold over the readings decides them: from the archive alone. */
export async function listCorrections(
  database: Database,
  series: Pick<SeriesTable, 'find'>,
  /** True when a statement that arrived then needs a second pair of eyes. */
  hasFourEyes: (plant: string, receivedAt: number) => boolean,
  { plant, device, fromMs, toMs, after, limit }: CorrectionQuery,
): Promise<readonly ListedCorrection[]> {
  const events = await queryEvents(database, {
    types: ['correction'],
    plant,
    ...(device === null ? {} : { device }),
  })
  const books = new Map<string, Corrections>()
  const all = events.map((event) => {
    const fields = event.fields as EventFields<'correction'>
    const at = Date.parse(fields.at)
    const { ts, id } = event
    const { before, after } = fields
    const isTaken = isApproved(fields) || !hasFourEyes(plant, event.receivedAt)
    if (isTaken) entryOf(books, keyOf(event, fields), () => new Corrections()).add({ at, before, after, ts, id })
    return { event, fields, at, isTaken }
  })
  const page = all
    .filter(
      (one) => one.at >= fromMs && one.at < toMs && (after === null || isAfterPlace(placeOfCorrection(one), after)),
    )
    .sort((a, b) => (isAfterPlace(placeOfCorrection(a), placeOfCorrection(b)) ? 1 : -1))
    .slice(0, limit)
  const readings = await readingsAt(
    database,
    page.flatMap(({ event, fields, at }) => {
      const found = series.find(plant, event.device, fields.metric)
      return found === undefined ? [] : { id: found.id, ts: at }
    }),
  )
  return page.map((one) => {
    const { event, fields, at } = one
    const id = series.find(plant, event.device, fields.metric)?.id
    const reading = readings.get(`${id}|${at}`) ?? null
    const counted = reading === null ? undefined : books.get(keyOf(event, fields))?.of(at, reading)
    return { ...one, reading, fault: faultOf(one, reading, counted?.id) }
  })
}

export function placeOfCorrection({ event, at }: Pick<ListedCorrection, 'event' | 'at'>): EventPlace {
  return { ts: at, device: event.device, id: event.id }
}

function faultOf(
  { event, fields, isTaken }: Pick<ListedCorrection, 'event' | 'fields'> & { readonly isTaken: boolean },
  reading: number | string | null,
  counted: string | undefined,
): CorrectionFault | null {
  if (!isTaken) return 'not_approved'
  if (reading === null) return 'no_reading'
  if (!isCorrectable(fields.metric)) return 'not_counted'
  if (reading !== fields.before) return 'before_differs'
  return counted === event.id ? null : 'superseded'
}

async function readingsAt(
  database: Database,
  places: readonly { readonly id: number; readonly ts: number }[],
): Promise<ReadonlyMap<string, number | string>> {
  if (places.length === 0) return new Map()
  const [ids, ts, values, words] = await database.columns(
    `SELECT series, ts::DOUBLE, value, word FROM reading
     WHERE series IN (${[...new Set(places.map(({ id }) => id))].join(',')})
       AND ts IN (${[...new Set(places.map((place) => place.ts))].join(',')})`,
  )
  return new Map((ids ?? []).map((id, i) => [`${id}|${ts![i]}`, (values![i] ?? words![i]) as number | string]))
}

function keyOf(event: StoredEvent, { metric }: EventFields<'correction'>): string {
  return `${event.device}/${metric}`
}
