import { hj212Topic } from '../../../src/base/hj212/topic.js'
import { FrameScanner } from '../../../src/intake/hj212/scanner.js'
import { corpus, framed } from '../../support/fuzz/corpus.js'
import { JudgedDecoder } from '../decoding.js'
import { decided, deciding, type FuzzTarget, withoutStalls } from '../target.js'

const SEGMENT_BYTES_MAX = 9999
const MN = '010000A8900016F000169DC0'
const FRAME_BYTES = 12
const decoder = new JudgedDecoder()

/** A TCP stream of HJ 212, or one data segment in a sound frame, from the bytes to the readings. */
export const target: FuzzTarget = {
  name: 'hj212',
  says: 'a TCP stream is cut into frames of HJ 212, and each of them is decoded',
  bytesMax: 1500,
  words: [
    '##',
    '&&',
    'QN=',
    'ST=31;',
    'CN=2011;',
    'MN=',
    'Flag=7;PNUM=2;PNO=1;',
    'CP=&&',
    'DataTime=20261124150000',
    '-Rtd=',
    '-Flag=N',
    '-ZsAvg=',
    '\\x0d\\x0a',
  ],
  seeds: () =>
    corpus(1).hj212.flatMap(({ payload }) => [
      deciding(0, Buffer.concat([payload, Buffer.from('\r\n')])),
      deciding(1, payload.subarray(6, -4)),
    ]),
  fuzz(input) {
    const { choice, rest } = decided(input)
    if (choice & 1) decoder.take(hj212Topic(choice & 2 ? 'A1' : MN), framed(rest, (choice & 2) !== 0), 'hj212')
    else cut(rest, 1 + (choice >> 1))
  },
}

export const fuzz = withoutStalls(target)

function cut(stream: Buffer, size: number): void {
  const scanner = new FrameScanner(SEGMENT_BYTES_MAX)
  const pieces: Buffer[] = []
  for (let at = 0; at < stream.length; at += size) {
    scanner.push(stream.subarray(at, at + size))
    for (let piece = scanner.next(); piece !== null; piece = scanner.next()) pieces.push(piece.bytes)
    if (scanner.heldBytes > SEGMENT_BYTES_MAX + FRAME_BYTES) throw new Error(`${scanner.heldBytes} bytes are held`)
  }
  const rest = scanner.rest()
  if (rest !== null) pieces.push(rest.bytes)
  if (letters(Buffer.concat(pieces)) !== letters(stream)) throw new Error('bytes of the stream are lost')
  for (const piece of pieces.slice(0, 8)) decoder.take(hj212Topic(MN), piece, 'hj212')
}

function letters(bytes: Buffer): string {
  return bytes.toString('latin1').replaceAll(/[\r\n]/g, '')
}
