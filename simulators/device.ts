import type { MqttClient } from 'mqtt'
import type { Clock } from '../src/base/clock.js'
import { topicOf } from '../src/base/topic.js'
import { connectTo, cut, disconnect } from './broker.js'
import type { DeviceSamples } from './device-samples.js'
import type { DeviceFaults } from './faults/plan.js'
import { Publisher } from './publisher.js'
import { IN_FLIGHT_MAX, type Rejections, type Send, sendsOf } from './sends.js'
import { SAMPLES_A_MESSAGE_MAX } from './timetable.js'

/** Count of what a device has sent, and of what must have become of it. */
export interface DeviceCount {
  readonly messages: number
  readonly acknowledged: number
  /** Elements of messages, those that are sent twice counted twice. */
  readonly elements: number
  readonly rejections: Rejections
  /** All that the device sampled before this event time, epoch ms, has been sent. */
  readonly coveredToMs: number
}

export interface Run {
  readonly url: string
  /** Time for which the first connection is tried, ms. */
  readonly patienceMs: number
  readonly clock: Clock
  /** The device samples no more, and says what it has kept back. */
  readonly stop: AbortSignal
  /** Ends the run at once: a message that is not sent and acknowledged by then will not be. */
  readonly abandon: AbortSignal
  /** The device has sent so many samples of its past, and is in the present from now on. */
  backfilled(elements: number): void
}

/** One device on a connection of its own, until its timetable ends or the command is stopped. */
export async function runDevice(run: Run, samples: DeviceSamples, faults: DeviceFaults): Promise<DeviceCount> {
  const { path } = samples.device
  const status = topicOf(path, 'status')
  const client = await connectTo(
    run.url,
    {
      clientId: `sim-${path.plant}-${path.device}`,
      will: { topic: status, payload: Buffer.from('offline'), qos: 1, retain: true },
    },
    run.patienceMs,
    run.stop,
  )
  const online = () => client.publish(status, 'online', { qos: 1, retain: true })
  online()
  client.on('connect', online)
  const count = await sendAll(client, run, samples, faults)
  await publishGoodbye(client, status)
  return count
}

async function sendAll(
  client: MqttClient,
  { clock, stop, abandon, backfilled }: Run,
  samples: DeviceSamples,
  faults: DeviceFaults,
): Promise<DeviceCount> {
  const { path, class: kind } = samples.device
  const { timetable } = samples
  const { firstMs, liveFromMs } = timetable
  const topic = topicOf(path, kind)
  const publisher = new Publisher(client, IN_FLIGHT_MAX, abandon)
  const rejections: Record<string, number> = {}
  let elements = 0
  let coveredToMs = firstMs
  let isBackfilling = firstMs < liveFromMs
  const source = sendsOf({
    samples,
    faults: faults.ofSamples,
    looksMax: faults.looksMax ?? SAMPLES_A_MESSAGE_MAX,
    clock,
    signal: stop,
    onCovered: (toMs) => {
      coveredToMs = toMs
      const nextMs = isBackfilling ? timetable.after(toMs - 1) : null
      if (nextMs === null || nextMs < liveFromMs) return
      isBackfilling = false
      backfilled(elements)
    },
  })
  const sends = faults.ofSends.reduce<AsyncIterable<Send>>((before, fault) => fault(before), source)
  for await (const send of sends) {
    if (!(await publisher.publish(topic, send.payload))) break
    if (send.isCut) cut(client)
    elements += send.elements
    for (const [reason, n] of Object.entries(send.rejections)) rejections[reason] = (rejections[reason] ?? 0) + n
  }
  await publisher.drained()
  return { messages: publisher.sent, acknowledged: publisher.acknowledged, elements, rejections, coveredToMs }
}

/** A clean DISCONNECT sends no will, so the device says itself that it goes. */
async function publishGoodbye(client: MqttClient, status: string): Promise<void> {
  if (client.connected) client.publish(status, 'offline', { qos: 1, retain: true })
  await disconnect(client)
}
