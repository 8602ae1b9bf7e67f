import { describe, expect, it } from 'vitest'
import { PROGRAMS, publishLine } from '../../../dashboards/src/devices/programs.js'
import { exampleOf, idFault, senderIn, senderText, topicText } from '../../../dashboards/src/devices/sender.js'
import { METRIC_CLASSES } from '../../../src/base/metrics.js'
import { decode } from '../../../src/decode/decode.js'

const sender = { plant: 'works', line: 'hall', device: 'meter-1', kind: 'energy' } as const
const broker = { host: '10.0.0.5', port: 1883 }

describe('the topic of a device that is to be connected', () => {
  it.each([
    ['meter-1', null],
    ['7', null],
    ['a'.repeat(64), null],
    ['', 'empty'],
    ['Meter-1', 'capital'],
    ['meter 1', 'sign'],
    ['电表', 'sign'],
    ['a/b', 'sign'],
    ['a'.repeat(65), 'long'],
    ['-a', 'start'],
  ])('the id %j has the fault %j', (id, fault) => expect(idFault(id)).toBe(fault))

  it('shows in braces what is not right yet', () => {
    expect(topicText(sender)).toBe('plants/works/hall/meter-1/energy')
    expect(topicText({ ...sender, device: 'Meter 1' })).toBe('plants/works/hall/{device}/energy')
  })

  it('stands in an address and comes back from it; what cannot be one does not', () => {
    expect(senderIn(senderText(sender))).toEqual(sender)
    expect(senderIn('works///robot')).toEqual({ plant: 'works', line: '', device: '', kind: 'robot' })
    expect(senderIn('works/hall/m/status')).toBeNull()
    expect(senderIn('Works/hall/m/energy')).toBeNull()
  })

  it('the line to copy has the host, the port, the topic and the message', () => {
    expect(publishLine(broker, topicText(sender), '{}', '3.1.1')).toBe(
      "mosquitto_pub -h 10.0.0.5 -p 1883 -q 1 -t plants/works/hall/meter-1/energy -m '{}'",
    )
    expect(publishLine(broker, 't', '{}', '5')).toBe("mosquitto_pub -V 5 -h 10.0.0.5 -p 1883 -q 1 -t t -m '{}'")
  })

  it('a program says the version only where it is another than the one that it takes by itself', () => {
    for (const [name, said] of [
      ['node', 'protocolVersion: 5'],
      ['python', 'protocol=MQTTv5'],
    ] as const) {
      expect(PROGRAMS[name](broker, 't', '{}', '5')).toContain(said)
      expect(PROGRAMS[name](broker, 't', '{}', '3.1.1')).not.toMatch(/5[ ,)]/)
    }
  })

  it.each(METRIC_CLASSES)(
    'the example of %s is taken whole by the gateway, and can stand between single quotes',
    (kind) => {
      const payload = new TextEncoder().encode(exampleOf(kind))
      const incoming = { topic: topicText({ ...sender, kind }), payload, arrivedAt: Date.UTC(2026, 0), retain: false }
      const decoded = decode({ ...incoming, fullSizeBytes: null }, { registered: null })
      expect(decoded.rejected).toEqual([])
      expect(decoded.readings.length).toBeGreaterThan(0)
      expect(exampleOf(kind)).not.toContain("'")
    },
  )
})
