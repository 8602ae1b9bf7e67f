import mqtt, { type MqttClient } from 'mqtt'
import { pino } from 'pino'
import { onTestFinished, vi } from 'vitest'
import type { Certificate } from '../../../src/access/certificates.js'
import { systemClock } from '../../../src/base/clock.js'
import { arrivalClock } from '../../../src/intake/arrival-clock.js'
import { type Broker, startBroker } from '../../../src/intake/broker.js'
import type { Admission } from '../../../src/intake/broker-parts.js'
import { mqttOptions } from '../../../src/intake/options.js'
import type { Pressure } from '../../../src/intake/pressure.js'
import { IntakeStats } from '../../../src/intake/stats.js'
import { JournalOnCommand } from './journal-on-command.js'
import { RawClient } from './raw-client.js'

/**
 * A broker with a journal on command, and clients for it; all of them end with the test, the last one first. A hook of this module would be
 * one of the first file that loads it, as several files share it.
 */
export const cleanups = {
  push: (cleanup: () => unknown): void => onTestFinished(async () => void (await cleanup())),
}

/** For bounds by the second: however long a test takes, for the broker no time passes in it. */
export function clockStands(): void {
  const clock = vi.spyOn(performance, 'now').mockReturnValue(performance.now())
  onTestFinished(() => void clock.mockRestore())
}

export interface Setup {
  broker: Broker
  journal: JournalOnCommand
  stats: IntakeStats
  log: string[]
}

export async function start(
  answer: Error | null | undefined,
  options: object = {},
  admission: Partial<Admission> = {},
  certificate: Certificate | null = null,
  pressure: Pressure | null = null,
): Promise<Setup> {
  const journal = new JournalOnCommand(answer)
  const stats = IntakeStats.create()
  const log: string[] = []
  const logger = pino({ level: 'info' }, { write: (line: string) => log.push(line) })
  const parsed = mqttOptions.parse({ port: 0, ...options })
  const asked = { isRequired: false, devices: [], credentials: [], ...admission }
  const clock = arrivalClock(systemClock)
  const broker = await startBroker(parsed, journal, clock, logger, stats, asked, certificate, pressure)
  cleanups.push(() => broker.close())
  return { broker, journal, stats, log }
}

/** A broker whose journal takes everything at once, for many tests; whoever asks for it closes it. */
export function startAlone(options: object = {}): Promise<Broker> {
  const parsed = mqttOptions.parse({ port: 0, ...options })
  const log = pino({ level: 'silent' })
  return startBroker(parsed, new JournalOnCommand(null), arrivalClock(systemClock), log, IntakeStats.create())
}

export async function client(broker: Broker, options: mqtt.IClientOptions = {}): Promise<MqttClient> {
  const connected = await mqtt.connectAsync(`mqtt://127.0.0.1:${broker.port}`, { reconnectPeriod: 0, ...options })
  connected.on('error', () => {})
  cleanups.push(() => connected.endAsync(true))
  return connected
}

export async function dial(broker: Broker): Promise<RawClient> {
  const raw = await RawClient.dial(broker.port)
  cleanups.push(() => raw.socket.destroy())
  return raw
}

/** All that a client receives, as topic and text. */
export function inbox(subscriber: MqttClient): string[] {
  const got: string[] = []
  subscriber.on('message', (topic, payload) => got.push(`${topic} ${payload}`))
  return got
}
