import pino from 'pino'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import type { AlarmItem } from '../../../src/base/alarm.js'
import { alarmAnswer, alarmsActionAnswer, alarmsAnswer } from '../../../src/base/wire/alarms.js'
import { problem } from '../../../src/views/problem.js'
import { startViews, type Views } from '../../../src/views/views.js'
import { anAlarm } from '../../support/alarm.js'
import { NOW } from './examples.js'
import { FakeSources } from './fake-sources.js'
import { TestClient } from './feed-client.js'

const sources = new FakeSources()
let views: Views

beforeAll(async () => {
  const options = { host: '127.0.0.1', port: 0, dashboardsDir: '/nowhere' }
  views = await startViews(options, sources, pino({ level: 'silent' }))
})
afterAll(() => views.close())
beforeEach(() => {
  sources.acts = []
  sources.isJournalStuck = false
  sources.alarmItems = [
    alarm(3),
    alarm(2, { state: 'active_ack' }),
    alarm(1, over(2)),
    alarm(0, { plant: 'dresden-1' }),
  ]
})

const hour = (h: number) => `2026-11-24T0${h}:00:00.000Z`
const over = (h: number): Partial<AlarmItem> => ({ state: 'cleared_ack', cleared_at: hour(h) })

/** An alarm of suzhou-1 that was raised at an hour. */
function alarm(h: number, changes: Partial<AlarmItem> = {}): AlarmItem {
  return anAlarm(`budget.plant.suzhou-1.${h}`, {
    plant: 'suzhou-1',
    rule: 'budget',
    scope_id: 'suzhou-1',
    kpi: 'energy_elec_import',
    window: '1h',
    text: { en: 'Budget used up', zh: '预算已用完' },
    value: 31,
    limit: 30,
    unit: 'kWh',
    raised_at: hour(h),
    ...changes,
  })
}

const list = '/api/v1/plants/suzhou-1/alarms'
const first = `${list}/budget.plant.suzhou-1.3`
const ask = (path: string, init?: RequestInit) => fetch(`http://127.0.0.1:${views.port}${path}`, init)
const post = (path: string, body?: unknown) =>
  ask(path, { method: 'POST', ...(body === undefined ? {} : { body: JSON.stringify(body) }) })

async function hours(query: string): Promise<string[]> {
  const { items } = alarmsAnswer.parse(await (await ask(`${list}${query}`)).json())
  return items.map(({ raised_at }) => raised_at.slice(12, 13))
}

async function refusal(response: Promise<Response>): Promise<[number, string]> {
  const body = problem.parse(await (await response).json())
  return [body.status, body.detail]
}

test('alarms of a plant are listed newest first, narrowed by state and by when they were active', async () => {
  expect(await hours('')).toEqual(['3', '2', '1'])
  expect(await hours('?state=active_ack')).toEqual(['2'])
  expect(await hours('?state=open')).toEqual(['3', '2'])
  expect(await hours(`?to=${hour(3)}`)).toEqual(['2', '1'])
  expect(await hours(`?from=${hour(2)}`)).toEqual(['3', '2', '1'])
  expect(await hours(`?from=2026-11-24T02:00:00.001Z`)).toEqual(['3', '2'])
  expect(await refusal(ask(`${list}?state=loud`))).toMatchObject([
    400,
    expect.stringContaining('open: all but the last'),
  ])
  expect((await ask('/api/v1/plants/nowhere/alarms')).status).toBe(404)
})

test('pages go on behind the last alarm though a new one is raised meanwhile', async () => {
  const page = alarmsAnswer.parse(await (await ask(`${list}?limit=2`)).json())
  sources.alarmItems.unshift(alarm(4))
  const next = alarmsAnswer.parse(await (await ask(`${list}?limit=2&cursor=${page.next}`)).json())
  expect([...page.items, ...next.items].map(({ raised_at }) => raised_at)).toEqual([hour(3), hour(2), hour(1)])
  expect(next.next).toBeNull()
})

