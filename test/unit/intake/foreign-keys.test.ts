import { expect, test, vi } from 'vitest'
import { bytesOf } from '../../support/bytes.js'
import { SOON } from '../../support/soon.js'
import { connect, DISCONNECT, packet, puback, publish, subscribe } from './packets.js'
import { client, dial, inbox, start } from './started-broker.js'

/** Names that every object has already. */
const INHERITED = ['__proto__', 'constructor', 'toString', 'hasOwnProperty']

test.each(INHERITED)(
  'a client named %s comes in, sends, and gets what it has subscribed to, as others do',
  async (id) => {
    const { broker, journal } = await start(null)
    const raw = await dial(broker)
    raw.send(connect({ id }), subscribe(id), publish({ topic: id, id: 3, payload: 'x' }))
    await raw.receives(puback(3))
    await raw.receives(publish({ topic: id, qos: 0, payload: 'x' }))
    raw.send(connect({ id }))
    await raw.closes()
    expect(journal.messages).toMatchObject([{ client: id, topic: id }])
  },
)

test('packet ids of QoS 2 end with a clean session: the same id later is another message [MQTT-3.1.2-6]', async () => {
  const { broker } = await start(null)
  const got = inbox(await subscribed())
  for (const payload of ['first', 'second']) {
    const raw = await dial(broker)
    raw.send(connect({ id: 'same' }), publish({ topic: 'q', qos: 2, id: 7, payload }))
    await raw.receives(packet(0x50, bytesOf('0007')))
    raw.send(DISCONNECT)
    await raw.closes()
  }
  await vi.waitFor(() => expect(got).toEqual(['q first', 'q second']), SOON)

  async function subscribed() {
    const reader = await client(broker)
    await reader.subscribeAsync('q')
    return reader
  }
})
