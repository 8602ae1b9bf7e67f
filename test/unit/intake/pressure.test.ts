import { describe, expect, test, vi } from 'vitest'
import { Pressure } from '../../../src/intake/pressure.js'
import { SOON } from '../../support/soon.js'
import { CONNACK, connect, puback, publish } from './packets.js'
import { dial, start } from './started-broker.js'
import { dialDoor, frameOf, startDoor } from './started-hj212.js'

const PRESS_MS = 100

/** A journal that clients fill and the pipeline takes from, looked at ten times a second. */
class Journal {
  durable = 0
  taken = 0
  nowMs = 1000
  isFoldingLate = false
  isCollecting = false
  readonly pressure: Pressure

  constructor(lateS = 1) {
    this.pressure = new Pressure(lateS, () => ({
      durable: this.durable,
      taken: this.taken,
      isFoldingLate: this.isFoldingLate,
      isCollecting: this.isCollecting,
    }))
    this.pressure.look(this.nowMs)
  }

  /** @param senders read as long as they may */
  runs(ms: number, takenPerS: number, senders: readonly Sender[] = []): void {
    for (let i = 0; i < ms / PRESS_MS; i++) {
      while (senders.some(({ isHeld }) => !isHeld)) for (const sender of senders) sender.read()
      this.nowMs += PRESS_MS
      this.taken = Math.min(this.durable, this.taken + (takenPerS * PRESS_MS) / 1000)
      this.pressure.look(this.nowMs)
    }
  }

  get waiting(): number {
    return this.durable - this.taken
  }
}

/** A client that always has more to send, 500 messages in one read. */
class Sender {
  sent = 0
  isHeld = false
  readonly #flow

  constructor(
    private readonly journal: Journal,
    client: string,
    readonly chunk = 500,
  ) {
    this.#flow = journal.pressure.flowOf('mqtt', client)
  }

  read(): void {
    if (this.isHeld) return
    this.sent += this.chunk
    this.journal.durable += this.chunk
    const past = this.#flow.press(this.chunk, this.journal.nowMs)
    if (past === 0) return
    this.isHeld = true
    this.#flow.hold({ readOn: () => this.readOn() }, past)
  }

  readOn(): void {
    this.isHeld = false
    this.read()
  }
}

const told = (client: string, past: number) => ({ ingress: 'mqtt' as const, client, messages: 100, past })

describe('while more waits than the pipeline takes in a second', () => {
  test('who sends its past goes on as fast as that is taken, one after the other, and no more waits than a second of it', () => {
    const journal = new Journal()
    const senders = Array.from({ length: 20 }, (_, i) => new Sender(journal, `m${i}`))
    journal.runs(PRESS_MS, 20_000, senders)
    // Each of them is read once more than there is room.
    expect(journal.waiting).toBeLessThan(20_000)
    for (let s = 0; s < 30; s++) {
      journal.runs(1000, 20_000, senders)
      expect(journal.waiting).toBeLessThan(21_000)
    }
    // Nothing is left unused, and nobody is left out.
    expect(journal.taken).toBeGreaterThan(590_000)
    const counts = senders.map(({ sent }) => sent)
    expect(Math.min(...counts)).toBeGreaterThan(journal.taken / senders.length / 2)
  })

  test('fifty messages of the past a second are never held', () => {
    const journal = new Journal()
    journal.durable = 1_000_000
    journal.runs(1000, 10_000)
    const device = new Sender(journal, 'device', 50)
    for (let s = 0; s < 60; s++) {
      device.read()
      expect(device.isHeld).toBe(false)
      journal.nowMs += 1000
    }
  })

  test('what a client sends that is live is not held, however much it is', () => {
    const journal = new Journal()
    const bridge = new Sender(journal, 'bridge', 200)
    journal.pressure.told([told('bridge', 0)])
    journal.durable = 1_000_000
    journal.runs(1000, 10_000)
    for (let s = 0; s < 60; s++) {
      bridge.read()
      expect(bridge.isHeld).toBe(false)
      journal.nowMs += 1000
    }
    // As soon as half of it is of the past, that half counts.
    journal.pressure.told([told('bridge', 50)])
    bridge.read()
    expect(bridge.isHeld).toBe(true)
  })

  test('a client of which nobody knows is taken to send its past, until some of it is decoded', () => {
    const journal = new Journal()
    journal.durable = 1_000_000
    journal.runs(1000, 10_000)
    const bridge = new Sender(journal, 'bridge', 200)
    bridge.read()
    expect(bridge.isHeld).toBe(true)
    journal.pressure.told([told('bridge', 0)])
    bridge.readOn()
    expect(bridge.isHeld).toBe(false)
  })

  test('one message that is live says little of a client of which nobody knows', () => {
    const journal = new Journal()
    journal.durable = 1_000_000
    journal.runs(1000, 10_000)
    const bridge = new Sender(journal, 'bridge', 200)
    journal.pressure.told([{ ...told('bridge', 0), messages: 1 }])
    bridge.read()
    expect(bridge.isHeld).toBe(true)
  })

  test('a connection is read on after ten seconds in any case', () => {
    const journal = new Journal()
    journal.durable = 1_000_000
    journal.runs(1000, 10_000)
    const sender = new Sender(journal, 'm')
    sender.read()
    expect(sender.sent).toBe(500)
    journal.runs(9800, 10_000)
    expect(sender.sent).toBe(500)
    journal.runs(300, 10_000)
    expect(sender.sent).toBe(1000)
  })
})

