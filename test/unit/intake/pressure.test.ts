import { describe, expect, test } from 'vitest'
import { ClientRate } from '../../../src/intake/client-rates.js'
import { Pressure } from '../../../src/intake/pressure.js'

/** A journal that is filled and taken from at given rates, looked at four times a second. */
class Journal {
  durable = 0
  taken = 0
  nowMs = 1000
  readonly pressure: Pressure

  constructor(lateS = 2) {
    this.pressure = new Pressure(lateS, () => ({ durable: this.durable, taken: this.taken }))
    this.pressure.look(this.nowMs)
  }

  runs(seconds: number, comesPerS: number, takenPerS: number): void {
    for (let i = 0; i < seconds * 4; i++) {
      this.nowMs += 250
      this.durable += comesPerS / 4
      this.taken = Math.min(this.durable, this.taken + takenPerS / 4)
      this.pressure.look(this.nowMs)
    }
  }
}

describe('while more is acknowledged than can be taken in two seconds', () => {
  test('each client gets a share, and a smaller one until what waits gets less', () => {
    const journal = new Journal()
    journal.runs(1, 100_000, 10_000)
    const first = journal.pressure.messagesPerS
    expect(first).toBeLessThanOrEqual(5000)
    journal.runs(2, 20_000, 10_000)
    expect(journal.pressure.messagesPerS).toBeLessThan(first)
  })

  test('and never less than fifty messages a second', () => {
    const journal = new Journal()
    journal.runs(14, 100_000, 10_000)
    expect(journal.pressure.messagesPerS).toBe(50)
    const device = new ClientRate({ messages_per_s: 0, bytes_per_s: 0, retained_per_s: 0 }, journal.pressure)
    for (let s = 0; s < 60; s++) expect(device.press(50, journal.nowMs + s * 1000)).toBe(0)
  })

  test('who sends more than the share waits, at most a second before it is asked again', () => {
    const journal = new Journal()
    journal.runs(14, 100_000, 10_000)
    const sender = new ClientRate({ messages_per_s: 0, bytes_per_s: 0, retained_per_s: 0 }, journal.pressure)
    expect(sender.press(100, journal.nowMs)).toBe(1000)
    expect(sender.press(100_000, journal.nowMs)).toBe(1000)
  })
})

test('many clients share what one would have', () => {
  const journal = new Journal()
  const bounds = { messages_per_s: 0, bytes_per_s: 0, retained_per_s: 0 }
  const clients = Array.from({ length: 100 }, () => new ClientRate(bounds, journal.pressure))
  for (const client of clients) for (let chunk = 0; chunk < 3; chunk++) client.press(100, journal.nowMs)
  journal.runs(0.25, 400_000, 10_000)
  expect(journal.pressure.messagesPerS).toBe(50)
})

test('once all is taken nobody is slowed down any more', () => {
  const journal = new Journal()
  journal.runs(2, 100_000, 10_000)
  journal.runs(60, 0, 10_000)
  expect(journal.pressure.messagesPerS).toBe(Infinity)
})

test('a journal from which nothing is taken for a while is the buffer, as long as that lasts', () => {
  const journal = new Journal()
  journal.runs(60, 1000, 0)
  expect(journal.pressure.messagesPerS).toBe(Infinity)
})

test('without a bound nobody is slowed down', () => {
  const journal = new Journal(0)
  journal.runs(10, 100_000, 10_000)
  expect(journal.pressure.messagesPerS).toBe(Infinity)
})
