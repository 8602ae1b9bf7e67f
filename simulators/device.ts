import type { MqttClient } from 'mqtt'
import type { Clock } from '../src/base/clock.js'
import { topicOf } from '../src/base/topic.js'
import { connectTo, disconnect } from './broker.js'
import type { Sample, SimulatedDevice } from './plant.js'
import { Publisher } from './publisher.js'
import { payloadOf } from './samples.js'
import { say } from './stop.js'
import type { Timetable } from './timetable.js'

/** A few messages keep the line busy; more would only be memory, and a burst for the broker after an outage. */
const IN_FLIGHT_MAX = 4

export interface DeviceCount {
  readonly messages: number
  readonly acknowledged: number
  readonly samples: number
}

/**
 * One device on a connection of its own, until its timetable ends or the command is stopped. Back-fill, live samples
 * and what an outage held up are the same to it: whatever is due and not sent yet goes next, in one message.
 */
export async function runDevice(
  url: string,
  device: SimulatedDevice,
  timetable: Timetable,
  clock: Clock,
  signal: AbortSignal,
): Promise<DeviceCount> {
  const { plant, device: id } = device.path
  const status = topicOf(device.path, 'status')
  const client = await connectTo(url, {
    clientId: `sim-${plant}-${id}`,
    will: { topic: status, payload: Buffer.from('offline'), qos: 1, retain: true },
  })
  const online = () => client.publish(status, 'online', { qos: 1, retain: true })
  online()
  client.on('connect', online)
  const publisher = new Publisher(client, IN_FLIGHT_MAX, signal)
  const samples = await sendWhatIsDue(publisher, device, timetable, clock, signal)
  await sayGoodbye(client, status)
  return { messages: publisher.sent, acknowledged: publisher.acknowledged, samples }
}

async function sendWhatIsDue(
  publisher: Publisher,
  device: SimulatedDevice,
  timetable: Timetable,
  clock: Clock,
  signal: AbortSignal,
): Promise<number> {
  const topic = topicOf(device.path, device.class)
  let samples = 0
  let toldMs = timetable.firstMs
  let next: number | null = timetable.firstMs
  let isBackfilling = next < timetable.liveFromMs
  while (next !== null && !signal.aborted) {
    if (isBackfilling && next >= timetable.liveFromMs) {
      isBackfilling = false
      if (await publisher.drained()) say(`back-fill ${device.path.device}: ${samples} samples acknowledged`)
    }
    const due = timetable.due(next, clock.nowMs())
    const last = due.at(-1)
    if (last === undefined) {
      await clock.sleep(timetable.dueAt(next) - clock.nowMs(), signal)
      continue
    }
    const message = samplesOf(device, timetable, due, toldMs)
    if (message.length > 0 && !(await publisher.publish(topic, payloadOf(message)))) break
    samples += message.length
    toldMs = last + 1
    next = timetable.after(last)
  }
  await publisher.drained()
  return samples
}

/** A device that sends on change tells what has happened since it told last. */
function samplesOf(device: SimulatedDevice, timetable: Timetable, due: readonly number[], toldMs: number): Sample[] {
  if (device.isOnChange) return [...device.samples(toldMs, due.at(-1)! + 1, 1)]
  return due.flatMap((ts) => {
    const seq = timetable.seq(ts)
    return device.samples(ts, ts + 1, 1).map((sample) => (seq === null ? sample : { ...sample, seq }))
  })
}

/** A clean DISCONNECT sends no will, so the device says itself that it goes. */
async function sayGoodbye(client: MqttClient, status: string): Promise<void> {
  if (client.connected) client.publish(status, 'offline', { qos: 1, retain: true })
  await disconnect(client)
}
