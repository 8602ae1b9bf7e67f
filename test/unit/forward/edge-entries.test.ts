import { headers } from '@nats-io/transport-node'
import { expect, test } from 'vitest'
import { EDGE_HEADER, encodeBatch, TO_HEADER } from '../../../src/forward/batch.js'
import { type ForwardedMessage, forwardedEntries } from '../../../src/forward/edge-entries.js'
import type { IntakeEntryMessage } from '../../../src/intake/journal-sink.js'
import { encodeEntries } from '../../../src/journal/entries.js'
import { MQTT_HEADER } from '../../../src/nats/names.js'
import { message, TS } from '../../support/intake-messages.js'

const EDGE = '6c1f0a3e-7d7e-4c0e-9d6e-2f4a5b6c7d8e'
const STORED = TS + 3_600_000

function forwarded(data: Uint8Array, plant = 'p1'): ForwardedMessage {
  const about = headers()
  about.set(EDGE_HEADER, EDGE)
  about.set(TO_HEADER, '4294967396')
  return { subject: `greengauge.edge.2.${plant}`, data, headers: about, info: { timestampNanos: STORED * 1e6 } }
}

const take = (messages: readonly IntakeEntryMessage[], plant?: string) =>
  forwardedEntries(forwarded(encodeBatch(encodeEntries(messages)), plant))

test('messages come as they came to the edge, with their time there, under the name of the edge', () => {
  expect(take([message(), message({ retain: true })])).toEqual([
    message({ client: `edge:${EDGE}/p1`, ingress: 'broker' }),
    message({ client: `edge:${EDGE}/p1`, ingress: 'broker', retain: true }),
  ])
})

test('what came by another ingress than MQTT is decoded as such here too', () => {
  const frame = message({ ingress: 'hj212', topic: 'hj212/33200700123456', client: 'hj212:10.0.0.9' })
  expect(take([frame])).toMatchObject([{ ingress: 'hj212', topic: 'hj212/33200700123456' }])
})

test('the clock of an edge that is ahead moves nothing: a message did not arrive there after it was here', () => {
  expect(take([message({ arrivedAt: STORED + 86_400_000 })])).toMatchObject([{ arrivedAt: STORED }])
})

test('a batch that cannot be used becomes one message that names the reason and holds all of it', () => {
  const bytes = encodeBatch(encodeEntries([message()]))
  bytes.writeUInt8(9, 0)
  const [kept, ...others] = forwardedEntries(forwarded(bytes))
  expect(others).toEqual([])
  expect(kept).toMatchObject({ topic: 'edge/p1/refused', client: `edge:${EDGE}/p1`, arrivedAt: STORED })
  const text = Buffer.from(kept!.payload)
  const said = JSON.parse(text.subarray(0, text.indexOf('\n')).toString())
  expect(said).toMatchObject({ problem: expect.stringMatching(/format 9/), plant: 'p1', to: '4294967396' })
  expect(text.subarray(text.indexOf('\n') + 1)).toEqual(bytes)
})

test('what an MQTT client has published under the subject of an edge is none of its batches', () => {
  const batch = forwarded(encodeBatch(encodeEntries([message()])))
  batch.headers?.set(MQTT_HEADER, '1')
  expect(forwardedEntries(batch)).toMatchObject([{ topic: 'edge/p1/refused' }])
})

test('a plant cannot send for another one', () => {
  expect(take([message(), message({ topic: 'plants/p2/hall/meter-1/energy' })])).toMatchObject([
    { topic: 'edge/p1/refused', payload: expect.anything() },
  ])
  expect(take([message({ topic: 'spBv1.0/p2/NDATA/n' })])).toMatchObject([{ topic: 'spBv1.0/p2/NDATA/n' }])
})
