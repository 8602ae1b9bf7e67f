import { EventEmitter } from 'node:events'
import type { Socket } from 'node:net'
import { expect, onTestFinished, test, vi } from 'vitest'
import { Strangers } from '../../../src/access/places/strangers.js'

function socketOf(address: string): Socket {
  const socket = Object.assign(new EventEmitter(), { remoteAddress: address, destroyed: false, destroy: () => {} })
  return socket as unknown as Socket
}

test('a timer runs only while there is a stranger whose time can run out', () => {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval', 'performance'] })
  onTestFinished(() => void vi.useRealTimers())
  const dropped: string[] = []
  const strangers = new Strangers({ placesMax: 9, proveMs: 2000, dropped: (why) => void dropped.push(why) })
  expect(vi.getTimerCount()).toBe(0)
  const [proved, silent] = [socketOf('10.0.0.1'), socketOf('10.0.0.2')]
  strangers.enter(proved)
  strangers.enter(silent)
  strangers.prove(proved)
  expect(vi.getTimerCount()).toBe(1)
  vi.advanceTimersByTime(3000)
  expect(dropped).toEqual(['time'])
  expect(vi.getTimerCount()).toBe(0)
  strangers.enter(socketOf('10.0.0.3'))
  expect(vi.getTimerCount()).toBe(1)
  strangers.close()
})