test('who acknowledges need not say anything, and may say who and why', async () => {
  expect(alarmAnswer.parse(await (await post(`${first}/ack`)).json()).id).toBe('budget.plant.suzhou-1.3')
  expect((await post(`${first}/ack`, { note: 'pump 3', by: 'Li' })).status).toBe(200)
  const of = { plant: 'suzhou-1', alarm: 'budget.plant.suzhou-1.3', what: 'ack', untilMs: null }
  expect(sources.acts).toEqual([
    { ...of, note: '', by: null },
    { ...of, note: 'pump 3', by: 'Li' },
  ])
})

test('an alarm is shelved for minutes or until an instant, one of the two', async () => {
  expect((await post(`${first}/shelve`, { minutes: 90, note: 'overhaul' })).status).toBe(200)
  expect((await post(`${first}/shelve`, { until: '2026-11-25T08:00:00+08:00' })).status).toBe(200)
  expect(sources.acts.map(({ untilMs }) => untilMs)).toEqual([
    Date.parse(NOW) + 90 * 60_000,
    Date.parse('2026-11-25T00:00:00Z'),
  ])
  expect((await refusal(post(`${first}/shelve`)))[1]).toContain('either minutes or until')
  expect((await refusal(post(`${first}/shelve`, { minutes: 1, until: NOW })))[0]).toBe(400)
  expect((await refusal(post(`${first}/shelve`, { minutes: 1e9 })))[1]).toContain('at most 43200 minutes')
  expect(await refusal(post(`${first}/shelve`, { until: '9999-12-31T00:00:00Z' }))).toEqual([
    400,
    expect.stringContaining('an instant not after'),
  ])
})

test('what cannot be done is said in a sentence, and does nothing', async () => {
  expect(await refusal(post(`${list}/none/ack`))).toMatchObject([
    404,
    expect.stringContaining('There is no alarm none'),
  ])
  expect(await refusal(post(`${first}/note`, {}))).toMatchObject([400, expect.stringContaining('expected a text')])
  expect(await refusal(post(`${first}/ack`, { by: 7 }))).toMatchObject([
    400,
    expect.stringContaining('expected a name'),
  ])
  expect(await refusal(post(`${first}/ack`, { who: 'Li' }))).toMatchObject([400, expect.stringContaining('who')])
  expect(await refusal(post(`${first}/ack`, []))).toMatchObject([400, expect.stringContaining('JSON object')])
  expect(await refusal(ask(`${first}/ack`, { method: 'POST', body: '{' }))).toEqual([400, 'The body is not JSON.'])
  const foreign = ask(`${first}/ack`, { method: 'POST', headers: { origin: 'https://evil.example' } })
  expect((await foreign).status).toBe(403)
  expect(sources.acts).toEqual([])
  sources.isJournalStuck = true
  expect((await refusal(post(`${first}/ack`)))[0]).toBe(503)
})

test('alarms of all plants are one list, newest first, and its pages go on where the last one ended', async () => {
  // Two plants may have an alarm of one id, raised at one instant.
  sources.alarmItems.push(alarm(3, { plant: 'dresden-1' }), alarm(2, { plant: 'dresden-1', state: 'active_ack' }))
  const seen: string[] = []
  for (let query = '?limit=2'; ; ) {
    const { items, next } = alarmsAnswer.parse(await (await ask(`/api/v1/alarms${query}`)).json())
    seen.push(...items.map(({ plant, raised_at }) => `${plant} ${raised_at.slice(12, 13)}`))
    if (next === null) break
    query = `?limit=2&cursor=${next}`
  }
  expect(seen).toEqual(['suzhou-1 3', 'dresden-1 3', 'suzhou-1 2', 'dresden-1 2', 'suzhou-1 1', 'dresden-1 0'])
  const open = alarmsAnswer.parse(await (await ask(`/api/v1/alarms?state=active_ack&from=${hour(1)}`)).json())
  expect(open.items.map(({ plant }) => plant)).toEqual(['suzhou-1', 'dresden-1'])
  expect((await refusal(ask('/api/v1/alarms?cursor=bm8')))[0]).toBe(400)
})

