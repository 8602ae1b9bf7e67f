import { execFile } from 'node:child_process'
import { existsSync, readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { randomStream } from '../../../simulators/random.js'
import { RECORD_KINDS } from '../../../src/archive/record/kinds.js'
import { MANIFEST_NAME, readManifest } from '../../../src/archive/record/manifest.js'
import { nameOfDelta, nameOfSenders, nameOfStates } from '../../../src/archive/record/names.js'
import type { SeriesAnswer } from '../../../src/base/wire.js'
import { nodeDisk } from '../../../src/journal/disk.js'
import { segmentPath, segmentsIn } from '../../../src/journal/segment.js'
import { greengauge } from '../../support/cli.js'
import {
  accounting,
  allReadings,
  getJson,
  readiness,
  removeData,
  settled,
  startGateway,
  type TestGateway,
  until,
} from '../../support/gateway.js'
import { MeteredClient } from '../load.js'
import { type Injection, injectedCount, injecting } from './injected.js'

/** Small segments and frequent deltas: what takes days at a plant takes seconds here. */
const HASTY = { journal: { segment_bytes: 65_536 }, archive: { delta_s: 1, delta_bytes: 150_000 } }
const LIFE_MS = 3000
/** A start under strace, on a machine that has much else to do. */
const START_MS_MAX = 30_000
const DEVICES = ['meter-1', 'meter-2']
const READY_MS_MAX = 90_000
const LOOK_MS = 100
/** Names that will be given next are guessed so far. */
const AHEAD = 12

/** Places at which system calls go wrong. */
export const PLACES = ['journal', 'archive', 'database', 'ledger', 'reports', 'backup', 'anywhere'] as const
export type Place = (typeof PLACES)[number]

const SYNCS = ['fsync', 'fdatasync']
const WRITES = ['pwrite64', 'write', 'writev']
const NAMES = ['rename', 'unlink', 'ftruncate', 'link']

export interface RefusedLives {
  readonly lives: number
  /** Calls that went wrong by intention, by place and kind: "journal error=EIO". */
  readonly injected: Readonly<Record<string, number>>
  /** Gateways that ended by themselves, though no signal was sent; each was started again. */
  readonly ended: readonly string[]
  readonly readings: number
  readonly broken: readonly string[]
}

/** A gateway with two meters that send, whatever becomes of it. */
interface Loaded {
  gateway: TestGateway
  readonly meters: readonly MeteredClient[]
  readonly broken: string[]
}

/**
 * Lives of a gateway under load in which a system call is answered with an error, or ends the process. After each: the
 * next start is ready, the accounting closes, nothing was set aside, and what is on the disk is found right offline. At the
 * end every acknowledged reading is there once, with every figure.
 */
export async function refusedLives(
  count: number,
  seed: number,
  each: (life: number, what: string) => void,
): Promise<RefusedLives> {
  const random = randomStream('syscalls', seed)
  const wrapper: string[] = []
  const plants = [{ id: MeteredClient.plant, name: { en: 'Refused' }, timezone: 'UTC', kpis: ['energy_elec_import'] }]
  const gateway = await startGateway({ config: { ...HASTY, plants }, wrapper })
  const meters = DEVICES.map((device) => new MeteredClient(gateway, device, 1))
  const loaded: Loaded = { gateway, meters, broken: [] }
  const injected: Record<string, number> = {}
  const ended: string[] = []
  try {
    for (let life = 0; life < count; life++) {
      const place = PLACES[life % PLACES.length]!
      const injection = drawn(place, random, loaded.gateway.dataDir)
      const what = `${place} ${injection.how} ${injection.calls.join('/')} ${injection.when}`
      each(life, what)
      await live(loaded, place, injection, wrapper, (hits, exit) => {
        const key = `${place} ${injection.how}`
        injected[key] = (injected[key] ?? 0) + hits
        if (exit !== null) ended.push(`life ${life} (${what}): ${exit.replaceAll(loaded.gateway.dataDir, 'DATA')}`)
      })
      await isRight(loaded, `after life ${life} (${what})`)
    }
    const readings = await compare(loaded)
    return { lives: count, injected, ended, readings, broken: loaded.broken }
  } finally {
    for (const meter of meters) await meter.end()
    await loaded.gateway.stop('SIGKILL')
    removeData(loaded.gateway)
  }
}

async function live(
  loaded: Loaded,
  place: Place,
  injection: Injection,
  wrapper: string[],
  say: (hits: number, exit: string | null) => void,
): Promise<void> {
  const log = join(loaded.gateway.dir, 'syscalls.trace')
  rmSync(log, { force: true })
  const traced = injecting(injection, log)
  if (place === 'backup') {
    say(await backedUp(loaded, traced, log), null)
    return
  }
  await loaded.gateway.stop('SIGKILL')
  wrapper.splice(0, wrapper.length, ...traced)
  loaded.gateway = loaded.gateway.relaunch()
  wrapper.length = 0
  const { gateway } = loaded
  const hasEnded = () => gateway.process.exitCode !== null || gateway.process.signalCode !== null
  const isUp = () =>
    readiness(gateway).then(
      ({ status }) => status === 200,
      () => false,
    )
  await until(async () => hasEnded() || (await isUp()), START_MS_MAX).catch(() => undefined)
  const untilMs = performance.now() + LIFE_MS
  while (performance.now() < untilMs && !hasEnded()) {
    if (place === 'reports') await freeze(gateway.httpUrl).catch(() => undefined)
    await sleep(LOOK_MS)
  }
  const byItself = gateway.process.exitCode
  await gateway.stop('SIGKILL')
  say(injectedCount(log), byItself === null ? null : `exit ${byItself}: ${lastError(gateway.log())}`)
  loaded.gateway = gateway.relaunch()
}

/** The gateway that was started behind a life, and what lies on the disk. */
async function isRight(loaded: Loaded, when: string): Promise<void> {
  const { broken, gateway } = loaded
  let reasons = ''
  const isReady = async () => {
    const answer = await readiness(gateway).catch(() => null)
    reasons = (answer?.checks ?? []).flatMap(({ ok, name, reason }) => (ok ? [] : [`${name}: ${reason}`])).join('; ')
    return answer?.status === 200
  }
  const isThere = await until(isReady, READY_MS_MAX).then(
    () => true,
    () => false,
  )
  if (!isThere) broken.push(`not ready ${when}: ${reasons || lastError(gateway.log())}`)
  else if (!(await accounting(gateway)).closes) broken.push(`the accounting does not close ${when}`)
  for (const name of readdirSync(gateway.dataDir)) {
    if (name.includes('.broken-')) broken.push(`${name} was set aside ${when}`)
  }
  const { code, stdout } = await greengauge('verify', gateway.dataDir)
  if (code !== 0) broken.push(`verify says ${code} ${when}: ${stdout.slice(-600)}`)
}

/** Compares what was acknowledged with what is there, and its figures; the number of acknowledged readings. */
async function compare({ gateway, meters, broken }: Loaded): Promise<number> {
  for (const meter of meters) meter.stop()
  await until(() => meters.every(({ inFlight }) => inFlight === 0), READY_MS_MAX)
  if (!(await settled(gateway)).closes) broken.push('the accounting does not close in the end')
  let readings = 0
  for (const { device, acknowledged, sent } of meters) {
    const of = { plant: MeteredClient.plant, device, metric: MeteredClient.metric }
    const there = (await allReadings(gateway, of)).map(({ ts, value }) => [Date.parse(ts), value] as const)
    const values = new Map(there)
    const lost = [...acknowledged].filter(([ts, value]) => values.get(ts) !== value).length
    if (lost > 0) broken.push(`${lost} acknowledged readings of ${device} are lost or another`)
    if (there.length !== values.size) broken.push(`${there.length - values.size} readings of ${device} are there twice`)
    if (values.size > sent) broken.push(`${device} has ${values.size} readings and sent ${sent}`)
    readings += acknowledged.size
    broken.push(...(await figuresOf(gateway, device)))
  }
  return readings
}

/** A meter counts a quarter of a kWh a second: each final quarter of an hour but the first has 225 of them. */
async function figuresOf(gateway: TestGateway, device: string): Promise<string[]> {
  const query = `window=15m&scope=device&id=${device}&from=2026-01-01T00:00:00Z&to=2026-11-01T00:00:00Z&limit=10000`
  const path = `/api/v1/plants/${MeteredClient.plant}/kpis/energy_elec_import/series?${query}`
  const { points } = await getJson<SeriesAnswer>(gateway, path)
  const wrong = points.filter(
    ({ provisional, numerator }, i) => !provisional && i > 0 && Math.abs((numerator ?? 0) - 225) > 1e-6,
  )
  return wrong.map(({ start, numerator }) => `${device} has ${numerator} kWh in the quarter of an hour from ${start}`)
}

/** Freezes a report of the days that are there; an error of the disk is a fine answer. */
async function freeze(url: string): Promise<void> {
  const post = (path: string, body: object) =>
    fetch(`${url}/api/v1${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
      signal: AbortSignal.timeout(LIFE_MS),
    })
  await post('/reports', { plants: [MeteredClient.plant], from: '2026-01-05', to: '2026-01-06' })
  const { items } = (await (await fetch(`${url}/api/v1/reports`)).json()) as { items: { id: string }[] }
  for (const { id } of items.slice(0, 1)) await post(`/reports/${id}/freeze`, { by: 'Wang', languages: ['en'] })
}

/** A backup of the running gateway goes wrong: what is left is a whole one, or none that is taken for one. */
async function backedUp(loaded: Loaded, traced: readonly string[], log: string): Promise<number> {
  const to = join(loaded.gateway.dir, 'backup')
  rmSync(to, { recursive: true, force: true })
  const cli = join(import.meta.dirname, '..', '..', '..', 'dist', 'src', 'cli.js')
  const config = join(loaded.gateway.dir, 'greengauge.yaml')
  const [program, ...rest] = [
    ...traced.filter((word) => word !== '-D'),
    process.execPath,
    cli,
    'backup',
    to,
    '--config',
    config,
  ]
  const code = await new Promise<number | null>((resolve) => {
    const child = execFile(program!, rest, () => undefined)
    child.once('close', (exit) => resolve(exit))
  })
  const isWhole = existsSync(join(to, 'backup.json'))
  const verified = isWhole ? await greengauge('verify', to) : null
  if (code === 0 && verified?.code !== 0) {
    loaded.broken.push(
      `a backup that said it was done is not right: ${verified?.stdout.slice(-400) ?? 'it has no backup.json'}`,
    )
  }
  if (code !== 0 && verified !== null && verified.code !== 0) {
    loaded.broken.push(`a backup that failed looks like one: ${verified.stdout.slice(-400)}`)
  }
  return injectedCount(log)
}

/** Draws the calls of a life that go wrong. `when` counts by thread, so it is small. */
function drawn(place: Place, random: () => number, dataDir: string): Injection {
  const pick = <T>(of: readonly T[]): T => of[Math.floor(random() * of.length)]!
  const how = pick(['error=EIO', 'error=ENOSPC', 'signal=SIGKILL', 'signal=SIGKILL'] as const)
  const within = (...names: string[]) => names.map((name) => join(dataDir, name))
  const upTo = (max: number) => 1 + Math.floor(random() * max)
  switch (place) {
    case 'journal': {
      const last = segmentsIn(nodeDisk, join(dataDir, 'journal')).at(-1) ?? 1
      const paths = Array.from({ length: AHEAD }, (_, i) => segmentPath(join(dataDir, 'journal'), last + i))
      return { calls: pick([SYNCS, WRITES, ['openat'], ['ftruncate', 'unlink']]), how, when: upTo(30), paths }
    }
    case 'archive':
      return { calls: pick([SYNCS, WRITES, NAMES, ['openat']]), how, when: upTo(4), paths: archivePaths(dataDir) }
    case 'database':
      return {
        calls: pick([['fsync'], WRITES, ['openat'], ['unlink', 'ftruncate']]),
        how,
        when: upTo(12),
        paths: within('archive.duckdb', 'archive.duckdb.wal'),
      }
    case 'ledger':
      return {
        calls: pick([SYNCS, WRITES, NAMES, ['openat']]),
        how,
        when: upTo(5),
        paths: within('ledger', 'ledger/ledger.jsonl', 'ledger/head.json', 'ledger/head.json.unfinished'),
      }
    // Whatever the thread of the reports, a backup, or anybody else does with names and syncs.
    case 'reports':
      return { calls: pick([SYNCS, NAMES]), how, when: upTo(25), paths: [] }
    case 'backup':
      return { calls: pick([SYNCS, ['mkdir', 'rename'], ['openat']]), how: how, when: upTo(20) + 20, paths: [] }
    case 'anywhere':
      return { calls: pick([SYNCS, NAMES, ['pwrite64']]), how, when: upTo(40), paths: [] }
  }
}

function archivePaths(dataDir: string): string[] {
  const dir = join(dataDir, 'archive')
  const sequence = existsSync(join(dir, MANIFEST_NAME)) ? readManifest(dir).sequence : 0
  const files = Array.from({ length: AHEAD }, (_, i) => sequence + 1 + i).flatMap((next) => [
    ...RECORD_KINDS.map((kind) => nameOfDelta(next, kind)),
    nameOfSenders(next),
    nameOfStates(next),
  ])
  const named = [MANIFEST_NAME, ...files].flatMap((name) => [name, `${name}.unfinished`])
  return [dir, ...['deltas', 'senders', 'states', ...named].map((name) => join(dir, name))]
}

function lastError(log: string): string {
  const lines = log
    .trim()
    .split('\n')
    .filter((line) => !/^\{"level":"(debug|info|warn)"/.test(line))
  return lines.slice(-12).join(' ').slice(-600)
}
