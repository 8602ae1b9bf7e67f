import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { frameFaults, readFrame, writeFrame } from '../../../src/base/hj212/frame.js'
import { type FramePiece, FrameScanner } from '../../../src/intake/hj212/scanner.js'

const FRAME = Buffer.from(writeFrame('QN=20240101000000000;ST=31;CN=2011;MN=A1;Flag=5;CP=&&DataTime=20240101000000&&'))
const SOUND = FRAME.subarray(0, -2)
const OTHER = Buffer.from(writeFrame('QN=20240101000030000;ST=31;CN=2011;MN=A1;Flag=5;CP=&&DataTime=20240101000030&&'))

function scan(chunks: readonly Uint8Array[], segmentBytesMax = 9999): FramePiece[] {
  const scanner = new FrameScanner(segmentBytesMax)
  return [...chunks.flatMap((chunk) => pushed(scanner, Buffer.from(chunk)))]
}

function pushed(scanner: FrameScanner, chunk: Buffer): FramePiece[] {
  scanner.push(chunk)
  const pieces: FramePiece[] = []
  for (let piece = scanner.next(); piece !== null; piece = scanner.next()) pieces.push(piece)
  return pieces
}

const texts = (pieces: readonly FramePiece[], isSound: boolean) =>
  pieces.filter((piece) => piece.isSound === isSound).map(({ bytes }) => bytes.toString('latin1'))
const sound = (pieces: readonly FramePiece[]) => texts(pieces, true)
const bad = (pieces: readonly FramePiece[]) => texts(pieces, false)

describe('a stream of frames', () => {
  test('is cut into frames without their line ends, however its bytes come', () => {
    const stream = Buffer.concat([FRAME, OTHER, FRAME])
    const expected = [FRAME, OTHER, FRAME].map((frame) => ({ isSound: true, bytes: frame.subarray(0, -2) }))
    expect(scan([stream])).toEqual(expected)
    expect(scan([...stream].map((byte) => Uint8Array.of(byte)))).toEqual(expected)
  })

  test('may have blank lines between them', () => {
    expect(scan([Buffer.concat([Buffer.from('\r\n\r\n'), FRAME, Buffer.from('\n'), FRAME])])).toHaveLength(2)
  })

  test('may have no line ends: a frame is whole when the next one begins, the last one when nothing more comes', () => {
    const scanner = new FrameScanner(9999)
    expect(sound(pushed(scanner, Buffer.concat([SOUND, SOUND])))).toEqual([SOUND.toString()])
    expect(scanner.rest()).toEqual({ isSound: true, bytes: SOUND })
  })

  test('with something else before a frame gives both', () => {
    const pieces = scan([Buffer.from('AT+OK\r\nnoise'), FRAME, Buffer.from('###'), FRAME.subarray(1), OTHER])
    expect(sound(pieces)).toEqual([SOUND.toString(), SOUND.toString(), OTHER.subarray(0, -2).toString()])
    expect(bad(pieces)).toEqual(['AT+OK', 'noise', '#', '#'])
  })

  test('goes on behind a frame that was cut short, whatever length that declares', () => {
    const torn = Buffer.from('##0901QN=2024\r\n')
    const pieces = scan([torn, FRAME])
    expect(bad(pieces)).toEqual(['##0901QN=2024'])
    expect(sound(pieces)).toHaveLength(1)
    expect(sound(scan([FRAME.subarray(0, 20), FRAME, OTHER]))).toHaveLength(2)
  })

  test('holds what is not whole, and gives it away when asked', () => {
    const scanner = new FrameScanner(9999)
    expect(pushed(scanner, FRAME.subarray(0, 30))).toEqual([])
    expect(scanner.heldBytes).toBe(30)
    expect(scanner.rest()?.bytes.toString()).toBe(FRAME.subarray(0, 30).toString())
    expect([scanner.heldBytes, scanner.rest()]).toEqual([0, null])
  })

  test('never holds more than one frame of the largest size, of whatever comes', () => {
    const scanner = new FrameScanner(100)
    let badBytes = 0
    for (let i = 0; i < 1000; i++) {
      for (const piece of pushed(scanner, Buffer.alloc(77, 'x'))) badBytes += piece.bytes.length
      expect(scanner.heldBytes).toBeLessThan(112)
    }
    expect(badBytes + scanner.heldBytes).toBe(77_000)
  })

  test('has no frame that declares more than may come', () => {
    expect(sound(scan([FRAME], 60))).toEqual([])
    expect(bad(scan([FRAME], 60))).toEqual([SOUND.toString()])
  })
})

describe('one flipped bit', () => {
  test.each(Array.from({ length: FRAME.length }, (_, at) => at))(
    'in byte %i of a frame rejects it, and it alone',
    (at) => {
      for (let bit = 0; bit < 8; bit++) {
        const flipped = Buffer.from(FRAME)
        flipped[at]! ^= 1 << bit
        const pieces = scan([OTHER, flipped, OTHER, OTHER])
        // A letter of the check sum in another case is left to who knows how the station writes it.
        const others = sound(pieces).filter((text) => text !== OTHER.subarray(0, -2).toString())
        expect(others.filter((text) => readFrame(Buffer.from(text))?.crcLetters === 'upper')).toEqual([])
        expect(sound(pieces).length - others.length).toBe(3)
        expect(bad(pieces).length + others.length).toBeGreaterThan(0)
      }
    },
  )
})

test('whatever comes, in whatever chunks: nothing is lost, and sound is what the decoder will call so', () => {
  const chunk = fc.oneof(
    fc.constant(FRAME),
    fc.constant(FRAME.subarray(0, 40)),
    fc.constant(SOUND),
    fc.constant(Buffer.from('##')),
    fc.uint8Array({ maxLength: 30 }),
  )
  fc.assert(
    fc.property(fc.array(chunk, { maxLength: 12 }), fc.integer({ min: 1, max: 50 }), (parts, size) => {
      const stream = Buffer.concat(parts)
      const scanner = new FrameScanner(200)
      const pieces: FramePiece[] = []
      for (let at = 0; at < stream.length; at += size) pieces.push(...pushed(scanner, stream.subarray(at, at + size)))
      const rest = scanner.rest()
      if (rest !== null) pieces.push(rest)
      for (const { isSound, bytes } of pieces) {
        const frame = readFrame(bytes)
        expect(frame !== null && frameFaults(frame).length === 0).toBe(isSound)
      }
      const withoutLineEnds = (text: string) => text.replace(/[\r\n]/g, '')
      const all = pieces.map(({ bytes }) => bytes.toString('latin1')).join('')
      expect(withoutLineEnds(all)).toBe(withoutLineEnds(stream.toString('latin1')))
    }),
    { numRuns: 500 },
  )
})
