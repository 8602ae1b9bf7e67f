// @module-tag deep
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import mqtt from 'mqtt'
import { uniformInt } from 'pure-rand/distribution/uniformInt'
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { QUARTER_HOUR_MS } from '../../src/base/durations.js'
import type { SeriesAnswer } from '../../src/base/wire.js'
import type { ConfigAnswer, ConfigSaved } from '../../src/views/wire/configuration.js'
import { getJson, removeData, settled, startGateway, type TestGateway } from '../support/gateway.js'

/**
 * Proves that random edits and undos (100, or as many as EDITS says) of a gateway that runs end in the same bytes of the file and the same figures of days that
 * are over, also where edits put devices into these days, or move them in these to another line, and undos take that back.
 */

const CHANGES = Number(process.env.EDITS ?? 100)
const SEED = 20261201
/** A version that is older than the last 200 cannot be brought back. */
const DEPTH_MAX = 12
/** After so many tries all is undone, and looked at. */
const ROUNDS = 100
const PLANT = { id: 'wuxi', name: { en: 'Wuxi' }, timezone: 'Asia/Shanghai', lines: [{ id: 'hall' }, { id: 'press' }] }
const SENT_MS = Date.parse('2026-10-05T00:00:00+08:00')
const DAY = '2026-10-05'
const KWH: Readonly<Record<string, number>> = { 'main-1': 4, 'sub-1': 2, 'sub-2': 1 }

let gateway: TestGateway
let file: string

beforeAll(async () => {
  gateway = await startGateway({ config: { plants: [PLANT] } })
  file = join(gateway.dir, 'greengauge.yaml')
  writeFileSync(file, `# by hand\n${readFileSync(file, 'utf8')}# the end\n`)
  const client = await mqtt.connectAsync(gateway.mqttUrl)
  for (const [device, kwh] of Object.entries(KWH)) {
    const samples = Array.from({ length: 2 * 96 }, (_, i) => {
      return { ts: SENT_MS + i * QUARTER_HOUR_MS, metrics: { elec_import_kwh: 1000 + (i * kwh) / 4 } }
    })
    await client.publishAsync(`plants/wuxi/hall/${device}/energy`, JSON.stringify(samples), { qos: 1 })
  }
  await client.endAsync()
})
afterAll(async () => {
  await gateway?.stop()
  if (gateway !== undefined) removeData(gateway)
})

async function change(path: string, body: object, hash: string): Promise<ConfigSaved | null> {
  const answer = await fetch(`${gateway.httpUrl}/api/v1/config${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'if-match': `"${hash}"` },
    body: JSON.stringify(body),
  })
  if (answer.status === 400) return null
  expect(answer.status, await answer.clone().text()).toBe(200)
  // On a slow machine the answer may say that it is still to come: the next one waits behind it.
  return (await answer.json()) as ConfigSaved
}

async function figures(): Promise<object> {
  await settled(gateway)
  const span = 'from=2026-10-04T16:00:00Z&to=2026-10-05T16:00:00Z'
  const of = [
    'energy_elec_import/series?window=1h',
    'energy_elec_import/series?window=1d',
    'energy_elec_import/series?window=1h&scope=line&id=hall',
    'energy_elec_import/series?window=1d&scope=line&id=press',
    'data_completeness/series?window=1h',
  ]
  const all = await Promise.all(
    of.map((one) => getJson<SeriesAnswer>(gateway, `/api/v1/plants/wuxi/kpis/${one}&${span}`)),
  )
  // A figure that was made again has another revision, and is the same figure; one that was taken back is none.
  return all.map(({ points }) =>
    points.flatMap(({ rev: _, ...point }) => (point.value === null && point.denominator === 0 ? [] : [point])),
  )
}

const plant = ['plants', 'wuxi']
const rng = xoroshiro128plus(SEED)
const below = (n: number) => uniformInt(rng, 0, n - 1)
const oneOf = <T>(items: readonly T[]): T => items[below(items.length)]!

/** An edit that may be right: of one that is not nothing comes. */
function randomEdit(): object {
  const device = oneOf(Object.keys(KWH))
  const role = oneOf(['main', 'sub', undefined])
  const at = [...plant, 'devices', device]
  return oneOf([
    { op: 'add', path: [...plant, 'devices'], value: { id: device, line: 'hall', role, holds_from: DAY } },
    { op: 'add', path: [...plant, 'devices'], value: { id: device, role } },
    { op: 'remove', path: at },
    { op: 'set', path: [...at, 'holds_from'], value: oneOf([DAY, '2026-10-06', '2026-10-01']) },
    { op: 'set', path: [...at, 'moves'], value: [{ from: DAY, line: oneOf(['hall', 'press']) }] },
    { op: 'set', path: [...at, 'line'], value: oneOf(['hall', 'press']) },
    { op: 'set', path: [...at, 'role'], value: oneOf(['main', 'sub']) },
    { op: 'set', path: [...plant, 'name', 'zh'], value: oneOf(['无锡', '无锡一厂']) },
    { op: 'set', path: [...plant, 'grid_region'], value: oneOf(['CN-JS', 'CN-GRID-E']) },
    { op: 'set', path: [...plant, 'timezone'], value: oneOf(['Europe/Berlin', 'Asia/Shanghai']) },
    { op: 'add', path: [...plant, 'lines'], value: { id: `line-${below(9)}` } },
    { op: 'add', path: [...plant, 'targets'], value: { kpi: 'oee', window: '1d', min: below(9) / 10 } },
  ])
}

test('random edits and undos end in the same bytes and the same figures', async () => {
  const before = { text: readFileSync(file, 'utf8'), figures: await figures() }
  let { hash } = await getJson<ConfigAnswer>(gateway, '/api/v1/config')
  const first = await change('', { edits: [{ op: 'set', path: [...plant, 'employees'], value: 9 }] }, hash)
  ;({ hash } = first!)
  let current = first!.version
  // The text that was found became the version before it.
  const stack = [current - 1]
  let [made, differing] = [1, 0]
  const undo = async () => {
    const saved = await change('/undo', { version: stack.pop() }, hash)
    // The text of this depth is that of the newest version now.
    ;({ hash, version: current } = saved!)
    made++
  }
  const undoAll = async () => {
    if (JSON.stringify(await figures()) !== JSON.stringify(before.figures)) differing++
    while (stack.length > 0) await undo()
    expect(readFileSync(file, 'utf8')).toBe(before.text)
  }
  for (let round = 1; made < CHANGES; round++) {
    if (round % ROUNDS === 0) await undoAll()
    else if (stack.length >= DEPTH_MAX || (stack.length > 0 && below(3) === 0)) await undo()
    else {
      const saved = await change('', { edits: [randomEdit()] }, hash)
      if (saved === null) continue
      stack.push(current)
      ;({ hash, version: current } = saved)
      made++
    }
  }
  await undoAll()
  expect(await figures()).toEqual(before.figures)
  // Some of the edits have changed these days in between, or nothing was proved.
  expect(differing).toBeGreaterThan(0)
}, 1_800_000)
