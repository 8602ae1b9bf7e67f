import pino from 'pino'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { z } from 'zod'
import type { EventItem } from '../../../src/base/records.js'
import { problem } from '../../../src/views/problem.js'
import { startViews, type Views } from '../../../src/views/views.js'
import type { CorrectionItem, RestatementItem } from '../../../src/views/wire/records.js'
import { correctionsAnswer, eventAnswer, eventsAnswer, restatementsAnswer } from '../../../src/views/wire/records.js'
import { NOW } from './examples.js'
import { FakeSources } from './fake-sources.js'

const sources = new FakeSources()
let views: Views

beforeAll(async () => {
  const options = { host: '127.0.0.1', port: 0, dashboardsDir: '/nowhere' }
  views = await startViews(options, sources, pino({ level: 'silent' }))
})
afterAll(() => views.close())

function ask(path: string): Promise<Response> {
  return fetch(`http://127.0.0.1:${views.port}/api/v1/plants/suzhou-1/${path}`)
}

async function answer<T>(schema: z.ZodType<T>, path: string): Promise<T> {
  const response = await ask(path)
  expect(response.status, path).toBe(200)
  return schema.parse(await response.json())
}

/** Every page, two items each, as one list. */
async function allPages<T>(schema: z.ZodType<{ items: readonly T[]; next: string | null }>, path: string) {
  const items: T[] = []
  const sizes: number[] = []
  for (let next: string | null = ''; next !== null; ) {
    const page: { items: readonly T[]; next: string | null } = await answer(schema, `${path}limit=2&cursor=${next}`)
    items.push(...page.items)
    sizes.push(page.items.length)
    next = page.next
  }
  return { items, sizes }
}

function eventItem(id: string, changes: Partial<EventItem> = {}): EventItem {
  const ts = '2026-11-24T08:00:00.000Z'
  return {
    id,
    type: 'comment',
    line: 'press',
    device: 'robot-7',
    ts,
    received_at: ts,
    fields: { text: id },
    ...changes,
  }
}

function correctionItem(id: string, changes: Partial<CorrectionItem> = {}): CorrectionItem {
  return {
    id,
    line: 'press',
    device: 'main-1',
    metric: 'elec_import_kwh',
    at: '2026-11-24T08:00:00.000Z',
    reading: 10,
    before: 10,
    after: 12,
    author: 'li',
    reason: 'digits exchanged',
    ts: NOW,
    received_at: NOW,
    applied: true,
    why: '',
    ...changes,
  }
}

function restatementItem(kpi: string): RestatementItem {
  return {
    plant: 'suzhou-1',
    scope: 'plant',
    id: 'suzhou-1',
    kpi,
    window: '1h',
    start: '2026-11-20T08:00:00.000Z',
    before: { value: null, numerator: 60, denominator: 0 },
    after: { value: 65, numerator: 65, denominator: 1 },
    at: NOW,
    reason: 'late_data',
  }
}

test('events of one instant are told apart by device and id, also where a page ends between them', async () => {
  sources.eventItems = [
    eventItem('a'),
    eventItem('b, with a blank'),
    eventItem('停机'),
    eventItem('a', { device: 'robot-8' }),
    eventItem('0', { ts: '2026-11-24T08:00:01.000Z', type: 'downtime_reason' }),
  ]
  const all = await allPages(eventsAnswer, 'events?')
  expect(all.items).toEqual(sources.eventItems)
  expect(all.sizes).toEqual([2, 2, 1])
  const ofType = await answer(eventsAnswer, 'events?type=downtime_reason')
  expect(ofType.items.map(({ id }) => id)).toEqual(['0'])
  expect((await answer(eventsAnswer, 'events?device=robot-8')).items).toHaveLength(1)
  expect((await answer(eventsAnswer, 'events?to=2026-11-24T08:00:00Z')).items).toEqual([])
})

test('corrections are listed with what became of them', async () => {
  sources.correctionItems = [
    correctionItem('a'),
    correctionItem('b', { applied: false, why: 'superseded' }),
    correctionItem('c', { applied: false, why: 'no_reading', reading: null }),
  ]
  const { items } = await allPages(correctionsAnswer, 'corrections?device=main-1&')
  expect(items.map(({ id, applied, why }) => [id, applied, why])).toEqual([
    ['a', true, ''],
    ['b', false, 'superseded'],
    ['c', false, 'no_reading'],
  ])
})

