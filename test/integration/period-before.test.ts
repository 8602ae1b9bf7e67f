// @module-tag deep
import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import mqtt from 'mqtt'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { AuditJob, Report, ReportProfile } from '../../src/base/report.js'
import { compareFiles, reportFiles } from '../cross-check/reports.js'
import { getJson, removeData, settled, startGateway, type TestGateway, until } from '../support/gateway.js'

/** Two days of one plant, the second beside the first, in every form and every file of a report. */
const PLANT = 'beside-1'
const START_MS = Date.UTC(2026, 9, 5)
const QUARTER_MS = 15 * 60_000
const [FIRST, SECOND, THIRD] = ['2026-10-05', '2026-10-06', '2026-10-07'] as const
const period = { period_s: 900 }
const CONFIG = {
  archive: { delta_s: 1 },
  plants: [
    {
      id: PLANT,
      name: { en: 'Beside', zh: '比较工厂' },
      timezone: 'UTC',
      grid_region: 'CN-JS',
      lines: [{ id: 'hall' }],
      devices: [
        { id: 'main-1', line: 'hall', role: 'main', metrics: { elec_import_kwh: period } },
        { id: 'gas-1', line: 'hall', metrics: { ng_volume_nm3: period } },
        { id: 'robot-1', line: 'hall', role: 'robot', counting_point: true, metrics: { parts_good: period } },
      ],
      report: {
        cbam: {
          goods: [
            {
              id: 'screws',
              cn_code: '73181500',
              category: 'Iron or steel products',
              route: 'forming of purchased wire rod',
              produced: [
                { from: FIRST, to: SECOND, t: 2, source: 'weighbridge' },
                { from: SECOND, to: THIRD, t: 3, source: 'weighbridge' },
              ],
              direct_share: 0.5,
              electricity_share: 0.25,
            },
          ],
        },
      },
    },
  ],
}

let gateway: TestGateway
let dir: string

beforeAll(async () => {
  dir = mkdtempSync(join(tmpdir(), 'period-before-'))
  gateway = await startGateway({ config: CONFIG })
  const client = await mqtt.connectAsync(gateway.mqttUrl)
  // A quarter of an hour has 1 kWh on the first day and 1.5 on the second; gas 0.2 and 0.1 Nm³; pieces 4 and 5.
  const total = (i: number, first: number, second: number) => first * Math.min(i, 96) + second * Math.max(0, i - 96)
  const send = async (device: string, metric: string, first: number, second: number) => {
    const samples = Array.from({ length: 4 * 96 }, (_, i) => {
      const value = 1000 + total(i - 96, first, second)
      return { ts: START_MS + (i - 96) * QUARTER_MS, metrics: { [metric]: value } }
    })
    const kind = metric === 'parts_good' ? 'robot' : 'energy'
    await client.publishAsync(`plants/${PLANT}/hall/${device}/${kind}`, JSON.stringify(samples), { qos: 1 })
  }
  await send('main-1', 'elec_import_kwh', 1, 1.5)
  await send('gas-1', 'ng_volume_nm3', 0.2, 0.1)
  await send('robot-1', 'parts_good', 4, 5)
  await client.endAsync()
  await settled(gateway)
})

afterAll(async () => {
  await gateway?.stop('SIGKILL')
  if (gateway !== undefined) removeData(gateway)
  rmSync(dir, { recursive: true, force: true })
})

const idOf = (profile: ReportProfile, from: string, to: string) => `${PLANT}.${profile}.${from}.${to}`

async function jobOf(path: string, body: object): Promise<AuditJob> {
  const answer = await fetch(`${gateway.httpUrl}/api/v1${path}`, { method: 'POST', body: JSON.stringify(body) })
  expect([answer.status, answer.status === 202 ? '' : await answer.text()]).toEqual([202, ''])
  let job = (await answer.json()) as AuditJob
  await until(async () => {
    job = await getJson<AuditJob>(gateway, `/api/v1/audit/jobs/${job.id}`)
    return job.state === 'done' || job.state === 'failed'
  })
  expect(job).toMatchObject({ state: 'done' })
  return job
}

/** Freezes a day and fetches its bundle, and gives the path of that. */
async function bundleOf(profile: ReportProfile, from: string, to: string): Promise<string> {
  const id = idOf(profile, from, to)
  await jobOf(`/reports/${id}/freeze`, { by: 'Wang', languages: ['en', 'zh'] })
  const { findings } = await jobOf(`/reports/${id}/check`, {})
  expect(findings.filter(({ ok }) => !ok)).toEqual([])
  const path = join(dir, `${id}.v1.zip`)
  for (const end of ['zip', 'zip.sig']) {
    const answer = await fetch(`${gateway.httpUrl}/api/v1/reports/${id}.${end}?version=1`)
    expect(answer.status).toBe(200)
    writeFileSync(path.replace(/zip$/, end), Buffer.from(await answer.arrayBuffer()))
  }
  return path
}

const CLI = join(import.meta.dirname, '..', '..', 'dist', 'src', 'cli.js')
const run = promisify(execFile)

async function verify(...args: string[]): Promise<string> {
  const { stdout } = await run(process.execPath, [CLI, 'verify', ...args])
  return stdout
}

describe.each(['ghg', 'gbt32150', 'cbam'] as const)('in the form %s', (profile) => {
  let paths: readonly string[]
  let report: Report

  test('the second day stands beside the first, figure by figure', async () => {
    const first = await bundleOf(profile, FIRST, SECOND)
    paths = [first, await bundleOf(profile, SECOND, THIRD)]
    const id = idOf(profile, SECOND, THIRD)
    report = await getJson<Report>(gateway, `/api/v1/reports/${id}.json?version=1`)
    const { period_before: before, figures } = report
    expect(before).toMatchObject({ id: idOf(profile, FIRST, SECOND), report: { version: 1 } })
    const of = (figure: string) =>
      ['earlier', 'difference', 'change'].map((what) => figures[`period-before/${PLANT}/${figure}/${what}`]?.value)
    const expected = {
      ghg: { energy_elec_import: ['96', '48', '50'], energy_natural_gas: ['19.2', '-9.6', '-50'] },
      gbt32150: { energy_elec_import: ['96', '48', '50'], good_units: ['384', '96', '25'] },
      cbam: { 'cbam/screws/mass': ['2', '1', '50'] },
    }[profile]
    for (const [figure, values] of Object.entries(expected)) expect([figure, of(figure)]).toEqual([figure, values])
  })

  test('its four files say the same of it', async () => {
    const files = await reportFiles(gateway.httpUrl, report.id, 1)
    expect(await compareFiles(files)).toEqual([])
    const section = report.sections.find(({ id }) => id === 'period-before')
    expect(section?.tables.map(({ id }) => id)).toEqual(['period-before-figures', 'period-before'])
  })

  test('the verifier says that the figures of before are stated, and with the bundle of before that they follow', async () => {
    const [old, now] = paths as [string, string]
    expect(await verify(now)).toContain('they are stated, and not computed again here')
    const both = await verify(now, '--before', old)
    expect(both).toContain('is the bundle of the period before and holds by itself')
    expect(await verify(now, '--before', old, '--language', 'zh')).toContain('上一报告期的数值可由其读数推出')
    await expect(verify(now, '--before', now)).rejects.toMatchObject({ code: 65 })
  })
})
