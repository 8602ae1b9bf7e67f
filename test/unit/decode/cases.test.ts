import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { QUALITIES } from '../../../src/base/quality.js'
import { type Decoded, decode } from '../../../src/decode/decode.js'

/** The message; its payload is one of `json` (written as JSON), `text` and `base64`. */
interface Input {
  readonly topic: string
  readonly json?: unknown
  readonly text?: string
  readonly base64?: string
  readonly arrivedAt: string
  readonly retain?: boolean
  readonly fullSizeBytes?: number
  readonly registered?: readonly string[]
  readonly retentionMs?: number
  /** It was journaled before devices were refused what only people may say. */
  readonly isEarlier?: boolean
}

/** Result of a message. A field that is left out is empty or null; a detail is a part of the sentence. */
interface Expected {
  readonly isDecoded: boolean
  readonly path?: null
  readonly readings?: readonly object[]
  readonly events?: readonly object[]
  readonly status?: { readonly online: boolean }
  readonly rejected?: readonly { readonly detail: string }[]
  readonly seqs?: readonly number[]
  /** Keys that nothing is read from. */
  readonly unread?: readonly string[]
}

const folder = new URL('../../cases/decode/', import.meta.url)

function load<T>(name: string, file: 'input' | 'expected'): T {
  return JSON.parse(readFileSync(new URL(`${name}/${file}.json`, folder), 'utf8'))
}

function payloadOf(input: Input): Uint8Array {
  if (input.base64 !== undefined) return Buffer.from(input.base64, 'base64')
  return Buffer.from(input.text ?? JSON.stringify(input.json))
}

function decodeInput(input: Input): Decoded {
  return decode(
    {
      topic: input.topic,
      payload: payloadOf(input),
      arrivedAt: Date.parse(input.arrivedAt),
      retain: input.retain ?? false,
      fullSizeBytes: input.fullSizeBytes ?? null,
    },
    {
      registered: input.registered === undefined ? null : new Set(input.registered),
      retentionMs: input.retentionMs ?? null,
      isEarlier: input.isEarlier ?? false,
    },
  )
}

const iso = (ts: number) => new Date(ts).toISOString()

function shown(decoded: Decoded) {
  return {
    ...decoded,
    path: decoded.path === null ? null : 'in the grammar',
    readings: decoded.readings.map(({ metric, ts, value, unit, quality, seq, tsAssumed }) => ({
      metric,
      ts: iso(ts),
      value,
      unit,
      quality: QUALITIES[quality],
      ...(seq === null ? {} : { seq }),
      ...(tsAssumed ? { tsAssumed } : {}),
    })),
    events: decoded.events.map(({ id, type, ts, fields }) => ({ id, type, ts: iso(ts), fields })),
    rejected: decoded.rejected.map((one) => (one.ts === undefined ? one : { ...one, ts: iso(one.ts) })),
  }
}

describe('decoding', () => {
  for (const name of readdirSync(folder).sort()) {
    test(name.replaceAll('-', ' '), () => {
      const expected = load<Expected>(name, 'expected')
      expect(shown(decodeInput(load<Input>(name, 'input')))).toStrictEqual({
        path: expected.path === undefined ? 'in the grammar' : null,
        readings: expected.readings ?? [],
        events: expected.events ?? [],
        status: expected.status ?? null,
        rejected: (expected.rejected ?? []).map((one) => ({ ...one, detail: expect.stringContaining(one.detail) })),
        seqs: expected.seqs ?? [],
        unread: expected.unread ?? [],
        isDecoded: expected.isDecoded,
      })
    })
  }
})
