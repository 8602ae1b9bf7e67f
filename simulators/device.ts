import type { MqttClient } from 'mqtt'
import type { Clock } from '../src/base/clock.js'
import { topicOf } from '../src/base/topic.js'
import { connectTo, disconnect } from './broker.js'
import type { SimulatedDevice } from './demo-plants.js'
import type { PlantRegisters } from './physics/registers.js'
import { Publisher } from './publisher.js'
import { payloadOf, sampleOf } from './samples.js'
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
  registers: PlantRegisters,
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
  const samples = await sendWhatIsDue(publisher, device, registers, timetable, clock, signal)
  await sayGoodbye(client, status)
  return { messages: publisher.sent, acknowledged: publisher.acknowledged, samples }
}

async function sendWhatIsDue(
  publisher: Publisher,
  device: SimulatedDevice,
  registers: PlantRegisters,
  timetable: Timetable,
  clock: Clock,
  signal: AbortSignal,
): Promise<number> {
  const topic = topicOf(device.path, 'energy')
  let samples = 0
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
    const message = payloadOf(due.map((ts) => sampleOf(device, registers, ts, timetable.seq(ts))))
    if (!(await publisher.publish(topic, message))) break
    samples += due.length
    next = timetable.after(last)
  }
  await publisher.drained()
  return samples
}

/** A clean DISCONNECT sends no will, so the device says itself that it goes. */
async function sayGoodbye(client: MqttClient, status: string): Promise<void> {
  if (client.connected) client.publish(status, 'offline', { qos: 1, retain: true })
  await disconnect(client)
}
