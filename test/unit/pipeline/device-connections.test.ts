import { beforeEach, describe, expect, test } from 'vitest'
import { Senders } from '../../../src/archive/senders.js'
import type { DecodeRules } from '../../../src/decode/decode.js'
import { Decoder } from '../../../src/decode/decoder.js'
import { type MessageEntry, newDecoding, takeMessage } from '../../../src/pipeline/decoding.js'
import { DeviceConnections } from '../../../src/pipeline/device-connections.js'
import { newAccounting } from '../../../src/pipeline/message-accounting.js'
import { cursorAt } from '../../support/entries.js'
import { version } from './config-of.js'

const ROBOT = { id: 'robot', on_change: true }
const METER = { id: 'meter' }
/** The tests count from here: a reading without a time has that of its arrival, and none is taken from before 2000. */
const T0 = Date.UTC(2026, 0, 5)
const ANY: DecodeRules = { registered: null }

let senders: Senders
let connections: DeviceConnections
let changes: string[]

beforeEach(() => {
  senders = new Senders()
  connections = new DeviceConnections(senders, version(T0 + 0, [ROBOT, METER]))
  changes = []
})

/** Notes the changes as words: `robot up 5`. */
function note(found: ReturnType<DeviceConnections['start']>): void {
  for (const { device, isUp, at } of found) changes.push(`${device} ${isUp ? 'up' : 'down'} ${at - T0}`)
}

function message(
  at: number,
  client: string,
  topic: string,
  payload: string,
  ingress: MessageEntry['ingress'] = 'mqtt',
): void {
  const entry: MessageEntry = {
    kind: 'message',
    ingress,
    arrivedAt: T0 + at,
    client,
    topic: `plants/p/l/${topic}`,
    payload: Buffer.from(payload),
    qos: 1,
    retain: false,
    fullSizeBytes: null,
  }
  note(
    connections.message(
      entry,
      takeMessage(
        cursorAt(entry),
        { position: at, index: 0 },
        new Decoder(),
        ANY,
        newDecoding(),
        newAccounting(),
        senders,
      ),
    ),
  )
}

const sample = (at: number, client: string, device = 'robot') =>
  message(at, client, `${device}/robot`, '{"metrics":{"cycle_count":1}}')
const event = (at: number, client: string) =>
  message(
    at,
    client,
    'robot/production',
    `{"events":[{"id":"e${at}","type":"serial_result","serial":"${at}","op":"final","result":"pass"}]}`,
  )
const status = (at: number, client: string, word: string, device = 'robot') =>
  message(at, client, `${device}/status`, word)
const begin = (at: number, client: string) => note(connections.session({ client, what: 'begin', arrivedAt: T0 + at }))
const end = (at: number, client: string) => note(connections.session({ client, what: 'end', arrivedAt: T0 + at }))
const start = (lastAliveMs: number) => note(connections.start(T0 + lastAliveMs))
const sender = (device = 'robot') => senders.find('p', device)

