import { expect, test } from 'vitest'
import { ConcurrencyLimit } from '../../../src/views/concurrency-limit.js'

const settled = () => new Promise((resolve) => setImmediate(resolve))

test('two are at it at a time, the next in order when one is done, also when that failed; too many are refused', async () => {
  const turns = new ConcurrencyLimit({ atOnce: 2, waitingMax: 2 })
  const ends: { readonly of: string; readonly done: () => void; readonly fail: (error: Error) => void }[] = []
  const begin = (of: string) =>
    turns.take(() => new Promise<string>((resolve, fail) => ends.push({ of, done: () => resolve(of), fail })))
  const begun = ['a', 'b', 'c', 'd'].map(begin)
  const failed = begun[0]!.catch(({ message }: Error) => message)
  await expect(begin('e')).rejects.toMatchObject({ status: 503 })
  expect(ends.map(({ of }) => of)).toEqual(['a', 'b'])
  ends[0]!.fail(new Error('the disk'))
  await settled()
  expect(ends.map(({ of }) => of)).toEqual(['a', 'b', 'c'])
  for (const of of ['b', 'c', 'd']) {
    ends.find((end) => end.of === of)!.done()
    await settled()
  }
  expect(await Promise.all([failed, ...begun.slice(1)])).toEqual(['the disk', 'b', 'c', 'd'])
  const last = begin('f')
  ends.at(-1)!.done()
  expect(await last).toBe('f')
})
