import { once } from 'node:events'
import { pino } from 'pino'
import { onTestFinished } from 'vitest'
import { systemClock } from '../../../src/base/clock.js'
import { writeFrame } from '../../../src/base/hj212/frame.js'
import { hj212Options } from '../../../src/base/options/hj212.js'
import { arrivalClock } from '../../../src/intake/arrival-clock.js'
import { type Hj212Listener, startHj212 } from '../../../src/intake/hj212/listener.js'
import type { Pressure } from '../../../src/intake/pressure.js'
import { RefusedClients } from '../../../src/intake/refused-clients.js'
import { IntakeStats } from '../../../src/intake/stats.js'
import { JournalOnCommand } from './journal-on-command.js'
import { RawClient } from './raw-client.js'

export const MN = '010000A8900016F000169DC0'
export const PW = '123456'
export const PLACE = { plant: 'p', line: 'boilers', device: 'stack-1' }

/**
 * A listener for HJ 212 with a journal on command; it ends with the test, behind the data loggers. A hook of this module would be one of the
 * first file that loads it, as several files share it.
 * @param answer what the journal answers everything with at once; undefined holds the answers back
 */
export async function startDoor(
  answer: Error | null | undefined,
  options: object = {},
  pressure: Pressure | null = null,
) {
  const journal = new JournalOnCommand(answer)
  const stats = IntakeStats.create()
  const log: string[] = []
  const logger = pino({ level: 'info' }, { write: (line: string) => log.push(line) })
  const refused = new RefusedClients(systemClock)
  const stations = [{ mn: MN, ...PLACE, password: PW }]
  const parsed = { ...hj212Options.parse({ stations, ...options }), port: 0 }
  const listener = await startHj212(parsed, journal, arrivalClock(systemClock), logger, stats, pressure, refused)
  onTestFinished(() => listener.close())
  return { listener, journal, stats, log, refused, frames: () => stats.read().hj212.frames }
}

export async function dialDoor(listener: Hj212Listener): Promise<RawClient> {
  const raw = await RawClient.dial(listener.port)
  onTestFinished(async () => {
    if (raw.isClosed) return
    raw.socket.destroy()
    await once(raw.socket, 'close')
  })
  return raw
}

/** A frame with real-time data that wants an answer, unless told otherwise. `n` makes it another one. */
export function frameOf(
  n: number,
  { mn = MN, pw = PW, flag = '5', cn = '2011', letters = 'upper' as 'upper' | 'lower', padding = 0 } = {},
): Buffer {
  const qn = `20240101000000${String(n).padStart(3, '0')}`
  const cp = `DataTime=20240101000000;a21026-Rtd=${n},a21026-Flag=N${'0'.repeat(padding)}`
  return Buffer.from(writeFrame(`QN=${qn};ST=31;CN=${cn};PW=${pw};MN=${mn};Flag=${flag};CP=&&${cp}&&`, letters))
}

/** Answer that a data logger waits for after `frameOf(n)`. */
export function answerTo(n: number): Buffer {
  const qn = `20240101000000${String(n).padStart(3, '0')}`
  return Buffer.from(writeFrame(`QN=${qn};ST=91;CN=9014;PW=${PW};MN=${MN};Flag=4;CP=&&&&`))
}
