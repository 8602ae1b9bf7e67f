import { expect, test } from 'vitest'
import { standInKilled } from './ground/stand-in.js'

test('the comparison with the ledger fails for plain aedes with a list in memory', async () => {
  const { broken, acknowledged } = await standInKilled(1)
  const lost = broken.filter((one) => one.endsWith('was acknowledged and is lost'))
  expect(acknowledged).toBeGreaterThan(lost.length)
  expect(lost.length).toBeGreaterThan(100)
})