describe('the connection of an on_change device', () => {
  test('is up from its first sample until the session of its client ends', () => {
    begin(1, 'c')
    expect(changes).toEqual([])
    sample(2, 'c')
    sample(3, 'c')
    end(4, 'c')
    expect(changes).toEqual(['robot up 2', 'robot down 4'])
    expect(sender()).toMatchObject({ client: 'c', session: 'ended' })
  })

  test('says which version of MQTT its client speaks, as long as that is known', () => {
    const beginAs = (at: number, level?: 3 | 4 | 5) =>
      connections.session({ client: 'c', what: 'begin', arrivedAt: T0 + at, ...(level === undefined ? {} : { level }) })
    beginAs(1, 5)
    sample(2, 'c')
    expect(sender()?.mqttLevel).toBe(5)
    end(3, 'c')
    expect(sender()?.mqttLevel).toBe(5)
    beginAs(4, 4)
    expect(sender()?.mqttLevel).toBe(4)
    start(5)
    sample(6, 'c')
    expect(sender()?.mqttLevel).toBeNull()
    beginAs(7)
    expect(sender()?.mqttLevel).toBeNull()
  })

  test('is up again when its client comes back, before it has sent anything', () => {
    sample(1, 'c')
    end(2, 'c')
    begin(3, 'c')
    expect(changes).toEqual(['robot up 1', 'robot down 2', 'robot up 3'])
  })

  test('a second client of the same name takes it over: down and up in one instant', () => {
    sample(1, 'c')
    end(2, 'c')
    begin(2, 'c')
    expect(changes).toEqual(['robot up 1', 'robot down 2', 'robot up 2'])
  })

  test('belongs to the client of the last sample: the end of the one before is nothing to it', () => {
    sample(1, 'old')
    sample(2, 'new')
    end(3, 'old')
    begin(4, 'old')
    expect(changes).toEqual(['robot up 1'])
    end(5, 'new')
    expect(changes).toEqual(['robot up 1', 'robot down 5'])
  })

  test('is up by a message that says both, online and readings, such as a birth of Sparkplug B', () => {
    sample(1, 'old')
    const path = { plant: 'p', line: 'l', device: 'robot' }
    const birth = { path, status: { online: true }, readings: 1, events: [] }
    note(connections.message({ client: 'new', arrivedAt: T0 + 2, ingress: 'mqtt' }, birth))
    expect(sender()).toMatchObject({ client: 'new', session: 'open', status: 'online' })
    end(3, 'old')
    expect(changes).toEqual(['robot up 1'])
    end(4, 'new')
    expect(changes).toEqual(['robot up 1', 'robot down 4'])
  })

  test('goes down by its last will, whose session ends behind it, and comes up with online', () => {
    sample(1, 'c')
    status(2, 'c', 'offline')
    end(2, 'c')
    begin(3, 'c')
    expect(changes).toEqual(['robot up 1', 'robot down 2'])
    status(4, 'c', 'online')
    expect(changes).toEqual(['robot up 1', 'robot down 2', 'robot up 4'])
  })

  test('is up from its first event, when it sends nothing else, and holds over a start', () => {
    event(1, 'c')
    event(2, 'c')
    end(3, 'c')
    begin(4, 'c')
    start(5)
    begin(6, 'c')
    expect(changes).toEqual(['robot up 1', 'robot down 3', 'robot up 4', 'robot down 5', 'robot up 6'])
    sample(7, 'd')
    end(8, 'c')
    expect(changes).toHaveLength(5)
    end(9, 'd')
    expect(changes.at(-1)).toBe('robot down 9')
  })

  test('stays that of its samples when somebody else sends an event of it', () => {
    sample(1, 'c')
    event(2, 'inspector')
    end(3, 'inspector')
    expect(changes).toEqual(['robot up 1'])
    end(4, 'c')
    expect(changes).toEqual(['robot up 1', 'robot down 4'])
  })

  test('a status or a session alone is no sample: nobody is connected who never sent one', () => {
    begin(1, 'c')
    status(2, 'c', 'online')
    message(3, 'c', 'robot/robot', 'no JSON')
    expect(changes).toEqual([])
    expect(sender()).toMatchObject({ client: null, session: null, status: 'online' })
  })

  test('a status that another client sends counts, and makes that client nobody to the device', () => {
    sample(1, 'c')
    status(2, 'supervisor', 'offline')
    end(3, 'supervisor')
    status(4, 'supervisor', 'online')
    expect(changes).toEqual(['robot up 1', 'robot down 2', 'robot up 4'])
  })

  test('a will without a client is a sample like any other, but opens no session', () => {
    sample(1, 'c')
    end(2, 'c')
    sample(3, '')
    expect(changes).toEqual(['robot up 1', 'robot down 2'])
    expect(sender()).toMatchObject({ client: 'c', session: 'ended' })
  })

  test('is lost with the gateway at its last sign of life, and up when the client is back', () => {
    sample(1, 'c')
    sample(2, 'gone', 'meter')
    end(3, 'gone')
    start(9)
    expect(sender()?.session).toBe('lost')
    expect(sender('meter')?.session).toBe('ended')
    start(19)
    begin(25, 'c')
    expect(changes).toEqual(['robot up 1', 'robot down 9', 'robot up 25'])
  })

  test('of one client with many devices goes down for each of them, and for those alone that are on_change', () => {
    connections.configured(version(T0 + 0, [ROBOT, { ...ROBOT, id: 'robot-2' }, METER]))
    for (const device of ['robot', 'robot-2', 'meter']) sample(1, 'hub', device)
    end(2, 'hub')
    expect(changes).toEqual(['robot up 1', 'robot-2 up 1', 'robot down 2', 'robot-2 down 2'])
    expect(sender('meter')?.session).toBe('ended')
  })
})