test('a journal from which nothing is taken for a while is the buffer, as long as that lasts', () => {
  const journal = new Journal()
  journal.durable = 1_000_000
  journal.runs(14_000, 0)
  expect(journal.pressure.isOpen).toBe(false)
  journal.runs(2000, 0)
  expect(journal.pressure.isOpen).toBe(true)
})

test('after a stretch in which little was taken, who sends its past is let in faster again, up to what is taken now', () => {
  const journal = new Journal()
  const sender = new Sender(journal, 'm', 100)
  journal.runs(10_000, 100, [sender])
  const before = sender.sent
  journal.runs(10_000, 5000, [sender])
  expect(sender.sent - before).toBeGreaterThan(25_000)
  expect(journal.waiting).toBeLessThan(10_000)
})

test('while the past is folded in long slices, who sends its past is let in as fast as is taken between them', () => {
  const journal = new Journal()
  const sender = new Sender(journal, 'm', 100)
  for (let slice = 0; slice < 30; slice++) {
    journal.isFoldingLate = true
    journal.runs(2000, 0, [sender])
    journal.isFoldingLate = false
    journal.runs(PRESS_MS, 100_000, [sender])
  }
  expect(journal.taken).toBeGreaterThan(100_000)
  expect(journal.waiting).toBeLessThan(11_000)
})

describe('a pipeline that takes 800 messages at most between cycles of two seconds', () => {
  /** @returns messages taken in a minute, and the most that waited in its second half */
  function minuteOf(journal: Journal, senders: readonly Sender[], mostAtOnce: number) {
    let most = 0
    for (let cycle = 0; cycle < 30; cycle++) {
      journal.runs(2000 - PRESS_MS, 0, senders)
      if (cycle >= 15) most = Math.max(most, journal.waiting)
      journal.runs(PRESS_MS, (mostAtOnce * 1000) / PRESS_MS, senders)
    }
    return { taken: journal.taken, most }
  }

  test('has as much before each cycle as it can take, and little more', () => {
    const journal = new Journal()
    const { taken, most } = minuteOf(journal, [new Sender(journal, 'import', 40)], 800)
    expect(taken).toBeGreaterThan(29 * 800)
    expect(most).toBeLessThan(2 * 800)
  })

  test('has it again after a stretch in which it took little', () => {
    const journal = new Journal()
    const sender = new Sender(journal, 'import', 40)
    minuteOf(journal, [sender], 60)
    const before = journal.taken
    minuteOf(journal, [sender], 800)
    expect(journal.taken - before).toBeGreaterThan(20 * 800)
  })
})

test('a pipeline that takes all the time but for a short rest now and then has a second of it waiting, and no more', () => {
  const journal = new Journal()
  const senders = Array.from({ length: 20 }, (_, i) => new Sender(journal, `m${i}`))
  for (let rest = 0; rest < 6; rest++) {
    journal.runs(10_000, 20_000, senders)
    journal.runs(PRESS_MS, 0, senders)
    expect(journal.waiting).toBeLessThan(23_000)
  }
})

