import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test, vi } from 'vitest'
import { SOON } from '../support/soon.js'
import type { RawClient } from '../unit/intake/raw-client.js'
import { answerTo, dialDoor, frameOf, MN, PLACE, PW, startDoor } from '../unit/intake/started-hj212.js'

const waitFor = (condition: () => void) => vi.waitFor(condition, SOON)

/** Sends something that is answered, and waits for the answer: nothing that was sent before it is on its way any more. */
async function marker(logger: RawClient, n = 999): Promise<void> {
  logger.send(frameOf(n))
  await logger.receives(answerTo(n))
}

describe('the answer', () => {
  test('waits for the disk, and comes in order', async () => {
    const { listener, journal } = await startDoor(undefined)
    const logger = await dialDoor(listener)
    logger.send(frameOf(1), frameOf(2), frameOf(3))
    await waitFor(() => expect(journal.waiting).toBe(3))
    expect(logger.received).toHaveLength(0)
    journal.commit(1)
    await logger.receives(answerTo(1))
    expect(logger.received).toEqual(answerTo(1))
    journal.commit()
    await logger.receives(answerTo(3))
    expect(logger.received).toEqual(Buffer.concat([answerTo(1), answerTo(2), answerTo(3)]))
  })

  test('goes out only where it is asked for; all frames are journaled as they came', async () => {
    const { listener, journal, frames } = await startDoor(null)
    const logger = await dialDoor(listener)
    logger.send(frameOf(1, { flag: '4' }))
    await marker(logger)
    expect(logger.received).toEqual(answerTo(999))
    expect(journal.messages).toMatchObject([
      { ingress: 'hj212', client: 'hj212:127.0.0.1', topic: `hj212/${MN}`, qos: 0 },
      { qos: 1 },
    ])
    expect(journal.messages[0]!.payload).toEqual(frameOf(1, { flag: '4' }).subarray(0, -2))
    expect(frames()).toEqual({ taken: 2, bad: 0, unknown_station: 0, wrong_password: 0 })
  })

  test('to a heartbeat is that to a notice; what comes again is answered again', async () => {
    const { listener, journal } = await startDoor(null)
    const logger = await dialDoor(listener)
    logger.send(frameOf(1, { cn: '9015' }))
    await logger.receives(Buffer.from('CN=9013'))
    logger.send(frameOf(2), frameOf(2))
    await logger.receives(Buffer.concat([answerTo(2), answerTo(2)]))
    expect(journal.messages).toHaveLength(3)
  })

  test('never comes when the journal refuses: the connection is closed, and the data logger sends it again', async () => {
    const { listener } = await startDoor(new Error('disk'))
    const logger = await dialDoor(listener)
    logger.send(frameOf(1))
    await logger.closes()
    expect(logger.received).toHaveLength(0)
  })

  test('still reaches a data logger that has sent all it has', async () => {
    const { listener, journal } = await startDoor(undefined)
    const logger = await dialDoor(listener)
    logger.socket.end(frameOf(1))
    await waitFor(() => expect(journal.waiting).toBe(1))
    journal.commit()
    await logger.receives(answerTo(1))
    await logger.closes()
  })

  test('goes out before the gateway stops', async () => {
    const { listener, journal } = await startDoor(undefined)
    const logger = await dialDoor(listener)
    logger.send(frameOf(1))
    await waitFor(() => expect(journal.waiting).toBe(1))
    const closed = listener.close()
    journal.commit()
    await closed
    await logger.receives(answerTo(1))
    await logger.closes()
  })
})

