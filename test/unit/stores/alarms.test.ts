import { afterEach, beforeEach, expect, test } from 'vitest'
import type { StoredAlarmChange } from '../../../src/kpi/alarms/table.js'
import { bodiesOf } from '../../../src/stores/influx/batch-lines.js'
import { LineProtocolWriter } from '../../../src/stores/influx/schema.js'
import { Bench, plantOf, reading } from '../../support/engine.js'
import { Delivered } from '../../support/scripted-store.js'

const T0 = Date.parse('2025-07-01T10:00:00Z')
const at = (minute: number) => T0 + minute * 60_000
const kwh = (minute: number, value: number) => reading({ metric: 'elec_import_kwh', ts: at(minute), value })

let bench: Bench
beforeEach(async () => {
  const meter = { id: 'm1', role: 'main', metrics: { elec_import_kwh: { period_s: 60 } } }
  const rule = { id: 'minute', kpi: 'energy_elec_import', window: '1m', above: 10 }
  bench = await Bench.open([plantOf({ devices: [meter], alarms: [rule] })], 0)
})
afterEach(() => bench.close())

const states = (delivered: Delivered) =>
  delivered.store.batches.flatMap(({ alarms = [] }) => alarms.map(({ atMs, state }) => [atMs, state]))

test('every change of an alarm reaches a store once, and again when its stretch of time is written again', async () => {
  const delivered = Delivered.of(bench)
  await bench.feed([kwh(0, 0), kwh(1, 11), kwh(2, 22), kwh(3, 22)])
  await delivered.run()
  expect(states(delivered)).toEqual([[at(1), 'active_unack']])
  await bench.feed([kwh(4, 22), kwh(5, 22)])
  await bench.restart()
  await delivered.run()
  const both = [
    [at(1), 'active_unack'],
    [at(3), 'cleared_unack'],
  ]
  expect(states(delivered)).toEqual(both)
  await delivered.run({}, { fromMs: at(2), toMs: at(4) })
  expect(states(delivered)).toEqual([...both, both[1]])
})

test('a change is a line with all its fields, in the bodies of points', () => {
  const change: StoredAlarmChange = {
    plant: 'suzhou-1',
    id: 'press',
    rule: 'budget',
    atMs: T0,
    state: 'active_ack',
    severity: 'minor',
    value: 31,
    limit: 30,
    note: 'acknowledged: "pump" (Li)',
  }
  const batch = { samples: [], points: [], erased: [], alarms: [change] }
  const packing = {
    writer: new LineProtocolWriter(),
    bytesMax: 1000,
    paths: { readings: '/r', points: '/p' },
    isMarkingRemoved: false,
  }
  const bodies = [...bodiesOf(batch, packing, [])]
  expect(bodies.map(({ path, lines }) => [path, lines.bytes.toString().split('\n')])).toEqual([
    [
      '/p',
      [
        `alarm,id=press,plant=suzhou-1,rule=budget state="active_ack",severity="minor",value=31,limit=30,note="acknowledged: \\"pump\\" (Li)" ${T0}`,
      ],
    ],
  ])
})
