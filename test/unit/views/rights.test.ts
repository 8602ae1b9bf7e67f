import pino from 'pino'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startViews, type Views } from '../../../src/views/views.js'
import { LISTED_ROUTES, promisedRight } from '../../support/access-promises.js'
import { askAt } from '../../support/ask.js'
import { FakeSources } from './fake-sources.js'

/** Each route needs the right that SECURITY.md promises; that it is asked for is shown by test/integration/access-matrix.test.ts. */

let views: Views

beforeAll(async () => {
  const http = { host: '127.0.0.1', port: 0, dashboardsDir: '/nowhere' }
  views = await startViews(http, new FakeSources(), pino({ level: 'silent' }))
})
afterAll(() => views.close())

test('each route of the OpenAPI document needs the right that is promised of it', async () => {
  const { paths } = JSON.parse((await askAt(views.port, '/api/v1/openapi.json')).text) as {
    paths: Record<string, Record<string, { 'x-right'?: string; security: readonly object[] }>>
  }
  const routes = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, of]) => ({ route: `${method} ${path}`, ...of })),
  )
  expect(routes.length).toBeGreaterThan(55)
  expect(LISTED_ROUTES.filter((listed) => !routes.some(({ route }) => route === listed))).toEqual([])
  for (const { route, 'x-right': right = 'open', security } of routes) {
    expect(right, route).toBe(promisedRight(route))
    expect(security.length > 0, route).toBe(right !== 'open')
  }
})