describe('what is not taken is journaled too, and not answered', () => {
  test('a frame with a wrong password, under a topic that says so', async () => {
    const { listener, journal, frames, log } = await startDoor(null)
    const logger = await dialDoor(listener)
    logger.send(frameOf(1, { pw: '654321' }))
    await marker(logger)
    expect(logger.received).toEqual(answerTo(999))
    expect(journal.messages.map(({ topic }) => topic)).toEqual([`hj212/${MN}/wrong-password`, `hj212/${MN}`])
    expect(frames()).toMatchObject({ wrong_password: 1, taken: 1 })
    expect(log.join('')).not.toMatch(/654321|123456/)
  })

  test('a frame of no station', async () => {
    const { listener, journal, frames } = await startDoor(null)
    const logger = await dialDoor(listener)
    logger.send(frameOf(1, { mn: 'A1' }), frameOf(2, { mn: '../../x' }))
    await marker(logger)
    expect(journal.messages.map(({ topic }) => topic)).toEqual(['hj212/A1', 'hj212/unknown', `hj212/${MN}`])
    expect(frames()).toMatchObject({ unknown_station: 2 })
  })

  test('a damaged frame, under the station whose connection it is', async () => {
    const { listener, journal, frames } = await startDoor(null)
    const logger = await dialDoor(listener)
    const damaged = frameOf(1)
    damaged[30]! ^= 4
    logger.send(damaged)
    await marker(logger)
    logger.send(damaged)
    await marker(logger, 998)
    expect(journal.messages.map(({ topic }) => topic)).toEqual([
      ...['hj212/unknown', `hj212/${MN}`],
      ...[`hj212/${MN}`, `hj212/${MN}`],
    ])
    expect(journal.messages[0]!.payload).toEqual(damaged.subarray(0, -2))
    expect(frames()).toMatchObject({ bad: 2, taken: 2 })
  })

  test('a check sum in the other case; a station that writes it so is answered in it', async () => {
    const lower = frameOf(1, { letters: 'lower' })
    expect(lower).not.toEqual(frameOf(1))
    const strict = await startDoor(null)
    const refused = await dialDoor(strict.listener)
    refused.send(lower)
    await marker(refused)
    expect(strict.frames()).toMatchObject({ bad: 1, taken: 1 })
    const { listener } = await startDoor(null, { stations: [{ mn: MN, ...PLACE, crc: 'lower' }] })
    const logger = await dialDoor(listener)
    logger.send(lower)
    const answer = answerTo(1).toString()
    await logger.receives(Buffer.from(answer.slice(0, -6) + answer.slice(-6).toLowerCase()))
  })

  test('every single flipped bit: rejected, counted, and the frames behind it are taken', async () => {
    const { listener, frames } = await startDoor(null, { refused_max: 1000 })
    const logger = await dialDoor(listener)
    const frame = frameOf(1, { flag: '4' })
    let flips = 0
    for (let bit = 0; bit < 8 * frame.length; bit++) {
      const flipped = Buffer.from(frame)
      flipped[bit >> 3]! ^= 1 << (bit & 7)
      logger.send(flipped, frame)
      flips++
    }
    await marker(logger)
    // Each of the frames between, and the marker; of the flipped ones none.
    expect(frames().taken).toBe(flips + 1)
    expect(frames().bad).toBeGreaterThanOrEqual(flips)
  })

  test('and who sends nothing else is closed', async () => {
    const { listener, journal, frames } = await startDoor(null, { refused_max: 5 })
    const logger = await dialDoor(listener)
    logger.send(Buffer.alloc(100_000, '#'))
    await logger.closes()
    expect(frames().bad).toBe(5)
    expect(journal.messages).toHaveLength(5)
  })
})

describe('a password in a file', () => {
  test('is read again when another one comes', async () => {
    const dir = mkdtempSync(join(tmpdir(), 'greengauge-'))
    const file = join(dir, 'pw')
    writeFileSync(file, 'old\n')
    const { listener, frames } = await startDoor(null, {
      stations: [{ mn: MN, ...PLACE, password_file: file }],
      refused_max: 1000,
    })
    const logger = await dialDoor(listener)
    logger.send(frameOf(1, { pw: 'old' }))
    await waitFor(() => expect(frames().taken).toBe(1))
    writeFileSync(file, 'new\n')
    await waitFor(() => {
      logger.send(frameOf(2, { pw: 'new' }))
      expect(frames().taken).toBeGreaterThan(1)
    })
    logger.send(frameOf(3, { pw: 'old' }))
    const before = frames().wrong_password
    await waitFor(() => expect(frames().wrong_password).toBeGreaterThan(before))
    rmSync(dir, { recursive: true })
  })

  test('that cannot be read stops the start, and names the setting', async () => {
    const stations = [{ mn: MN, ...PLACE, password_file: '/nonexistent/pw' }]
    await expect(startDoor(null, { stations })).rejects.toThrow(`password_file of the station ${MN} of hj212`)
  })
})

