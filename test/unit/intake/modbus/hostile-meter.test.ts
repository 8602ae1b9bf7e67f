/** Meters whose answers are none to what was asked: nothing of them is a value. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { MeterLine, type PollFault } from '../../../../src/intake/modbus/meter-line.js'
import { ATTACKS, HostileMeter, rightly } from '../../../support/hostile-meter.js'

let meter: HostileMeter
beforeAll(async () => {
  meter = await HostileMeter.start()
})
afterAll(() => meter.close())

const open = () => MeterLine.open({ host: '127.0.0.1', port: meter.port, timeoutMs: 300 }, new AbortController().signal)
const read = async (line: MeterLine) =>
  line.read(1, { fc: 3, address: 0, count: 2 }).then(
    (hex) => Buffer.from(hex, 'hex').readFloatBE(),
    ({ result }: PollFault) => result,
  )

/** A right answer that a busy machine delivers too late is asked for again. */
async function readInTime(line: MeterLine): Promise<unknown> {
  for (let asked = line; ; asked = await open()) {
    const found = await read(asked)
    asked.close()
    if (found !== 'timeout') return found
  }
}

test.each(ATTACKS)('%s', async (_, attack) => {
  const line = await open()
  meter.answer = attack
  for (let n = 0; n < 3 && line.isOpen; n++)
    expect(await read(line)).toMatch(/timeout|bad_answer|exception|unreachable/)
  meter.answer = rightly(100)
  expect(await readInTime(line.isOpen ? line : await open())).toBe(100)
  line.close()
})
