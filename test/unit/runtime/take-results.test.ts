import { expect, test } from 'vitest'
import { takeResults } from '../../../src/runtime/intake/take-results.js'
import { start } from '../intake/started-broker.js'

const RESULT = { topic: 'results/p/plant/p/oee/day/running', payload: '1', retain: true }

test('results that come as the broker closes, and after that, are dropped quietly and answered', async () => {
  const { broker } = await start(null)
  const said: unknown[] = []
  const publishResults = () => broker.publishResult(RESULT)
  const take = () =>
    takeResults({ publishResults }, [RESULT], { warn: (...of: unknown[]) => said.push(of) }, () => said.push('taken'))
  await take()
  const closing = broker.close()
  await take()
  // The broker goes on closing meanwhile.
  for (let turn = 0; turn < 3; turn++) await new Promise((resolve) => setTimeout(resolve, 5))
  await take()
  await closing
  await take()
  expect(said).toEqual(['taken', 'taken', 'taken', 'taken'])
})

test('results that the broker does not take are named in the log and answered: the next may come', async () => {
  const said: unknown[] = []
  const publishResults = () => Promise.reject(new Error('no room'))
  const warn = (...of: unknown[]) => said.push(of)
  await takeResults({ publishResults }, [RESULT, RESULT], { warn }, () => said.push('taken'))
  expect(said).toEqual([[{ messages: 2, reason: 'no room' }, 'results could not be published'], 'taken'])
})
