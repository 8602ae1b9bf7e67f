import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import pino from 'pino'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startViews, type Views } from '../../../src/views/views.js'
import { FakeSources } from './fake-sources.js'

const dashboardsDir = mkdtempSync(join(tmpdir(), 'dashboards-'))
let views: Views

beforeAll(async () => {
  writeFileSync(join(dashboardsDir, 'index.html'), '<title>Greengauge</title>')
  mkdirSync(join(dashboardsDir, 'assets'))
  mkdirSync(join(dashboardsDir, 'help'))
  writeFileSync(join(dashboardsDir, 'help', 'index.html'), '<title>Documents</title>')
  const script = 'console.log("plain")'
  writeFileSync(join(dashboardsDir, 'assets', 'app-1a2b.js'), script)
  writeFileSync(join(dashboardsDir, 'assets', 'app-1a2b.js.gz'), gzipSync('console.log("gzipped")'))
  views = await startViews({ host: '127.0.0.1', port: 0, dashboardsDir }, new FakeSources(), pino({ level: 'silent' }))
})
afterAll(async () => {
  await views.close()
  rmSync(dashboardsDir, { recursive: true })
})

function ask(path: string, headers: Record<string, string>): Promise<Response> {
  return fetch(`http://127.0.0.1:${views.port}${path}`, { headers })
}

test('the front page is asked for again each time, files with a hash in their name are kept', async () => {
  const page = await ask('/', { 'accept-encoding': 'gzip' })
  expect(await page.text()).toBe('<title>Greengauge</title>')
  expect(page.headers.get('cache-control')).toBe('no-cache')
  const script = await ask('/assets/app-1a2b.js', { 'accept-encoding': 'identity' })
  expect(await script.text()).toContain('plain')
  expect(script.headers.get('cache-control')).toContain('immutable')
})

test('who takes gzip gets the file that was compressed at build time', async () => {
  const script = await ask('/assets/app-1a2b.js', { 'accept-encoding': 'gzip' })
  expect(script.headers.get('content-encoding')).toBe('gzip')
  expect(script.headers.get('content-type')).toContain('javascript')
  expect(await script.text()).toContain('gzipped')
})

test('a path that only the dashboards know is the front page to a browser; a missing file or API path is 404', async () => {
  const browser = { accept: 'text/html,*/*' }
  expect(await (await ask('/plants/suzhou-1?from=now-6h', browser)).text()).toContain('Greengauge')
  expect((await ask('/assets/gone-3c4d.js', browser)).status).toBe(404)
  expect((await ask('/api/v1/gone', browser)).status).toBe(404)
  expect((await ask('/plants/suzhou-1', { accept: 'application/json' })).status).toBe(404)
})

test('the documents have an index, its address ends with a slash for their links, and what is not among them is 404', async () => {
  const browser = { accept: 'text/html,*/*' }
  const index = await ask('/help', browser)
  expect([new URL(index.url).pathname, await index.text()]).toEqual(['/help/', '<title>Documents</title>'])
  expect((await ask('/help/gone', browser)).status).toBe(404)
})

test('no path leads out of the folder', async () => {
  expect((await ask('/..%2f..%2fetc%2fpasswd', {})).status).toBeGreaterThanOrEqual(400)
})