test('many alarms are acknowledged or shelved at once, each one once; what is not there is left out', async () => {
  const [one, two] = [alarm(3), alarm(0, { plant: 'dresden-1' })].map(({ plant, id }) => ({ plant, id }))
  const alarms = [one, two, one, { plant: 'suzhou-1', id: 'gone' }]
  const acked = alarmsActionAnswer.parse(
    await (await post('/api/v1/alarms/ack', { alarms, note: 'power cut', by: 'Li' })).json(),
  )
  expect(acked).toMatchObject({ done: 2, alarms: [one, two] })
  expect((await post('/api/v1/alarms/shelve', { alarms: [two], minutes: 30 })).status).toBe(200)
  const said = { what: 'ack', untilMs: null, note: 'power cut', by: 'Li' }
  expect(sources.acts).toEqual([
    { plant: 'suzhou-1', alarm: one!.id, ...said },
    { plant: 'dresden-1', alarm: two!.id, ...said },
    { plant: 'dresden-1', alarm: two!.id, what: 'shelve', untilMs: Date.parse(NOW) + 1_800_000, note: '', by: null },
  ])
})

test('200 alarms are taken at once however long their ids are, 201 are not', async () => {
  const named = (count: number) =>
    Array.from({ length: count }, (_, i) => ({ plant: 'p'.repeat(64), id: `${i}`.padStart(300, '0') }))
  expect(await (await post('/api/v1/alarms/ack', { alarms: named(200) })).json()).toEqual({ done: 0, alarms: [] })
  const expected = [400, expect.stringContaining('a list of 1 to 200 {plant, id}')]
  expect(await refusal(post('/api/v1/alarms/ack', { alarms: named(201) }))).toEqual(expected)
  expect(await refusal(post('/api/v1/alarms/ack', { alarms: [] }))).toEqual(expected)
  expect(await refusal(post('/api/v1/alarms/ack', { alarms: [{ plant: 'suzhou-1' }] }))).toEqual(expected)
  expect(await refusal(post('/api/v1/alarms/shelve', { alarms: named(1) }))).toEqual([
    400,
    expect.stringContaining('either minutes or until'),
  ])
  sources.isJournalStuck = true
  const { plant, id } = alarm(3)
  expect((await refusal(post('/api/v1/alarms/ack', { alarms: [{ plant, id }] })))[0]).toBe(503)
})

test('the feed tells an alarm to those who follow its plant, and to one who was away when it comes back', async () => {
  const client = await TestClient.connect(views.port)
  const other = await TestClient.connect(views.port)
  client.subscribe({ plants: ['suzhou-1'] })
  other.subscribe({ plants: ['dresden-1'] })
  const snapshots = Promise.all([client.first('snapshot'), other.first('snapshot')])
  await sources.clock.advance(100)
  const [{ seq }] = await snapshots
  const { epoch } = await client.first('hello')
  sources.changeAlarm(alarm(3))
  sources.changeAlarm(alarm(3, { state: 'active_ack' }))
  await sources.clock.advance(1000)
  expect((await client.first('alarm')).alarm.state).toBe('active_ack')
  expect(client.all('alarm')).toHaveLength(1)

  const late = await TestClient.connect(views.port)
  late.subscribe({ plants: ['*'], since: { epoch, seq } })
  await sources.clock.advance(1000)
  expect((await late.first('alarm')).alarm).toEqual(alarm(3, { state: 'active_ack' }))
  expect(other.all('alarm')).toEqual([])
  for (const one of [client, other, late]) await one.leave()
})

test('the metrics count what is not back to normal', async () => {
  const text = await (await ask('/metrics')).text()
  expect(text).toContain('greengauge_alarms{plant="suzhou-1",severity="major",state="active_unack"} 2')
})
