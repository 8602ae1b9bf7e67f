// @module-tag deep
import { fork } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, expect, test } from 'vitest'
import { EXIT } from '../../src/base/exit-codes.js'
import type { AuditJob } from '../../src/base/report.js'
import {
  allReadings,
  getJson,
  readiness,
  removeData,
  settled,
  startGateway,
  type TestGateway,
  until,
} from '../support/gateway.js'
import { SOON_MS } from '../support/soon.js'
import { MeteredClient } from './load.js'

/**
 * An exception that nobody catches, in each thread: the gateway ends with a code and the reason, nothing acknowledged is lost,
 * and the next start goes on. It is never half alive.
 */

const DIST = join(import.meta.dirname, '..', '..', 'dist')
const THROWING = new URL('./throw-on-command.mjs', import.meta.url)
const UNREACHABLE = { servers: ['nats://127.0.0.1:1'] }

let gateway: TestGateway
let client: MeteredClient | undefined

afterEach(async () => {
  await client?.end()
  await gateway.stop('SIGKILL')
  removeData(gateway)
})

test.each([
  ['cli', ''],
  ['cli', '.rejection'],
  ['journal-thread', ''],
  ['intake-thread', ''],
  ['intake-thread', '.rejection'],
  ['pipeline-thread', ''],
  ['pipeline-thread', '.rejection'],
  ['forward-thread', ''],
])('%s%s: the gateway ends with the reason, and the next start has all that was acknowledged', async (thread, kind) => {
  const dir = mkdtempSync(join(tmpdir(), 'greengauge-throw-'))
  const flag = join(dir, `${thread}${kind}`)
  const config = thread === 'forward-thread' ? { forward: UNREACHABLE } : {}
  gateway = await startGateway({ env: { NODE_OPTIONS: `--import=${THROWING.href}`, THROW_DIR: dir }, config })
  client = new MeteredClient(gateway, 'meter-1')
  const { acknowledged } = client
  await until(() => acknowledged.size > 500)

  writeFileSync(flag, '')
  const ended = await Promise.race([gateway.exited, new Promise((resolve) => setTimeout(resolve, SOON_MS, 'alive'))])
  expect(ended, gateway.log()).toBe(EXIT.software)
  await expect.poll(() => gateway.log()).toContain(`planted in ${thread}`)

  rmSync(dir, { recursive: true })
  gateway = await gateway.restart()
  await until(() => client!.inFlight < 100 && acknowledged.size > 1000)
  client.stop()
  await until(() => client!.inFlight === 0)
  await settled(gateway)
  const series = { plant: MeteredClient.plant, device: 'meter-1', metric: MeteredClient.metric }
  const archived = new Map((await allReadings(gateway, series)).map(({ ts, value }) => [Date.parse(ts), value]))
  const lost = [...acknowledged].filter(([ts, value]) => archived.get(ts) !== value)
  expect(lost).toEqual([])
  expect(archived.size).toBe(client.sent)
})

const REPORT = { plants: ['p'], from: '2026-01-01', to: '2026-01-31', profile: 'ghg' }

/** Threads that write nothing and are begun anew when they are needed: what they were asked for fails with the reason. */
test('report-thread and audit-thread: what they were asked for fails, the gateway goes on, and the next question is answered', async () => {
  const dir = mkdtempSync(join(tmpdir(), 'greengauge-throw-'))
  const plants = [{ id: 'p', name: { en: 'P' }, timezone: 'UTC' }]
  const env = { NODE_OPTIONS: `--import=${THROWING.href}`, THROW_DIR: dir }
  gateway = await startGateway({ env, config: { plants } })
  const ended = async (path: string, body: object): Promise<AuditJob> => {
    const headers = { 'content-type': 'application/json' }
    const answer = await fetch(gateway.httpUrl + path, { method: 'POST', headers, body: JSON.stringify(body) })
    const text = await answer.text()
    expect(answer.status, text).toBe(202)
    let job = JSON.parse(text) as AuditJob
    await until(async () => {
      job = await getJson<AuditJob>(gateway, `/api/v1/audit/jobs/${job.id}`)
      return job.state === 'done' || job.state === 'failed'
    }).catch((error: Error) => {
      throw new Error(JSON.stringify(job), { cause: error })
    })
    return job
  }
  const { report } = await ended('/api/v1/reports', REPORT)
  for (const [thread, path, body] of [
    ['report-thread', `/api/v1/reports/${report?.id}/bundle`, {}],
    ['audit-thread', '/api/v1/ledger/check', { full: true }],
  ] as const) {
    if (thread === 'report-thread')
      expect((await ended(`/api/v1/reports/${report?.id}/freeze`, { by: 'wang' })).state).toBe('done')
    writeFileSync(join(dir, thread), '')
    const { state, detail } = await ended(path, body)
    expect({ state, detail: detail.en }).toEqual({
      state: 'failed',
      detail: expect.stringContaining(`planted in ${thread}`),
    })
    rmSync(join(dir, thread))
    expect((await ended(path, body)).state).toBe('done')
  }
  expect((await readiness(gateway)).status).toBe(200)
  expect(await gateway.stop()).toBe(0)
  rmSync(dir, { recursive: true })
})

test('simulators: they end with a code, and the process of a partition tells its node the reason', async () => {
  const dir = mkdtempSync(join(tmpdir(), 'greengauge-throw-'))
  const env = { ...process.env, NODE_OPTIONS: `--import=${THROWING.href}`, THROW_DIR: dir }
  for (const name of ['main', 'partition-main']) writeFileSync(join(dir, name), '')
  const simulators = fork(join(DIST, 'simulators', 'main.js'), ['simulate', '--url', 'mqtt://127.0.0.1:1'], {
    env,
    silent: true,
  })
  expect(await new Promise((resolve) => simulators.once('exit', resolve))).not.toBe(0)
  const partition = fork(join(DIST, 'src', 'runtime', 'cluster', 'partition-main.js'), {
    env,
    silent: true,
    serialization: 'advanced',
  })
  const said = new Promise((resolve) => partition.once('message', resolve))
  expect(await said).toMatchObject({ type: 'failed', reason: expect.stringContaining('planted in partition-main') })
  expect(await new Promise((resolve) => partition.once('exit', (_code, signal) => resolve(signal)))).toBe('SIGKILL')
  rmSync(dir, { recursive: true })
})