test('a pipeline that waits for company is not taken for a slow one: who comes with its past is let in at once', () => {
  const journal = new Journal()
  for (let second = 0; second < 30; second++) {
    journal.isCollecting = true
    journal.durable += 20
    journal.runs(1000 - PRESS_MS, 0)
    journal.isCollecting = false
    journal.runs(PRESS_MS, 10_000)
  }
  const sender = new Sender(journal, 'm', 100)
  journal.runs(PRESS_MS, 10_000, [sender])
  expect(sender.sent).toBeGreaterThanOrEqual(8_000)
})

test('without a bound nobody is held', () => {
  const journal = new Journal(0)
  const sender = new Sender(journal, 'm')
  for (let i = 0; i < 1000; i++) sender.read()
  expect(sender.isHeld).toBe(false)
})

test('a bridge of 200 devices is answered at once while another client sends its past, which is held and let on', async () => {
  const journal = new Journal()
  const setup = await start(null, {}, {}, null, journal.pressure)
  const [bridge, past] = [await dial(setup.broker), await dial(setup.broker)]
  bridge.send(connect({ id: 'bridge' }))
  past.send(connect({ id: 'past' }))
  for (const raw of [bridge, past]) await raw.receives(CONNACK)
  journal.pressure.told([told('bridge', 0), told('past', 100)])
  journal.durable = 1_000_000
  journal.runs(1000, 10_000)
  const messages = (topic: string, from: number) =>
    Array.from({ length: 200 }, (_, i) => publish({ topic, id: from + i, payload: 'x'.repeat(20) }))
  past.send(...messages('a/past', 1))
  await past.receives(puback(200))
  await vi.waitFor(() => expect(setup.stats.read().limited.figures).toBe(1), SOON)
  past.send(...messages('a/past', 201))
  // Five seconds of 200 devices that send once a second, all at once.
  for (let i = 0; i < 5; i++) {
    bridge.send(...messages('a/live', 1 + 200 * i))
    await bridge.receives(puback(200 * (i + 1)))
  }
  expect(past.received.includes(puback(400))).toBe(false)
  journal.taken = journal.durable
  journal.runs(100, 0)
  await past.receives(puback(400))
  expect(setup.stats.read().limited.figures).toBe(1)
})

test('a data logger that sends its past is read no further, answered for what was read, and let on', async () => {
  const journal = new Journal()
  journal.durable = 1_000_000
  journal.runs(1000, 10_000)
  const { listener, frames } = await startDoor(null, {}, journal.pressure)
  const logger = await dialDoor(listener)
  const some = (from: number) => Buffer.concat(Array.from({ length: 100 }, (_, i) => frameOf(from + i)))
  logger.send(some(0))
  await vi.waitFor(() => expect(frames().taken).toBe(100), SOON)
  logger.send(some(100))
  // A frame of another connection that is sent after these is taken, while these wait.
  const other = await dialDoor(listener)
  other.send(frameOf(999))
  await vi.waitFor(() => expect(frames().taken).toBe(101), SOON)
  journal.taken = journal.durable
  journal.runs(100, 0)
  await vi.waitFor(() => expect(frames().taken).toBe(201), SOON)
})

describe('while nothing waits and nothing comes', () => {
  test('nobody has to look, until something comes', () => {
    const journal = new Journal()
    let wakes = 0
    journal.pressure.onWork = () => wakes++
    journal.runs(PRESS_MS, 0)
    expect(journal.pressure.rests()).toBe(true)
    const device = new Sender(journal, 'device', 50)
    device.read()
    device.read()
    expect(wakes).toBe(1)
    expect(journal.pressure.rests()).toBe(false)
    journal.runs(1000, 10_000)
    expect(journal.pressure.rests()).toBe(true)
  })

  test('what was slow is looked at until it is known to be quick again', () => {
    const journal = new Journal()
    journal.durable = 1000
    journal.runs(5000, 100)
    journal.taken = journal.durable
    journal.runs(PRESS_MS, 0)
    expect(journal.pressure.rests()).toBe(false)
    journal.runs(30_000, 0)
    expect(journal.pressure.rests()).toBe(true)
  })
})
