import { MessageChannel } from 'node:worker_threads'
import { expect, test } from 'vitest'
import { PortCalls } from '../../../src/pipeline/port-calls.js'

test('each side has done what it is asked for, or says why not', async () => {
  const { port1, port2 } = new MessageChannel()
  const done: string[] = []
  const here = new PortCalls(port1, async () => {
    done.push('here')
  })
  const there = new PortCalls(port2, async () => {
    done.push('there')
    if (done.length > 2) throw new Error('not again')
  })
  // A wait for a port keeps no process alive, so something else has to.
  const awake = setInterval(() => undefined, 1000)
  await Promise.all([here.request(), there.request()])
  expect([...done].sort()).toEqual(['here', 'there'])
  await expect(here.request()).rejects.toThrow('not again')
  clearInterval(awake)
  port1.close()
})

test('nobody waits for a side that is gone', async () => {
  const { port1, port2 } = new MessageChannel()
  const here = new PortCalls(port1, async () => undefined)
  const waiting = expect(here.request()).rejects.toThrow('the gateway has stopped')
  port2.close()
  await waiting
  await expect(here.request()).rejects.toThrow('the gateway has stopped')
})
