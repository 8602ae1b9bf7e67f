// @module-tag deep
/** Proves that the figures of simulated days are those that the simulators state beforehand. */
import { spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import type { Expectation } from '../../simulators/truth/expectation.js'
import type { Truth } from '../../simulators/truth/file.js'
import type { KpiPoint } from '../../src/base/kpi.js'
import { STATES } from '../../src/base/states.js'
import type { QuarantineAnswer, SeriesAnswer } from '../../src/base/wire.js'
import { accounting, getJson, removeData, settled, startGateway, type TestGateway } from '../support/gateway.js'

const ROOT = join(import.meta.dirname, '..', '..')
const CONFIG = parse(readFileSync(join(ROOT, 'devices', 'demo', 'greengauge.yaml'), 'utf8')) as Record<string, unknown>
const HOUR_MS = 3_600_000
/** It takes some 140 s of a core: beside three others that compute as much, on two cores, that is five minutes. */
const TEST_MS_MAX = 1_200_000
const SETTLED_MS_MAX = 900_000
const TIMES = STATES.map((state) => `time_${state.toLowerCase()}`)

interface Range {
  readonly from: string
  readonly until: string
}
/** Event time of the runs, all of it in the past: a whole local day of each plant and some more. */
const LOCAL_DAYS: Range = { from: '2026-10-12T06:00:00Z', until: '2026-10-13T23:00:00Z' }
/** The period of the demo configuration, 15 s. */
const RATE_HZ = String(1 / 15)

describe('the demo plants, simulated over two days of the past', () => {
  let gateway: TestGateway
  let dir: string

  beforeEach(async () => {
    dir = mkdtempSync(join(tmpdir(), 'greengauge-truth-'))
    // The figures that the truth states, and no others: to make all of them again for each late message takes minutes.
    const kpis = ['energy_elec_import', 'pollutant_mean_nox', 'pollutant_mass_nox', 'cycles', ...TIMES]
    const plants = (CONFIG.plants as object[]).map((plant) => ({ ...plant, kpis, targets: [], alarms: [] }))
    gateway = await startGateway({ config: { plants } })
  })
  afterEach(async () => {
    await gateway.stop()
    removeData(gateway)
    rmSync(dir, { recursive: true, force: true })
  })

  test(
    'come to every figure of the truth, though messages are late, doubled, out of order, and connections break',
    async () => {
      const truth = await simulate('late,duplicate,reorder,disconnect', LOCAL_DAYS)
      expect(truth.complete).toBe(true)
      expect(truth.expected.filter((one) => !one.exact)).toEqual([])
      expect(await differencesFrom(truth)).toEqual([])
      const accounts = await accounting(gateway)
      expect(accounts).toMatchObject({ closes: true, elements_rejected: 0, readings: { conflict: 0 } })
      expect(accounts.readings.duplicate).toBeGreaterThan(0)
    },
    TEST_MS_MAX,
  )

  test(
    'say of every figure that a lost, wrong or reset sample has changed why, and by no more than the truth allows',
    async () => {
      const truth = await simulate('clock,garbage,silence,reset,glitch', LOCAL_DAYS)
      expect(truth.complete).toBe(true)
      expect(await differencesFrom(truth)).toEqual([])
      // All of it has happened, and has been stated.
      const flags = new Set(truth.expected.flatMap((one) => one.flags ?? []))
      expect([...flags].sort()).toEqual(['counter_glitch', 'counter_reset', 'estimated'])
      expect(truth.expected.some((one) => one.flags_if_different !== undefined)).toBe(true)

      const accounts = await accounting(gateway, true)
      expect(accounts.closes).toBe(true)
      for (const { plant, device, rejections } of truth.devices) {
        const refused = accounts.devices?.find((one) => one.plant === plant && one.device === device)?.elements_rejected
        expect(refused, `${plant} ${device}`).toBe(total(Object.values(rejections)))
      }
      const { counts } = await getJson<QuarantineAnswer>(gateway, '/api/v1/quarantine?limit=1')
      const happened = Object.fromEntries(Object.entries(counts).filter(([, count]) => count > 0))
      expect(happened).toEqual(sumByReason(truth))
      expect(Object.keys(happened).sort()).toEqual(['bad_json', 'bad_schema', 'bad_unit', 'bad_value', 'ts_future'])
    },
    TEST_MS_MAX,
  )

  /** Plays the range with these faults and waits until every figure is made. */
  async function simulate(faults: string, { from, until }: Range): Promise<Truth> {
    const file = join(dir, 'truth.json')
    const args = ['--url', gateway.mqttUrl, '--from', from, '--until', until, '--rate', RATE_HZ, '--speed', 'max']
    const startedAt = performance.now()
    const { code, stdout, stderr } = await simulators(['simulate', ...args, '--faults', faults, '--truth', file])
    expect(code, stderr).toBe(0)
    const answer = JSON.parse(stdout) as { samples: number; messages: number }
    const seconds = (performance.now() - startedAt) / 1000
    const accounts = await settled(gateway, SETTLED_MS_MAX)
    const { archived } = accounts.readings
    const settledSeconds = (performance.now() - startedAt) / 1000
    console.info(
      `${faults}: ${answer.samples} samples in ${answer.messages} messages, ${archived} readings; ` +
        `sent in ${seconds.toFixed(1)} s, settled after ${settledSeconds.toFixed(1)} s`,
    )
    return JSON.parse(readFileSync(file, 'utf8')) as Truth
  }

  /** In what the figures of the API do not do what the truth says, one sentence each. */
  async function differencesFrom(truth: Truth): Promise<string[]> {
    const { expected } = truth
    expect(expected.length).toBeGreaterThan(0)

    const range = `from=${iso(Date.parse(truth.from) - HOUR_MS)}&to=${truth.until}&limit=10000`
    const paths = expected.map(
      (one) => `${one.plant}/kpis/${one.kpi}/series?window=${one.window}&scope=${one.scope}&id=${one.id}&${range}`,
    )
    const startedAt = performance.now()
    const figures = new Map<string, KpiPoint>()
    for (const path of new Set(paths)) {
      const { points } = await getJson<SeriesAnswer>(gateway, `/api/v1/plants/${path}`)
      for (const point of points) figures.set(keyOf(point), point)
    }
    console.info(`${expected.length} figures compared in ${((performance.now() - startedAt) / 1000).toFixed(1)} s`)
    return expected.flatMap((one) => differences(one, figures.get(keyOf(one))))
  }
})

test('a fault that does not exist is a wrong use (64), and the answer names all there are', async () => {
  const { code, stderr } = await simulators(['simulate', '--faults', 'late,earthquake'])
  expect(code).toBe(64)
  expect(stderr).toContain('earthquake')
  for (const name of ['late', 'duplicate', 'reorder', 'disconnect', 'clock', 'garbage', 'silence', 'reset', 'glitch']) {
    expect(stderr).toContain(`\n  ${name}: `)
  }
})

/** In what a figure does not do what the truth says, one sentence each. */
function differences(expected: Expectation, point: KpiPoint | undefined): string[] {
  const what = `${keyOf(expected)}:`
  if (point === undefined) return [`${what} is missing`]
  const found: string[] = []
  const flags = new Set<string>(point.flags)
  const missing = (expected.flags ?? []).filter((flag) => !flags.has(flag))
  if (missing.length > 0) found.push(`${what} lacks ${missing} among its flags [${point.flags}]`)
  if (expected.coverage_below !== undefined && point.coverage >= expected.coverage_below) {
    found.push(`${what} has a coverage of ${point.coverage}`)
  }
  if (expected.value === null || point.value === null) {
    if (expected.value !== point.value) found.push(`${what} ${point.value} (${point.reason}) for ${expected.value}`)
    return found
  }
  const difference = Math.abs(point.value - expected.value)
  if (difference > (expected.bound ?? expected.tolerance)) {
    found.push(`${what} ${point.value} for ${expected.value} within ${expected.bound ?? expected.tolerance}`)
  }
  if (expected.ruled !== undefined && Math.abs(point.value - expected.ruled) > expected.tolerance) {
    found.push(`${what} ${point.value} where the rules make ${expected.ruled} of what was taken`)
  }
  const isSaid =
    (expected.flags ?? []).length > 0 ||
    (expected.flags_if_different ?? []).some((flag) => flags.has(flag)) ||
    expected.coverage_below !== undefined ||
    expected.rejected === true
  if (difference > expected.tolerance && !isSaid) found.push(`${what} differs and does not say so [${point.flags}]`)
  return found
}

function keyOf(one: Pick<Expectation, 'plant' | 'scope' | 'id' | 'kpi' | 'window' | 'start'> | KpiPoint): string {
  return `${one.plant} ${one.scope} ${one.id} ${one.kpi} ${one.window} ${iso(Date.parse(one.start))}`
}

function iso(ms: number): string {
  return new Date(ms).toISOString()
}

function total(counts: readonly number[]): number {
  return counts.reduce((sum, count) => sum + count, 0)
}

function sumByReason(truth: Truth): Record<string, number> {
  const sums: Record<string, number> = {}
  for (const { rejections } of truth.devices) {
    for (const [reason, count] of Object.entries(rejections)) sums[reason] = (sums[reason] ?? 0) + count
  }
  return sums
}

/** Runs the simulators as they are shipped. */
async function simulators(args: readonly string[]): Promise<{ code: number | null; stdout: string; stderr: string }> {
  const child = spawn(process.execPath, [join(ROOT, 'dist', 'simulators', 'main.js'), ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let stdout = ''
  let stderr = ''
  child.stdout.on('data', (chunk: Buffer) => {
    stdout += chunk.toString()
  })
  child.stderr.on('data', (chunk: Buffer) => {
    stderr += chunk.toString()
  })
  const code = await new Promise<number | null>((resolve) => child.once('close', resolve))
  return { code, stdout, stderr }
}
