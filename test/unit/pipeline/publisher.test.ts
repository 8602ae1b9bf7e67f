import { expect, test } from 'vitest'
import type { KpiPoint } from '../../../src/base/kpi.js'
import { historyWithMemory } from '../../../src/pipeline/history-with-memory.js'
import { Bench, reading } from '../../support/engine.js'

const at = (time: string) => Date.parse(`2025-07-01T${time}:00Z`)
const kwh = (time: string, value: number) => reading({ metric: 'elec_import_kwh', ts: at(time), value })

async function withBench(work: (bench: Bench) => Promise<void>): Promise<void> {
  const bench = await Bench.open()
  try {
    await work(bench)
  } finally {
    await bench.close()
  }
}

test('a window is provisional in the store until it is over, then final, with rev 0', () =>
  withBench(async (bench) => {
    const quarter = { kpi: 'energy_elec_import', window: '15m', start: at('10:00') } as const
    await bench.feed([kwh('10:00', 0), kwh('10:10', 10)])
    expect(await bench.point(quarter)).toMatchObject({ provisional: true, value: 10, coverage: 1 })
    await bench.feed([kwh('10:20', 20)])
    expect(await bench.point(quarter)).toMatchObject({ provisional: false, value: 15, rev: 0 })
  }))

test('what changes a final window raises its rev, a repeat does not', () =>
  withBench(async (bench) => {
    const quarter = { kpi: 'energy_elec_import', window: '15m', start: at('10:00') } as const
    await bench.feed([kwh('10:00', 0), kwh('10:10', 10), kwh('10:20', 20)])
    await bench.feed([kwh('10:10', 10)])
    expect((await bench.point(quarter))?.rev).toBe(0)
    await bench.feed([kwh('10:12', 15)])
    expect((await bench.point(quarter))?.rev).toBe(1)
    await bench.restart()
    await bench.settle()
    expect((await bench.point(quarter))?.rev).toBe(1)
  }))

test('listeners hear of every final point once', () =>
  withBench(async (bench) => {
    const heard: KpiPoint[] = []
    bench.publisher.listen((points) => heard.push(...points))
    await bench.feed([kwh('10:00', 0), kwh('10:10', 10), kwh('10:20', 20)])
    await bench.cycle()
    const finals = heard.filter((point) => !point.provisional)
    expect(new Set(finals.map((p) => `${p.scope} ${p.kpi} ${p.window} ${p.start}`)).size).toBe(finals.length)
    expect(finals.length).toBe(await bench.store.finalCount())
  }))

test('a figure that becomes final is answered at any moment: before it is stored, while it is, and after', () =>
  withBench(async (bench) => {
    const stream = { plant: 'p', scope: 'plant', id: 'p', kpi: 'energy_elec_import', window: '15m' } as const
    const query = { ...stream, fromMs: at('10:00'), toMs: at('10:15'), limit: 9, afterMs: null }
    const answered = () => historyWithMemory(bench.store, bench.engine, query)
    await bench.feed([kwh('10:00', 0), kwh('10:10', 10)])
    expect(await answered()).toMatchObject([{ provisional: true }])

    await bench.commit([kwh('10:20', 20)])
    const result = await bench.engine.cycle()
    expect(await answered()).toMatchObject([{ provisional: false, value: 15 }])
    // Memory has let go of it before the store is asked.
    const late = {
      points: async (q: typeof query) => bench.publisher.publish(result).then(() => bench.store.points(q)),
    }
    expect(await historyWithMemory(late, bench.engine, query)).toMatchObject([{ provisional: false, value: 15 }])
    expect(bench.engine.inMemory(stream).some(({ startMs }) => startMs === query.fromMs)).toBe(false)
    expect(await answered()).toMatchObject([{ provisional: false, value: 15 }])
  }))
