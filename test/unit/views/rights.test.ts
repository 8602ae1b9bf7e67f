import pino from 'pino'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { digestOf } from '../../../src/access/token.js'
import { mayDo, type Right, ROLES, type Role } from '../../../src/base/roles.js'
import { startViews, type Views } from '../../../src/views/views.js'
import { type Asked, askAt, bearer } from '../../support/ask.js'
import { person, testGate } from '../../support/gate.js'
import { FakeSources } from './fake-sources.js'

const roles = Object.keys(ROLES) as Role[]
let views: Views

beforeAll(async () => {
  const since = '2026-01-01T00:00:00Z'
  const people = roles.map((role) => person(role, role, { tokens: [{ name: 't', sha256: digestOf(role), since }] }))
  const sources = new FakeSources()
  sources.gate = testGate({ clock: sources.clock, people: await Promise.all(people) })
  const http = { host: '127.0.0.1', port: 0, dashboardsDir: '/nowhere' }
  views = await startViews(http, sources, pino({ level: 'silent' }))
})
afterAll(() => views.close())

const ask = (path: string, asked: Asked) => askAt(views.port, path, asked)

/** What each route needs, said a second time: a slip in the code does not take this list with it. */
const EXPECTED: Readonly<Record<string, readonly string[]>> = {
  open: ['get /livez', 'get /readyz', 'get /api/v1/session', 'post /api/v1/session', 'delete /api/v1/session'],
  operate: [
    'post /api/v1/alarms/ack',
    'post /api/v1/alarms/shelve',
    'post /api/v1/plants/{plant}/alarms/{id}/ack',
    'post /api/v1/plants/{plant}/alarms/{id}/note',
    'post /api/v1/plants/{plant}/alarms/{id}/shelve',
    'post /api/v1/plants/{plant}/devices/{device}/events',
    'post /api/v1/quarantine/{id}/retry',
  ],
  audit: [
    'get /api/v1/ledger',
    'get /api/v1/trail',
    'get /api/v1/trail.csv',
    'post /api/v1/ledger/check',
    'post /api/v1/ledger/time-stamps',
    'post /api/v1/plants/{plant}/entries',
    'post /api/v1/plants/{plant}/entries/{entry}/approve',
    'post /api/v1/plants/{plant}/entries/{entry}/reject',
    'post /api/v1/plants/{plant}/entries/{entry}/withdraw',
    'post /api/v1/reports',
    'delete /api/v1/reports/{id}',
    'post /api/v1/reports/{id}/bundle',
    'post /api/v1/reports/{id}/check',
    'post /api/v1/reports/{id}/freeze',
    'post /api/v1/reports/{id}/verified',
  ],
  administer: ['post /api/v1/backups', 'post /api/v1/alarms/channels/{id}/test', 'post /api/v1/stores/{store}/refill'],
  // Besides these, whatever is asked for by GET.
  view: ['post /api/v1/tickets'],
}

function expectedOf(route: string): string {
  const found = Object.keys(EXPECTED).find((right) => EXPECTED[right]!.includes(route))
  return found ?? (route.startsWith('get ') ? 'view' : 'nothing is expected')
}

/** Every route with its right, as the OpenAPI document has it. */
async function routes(): Promise<{ method: string; path: string; right: string }[]> {
  const { paths } = JSON.parse((await ask('/api/v1/openapi.json', { headers: bearer('admin') })).text) as {
    paths: Record<string, Record<string, { 'x-right'?: Right; security: readonly object[] }>>
  }
  return Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, { 'x-right': right = 'open', security }]) => {
      expect(security.length > 0, `${method} ${path}`).toBe(right !== 'open')
      return { method, path, right }
    }),
  )
}

test('each route answers those whose role has its right, and nobody else', async () => {
  const all = await routes()
  expect(all.length).toBeGreaterThan(55)
  const listed = Object.values(EXPECTED).flat()
  expect(listed.filter((route) => !all.some(({ method, path }) => route === `${method} ${path}`))).toEqual([])
  for (const { method, path, right } of all) {
    const route = `${method} ${path}`
    expect(right, route).toBe(expectedOf(route))
    // Asked for by a proxy for somebody elsewhere: what the machine itself may see does not matter here.
    const elsewhere = { 'x-forwarded-for': '192.0.2.7' }
    const url = path.replace(/\{plant\}/, 'suzhou-1').replace(/\{\w+\}/g, 'x')
    const asked = { method: method.toUpperCase() }
    const byNobody = await ask(url, { ...asked, headers: elsewhere })
    expect(byNobody.status === 401, `${route} by nobody: ${byNobody.status}`).toBe(right !== 'open')
    for (const role of roles) {
      const { status, text } = await ask(url, { ...asked, headers: { ...elsewhere, ...bearer(role) } })
      const may = right === 'open' || mayDo(role, right as Right)
      expect([401, 403].includes(status), `${route} by ${role}: ${status} ${text}`).toBe(!may)
      if (!may) expect(JSON.parse(text).detail).toContain(`needs the right ${right}`)
    }
  }
})
