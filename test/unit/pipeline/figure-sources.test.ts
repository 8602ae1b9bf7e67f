import { expect, test } from 'vitest'
import type { WatchedFigures } from '../../../src/base/kpi.js'
import { type FigureParts, figureSources } from '../../../src/pipeline/sources/figures.js'

test('points of a device that go on are brought up to date first; final ones alone are not', async () => {
  const asked: string[] = []
  const parts = {
    demand: { ask: async (plant: string, { id }: WatchedFigures) => void asked.push(`${plant} ${id}`) },
    engine: { inMemory: () => [] },
    stores: { history: { points: async () => [] } },
  } as unknown as FigureParts
  const { points } = figureSources(parts, () => [])
  const query = { plant: 'suzhou-1', kpi: 'energy_elec_import', scope: 'device', id: 'main-1', window: '15m' } as const
  const range = { fromMs: 0, toMs: 900_000, afterMs: null, limit: 1 }
  await points({ ...query, ...range, finalOnly: true })
  expect(asked).toEqual([])
  await points({ ...query, ...range })
  expect(asked).toEqual(['suzhou-1 main-1'])
})
