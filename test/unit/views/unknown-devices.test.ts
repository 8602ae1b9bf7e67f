import pino from 'pino'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { startViews, type Views } from '../../../src/views/views.js'
import type { UnknownDevicesAnswer } from '../../../src/views/wire/unknown-devices.js'
import { FakeSources } from './fake-sources.js'

/** New devices are listed page by page, and ignored by name; the audit log has who did it. */

const sources = new FakeSources()
let views: Views

beforeAll(async () => {
  const options = { host: '127.0.0.1', port: 0, dashboardsDir: '/nowhere' }
  views = await startViews(options, sources, pino({ level: 'silent' }))
})
afterAll(() => views.close())
beforeEach(() => {
  sources.notes.length = 0
  sources.unknownQueries.length = 0
  sources.ignoreRequests.length = 0
})

const url = (path: string) => `http://127.0.0.1:${views.port}/api/v1/devices/${path}`
function ignore(body: object): Promise<Response> {
  const headers = { 'content-type': 'application/json' }
  return fetch(url('ignore'), { method: 'POST', headers, body: JSON.stringify(body) })
}

test('a page begins behind the last device of the one before', async () => {
  sources.unknown = { ...sources.unknown, next: 'suzhou-1/m-20', total: 60 }
  const first = (await (await fetch(url('unknown?limit=20'))).json()) as UnknownDevicesAnswer
  expect(first).toMatchObject({ items: [], total: 60, next: expect.any(String) })
  await fetch(url(`unknown?limit=20&plant=suzhou-1&ignored=true&cursor=${first.next}`))
  expect(sources.unknownQueries).toEqual([
    { plant: null, after: null, limit: 20, withIgnored: false },
    { plant: 'suzhou-1', after: 'suzhou-1/m-20', limit: 20, withIgnored: true },
  ])
  expect((await fetch(url('unknown?limit=51'))).status).toBe(400)
  expect((await fetch(url('unknown?plant=nowhere'))).status).toBe(404)
})

test('devices and topics are ignored and listed again, which the audit log has', async () => {
  expect((await ignore({})).status).toBe(400)
  expect((await ignore({ devices: [{ plant: 'p' }] })).status).toBe(400)
  const done = await ignore({ devices: [{ plant: 'p', device: 'd' }], topics: ['acme/{device}/data'], by: 'Wang' })
  expect(await done.json()).toEqual({ ignored: true, count: 2 })
  await ignore({ topics: ['acme/{device}/data'], ignored: false })
  expect(sources.ignoreRequests).toMatchObject([
    { isIgnored: true, by: 'Wang' },
    { isIgnored: false, devices: [], by: null },
  ])
  expect(sources.notes.map(({ act, subject }) => `${act}: ${subject}`)).toEqual([
    'devices_changed: POST /api/v1/devices/ignore ignored: p/d, acme/{device}/data',
    'devices_changed: POST /api/v1/devices/ignore listed again: acme/{device}/data',
  ])
})
