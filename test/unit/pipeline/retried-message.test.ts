import { afterEach, beforeEach, expect, test } from 'vitest'
import { Bench } from '../../support/engine.js'
import { messages, startOn, toTheEnd } from './started-pipeline.js'

/** Proves where a message that is decoded again stands in the order of the journal. */

let bench: Bench

beforeEach(async () => {
  bench = await Bench.open()
})

afterEach(() => bench.close())

test('a message out of the quarantine comes before the record that the journal goes on with', async () => {
  const positions: (readonly number[])[] = []
  let durable = 1
  const started = await startOn(
    bench,
    messages(2),
    (batch, commit) => {
      const { position, length } = batch.readings
      if (length > 0) positions.push(Array.from(position).slice(0, length))
      return commit()
    },
    {},
    () => durable,
  )
  const readings = async (count: number) => {
    while (positions.length < count) {
      started.clock.ms += 1000
      await new Promise((resolve) => setImmediate(resolve))
    }
  }
  await readings(1)
  await started.pipeline.retry('a')
  durable = 2
  await readings(3)
  await toTheEnd(started)
  const [first, retried, next] = positions.flat()
  expect([first! < retried!, retried! <= next!]).toEqual([true, true])
  expect(started.accounting.readingsArchived).toBe(3)
})
