import { expect, test } from 'vitest'
import type { KpiPoint } from '../../../src/base/kpi.js'
import type { ReportItem } from '../../../src/base/report.js'
import type { DeviceState, PlantNode } from '../../../src/base/wire.js'
import { PublishedResults, type PublishedSources } from '../../../src/cluster/results/published.js'
import { pointsSubject } from '../../../src/cluster/results/subjects.js'

/** An owner whose plants, points and reports a test sets; what it offers is said at once. */
function owner() {
  let tell = (_points: readonly KpiPoint[]) => {}
  const state = { nowMs: 1_000_000, plants: [] as PlantNode[], latest: [] as KpiPoint[], reports: [] as ReportItem[] }
  const sources = {
    clock: { nowMs: () => state.nowMs },
    plants: () => state.plants,
    latest: (plant: string) => state.latest.filter((point) => point.plant === plant),
    alarms: () => [],
    reports: () => state.reports,
    entryRules: () => ({ fourEyes: false, tolerancePct: 2 }),
    onPoints: (listener: typeof tell) => {
      tell = listener
      return () => {}
    },
    onAlarm: () => () => {},
    onReport: () => () => {},
  } as unknown as PublishedSources
  const said: [string, unknown][] = []
  const told = new PublishedResults(0, sources, (subject, content) => {
    const made = content.make()
    said.push([subject.replace('greengauge.results.0.', ''), made])
    content.said?.(made)
  })
  told.listen()
  return { state, told, publish: (...points: KpiPoint[]) => tell(points), said: () => said.splice(0) }
}

const plant = (state: DeviceState, messages = 0) =>
  ({ id: 'p', lines: [{ id: 'l', name: {}, devices: [{ id: 'd', state, messages }] }] }) as unknown as PlantNode
const point = (id: string, provisional: boolean) =>
  ({ plant: 'p', scope: 'device', id, kpi: 'k', window: '1m', start: '2026-01-05T10:00:00Z', provisional }) as KpiPoint
const subjects = (said: readonly [string, unknown][]) => said.map(([subject]) => subject)

test('a plant is told of when a device has become another, its counters every ten seconds', () => {
  const { state, told, said } = owner()
  state.plants = [plant('online')]
  told.look()
  expect(subjects(said())).toEqual(['plant.p'])
  state.plants = [plant('online', 5)]
  state.nowMs += 9_999
  told.look()
  expect(said()).toEqual([])
  state.nowMs += 1
  told.look()
  expect(subjects(said())).toEqual(['plant.p'])
  state.plants = [plant('stale', 5)]
  told.look()
  expect(subjects(said())).toEqual(['plant.p'])
})

test('what is no more is withdrawn: a plant, a report, a figure', () => {
  const { state, told, publish, said } = owner()
  state.plants = [plant('online')]
  state.reports = [{ id: 'r', version: 1 } as ReportItem]
  state.latest = [point('d', false)]
  expect(told.lookThrough()).toHaveLength(3)
  expect(subjects(said()).toSorted()).toEqual(['plant.p', 'points.p.device.d.1m', 'report.r.1'])
  publish(point('d', false))
  said()
  state.latest = []
  state.reports = []
  told.lookThrough()
  expect(said()).toEqual([
    ['report.r.1', null],
    ['points.p.device.d.1m', null],
  ])
  state.plants = []
  expect(told.lookThrough()).toEqual([])
  expect(said()).toEqual([['plant.p', null]])
})

test('windows that have closed are said at once; of many that are open a thousand a second', () => {
  const { state, publish, said } = owner()
  const open = Array.from({ length: 3000 }, (_, i) => point(`d${i}`, true))
  publish(...open)
  expect(said()).toHaveLength(3000)
  state.nowMs += 500
  publish(...open, point('d0', false))
  expect(subjects(said())).toEqual([pointsSubject(0, open[0]!).replace('greengauge.results.0.', '')])
  state.nowMs += 2400
  publish(...open.slice(0, 2000))
  expect(said()).toEqual([])
  state.nowMs += 200
  publish(open[1]!)
  expect(said()).toHaveLength(3000)
})
