import { readFileSync } from 'node:fs'
import { parse } from 'csv-parse/sync'
import type { DeviceAnswer, PlantNode, ReadingPoint, ReadingsAnswer } from '../../src/base/wire.js'
import type { EventsAnswer } from '../../src/views/wire/records.js'
import type { EventSample, FactorRow, PlantInput, PlantSettings, Sample, Span } from './recompute/inputs.js'

/** Asks a running gateway about the readings of a plant. */

const BEFORE_MS = 86_400_000

export type Ask = <T>(path: string) => Promise<T>

export function askOf(url: string, token?: string): Ask {
  const headers = token === undefined ? {} : { authorization: `Bearer ${token}` }
  return async <T>(path: string) => {
    const answer = await fetch(`${url}/api/v1${path}`, { headers })
    if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`)
    return (await answer.json()) as T
  }
}

/** The table that comes with the program. */
export function factorRows(file: string): readonly FactorRow[] {
  const rows = parse(readFileSync(file, 'utf8'), { columns: true, skip_empty_lines: true }) as Record<string, string>[]
  return rows.map((row) => ({
    id: row.id!,
    value: Number(row.value),
    unit: row.unit!,
    region: row.region!,
    validFrom: row.valid_from!,
    note: row.note ?? '',
  }))
}

/** Readings of a day before a span to an hour behind it, of all devices. */
export async function plantInput(
  ask: Ask,
  plant: PlantSettings,
  factors: readonly FactorRow[],
  span: Span,
): Promise<PlantInput> {
  const { plants } = await ask<{ readonly plants: readonly PlantNode[] }>('/plants')
  const node = plants.find(({ id }) => id === plant.id)
  if (node === undefined) throw new Error(`the gateway knows no plant ${plant.id}`)
  const senders = node.lines.flatMap((line) => line.devices.map(({ id }) => ({ id, line: line.id })))
  const samples = new Map<string, readonly Sample[]>()
  const range = { fromMs: span.fromMs - BEFORE_MS, toMs: span.toMs + BEFORE_MS / 24 }
  for (const { id } of senders) {
    const { metrics } = await ask<DeviceAnswer>(`/plants/${plant.id}/devices/${id}`)
    for (const metric of metrics) samples.set(`${id} ${metric}`, await samplesOf(ask, plant.id, id, metric, range))
  }
  const events = await eventsOf(ask, plant.id, range)
  const none: readonly Sample[] = []
  return {
    plant,
    senders,
    factors,
    events,
    known: range,
    samplesOf: (device, metric) => samples.get(`${device} ${metric}`) ?? none,
  }
}

async function samplesOf(
  ask: Ask,
  plant: string,
  device: string,
  metric: string,
  { fromMs, toMs }: Span,
): Promise<readonly Sample[]> {
  const range = `from=${new Date(fromMs).toISOString()}&to=${new Date(toMs).toISOString()}&limit=10000`
  const points: ReadingPoint[] = []
  for (let cursor: string | null = ''; cursor !== null; ) {
    const more: string = cursor === '' ? '' : `&cursor=${encodeURIComponent(cursor)}`
    const page: ReadingsAnswer = await ask<ReadingsAnswer>(
      `/plants/${plant}/readings?device=${device}&metric=${metric}&${range}${more}`,
    )
    points.push(...page.points)
    cursor = page.next
  }
  return points.map(({ ts, value, quality }) => ({ ts: Date.parse(ts), value, quality }))
}

async function eventsOf(ask: Ask, plant: string, { fromMs, toMs }: Span): Promise<readonly EventSample[]> {
  const range = `from=${new Date(fromMs).toISOString()}&to=${new Date(toMs).toISOString()}&limit=1000`
  const events: EventSample[] = []
  for (let cursor: string | null = ''; cursor !== null; ) {
    const more: string = cursor === '' ? '' : `&cursor=${encodeURIComponent(cursor)}`
    const page: EventsAnswer = await ask<EventsAnswer>(`/plants/${plant}/events?${range}${more}`)
    events.push(...page.items.map(({ device, type, ts, fields }) => ({ device, type, ts: Date.parse(ts), fields })))
    cursor = page.next
  }
  return events.toSorted((a, b) => a.ts - b.ts)
}
