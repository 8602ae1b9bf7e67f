import { openSync, writeSync } from 'node:fs'
import { Meter, type MeterNotes } from './meter.js'
import type { LedgerOrder, LedgerQuestion, LedgerState } from './order.js'

/**
 * A process of its own, which no kill of a gateway reaches: takes a `LedgerOrder` as its only argument, sends a little all
 * the time and a burst when it is asked to, and writes into the ledger `sends <device> <end>` before a message is sent
 * and `acknowledged <device> <end>` after it was.
 */

/** Messages that each meter sends every `TRICKLE_MS` between bursts. */
const TRICKLE = 5
const TRICKLE_MS = 25
/** Behind so many full windows a burst ends: the gateway is killed in the middle of one, and the archive stays small. */
const BURST_WINDOWS = 6
/** Interval of the looks whether all is acknowledged, once it is to stop. */
const LOOK_MS = 20

const order = JSON.parse(process.argv[2]!) as LedgerOrder
const ledger = openSync(order.file, 'w')
const note: MeterNotes = {
  sends: (device, end) => writeSync(ledger, `sends ${device} ${end}\n`),
  acknowledged: (device, end) => writeSync(ledger, `acknowledged ${device} ${end}\n`),
}
const meters = order.meters.map((meter) => new Meter(order.port, meter, note))

function state(): LedgerState {
  const sum = (of: (meter: Meter) => number) => meters.reduce((total, meter) => total + of(meter), 0)
  return {
    sent: sum((meter) => meter.sent),
    acknowledged: sum((meter) => meter.acknowledged),
    resent: sum((meter) => meter.resent),
  }
}

const trickle = setInterval(() => {
  for (const meter of meters) if (!meter.isAllowedMore) meter.allow(TRICKLE)
}, TRICKLE_MS)

function burst(): void {
  for (const [i, meter] of meters.entries()) meter.allow(BURST_WINDOWS * order.meters[i]!.window)
}

function stop(): void {
  clearInterval(trickle)
  for (const meter of meters) meter.allow(0)
  const look = setInterval(() => {
    if (meters.some(({ sent, acknowledged }) => sent > acknowledged)) return
    clearInterval(look)
    for (const meter of meters) meter.end()
    process.send!(state())
    process.disconnect()
  }, LOOK_MS)
}

process.on('message', (question: LedgerQuestion) => {
  if (question === 'stop') {
    stop()
    return
  }
  if (question === 'burst') burst()
  process.send!(state())
})
process.on('disconnect', () => process.exit())