test('restatements go on where the page before ended', async () => {
  sources.restatementItems = ['oee', 'scope2', 'oee', 'oee'].map(restatementItem)
  expect((await allPages(restatementsAnswer, 'restatements?')).items).toEqual(sources.restatementItems)
  expect((await allPages(restatementsAnswer, 'restatements?kpi=oee&')).sizes).toEqual([2, 1])
})

test('a plant that is not there, a wrong type and a cursor of another list are refused', async () => {
  const elsewhere = await fetch(`http://127.0.0.1:${views.port}/api/v1/plants/nowhere/events`)
  expect(elsewhere.status).toBe(404)
  for (const path of ['events?type=NO', 'events?cursor=MQ', 'corrections?cursor=MQ', 'restatements?cursor=cQ']) {
    expect((await ask(path)).status, path).toBe(400)
  }
})

const events = '/api/v1/plants/suzhou-1/devices/main-1/events'
const say = (body: unknown, path = events, headers: Record<string, string> = {}) =>
  fetch(`http://127.0.0.1:${views.port}${path}`, { method: 'POST', headers, body: JSON.stringify(body) })
const refusal = async (response: Promise<Response>): Promise<[number, string]> => {
  const { status, detail } = problem.parse(await (await response).json())
  return [status, detail]
}

test('why a machine stood is an event of its time, with what was said; sent again with its id it is the same', async () => {
  const reason = { type: 'downtime_reason', code: 'jam', from: '2026-11-24T16:00:00+08:00', by: 'Li', id: 'a-1' }
  const said = eventAnswer.parse(await (await say({ ...reason, comment: 'belt', to: NOW })).json())
  expect(said).toEqual({
    id: 'a-1',
    type: 'downtime_reason',
    line: 'press',
    device: 'main-1',
    ts: '2026-11-24T08:00:00.000Z',
    received_at: NOW,
    fields: { code: 'jam', comment: 'belt', from: reason.from, to: NOW, by: 'Li' },
    origin: { kind: 'person', account: null },
  })
  expect(eventAnswer.parse(await (await say({ ...reason, code: 'other' })).json())).toEqual(said)
})

test('a comment is of now when it does not say of when, and each is one of its own', async () => {
  const [one, two] = await Promise.all([say({ type: 'comment', text: '换刀' }), say({ type: 'comment', text: '换刀' })])
  const [first, second] = [eventAnswer.parse(await one.json()), eventAnswer.parse(await two.json())]
  expect(first).toMatchObject({ type: 'comment', ts: NOW, fields: { text: '换刀' } })
  expect(first.id).not.toBe(second.id)
  const at = '2026-11-24T07:30:00.000Z'
  const past = eventAnswer.parse(await (await say({ type: 'comment', text: 'x', at })).json())
  expect(past).toMatchObject({ ts: at, fields: { text: 'x' } })
})

test('what cannot be said is refused with what is expected, and is not on record', async () => {
  const before = sources.eventItems.length
  const reason = { type: 'downtime_reason', code: 'jam', from: NOW }
  const expected: [unknown, string][] = [
    [{ ...reason, code: '' }, 'a text of 1 to 64 characters'],
    [{ ...reason, code: 'x'.repeat(65) }, 'a text of 1 to 64 characters'],
    [{ ...reason, comment: 'x'.repeat(2001) }, 'a text of 1 to 2000 characters'],
    [{ ...reason, from: 'yesterday' }, 'an instant, RFC 3339 with offset'],
    [{ ...reason, from: '2026-11-24T12:05:00.001Z' }, 'an instant not after 2026-11-24T12:05:00.000Z'],
    [{ ...reason, from: '1999-12-31T23:59:59Z' }, 'an instant from 2000'],
    [{ ...reason, to: '2026-11-24T11:59:59Z' }, 'an instant not before from'],
    [{ ...reason, id: 'no spaces' }, 'an id of 1 to 64'],
    [{ ...reason, until: NOW }, 'until'],
    [{ type: 'comment' }, 'a text of 1 to 2000 characters'],
    [{ type: 'order', product: 'a' }, 'downtime_reason or comment'],
    [[], 'not a JSON object'],
  ]
  for (const [body, words] of expected) {
    expect(await refusal(say(body)), JSON.stringify(body)).toEqual([400, expect.stringContaining(words)])
  }
  expect((await say(reason, events.replace('main-1', 'nobody'))).status).toBe(404)
  expect((await say(reason, events.replace('suzhou-1', 'nowhere'))).status).toBe(404)
  expect((await say(reason, events, { origin: 'https://evil.example' })).status).toBe(403)
  sources.isJournalStuck = true
  expect((await say(reason)).status).toBe(503)
  sources.isJournalStuck = false
  expect(sources.eventItems).toHaveLength(before)
})
