import { type JetStreamClient, type JetStreamManager, jetstream, jetstreamManager } from '@nats-io/jetstream'
import { connect, type NatsConnection } from '@nats-io/transport-node'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { systemClock } from '../../src/base/clock.js'
import { unpacked } from '../../src/cluster/packed.js'
import { answerViewers } from '../../src/cluster/request/answers.js'
import { OwnerClient } from '../../src/cluster/request/owner-client.js'
import { epochOf } from '../../src/cluster/results/epoch.js'
import { existingResults } from '../../src/cluster/results/existing.js'
import { ResultsPublisher } from '../../src/cluster/results/publisher.js'
import { ensureResults } from '../../src/cluster/results/stream.js'
import { plantSubject } from '../../src/cluster/results/subjects.js'
import { RESULTS_STREAM } from '../../src/nats/names.js'
import { ProblemError } from '../../src/views/problem.js'
import type { ViewSources } from '../../src/views/views.js'
import { until } from '../support/gateway.js'
import { type NatsServers, startNats } from '../support/nats.js'
import { findServer } from '../support/servers.js'
import { SOON_MS } from '../support/soon.js'

const natsServer = findServer('nats-server')
let nats: NatsServers
let connection: NatsConnection
let stream: JetStreamClient
let manager: JetStreamManager
const stopping = new AbortController()
/** Each test has a partition of its own. */
let partition = 0

/** An owner as it begins: it knows what stands in the stream. */
async function owner(epoch: number) {
  const lease = { isHeld: true }
  const { sequences } = await existingResults(stream, partition)
  const publisher = new ResultsPublisher({ stream, manager, lease, epoch, clock: systemClock, sequences })
  void publisher.run(stopping.signal)
  return { lease, publisher, say: (subject: string, said: unknown) => publisher.offer(subject, { make: () => said }) }
}

async function standing(subject: string): Promise<{ said: unknown; epoch: number } | null> {
  const last = await manager.streams.getMessage(RESULTS_STREAM, { last_by_subj: subject })
  if (last === null) return null
  return { said: last.data.length === 0 ? null : unpacked(last.data), epoch: epochOf(last.header) }
}

