import pino from 'pino'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { startViews, type Views } from '../../../src/views/views.js'
import { quarantineItem } from './examples.js'
import { FakeSources } from './fake-sources.js'

/** Rejected messages are dismissed by name and with a reason, one or all of a filter, and the audit log says so in one line. */

const sources = new FakeSources()
let views: Views

beforeAll(async () => {
  const options = { host: '127.0.0.1', port: 0, dashboardsDir: '/nowhere' }
  views = await startViews(options, sources, pino({ level: 'silent' }))
})
afterAll(() => views.close())
beforeEach(() => {
  sources.notes.length = 0
})

function dismiss(what: string, body: object): Promise<Response> {
  return fetch(`http://127.0.0.1:${views.port}/api/v1/quarantine/${what}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  })
}

test('a message is dismissed with a name and a reason, which the audit log has', async () => {
  sources.items = [quarantineItem('q-1')]
  expect((await dismiss('q-1/dismiss', { by: 'Wang' })).status).toBe(400)
  expect((await dismiss('q-1/dismiss', { note: 'a test' })).status).toBe(400)
  expect((await dismiss('q-9/dismiss', { by: 'Wang', note: 'a test' })).status).toBe(404)
  const done = await dismiss('q-1/dismiss', { by: 'Wang', note: 'a test' })
  expect(await done.json()).toMatchObject({ id: 'q-1', dismissed: { by: 'Wang', note: 'a test' } })
  expect(sources.notes.map(({ act, subject }) => `${act}: ${subject}`)).toEqual([
    'quarantine_dismissed: POST /api/v1/quarantine/q-1/dismiss bad_json, by Wang: a test',
  ])
})

test('the answer to an act comes when the audit log has it, however long the disk takes', async () => {
  sources.items = [quarantineItem('q-1')]
  sources.noteMs = 200
  expect((await dismiss('q-1/dismiss', { by: 'Wang', note: 'a test' })).status).toBe(200)
  expect(sources.notes.map(({ act }) => act)).toEqual(['quarantine_dismissed'])
  sources.noteMs = 0
})

test('all messages of a filter are dismissed at once, in one line that counts and names them', async () => {
  sources.items = ['q-1', 'q-2', 'q-3'].map((id) => quarantineItem(id))
  expect((await dismiss('dismiss', { reason: 'bad_json', note: 'a test' })).status).toBe(400)
  expect((await dismiss('dismiss', { reason: 'no_such', by: 'Wang', note: 'a test' })).status).toBe(400)
  const until = '2026-12-01T00:00:00.000Z'
  const done = await dismiss('dismiss', { reason: 'bad_json', plant: 'suzhou-1', until, by: 'Wang', note: 'a test' })
  expect(await done.json()).toEqual({ dismissed: 3, waiting: 0 })
  expect((await dismiss('dismiss', { by: 'Wang', note: 'old' })).status).toBe(200)
  expect(sources.notes.map(({ act, subject }) => `${act}: ${subject}`)).toEqual([
    `quarantine_dismissed: POST /api/v1/quarantine/dismiss 3 messages (reason bad_json, plant suzhou-1, until ${until}), by Wang: a test`,
    'quarantine_dismissed: POST /api/v1/quarantine/dismiss 3 messages (all), by Wang: old',
  ])
})