test('other stations come into force for those who are connected', async () => {
  const { listener, frames } = await startDoor(null)
  const logger = await dialDoor(listener)
  await marker(logger)
  listener.replaceStations([])
  logger.send(frameOf(1))
  await waitFor(() => expect(frames().unknown_station).toBe(1))
})

describe('bounds', () => {
  test('of more than hj212.connections the oldest is closed of the station with the most', async () => {
    const { listener, stats } = await startDoor(null, { connections: 1 })
    const first = await dialDoor(listener)
    await marker(first)
    const second = await dialDoor(listener)
    await marker(second)
    await first.closes()
    expect(second.isClosed).toBe(false)
    expect(stats.read().hj212).toMatchObject({ connections: 1, dropped: { connections: 1, unproved: 0 } })
    second.socket.destroy()
    await waitFor(() => expect(stats.read().hj212.connections).toBe(0))
  })

  test('the log names the station whose connection was closed, not the one that came', async () => {
    const stations = [
      { mn: MN, ...PLACE, password: PW },
      { mn: 'OTHER', ...PLACE, device: 'stack-2', password: PW },
    ]
    const { listener, log } = await startDoor(null, { connections: 2, stations })
    const crowd = [await dialDoor(listener), await dialDoor(listener)]
    for (const one of crowd) await marker(one)
    const other = await dialDoor(listener)
    other.send(frameOf(999, { mn: 'OTHER' }))
    await crowd[0]!.closes()
    expect(log.filter((line) => line.includes('hj212.connections'))).toEqual([
      expect.stringContaining(`"station":"${MN}"`),
    ])
  })

  test('connections of which no frame was taken keep no station out, and a station keeps its place', async () => {
    const { listener, stats, log } = await startDoor(null, { connections: 2, unproved: 10 })
    const station = await dialDoor(listener)
    await marker(station)
    for (let i = 0; i < 30; i++) await dialDoor(listener)
    for (let i = 0; i < 30; i++) (await dialDoor(listener)).send(frameOf(i, { pw: 'wrong' }))
    const another = await dialDoor(listener)
    await marker(another)
    await marker(station)
    expect(stats.read().hj212.dropped.unproved).toBeGreaterThanOrEqual(50)
    expect(log.length).toBeLessThan(6)
  })

  test('who is in the middle of a frame for too long is closed; what had come is journaled', async () => {
    const { listener, journal, frames } = await startDoor(null, { frame_s: 1 })
    const slow = await dialDoor(listener)
    const silent = await dialDoor(listener)
    slow.send(frameOf(1).subarray(0, 50))
    await slow.closes()
    expect(silent.isClosed).toBe(false)
    expect(frames().bad).toBe(1)
    expect(journal.messages[0]!.payload).toHaveLength(50)
  })

  test('who is silent for too long is closed, but not while the journal keeps it waiting', async () => {
    const { listener, journal } = await startDoor(undefined, { idle_s: 1 })
    const waiting = await dialDoor(listener)
    waiting.send(frameOf(1))
    await waitFor(() => expect(journal.waiting).toBe(1))
    await (await dialDoor(listener)).closes()
    expect(waiting.isClosed).toBe(false)
    journal.commit()
    await waiting.receives(answerTo(1))
    await waiting.closes()
  })

  test('a connection is not read on while much of it waits for the journal', async () => {
    const { listener, journal, frames } = await startDoor(undefined)
    const logger = await dialDoor(listener)
    const frame = frameOf(1, { flag: '4' })
    const flood = Buffer.concat(Array.from({ length: 1000 }, () => frame))
    for (let i = 0; i < 20; i++) logger.socket.write(flood)
    await waitFor(() => expect(frames().taken).toBeGreaterThan(100))
    // The system's buffers hold what it does not read: a second time round nothing more has come.
    let before = -1
    await waitFor(() => {
      const now = frames().taken
      const isStill = now === before
      before = now
      expect(isStill).toBe(true)
    })
    expect(before * frame.length).toBeLessThan(256 * 1024)
    journal.answer = null
    journal.commit()
    await waitFor(() => expect(frames().taken).toBe(20_000))
  })
})