describe.skipIf(natsServer === null)('what an owner tells viewers over NATS', () => {
  beforeAll(async () => {
    nats = await startNats(natsServer!)
    connection = await connect({ servers: [...nats.urls] })
    stream = jetstream(connection, { timeout: SOON_MS })
    manager = await jetstreamManager(connection, { checkAPI: false, timeout: SOON_MS })
    await ensureResults(manager, 1)
  })

  afterAll(async () => {
    stopping.abort()
    await connection.close()
    await nats.remove()
  })

  test('one that was stopped while another took over replaces nothing of the other, and falls silent', async () => {
    partition = 1
    const subject = plantSubject(partition, 'p')
    const before = await owner(1)
    before.say(subject, 'first')
    await until(async () => (await standing(subject))?.said === 'first')
    const after = await owner(2)
    after.say(subject, 'second')
    await until(async () => (await standing(subject))?.said === 'second')
    // It still believes in its lease: between its look at it and its message it was stopped.
    before.say(subject, 'stale')
    await until(() => before.publisher.isFenced)
    expect(await standing(subject)).toEqual({ said: 'second', epoch: 2 })
    expect(after.publisher.isFenced).toBe(false)
  })

  test('the next owner takes over a subject to which the one before has said something late', async () => {
    partition = 2
    const subject = plantSubject(partition, 'p')
    const before = await owner(1)
    const after = await owner(2)
    before.say(subject, 'late')
    await until(async () => (await standing(subject))?.said === 'late')
    after.say(subject, 'mine')
    await until(async () => (await standing(subject))?.said === 'mine')
    expect(after.publisher.isFenced).toBe(false)
  })

  test('nothing is published while the lease is not certain, and the newest once it is', async () => {
    partition = 3
    const subject = plantSubject(partition, 'p')
    const one = await owner(1)
    one.lease.isHeld = false
    for (let value = 1; value <= 1000; value++) one.say(subject, value)
    await until(() => one.publisher.trouble.startsWith('the lease of the partition is not certain'))
    expect(await standing(subject)).toBe(null)
    one.lease.isHeld = true
    await until(async () => (await standing(subject))?.said === 1000)
    await until(() => one.publisher.trouble === '')
  })

  test('what is no more is an empty message', async () => {
    partition = 4
    const subject = plantSubject(partition, 'p.1')
    const one = await owner(1)
    one.say(subject, { a: 1 })
    await until(async () => (await standing(subject)) !== null)
    one.say(subject, null)
    await until(async () => (await standing(subject))?.said === null)
  })

  test('while NATS is slow what comes in is coalesced: it takes no message a value, and nobody waits', async () => {
    partition = 5
    const one = await owner(1)
    const subject = plantSubject(partition, 'p')
    const { messages: before } = (await manager.streams.info(RESULTS_STREAM)).state
    nats.servers[0]!.pause()
    let made = 0
    const make = (value: number) => () => {
      made++
      return value
    }
    for (let value = 0; value < 50_000; value++) one.publisher.offer(subject, { make: make(value) })
    // Nobody has answered yet, and of what was replaced meanwhile nothing was made.
    expect([made <= 1, one.publisher.isSaid(subject)]).toEqual([true, false])
    nats.servers[0]!.resume()
    await until(async () => (await standing(subject))?.said === 49_999)
    expect(made).toBeLessThan(100)
    const { messages, last_seq: last } = (await manager.streams.info(RESULTS_STREAM)).state
    expect(messages).toBe(before + 1)
    expect(last).toBeLessThan(100)
  })

  describe('questions', () => {
    const sources = {
      device: async (_plant: string, device: string) => (device === 'none' ? null : { device }),
      accounting: async () => {
        throw new ProblemError(409, 'not now', undefined, 7)
      },
      points: async () => ['x'.repeat(10_000)],
      events: async () => {
        throw new Error('secret detail')
      },
      health: () => [],
      stores: () => [],
      measures: () => ({}),
      disk: () => ({}),
      alarmChannels: () => [],
      authorities: () => [],
    } as unknown as ViewSources
    const lease = { isHeld: true }
    const lines: string[] = []
    let owners: OwnerClient
    let stop: () => void

    beforeAll(() => {
      const all = new Proxy(sources, { get: (of, name) => Reflect.get(of, name) ?? (() => null) })
      const narrow: NatsConnection = Object.create(connection, { info: { value: { max_payload: 9000 } } })
      stop = answerViewers({
        connection: narrow,
        partition: 0,
        lease,
        sources: all,
        log: (_level, text) => lines.push(text),
      })
      owners = new OwnerClient({ connection, partitions: 2, clock: systemClock })
      void owners.run(stopping.signal)
    })

    test('are answered, with null for nothing', async () => {
      expect(await owners.request(0, 'device', 'p', 'd')).toEqual({ device: 'd' })
      expect(await owners.request(0, 'device', 'p', 'none')).toBe(null)
    })

    test('of what the owner refuses come back as it said', async () => {
      await expect(owners.request(0, 'accounting', false)).rejects.toMatchObject({
        status: 409,
        message: 'not now',
        retryAfterS: 7,
      })
    })

    test('whose answer is more than a message may be are told so', async () => {
      const query = {} as Parameters<ViewSources['points']>[0]
      await expect(owners.request(0, 'points', query)).rejects.toMatchObject({ status: 413 })
    })

    test('that fail are for the log of the owner', async () => {
      const query = {} as Parameters<ViewSources['events']>[0]
      await expect(owners.request(0, 'events', query)).rejects.toThrow('its log says why')
      expect(lines.join()).toContain('secret detail')
    })

    test('of what nobody may ask are refused', async () => {
      await expect(owners.request(0, 'gate' as 'ledger')).rejects.toMatchObject({ status: 501 })
    })

    test('to a partition without an owner fail at once, with its number', async () => {
      // For this client no silence is ever long enough: it has to hear that nobody listens.
      const sleep = (_ms: number, signal?: AbortSignal) =>
        new Promise<void>((resolve) => signal?.addEventListener('abort', () => resolve()))
      const patient = new OwnerClient({ connection, partitions: 2, clock: { ...systemClock, sleep } })
      await expect(patient.request(1, 'ledger')).rejects.toThrow(/^Partition 1 has no owner at present/)
      await expect(owners.requestAll('ledger')).rejects.toMatchObject({ status: 503 })
    })

    test('to an owner that has lost its lease are not answered', async () => {
      lease.isHeld = false
      await expect(owners.request(0, 'device', 'p', 'd')).rejects.toThrow(/^Partition 0 has no owner at present/)
      await until(() => owners.silentSince(0) !== null)
      lease.isHeld = true
      await until(() => owners.silentSince(0) === null)
      stop()
    })
  })
})
