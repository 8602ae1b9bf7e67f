import { readdirSync, readFileSync } from 'node:fs'
import { parse } from 'yaml'
import { PacketScanner } from '../../../src/intake/packet-scanner.js'
import { bytesOf } from '../../support/bytes.js'
import { decided, deciding, type FuzzTarget, withoutStalls } from '../target.js'

const NOTHING = Buffer.alloc(0)
const PAYLOAD_BYTES_MAX = 512
/** Size limit of what stands in for a discarded payload: the head of the packet, a token and the first 4 KiB. */
const STAND_IN_BYTES_MAX = 5000

/** The byte stream of one MQTT client, cut in other places: what comes through must be the same. */
export const target: FuzzTarget = {
  name: 'framing',
  says: 'a byte stream of an MQTT client goes through the framing guard, whole and in pieces',
  bytesMax: 2048,
  words: [
    'MQTT',
    'MQIsdp',
    '\\x10\\x0d',
    '\\x05\\x02',
    '\\x23\\x00\\x01',
    '\\x26\\x00\\x01',
    '\\x32',
    '\\x82',
    '\\xff\\xff\\xff\\x7f',
    '#',
    '+',
    '/',
    '\\xed\\xa0\\x80',
  ],
  seeds() {
    return [
      ...seedsOf('mqtt', '10 0d 0004 "MQTT" 04 02 0000 0001 "v"'),
      ...seedsOf('mqtt5', '10 0e 0004 "MQTT" 05 02 0000 00 0001 "v"'),
    ]
  },
  fuzz(input) {
    const { choice, rest } = decided(input)
    const takesStraight = (choice & 1) === 1
    const whole = scanned([rest], takesStraight)
    const size = 1 + (choice >> 1)
    const pieces: Buffer[] = []
    for (let at = 0; at < rest.length; at += size) pieces.push(rest.subarray(at, at + size))
    const cut = scanned(pieces, takesStraight)
    if (whole.told !== cut.told) throw new Error(`cut by ${size} it is ${cut.told}, whole ${whole.told}`)
    if (whole.passedBytes > rest.length + whole.packets * STAND_IN_BYTES_MAX)
      throw new Error('more came out than went in')
  },
}

export const fuzz = withoutStalls(target)

/** The rows of a folder of `test/cases`, each behind a CONNECT unless it is one. */
function seedsOf(version: string, connect: string): Buffer[] {
  const folder = new URL(`../../cases/${version}/`, import.meta.url)
  return readdirSync(folder).flatMap((name) =>
    (parse(readFileSync(new URL(name, folder), 'utf8')) as { send: string }[])
      .map(({ send }) => bytesOf(send))
      .filter((bytes) => bytes.length < 1000)
      .map((bytes) =>
        deciding(bytes.length & 0xff, name === 'connect.yaml' ? bytes : Buffer.concat([bytesOf(connect), bytes])),
      ),
  )
}

function scanned(chunks: readonly Buffer[], takesStraight: boolean) {
  const straight: string[] = []
  const said: string[] = []
  const passed: Buffer[] = []
  const scanner = new PacketScanner(
    {
      pass: (bytes) => passed.push(Buffer.from(bytes)),
      connect: (keepAliveS) => said.push(`connect ${keepAliveS}`),
      ping: () => said.push('ping'),
      straight({ bytes, topicBytes, topicAt, topicEnd, payloadAt, end, qos }) {
        const [topic, payload] = [topicBytes.toString('hex', topicAt, topicEnd), bytes.toString('hex', payloadAt, end)]
        if (takesStraight) straight.push(`${qos} ${topic} ${payload}`)
        return takesStraight
      },
    },
    PAYLOAD_BYTES_MAX,
  )
  let fault: string | null = null
  for (const chunk of chunks) {
    fault ??= scanner.scan(chunk)?.sentence ?? null
    if (scanner.isWaiting) fault ??= scanner.accept()?.sentence ?? null
    while (fault === null && scanner.isInterrupted) fault = scanner.scan(NOTHING)?.sentence ?? null
  }
  const bytes = Buffer.concat(passed)
  const told = JSON.stringify([said, straight, bytes.toString('hex'), fault])
  return { told, passedBytes: bytes.length, packets: scanner.passedPackets }
}
