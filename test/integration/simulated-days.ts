import { spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'vitest'
import { parse } from 'yaml'
import type { Expectation } from '../../simulators/truth/expectation.js'
import type { Truth } from '../../simulators/truth/file.js'
import type { KpiPoint } from '../../src/base/kpi.js'
import { STATES } from '../../src/base/states.js'
import type { SeriesAnswer } from '../../src/base/wire.js'
import { getJson, settled, startGateway, type TestGateway } from '../support/gateway.js'

const ROOT = join(import.meta.dirname, '..', '..')
const CONFIG = parse(readFileSync(join(ROOT, 'devices', 'demo', 'greengauge.yaml'), 'utf8')) as Record<string, unknown>
const HOUR_MS = 3_600_000
/** It takes some 140 s of a core: beside three others that compute as much, on two cores, that is five minutes. */
export const SIMULATED_MS_MAX = 1_200_000
const SETTLED_MS_MAX = 900_000
const TIMES = STATES.map((state) => `time_${state.toLowerCase()}`)

/** Event time of the runs, all of it in the past: a whole local day of each plant and some more. */
const LOCAL_DAYS = { from: '2026-10-12T06:00:00Z', until: '2026-10-13T23:00:00Z' }
/** The period of the demo configuration, 15 s. */
const RATE_HZ = String(1 / 15)

/**
 * A gateway with the demo plants that computes the figures that the truth states, and no others: to make all of them again for
 * each late message takes minutes.
 *
 * @param ids of the plants; all when absent
 */
export function gatewayOfDemoPlants(ids?: readonly string[]): Promise<TestGateway> {
  const kpis = ['energy_elec_import', 'pollutant_mean_nox', 'pollutant_mass_nox', 'cycles', ...TIMES]
  const wanted = (CONFIG.plants as { id: string }[]).filter(({ id }) => ids?.includes(id) ?? true)
  const plants = wanted.map((plant) => ({ ...plant, kpis, targets: [], alarms: [] }))
  return startGateway({ config: { plants } })
}

/** Plays the days with these faults and waits until every figure is made. */
export async function simulate(gateway: TestGateway, faults: string): Promise<Truth> {
  const dir = mkdtempSync(join(tmpdir(), 'greengauge-truth-'))
  const { from, until } = LOCAL_DAYS
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
  const truth = JSON.parse(readFileSync(file, 'utf8')) as Truth
  rmSync(dir, { recursive: true, force: true })
  return truth
}

/** In what the figures of the API do not do what the truth says, one sentence each. */
export async function differencesFrom(gateway: TestGateway, truth: Truth): Promise<string[]> {
  const { expected } = truth
  expect(expected.length).toBeGreaterThan(0)

  const from = truth.past?.from ?? truth.from
  const range = `from=${iso(Date.parse(from) - HOUR_MS)}&to=${truth.until}&limit=10000`
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

/** Runs the simulators as they are shipped. */
export async function simulators(
  args: readonly string[],
): Promise<{ code: number | null; stdout: string; stderr: string }> {
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