describe('a configuration that makes a device on_change', () => {
  test('says how it stands with it', () => {
    sample(1, 'c', 'meter')
    note(connections.configured(version(T0 + 5, [ROBOT, { ...METER, on_change: true }])))
    end(6, 'c')
    expect(changes).toEqual(['meter up 5', 'meter down 6'])
  })

  test('says nothing of those that were on_change before, and nothing of those that have never sent', () => {
    sample(1, 'c')
    note(connections.configured(version(T0 + 5, [ROBOT, { id: 'unheard', on_change: true }])))
    expect(changes).toEqual(['robot up 1'])
  })

  test('or no longer: its connection vouches for nothing from then on, until it does again', () => {
    sample(1, 'c')
    note(connections.configured(version(T0 + 5, [{ id: 'robot' }])))
    end(6, 'c')
    note(connections.configured(version(T0 + 7, [ROBOT])))
    expect(changes).toEqual(['robot up 1', 'robot down 5', 'robot down 7'])
  })
})

test('what is kept on the senders is all that it needs: taken up anywhere it goes on the same', () => {
  const story: (() => void)[] = [
    () => sample(1, 'c'),
    () => sample(1, 'hub', 'meter'),
    () => end(2, 'c'),
    () => begin(3, 'c'),
    () => status(4, 'c', 'offline'),
    () => status(5, 'c', 'online'),
    () => start(6),
    () => sample(7, 'other'),
    () => end(8, 'c'),
    () => end(9, 'other'),
  ]
  for (const step of story) step()
  const whole = changes
  expect(whole).toHaveLength(8)
  for (let cut = 0; cut <= story.length; cut++) {
    senders = new Senders()
    changes = []
    for (const [i, step] of story.entries()) {
      if (i === cut || i === 0) connections = new DeviceConnections(senders, version(T0 + 0, [ROBOT, METER]))
      step()
    }
    expect(changes).toEqual(whole)
  }
})

describe('messages that a gateway in a plant has passed on', () => {
  const EDGE = 'edge:6c1f'
  const passedOn = (at: number, word: string, client = EDGE) => message(at, client, 'robot/status', word, 'broker')

  test('one that comes again after a newer one changes nothing of how it stands now', () => {
    passedOn(10, 'offline')
    passedOn(20, 'online')
    passedOn(10, 'offline')
    expect(sender()).toMatchObject({ status: 'online', lastHeardMs: T0 + 20, lastMessage: null })
    message(30, EDGE, 'robot/robot', '{"metrics":{"cycle_count":1}}', 'broker')
    message(15, EDGE, 'robot/robot', '{"metrics":{"cycle_count":1}}', 'broker')
    expect(sender()).toMatchObject({ lastArrivalMs: T0 + 30, lastTs: T0 + 30, newestTs: T0 + 30 })
  })

  test('from elsewhere what comes last holds: the clock of this machine may have been set back', () => {
    passedOn(20, 'online', 'broker:hall')
    passedOn(10, 'offline', 'broker:hall')
    expect(sender()?.status).toBe('offline')
  })
})
