import { afterEach, expect, test, vi } from 'vitest'

afterEach(() => {
  vi.unstubAllEnvs()
  vi.resetModules()
})

test('on a machine without the public data sets their journals are there, and empty', async () => {
  vi.stubEnv('DATASETS_DIR', '/nowhere')
  vi.resetModules()
  const { JOURNALS } = await import('../golden/series/journals.js')
  expect(JOURNALS.map(({ name }) => name)).toEqual(['steel', 'gas-turbine', 'ur3', 'demo-day'])
  expect(await JOURNALS[0]?.messages()).toEqual([])
})
