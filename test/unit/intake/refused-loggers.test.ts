import { expect, test, vi } from 'vitest'
import { chineseOf } from '../../../dashboards/src/configuration/problems/chinese.js'
import { SOON } from '../../support/soon.js'
import { dialDoor, frameOf, startDoor } from './started-hj212.js'

/** Proves that a data logger whose frames are not taken is told of with its address and what to do, until one is taken. */

const damaged = (): Buffer => {
  const frame = frameOf(1)
  // The last digit of the CRC stands before CR and LF.
  frame[frame.length - 3] = frame[frame.length - 3] === 0x30 ? 0x31 : 0x30
  return frame
}

test.each([
  ['a wrong PW', frameOf(1, { pw: '999999' }), 'hj212_password', 'its PW is not that of the station'],
  ['an MN of no station', frameOf(1, { mn: 'X'.repeat(24) }), 'hj212_station', 'no station has this MN'],
  ['a wrong CRC', damaged(), 'hj212_frame', 'length, CRC or form'],
])('%s', async (_, frame, reason, detail) => {
  const { listener, refused } = await startDoor(null)
  const logger = await dialDoor(listener)
  logger.send(frame)
  const known = await vi.waitUntil(() => refused.changes(), SOON)
  expect(known).toMatchObject([
    { client: 'HJ 212', address: '127.0.0.1', reason, detail: expect.stringContaining(detail), count: 1 },
  ])
  expect(chineseOf(known![0]!.detail)).toMatch(/[一-鿿]/)
  logger.send(frameOf(2))
  await vi.waitFor(() => expect(refused.changes()).toEqual([]), SOON)
})

test('a damaged frame of a logger whose frames are taken is an accident of the line', async () => {
  const { listener, refused, frames } = await startDoor(null)
  const logger = await dialDoor(listener)
  logger.send(frameOf(1))
  logger.send(damaged())
  await vi.waitFor(() => expect(frames()).toMatchObject({ taken: 1, bad: 1 }), SOON)
  expect(refused.changes()).toBeNull()
})
