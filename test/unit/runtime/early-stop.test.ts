import { EventEmitter } from 'node:events'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { EarlyStop } from '../../../src/runtime/early-stop.js'

/** A process that keeps which signals it sends. */
class FakeProcess extends EventEmitter {
  readonly pid = 7
  readonly killed: string[] = []
  kill(pid: number, signal: string): void {
    this.killed.push(`${pid} ${signal}`)
  }
}

describe('a stop that is asked for during the start', () => {
  let fake: FakeProcess
  let said: string[]
  let early: EarlyStop
  beforeEach(() => {
    vi.useFakeTimers()
    fake = new FakeProcess()
    said = []
    early = new EarlyStop(fake, 10_000, (line) => said.push(line))
  })
  afterEach(() => vi.useRealTimers())

  test.each(['SIGTERM', 'SIGINT'] as const)('%s waits for the end of the start, and is said', (signal) => {
    fake.emit(signal, signal)
    vi.advanceTimersByTime(9_999)
    expect(said).toEqual([expect.stringContaining(`${signal} came during the start`)])
    expect(early.release()).toBe(true)
    vi.advanceTimersByTime(60_000)
    expect(fake.killed).toEqual([])
  })

  test('ends the process when the start takes longer than that', () => {
    fake.emit('SIGTERM', 'SIGTERM')
    vi.advanceTimersByTime(10_000)
    expect(fake.killed).toEqual(['7 SIGTERM'])
    expect(fake.eventNames()).toEqual([])
  })

  test('ends it at once when it comes again', () => {
    fake.emit('SIGINT', 'SIGINT')
    fake.emit('SIGTERM', 'SIGTERM')
    expect(fake.killed).toEqual(['7 SIGTERM'])
  })

  test('leaves nothing behind where nobody asks', () => {
    expect(early.release()).toBe(false)
    expect(fake.eventNames()).toEqual([])
  })
})
