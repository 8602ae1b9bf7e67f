import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { removeData, settled, startGateway, type TestGateway } from '../support/gateway.js'

/** Proves that a gateway for itself loads nothing of a cluster, of forwarding, of NATS, and of servers it is not set to write to. */

/** Settings and their rules are known to every gateway, so that a wrong one is found. */
const SETTINGS = new Set(['src/forward/options.ts', 'src/nats/options.ts', 'src/nats/partition.ts'])
const ON_DEMAND =
  /^(src\/(cluster|forward|nats|runtime\/cluster|intake\/nats|journal\/stream)\/|node_modules\/(@nats-io|influx|@influxdata)\/)/
/** The bundler writes the name of each module above its code. */
const MODULE = /^(?:\(function .*?\{)?\/\/! ((?:src|node_modules)\/\S+)$/gm

let gateway: TestGateway
let modules: readonly string[]
const dir = mkdtempSync(join(tmpdir(), 'greengauge-loaded-'))

beforeAll(async () => {
  const list = join(dir, 'loaded')
  const hook = new URL('./loaded-files.mjs', import.meta.url)
  gateway = await startGateway({ env: { NODE_OPTIONS: `--import=${hook.href}`, LOADED_LIST: list } })
  await settled(gateway)
  const files = new Set(readFileSync(list, 'utf8').trim().split('\n'))
  modules = [...files].flatMap((file) => [...readFileSync(file, 'utf8').matchAll(MODULE)].map(([, name]) => name!))
})

afterAll(async () => {
  await gateway.stop()
  removeData(gateway)
  rmSync(dir, { recursive: true })
})

test('all of its threads are seen', () => {
  const threads = ['runtime/gateway', 'runtime/intake-thread', 'runtime/pipeline-thread', 'journal/journal-thread']
  expect(modules).toEqual(expect.arrayContaining(threads.map((name) => `src/${name}.ts`)))
  expect(modules.some((name) => name.startsWith('node_modules/aedes/'))).toBe(true)
})

test('nothing of them is of a cluster, of forwarding, of NATS, or of a server for results', () => {
  expect(modules.filter((name) => ON_DEMAND.test(name) && !SETTINGS.has(name))).toEqual([])
})
