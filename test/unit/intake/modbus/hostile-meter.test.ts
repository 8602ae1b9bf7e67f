/** Meters whose answers are none to what was asked: nothing of them is a value. */
import { expect, test } from 'vitest'
import { MeterLine, type PollFault } from '../../../../src/intake/modbus/meter-line.js'
import { ATTACKS, HostileMeter, rightly } from '../../../support/hostile-meter.js'

/** Long enough for a right answer on a busy machine; silence is waited for by all attacks at once. */
const ANSWER_MS = 2000

const read = async (line: MeterLine) =>
  line.read(1, { fc: 3, address: 0, count: 2 }).then(
    (hex) => Buffer.from(hex, 'hex').readFloatBE(),
    ({ result }: PollFault) => result,
  )

test.concurrent.each(ATTACKS)('%s', async (_, attack) => {
  const meter = await HostileMeter.start()
  const open = () =>
    MeterLine.open({ host: '127.0.0.1', port: meter.port, timeoutMs: ANSWER_MS }, new AbortController().signal)
  const line = await open()
  meter.answer = attack
  for (let n = 0; n < 3 && line.isOpen; n++)
    expect(await read(line)).toMatch(/timeout|bad_answer|exception|unreachable/)
  meter.answer = rightly(100)
  const next = line.isOpen ? line : await open()
  expect(await read(next)).toBe(100)
  for (const one of [line, next]) one.close()
  await meter.close()
})
