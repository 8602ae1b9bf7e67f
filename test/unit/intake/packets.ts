/** Hand-made MQTT 3.1.1 packets, so that the tests do not share a writer with the broker. */

export function packet(firstByte: number, ...parts: Uint8Array[]): Buffer {
  const body = Buffer.concat(parts)
  const length: number[] = []
  for (let rest = body.length; ; rest = Math.floor(rest / 128)) {
    length.push(rest < 128 ? rest : (rest % 128) + 128)
    if (rest < 128) break
  }
  return Buffer.concat([Buffer.of(firstByte), Buffer.from(length), body])
}

export function text(value: string | Uint8Array): Buffer {
  const bytes = Buffer.from(value as string)
  return Buffer.concat([number16(bytes.length), bytes])
}

export function number16(n: number): Buffer {
  return Buffer.of(n >> 8, n & 0xff)
}

export interface ConnectParts {
  id?: string | Uint8Array
  level?: number
  flags?: number
  keepAliveS?: number
  rest?: Uint8Array[]
}

export function connect({ id = 'c', level = 4, flags = 2, keepAliveS = 0, rest = [] }: ConnectParts = {}): Buffer {
  return packet(0x10, text('MQTT'), Buffer.of(level, flags), number16(keepAliveS), text(id), ...rest)
}

export interface PublishParts {
  topic?: string | Uint8Array
  payload?: string | Uint8Array
  qos?: 0 | 1 | 2 | 3
  id?: number
  retain?: boolean
}

export function publish({ topic = 't', payload = '', qos = 1, id = 1, retain = false }: PublishParts = {}): Buffer {
  const first = 0x30 | (qos << 1) | (retain ? 1 : 0)
  return packet(first, text(topic), qos > 0 ? number16(id) : Buffer.alloc(0), Buffer.from(payload as string))
}

export function subscribe(filter: string | Uint8Array, qos = 0, id = 1): Buffer {
  return packet(0x82, number16(id), text(filter), Buffer.of(qos))
}

export const PINGREQ = Buffer.of(0xc0, 0)
export const PINGRESP = Buffer.of(0xd0, 0)
export const DISCONNECT = Buffer.of(0xe0, 0)
export const CONNACK = Buffer.of(0x20, 2, 0, 0)
export const puback = (id: number): Buffer => Buffer.concat([Buffer.of(0x40, 2), number16(id)])
